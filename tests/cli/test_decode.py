"""`tierview decode`, over every pair of tag and meaning that was captured or published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateway.identity.describe import Described
from tests.cli.command import tierview

SGTIN = "3034257BF7194E4000001A85"


def rows(shared: Path, name: str) -> Iterator[dict[str, Any]]:
    for line in (shared / "devices" / "epc" / f"{name}.jsonl").read_text().splitlines():
        yield json.loads(line)


def test_every_tag_that_is_known_comes_out_as_published(shared_fixtures: Path) -> None:
    told = [row for name in ("tds_legacy", "generated_96") for row in rows(shared_fixtures, name)]
    given = "\n".join(row["hex"] for row in told).encode()
    called = tierview("decode", "--json", "-", given=given)
    assert called.code == 0
    assert len(called.rows) == len(told) > 100
    for came, row in zip(called.rows, told, strict=True):
        assert came["tag_uri"] == row["tag_uri"], row
        assert came["epc_uri"] == row["pure_identity"], row
        assert came["element_string"] == row.get("gs1_element_string"), row


def test_iso_tags_are_read_by_their_pc_word(shared_fixtures: Path) -> None:
    told = [row for row in rows(shared_fixtures, "iso17364_6bit") if "uii_hex" in row]
    called = tierview("decode", "--json", "--pc", "35A2", *(row["uii_hex"] for row in told))
    assert called.code == 0
    assert [came["text"] for came in called.rows] == [row["expected_text"] for row in told]


def test_what_decodes_as_nothing_stays_raw_with_its_reason(shared_fixtures: Path) -> None:
    told = list(rows(shared_fixtures, "undecodable"))
    called = tierview("decode", "--json", *(row["hex"] for row in told if row["hex"]))
    assert called.code == 0
    assert {came["scheme"] for came in called.rows} == {"raw"}
    assert all(came["reason"] for came in called.rows)


def test_what_is_no_hex_is_told_among_the_others_and_in_the_exit_code() -> None:
    called = tierview("decode", "--json", SGTIN, "nonsense", "30")
    assert called.code == 1
    assert [came["scheme"] for came in called.rows] == ["sgtin-96", "invalid", "raw"]
    assert called.err == ""
    assert set(called.rows[0]) == set(Described.__struct_fields__)


def test_people_get_the_same_in_words() -> None:
    called = tierview("decode", SGTIN)
    assert called.code == 0
    assert called.out.splitlines()[:2] == [SGTIN, "  scheme         sgtin-96"]
    assert "\x1b" not in called.out


def test_nothing_to_decode_is_wrong_usage() -> None:
    assert tierview("decode").code == 2
