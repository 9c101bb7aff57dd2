"""Random tags of every scheme: they go to bits and back, and independent libraries read the same."""

from __future__ import annotations

from string import ascii_uppercase

import pytest
from epcpy import hex_to_tag_encodable  # type: ignore[attr-defined]
from epcpy.epc_schemes.base_scheme import GS1Element
from hypothesis import given, settings
from hypothesis import strategies as st
from llrpkit.epc import decode_epc
from pyepc import decode as pyepc_decode

from gateway.errors import BadInput
from gateway.identity import encode, identify, iso_tag, stored_pc
from gateway.identity.binary import Tag
from gateway.identity.fields import CHARACTERS_39, CHARACTERS_82
from gateway.identity.gs1 import parse_tag_uri, tag_uri
from gateway.identity.iso import text_of
from gateway.identity.tables import BY_NAME, SCHEMES

DIGITS = "0123456789"
QUICK = settings(max_examples=40, deadline=None)
SERIALS = {"sgtin-96": 2**38, "grai-96": 2**38, "itip-110": 2**38, "sgln-96": 2**41, "gdti-96": 2**41}


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=count, max_size=count)


def number(below: int) -> st.SearchStrategy[str]:
    return st.integers(0, below - 1).map(str)


@st.composite
def tags(draw: st.DrawFn, name: str, plain: bool = False) -> Tag:
    """A tag of one scheme, drawn from what the standard allows; `plain` texts hold letters and digits only."""
    signs = frozenset(ascii_uppercase + DIGITS) if plain else CHARACTERS_82

    def serial(most: int) -> st.SearchStrategy[str]:
        return st.text(sorted(signs), min_size=1, max_size=most)

    company = draw(digits(draw(st.integers(6, 12))))
    item, place = draw(digits(13 - len(company))), draw(digits(12 - len(company)))
    logistic = draw(digits(17 - len(company)))
    parts: tuple[str, ...]
    match name:
        case "sgtin-96":
            parts = (company, item, draw(number(2**38)))
        case "sgtin-198":
            parts = (company, item, draw(serial(20)))
        case "sscc-96" | "gsrn-96" | "gsrnp-96":
            parts = (company, logistic)
        case "sgln-96" | "grai-96" | "gdti-96":
            parts = (company, place, draw(number(SERIALS[name])))
        case "sgln-195":
            parts = (company, place, draw(serial(20)))
        case "grai-170":
            parts = (company, place, draw(serial(16)))
        case "gdti-174":
            parts = (company, place, draw(serial(17)))
        case "gdti-113":
            parts = (company, place, draw(digits(draw(st.integers(1, 17)))))
        case "sgcn-96":
            parts = (company, place, draw(digits(draw(st.integers(1, 12)))))
        case "giai-96":
            parts = (company, draw(number(10 ** (24 - len(company)) // 10)))
        case "giai-202":
            parts = (company, draw(serial(30 - len(company))))
        case "gid-96":
            parts = (draw(number(2**28)), draw(number(2**24)), draw(number(2**36)))
        case "cpi-96":
            parts = (company, draw(number(10 ** (15 - len(company)))), draw(number(2**31)))
        case "cpi-var":
            component = draw(st.text(sorted(CHARACTERS_39 & signs), min_size=1, max_size=30 - len(company)))
            parts = (company, component, draw(number(10**12)))
        case "itip-110":
            parts = (company, item, draw(digits(2)), draw(digits(2)), draw(number(2**38)))
        case "itip-212":
            parts = (company, item, draw(digits(2)), draw(digits(2)), draw(serial(20)))
        case "usdod-96":
            parts = (draw(st.sampled_from(["2S194", "CB0132"])), draw(number(2**36)))
        case "adi-var":
            text = sorted(CHARACTERS_39 - {"#"})
            parts = ("W81X9C", draw(st.text(text, max_size=32)), draw(st.text(text, min_size=1, max_size=30)))
        case _:
            raise AssertionError(name)
    return Tag(BY_NAME[name], draw(st.integers(0, 2 ** BY_NAME[name].filter_bits - 1)), parts)


def test_every_row_adds_up_to_its_length() -> None:
    for scheme in SCHEMES:
        if scheme.bits is not None:
            assert int(scheme.name.rpartition("-")[2]) == scheme.bits
    assert len({scheme.header for scheme in SCHEMES}) == len(SCHEMES) == 22


@pytest.mark.parametrize("name", sorted(BY_NAME))
@QUICK
@given(data=st.data())
def test_a_tag_goes_to_bits_and_back(name: str, data: st.DataObject) -> None:
    tag = data.draw(tags(name))
    epc = encode(tag_uri(tag))
    identity = identify(epc)
    assert (identity.scheme, identity.tag_uri, identity.reason) == (name, tag_uri(tag), "")
    assert parse_tag_uri(tag_uri(tag)) == tag
    if tag.scheme.bits is not None:
        assert len(epc) * 8 == tag.scheme.bits + -tag.scheme.bits % 16


# epcpy escapes `%` twice, refuses `:`, counts an escape as three characters, cannot read GDTI-113 and ends
# an ADI part at six zero bits wherever they stand: it is asked only what it can answer.
EPCPY = sorted(set(BY_NAME) - {"gdti-113", "adi-var"})


@pytest.mark.parametrize("name", EPCPY)
@QUICK
@given(data=st.data())
def test_epcpy_reads_the_same(name: str, data: st.DataObject) -> None:
    epc = encode(tag_uri(data.draw(tags(name, plain=True))))
    identity, theirs = identify(epc), hex_to_tag_encodable(epc.hex())
    assert identity.key == theirs.epc_uri
    if identity.element_string is not None:
        assert isinstance(theirs, GS1Element)
        assert identity.element_string == theirs.gs1_element_string()


@pytest.mark.parametrize("name", ["sgtin-96", "sscc-96", "sgln-96", "grai-96", "giai-96", "gid-96"])
@QUICK
@given(data=st.data())
def test_llrpkit_reads_the_same(name: str, data: st.DataObject) -> None:
    epc = encode(tag_uri(data.draw(tags(name))))
    identity, theirs = identify(epc), decode_epc(epc.hex())
    assert theirs is not None
    assert (identity.scheme, identity.tag_uri, identity.key) == (
        theirs.scheme,
        theirs.tag_uri,
        theirs.pure_identity_uri,
    )
    if theirs.gs1 is not None:
        assert identity.element_string == theirs.gs1.replace(" ", "")


@pytest.mark.parametrize("name", ["sgtin-96", "sscc-96"])
@QUICK
@given(data=st.data())
def test_pyepc_reads_the_same(name: str, data: st.DataObject) -> None:
    epc = encode(tag_uri(data.draw(tags(name))))
    identity, theirs = identify(epc), pyepc_decode(epc.hex())
    assert (identity.key, identity.element_string) == (theirs.pure_identity_uri, theirs.gs1_element_string)


@given(
    text=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-/.*%() \x1d\x1e", min_size=1, max_size=60),
    afi=st.integers(0xA1, 0xAA),
)
def test_an_iso_text_goes_to_bits_and_back(text: str, afi: int) -> None:
    uii = iso_tag(text)
    assert text_of(identify(uii, stored_pc(uii, afi)).key) == text


@pytest.mark.parametrize("text", ["lower", "price$", "a#b", "Ä", "X\x04Y"])
def test_a_text_that_six_bits_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="characters: "):
        iso_tag(text)


@pytest.mark.parametrize(
    "uri",
    [
        "urn:epc:id:sgtin:0614141.712345.1",  # no scheme, no filter
        "urn:epc:tag:sgtin-96:1.0614141.712345.01",  # a number keeps no leading zero
        "urn:epc:tag:sgtin-96:1.0614141.712345.274877906944",  # 2 to the 38
        "urn:epc:tag:sgtin-96:1.0614141.71234.1",  # a digit short
        "urn:epc:tag:sgtin-96:1.061414A.712345.1",
        "urn:epc:tag:sgtin-198:1.0614141.712345.",
        "urn:epc:tag:sgtin-198:1.0614141.712345.ABCDEFGHIJKLMNOPQRSTU",
        "urn:epc:tag:sgtin-198:1.0614141.712345.A B",
        "urn:epc:tag:usdod-96:1.CAGE.1",
    ],
)
def test_a_uri_that_does_not_fit_its_bits_is_refused(uri: str) -> None:
    with pytest.raises(BadInput):
        encode(uri)
