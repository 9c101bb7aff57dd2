"""What the command line and machines are told of a tag, and of what is no tag."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.describe import Described, describe, describe_label


def test_an_epc_is_told_in_all_spellings() -> None:
    assert describe("30 66 C4 40 90 47 E1 40 07 5B CD 15", "0x3000") == Described(
        hex="3066C4409047E140075BCD15",
        pc="3000",
        scheme="sgtin-96",
        kind="part",
        key="urn:epc:id:sgtin:95060001343.05.123456789",
        epc_uri="urn:epc:id:sgtin:95060001343.05.123456789",
        tag_uri="urn:epc:tag:sgtin-96:3.95060001343.05.123456789",
        digital_link="https://id.gs1.org/01/09506000134352/21/123456789",
        element_string="(01)09506000134352(21)123456789",
        filter=3,
    )


def test_serials_are_escaped_for_each_spelling_apart() -> None:
    tag = describe("3674257BF6B7A659B2C2BF1000000000000000000000000000")
    assert tag.epc_uri == "urn:epc:id:sgtin:0614141.712345.32a%2Fb"
    assert tag.digital_link == "https://id.gs1.org/01/70614141123451/21/32a%2Fb"
    assert tag.element_string == "(01)70614141123451(21)32a/b"


def test_a_place_without_extension_has_none_in_its_digital_link() -> None:
    assert describe("32D50D5A7CBF600000000000").digital_link == "https://id.gs1.org/414/4413087244964"
    assert describe("3274257BF46072000000162E").digital_link == "https://id.gs1.org/414/0614141123452/254/5678"


@pytest.mark.parametrize("hex_text", ["3500E86F8000A9E000000586", "3B0E0CF5E76C9047759AD00373DC7602E72000"])
def test_what_is_no_gs1_key_has_no_gs1_spelling(hex_text: str) -> None:
    tag = describe(hex_text)
    assert tag.epc_uri is not None
    assert (tag.digital_link, tag.element_string) == (None, None)


def test_an_iso_tag_is_told_with_its_family_and_text() -> None:
    tag = describe("4D0483834D39C218", "21A3")
    assert (tag.scheme, tag.kind, tag.afi, tag.text, tag.epc_uri) == ("iso17364", "rti", "A3", "SPRC 4490", None)


def test_a_tag_that_decodes_as_nothing_is_raw_with_its_reason() -> None:
    tag = describe("E28011606000020934D6FAF7")
    assert (tag.scheme, tag.key) == ("raw", "urn:tierview:raw:E28011606000020934D6FAF7")
    assert tag.reason == "header: the first byte E2 is a TID where the EPC should be"


@pytest.mark.parametrize(
    ("hex_text", "pc_text", "complaint"),
    [
        ("", "", "got nothing"),
        ("12 3", "", "two digits for each byte"),
        ("30G0", "", "got 'G'"),
        ("00" * 63, "", "at most 62 bytes"),
        ("3066C4409047E140075BCD15", "300", "pc: the PC word is four hex digits"),
        ("3066C4409047E140075BCD15", "300000", "pc: the PC word is four hex digits"),
    ],
)
def test_what_is_no_hex_is_told_politely(hex_text: str, pc_text: str, complaint: str) -> None:
    tag = describe(hex_text, pc_text)
    assert tag.scheme == "invalid"
    assert tag.reason is not None
    assert complaint in tag.reason


@given(hex_text=st.text(), pc_text=st.text())
def test_no_text_makes_it_raise_and_all_fields_are_always_there(hex_text: str, pc_text: str) -> None:
    fields = msgspec.to_builtins(describe(hex_text, pc_text))
    assert list(fields) == list(Described.__struct_fields__)


def test_a_number_behind_a_data_identifier_and_an_xpc_word_are_told() -> None:
    label = describe_label("37SUN123456789P100+77")
    assert (label.agency, label.company, label.item, label.serial) == ("UN", "123456789", "P100", "77")
    tag = describe("0003 3066C4409047E140075BCD15", "3200")
    assert (tag.xpc, tag.says, tag.filter) == ("0003", ("nonremovable", "hazardous"), 3)
    assert describe("F73795211411234538566CB0AFC4").filter == 3
    assert describe_label(" ").scheme == "invalid"
