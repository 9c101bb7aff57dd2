"""Tags of the real world and of the standard's examples: every one decodes to what it should, or says why not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity import encode, identify, iso_tag, stored_pc
from gateway.identity.identify import CACHED, RAW
from gateway.identity.pc import parse_pc, split_xpc, xpc_says
from gateway.identity.tables import SCHEMES, Scheme
from gateway.model import AssetKind

SGTIN = bytes.fromhex("3066C4409047E140075BCD15")
GS1_PC, RTI_PC = 0x3000, 0x21A3


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    with (folder / "devices" / "epc" / f"{name}.jsonl").open() as lines:
        yield from map(json.loads, lines)


@pytest.mark.parametrize("name", ["tds_legacy", "generated_96"])
def test_every_epc_of_the_fixtures_reads_as_expected(shared_fixtures: Path, name: str) -> None:
    for row in rows(shared_fixtures, name):
        identity = identify(bytes.fromhex(row["hex"]))
        found = (identity.key, identity.tag_uri, identity.element_string)
        assert found == (row["pure_identity"], row["tag_uri"], row.get("gs1_element_string")), row["source"]
        assert identity.reason == ""


@pytest.mark.parametrize("name", ["tds_legacy", "generated_96"])
def test_every_tag_uri_of_the_fixtures_encodes_to_its_bits(shared_fixtures: Path, name: str) -> None:
    for row in rows(shared_fixtures, name):
        written, expected = encode(row["tag_uri"]), bytes.fromhex(row["hex"])
        assert written.rstrip(b"\0") == expected.rstrip(b"\0"), row["tag_uri"]
        assert len(written) % 2 == 0


def test_every_undecodable_tag_stays_raw_with_its_reason(shared_fixtures: Path) -> None:
    for row in rows(shared_fixtures, "undecodable"):
        identity = identify(bytes.fromhex(row["hex"]))
        assert (identity.scheme, identity.key) == ("raw", f"urn:tierview:raw:{row['hex']}")
        assert identity.reason.startswith("partition: " if row["hex"].startswith("301C") else "header: ")


def test_every_iso_tag_of_the_fixtures_reads_as_expected(shared_fixtures: Path) -> None:
    texts = [row for row in rows(shared_fixtures, "iso17364_6bit") if "uii_hex" in row]
    assert len(texts) == 4
    for row in texts:
        uii = bytes.fromhex(row["uii_hex"])
        identity = identify(uii, stored_pc(uii, 0xA3))
        assert identity.scheme == "iso17364"
        assert identity.key.endswith(row["expected_text"].replace(" ", "%20"))
        assert iso_tag(row["expected_text"]) == uii


def test_every_pc_word_of_the_fixtures_reads_as_expected(shared_fixtures: Path) -> None:
    words = [row for name in ("pc_word", "iso17364_6bit") for row in rows(shared_fixtures, name) if "pc" in row]
    assert len(words) == 3
    for row in words:
        pc = parse_pc(int(row["pc"], 16))
        found = (pc.words, pc.user_memory, pc.extended, pc.iso)
        assert found == (row["word_count"], row["umi"], row["xpc"], row["toggle_non_gs1"])
        assert pc.low == int(row.get("afi") or row["afi_or_attr"], 16)


@pytest.mark.parametrize(
    ("hex_text", "pc", "reason"),
    [
        ("", None, "empty"),
        ("301C00000000000000000001", None, "partition"),
        ("3066C4409047E140075BCD", None, "length"),  # a byte is missing
        ("3066C4409047E140075BCD1500000001", None, "padding"),  # a bit beyond the 96
        ("311BA1B300CE0A6A83000001", None, "reserved"),  # SSCC ends with 24 zero bits
        ("303BFFFFC000004000000001", None, "digits"),  # a company prefix of 1,048,575 in six digits
        ("3674257BF6B7A659B2C2BF1000000000000000000000", None, "length"),  # cut to 176 bits
        ("3674257BF6B7A6590000BF100000000000000000000000000000", None, "padding"),  # characters after the NUL
        ("3674257BF6B7A645000000000000000000000000000000000000", None, "characters"),  # a line feed
        ("3F74F4E4E612640000000001", None, "numeric"),  # a coupon serial with nothing after its 1
        ("3D76451FD7", None, "length"),  # the component text never ends
        ("4D0483834D39C218", 0x21C2, "afi"),
        ("8618", 0x09A3, "empty"),
    ],
)
def test_a_tag_that_breaks_the_rules_says_which(hex_text: str, pc: int | None, reason: str) -> None:
    identity = identify(bytes.fromhex(hex_text), pc)
    assert (identity.scheme, identity.key) == ("raw", RAW + hex_text)
    assert identity.reason.startswith(reason + ": ")


def test_the_toggle_bit_decides_before_the_header() -> None:
    assert identify(SGTIN).scheme == identify(SGTIN, GS1_PC).scheme == "sgtin-96"
    assert identify(SGTIN, RTI_PC).scheme == "iso17364"


def test_words_of_zeros_after_the_tag_change_nothing_but_the_bits() -> None:
    assert identify(SGTIN + bytes(4)) == identify(SGTIN)


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("urn:epc:tag:sgtin-96:1.0614141.712345.7", AssetKind.PART),
        ("urn:epc:tag:cpi-96:1.0614141.98765.12345", AssetKind.PART),
        ("urn:epc:tag:sscc-96:2.0614141.1234567890", AssetKind.PALLET),
        ("urn:epc:tag:grai-96:3.0614141.12345.5678", AssetKind.RTI),
        ("urn:epc:tag:giai-96:3.0614141.5678", AssetKind.RTI),
        ("urn:epc:tag:sgln-96:3.0614141.12345.5678", AssetKind.PLACE),
        ("urn:epc:tag:gdti-96:3.0614141.12345.5678", AssetKind.OTHER),
    ],
)
def test_the_scheme_says_what_kind_of_thing_it_is(uri: str, kind: AssetKind) -> None:
    assert identify(encode(uri)).kind is kind


@pytest.mark.parametrize(
    ("text", "afi", "key", "kind"),
    [
        ("25BUN123456789KLT4315+00042", 0xA3, "urn:jaif:id:obj:25BUN123456789KLT4315+00042", AssetKind.RTI),
        ("37SUN1234567895551+7", 0xA1, "urn:jaif:id:obj:37SUN1234567895551+7", AssetKind.PART),
        ("5JUN123456789000777", 0xA2, "urn:jaif:id:obj:5JUN123456789000777", AssetKind.PALLET),
        ("7BMSKU1234565", 0xA9, "urn:jaif:id:obj:7BMSKU1234565", AssetKind.CONTAINER),
        ("RACK 12/7", 0xA3, "urn:tierview:iso:A3:RACK%2012%2F7", AssetKind.RTI),
        ("RACK 12/7", 0xA5, "urn:tierview:iso:A5:RACK%2012%2F7", AssetKind.OTHER),
        ("25BUN1\x1dX", 0xA3, "urn:jaif:id:obj:25BUN1%1DX", AssetKind.RTI),
    ],
)
def test_an_iso_tag_is_named_by_its_data_identifier_or_its_family(
    text: str, afi: int, key: str, kind: AssetKind
) -> None:
    uii = iso_tag(text)
    identity = identify(uii, stored_pc(uii, afi))
    assert (identity.key, identity.kind, identity.reason) == (key, kind, "")


@given(epc=st.binary(max_size=62), pc=st.none() | st.integers(0, 0xFFFF))
def test_no_bytes_make_it_raise(epc: bytes, pc: int | None) -> None:
    identity = identify(epc, pc)
    assert bool(identity.reason) == (identity.scheme == "raw")


@given(scheme=st.sampled_from(SCHEMES), rest=st.binary(min_size=11, max_size=27))
def test_what_decodes_encodes_to_the_same_bits(scheme: Scheme, rest: bytes) -> None:
    epc = bytes([scheme.header]) + rest
    identity = identify(epc)
    if identity.tag_uri is not None:
        assert encode(identity.tag_uri).rstrip(b"\0") == epc.rstrip(b"\0")


def test_the_cache_is_bounded() -> None:
    for serial in range(CACHED + 10):
        identify(b"\xca\x46" + serial.to_bytes(4, "big"))
    assert identify.cache_info().currsize == CACHED


def test_an_xpc_word_that_the_reader_left_before_the_epc_is_taken_off() -> None:
    pc = stored_pc(SGTIN) | 0x0200
    assert identify(b"\x00\x03" + SGTIN, pc).key == identify(SGTIN).key
    assert identify(SGTIN, pc).key == identify(SGTIN).key, "most readers take it off themselves"
    assert split_xpc(b"\x00\x03" + SGTIN, pc) == (SGTIN, 3)
    assert xpc_says(3) == ("nonremovable", "hazardous")
    uii = iso_tag("25BUN123456789KLT6428+5")
    assert identify(b"\x00\x01" + uii, stored_pc(uii, 0xA3) | 0x0200).key == identify(uii, stored_pc(uii, 0xA3)).key
