"""Bar codes: however a label writes a thing, it is the same thing as its tag."""

from __future__ import annotations

import pytest
from biip import ParseConfig, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identity import identify, iso_tag, read_label, stored_pc
from gateway.identity.data_identifiers import parts_of
from gateway.identity.elements import from_symbol
from gateway.identity.gs1 import checked
from gateway.model import AssetKind

PREFIXES = ("95060001343", "952012", "0614141")
SGTIN = "urn:epc:id:sgtin:95060001343.05.123456789"
SSCC = "urn:epc:id:sscc:952012.03456789123"
RTI = "urn:jaif:id:obj:25BUN123456789KLT6428+5"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("(01)09506000134352(21)123456789", SGTIN),
        ("0109506000134352" + "21123456789", SGTIN),
        ("]d2" + "0109506000134352" + "21123456789\x1d" + "17261231", SGTIN),
        ("]C1" + "0109506000134352" + "17261231" + "10LOT1\x1d" + "21123456789", SGTIN),
        ("https://parts.example.com/01/09506000134352/21/123456789?17=261231", SGTIN),
        ("]Q3" + "\x1d0109506000134352" + "21123456789", SGTIN),
        ("(00)095201234567891235", SSCC),
        ("]C100095201234567891235\r\n", SSCC),
        ("00095201234567891235" + "3302001250" + "37" + "12", SSCC),  # with weight and count
        ("[)>\x1e05\x1d00095201234567891235\x1e\x04", SSCC),
        ("(8003)006141411234525678", "urn:epc:id:grai:0614141.12345.5678"),
        ("(8004)06141415678", "urn:epc:id:giai:0614141.5678"),
        ("(414)0614141123452", "urn:epc:id:sgln:0614141.12345.0"),
        ("25BUN123456789KLT6428+5", RTI),
        ("[)>\x1e06\x1d25BUN123456789KLT6428+5\x1dQ1\x1e\x04", RTI),
        ("[)>\x1e06\x1dP4711\x1dQ20\x1d1JUN123456789A4711\x1e\x04", "urn:jaif:id:obj:1JUN123456789A4711"),
        ("37SUN12345678999755512300FFFAS+123456", "urn:jaif:id:obj:37SUN12345678999755512300FFFAS+123456"),
    ],
)
def test_a_label_means_its_key(text: str, key: str) -> None:
    identity = read_label(text, PREFIXES)
    assert identity is not None
    assert (identity.key, identity.reason) == (key, "")


def test_label_and_tag_of_one_thing_have_one_key() -> None:
    uii = iso_tag("25BUN123456789KLT6428+5")
    assert identify(uii, stored_pc(uii, 0xA3)).key == RTI
    assert identify(bytes.fromhex("3066C4409047E140075BCD15")).key == SGTIN


def test_without_the_company_prefix_a_label_is_its_digital_link() -> None:
    identity = read_label("(00)095201234567891235")
    assert identity is not None
    assert identity.key == identity.digital_link == "https://id.gs1.org/00/095201234567891235"
    assert identity.kind is AssetKind.PALLET


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(00)095201234567891234", "check_digit"),
        ("(10)LOT1", "no_key"),
        ("4006381333931", "no_key"),  # an article's EAN-13 names no single thing
        ("0109506000134352", "no_key"),
        ("https://example.com/hello", "link"),
        ("[)>\x1e07\x1dabc\x1e\x04", "format"),
        ("HELLO WORLD", "no_key"),
        ("(01)09506000134352(21)\u00e4", "characters"),
        ("]d2", None),
        (" \r\n", None),
    ],
)
def test_what_names_no_thing_keeps_its_text_and_says_why(text: str, reason: str | None) -> None:
    identity = read_label(text, PREFIXES)
    if reason is None:
        assert identity is None
        return
    assert identity is not None
    assert identity.scheme == "raw"
    assert identity.key.startswith("urn:tierview:label:")
    assert identity.reason.startswith(f"{reason}: "), identity.reason


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("37SUN123456789P100+77", ("37S", "UN", "123456789", "P100", "77")),
        ("25SOD1234ABC", ("25S", "OD", "1234", "", "ABC")),
        ("6JLE1XYSER1", ("6J", "LE", "1XY", "", "SER1")),
    ],
)
def test_the_number_behind_a_data_identifier_is_taken_apart(text: str, parts: tuple[str, ...]) -> None:
    found = parts_of(text)
    assert found is not None
    assert (found.identifier, found.agency, found.company, found.item, found.serial) == parts


@pytest.mark.parametrize("text", ["37SXX123", "37SUN1234", "PUN123456789X", "", "37S"])
def test_other_texts_have_no_parts(text: str) -> None:
    assert parts_of(text) is None


_TEXT = st.text("ABCxyz0189-/.", min_size=1, max_size=12)
_ELEMENT = st.one_of(
    st.text("0123456789", min_size=17, max_size=17).map(lambda body: ("00", checked(body))),
    st.text("0123456789", min_size=13, max_size=13).map(lambda body: ("01", checked(body))),
    st.tuples(st.sampled_from(["10", "21", "240", "400"]), _TEXT),
    st.tuples(st.sampled_from(["11", "15", "17"]), st.dates().map(lambda day: f"{day:%y%m%d}")),
    st.tuples(st.just("3103"), st.text("0123456789", min_size=6, max_size=6)),
    st.tuples(st.just("37"), st.text("0123456789", min_size=1, max_size=8)),
)
_ENDS = {"10", "21", "240", "400", "37"}  # of no fixed length: a separator follows


@settings(max_examples=200, deadline=None)
@given(st.lists(_ELEMENT, min_size=1, max_size=5))
def test_a_symbol_comes_apart_as_an_independent_parser_takes_it(elements: list[tuple[str, str]]) -> None:
    text = "".join(ai + value + ("\x1d" if ai in _ENDS else "") for ai, value in elements)
    assert from_symbol(text) == tuple(elements)
    message = parse(text, config=ParseConfig(gs1_element_strings_verify_date=False)).gs1_message
    if message is not None:
        assert [(element.ai.ai, element.value) for element in message.element_strings] == elements


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    identity = read_label(text)
    assert identity is None or identity.key
