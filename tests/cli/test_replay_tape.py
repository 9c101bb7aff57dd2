"""`tierview replay --tape`: beside a gateway that runs, reading and writing nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from gateway.cli.shell import run
from gateway.journal import Journal, open_journal
from tests.cli.command import tierview
from tests.cli.site import record, write_config


async def everything(journal: Journal) -> str:
    return await journal.read(lambda c: "\n".join(c.iterdump()))


async def test_the_tape_is_played_while_the_gateway_holds_the_journal(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    async with open_journal(tmp_path / "journal") as journal:
        await record(journal)
        before = await everything(journal)
        called = await asyncio.to_thread(
            tierview, "replay", "--tape", tmp_path / "journal", config, "--until", "2025-10-09T14:53:20Z", "--json"
        )
        assert await everything(journal) == before
    assert (called.code, called.err) == (0, "")
    found = [(row["type"], row.get("kind") or row.get("state"), row["place"]) for row in called.rows]
    assert found == [
        ("location", "arrived", "SUPPLIER"),
        ("location", "left", "SUPPLIER"),
        ("alert", "open", ""),
        ("location", "arrived", "PLANT"),
        ("alert", "resolved", ""),
    ]
    assert [row["seq"] for row in called.rows if row["type"] == "location"] == [1, 2, 4]


async def test_spans_rules_and_speed_choose_and_do_not_change(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    config = write_config(tmp_path)
    async with open_journal(tmp_path / "journal") as journal:
        await record(journal)

    def replayed(*words: str) -> bytes:
        assert run(["replay", "--tape", str(tmp_path / "journal"), str(config), "--json", *words]) == 0
        return capsysbinary.readouterr().out

    whole = replayed()
    assert replayed("--speed", "100000") == whole
    assert b'"alert"' not in replayed("--rules", "off")
    (arrived, resolved) = map(json.loads, replayed("--from", "2025-10-09T11:00:00Z").splitlines())
    assert (arrived["kind"], arrived["place"]) == ("arrived", "PLANT")
    assert (resolved["type"], resolved["state"]) == ("alert", "resolved")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--tape", "no-such-folder"], 1, "there is no journal in no-such-folder"),
        (["--tape", "{journal}", "--from", "yesterday"], 2, "--from: expected an ISO 8601 time"),
        (["--tape", "{journal}", "--from", "2030-01-01T00:00:00Z"], 2, "the tape holds nothing of this time"),
        (["--tape", "{journal}", "--clock-speed", "0"], 2, "--clock-speed above 0"),
    ],
)
async def test_what_cannot_be_played_is_told(
    words: list[str], code: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_config(tmp_path)
    async with open_journal(tmp_path / "journal") as journal:
        await record(journal)
    named = [word.format(journal=tmp_path / "journal") for word in words]
    assert run(["replay", *named, str(config)]) == code
    assert told in capsys.readouterr().err


async def test_an_empty_tape_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = write_config(tmp_path)
    async with open_journal(tmp_path / "journal"):
        pass
    assert run(["replay", "--tape", str(tmp_path / "journal"), str(config)]) == 2
    assert "the tape is empty" in capsys.readouterr().err
