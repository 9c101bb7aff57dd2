"""Tags of TDS 2: the standard's examples bit by bit, and random ones there and back."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import BadInput
from gateway.identity import encode, identify, plus
from gateway.identity.bits import Undecodable
from gateway.identity.fields import CHARACTERS_82
from gateway.identity.gs1 import check_digit, digital_link
from gateway.identity.names import canonical, in_one_key
from gateway.identity.plus import PlusScheme, PlusTag, Value
from gateway.identity.plus_fields import Alphanumeric, CountedDigits, DigitsThenText, FixedDigits

# GS1 TDS 2.3, annex E.3, with the header bytes of SSCC++ and ITIP++ and the hostname of SGTIN++ put right, as two
# independent decoders (of the standard's EPCB companion, and a Java one) have them too.
EXAMPLES = [
    ("sgtin+", "F73795211411234538566CB0AFC4", "/01/79521141123453/21/32a%2Fb"),
    ("sgtin++", "FD3795211411234538566CB0AFC525065F1876F0D996D800", "/01/79521141123453/21/32a%2Fb"),
    ("dsgtin++", "FC342CDE795211411234538566CB0AFC525065F1876F0D996D80", "/01/79521141123453/21/32a%2Fb?17=220630"),
    ("sscc+", "F90095201234567891235", "/00/095201234567891235"),
    ("sscc++", "EF009520123456789123592832F8C3B786CCB6C0", "/00/095201234567891235"),
    ("sgln+", "F2395211411234548566CB0AFC4", "/414/9521141123454/254/32a%2Fb"),
    ("sgln++", "E9395211411234548566CB0AFC525065F1876F0D996D8000", "/414/9521141123454/254/32a%2Fb"),
    ("grai+", "F13095211411234548566CB0AFC4", "/8003/0952114112345432a%2Fb"),
    ("grai++", "EB3095211411234548566CB0AFC525065F1876F0D996D800", "/8003/0952114112345432a%2Fb"),
    ("giai+", "FA3952114132E83C2BF10", "/8004/952114132a%2Fb"),
    ("giai++", "EE3952114132E83C2BF1494197C61DBC3665B600", "/8004/952114132a%2Fb"),
    ("gsrn+", "F43952114112345678906", "/8018/952114112345678906"),
    ("gsrn++", "E7395211411234567890692832F8C3B786CCB6C0", "/8018/952114112345678906"),
    ("gsrnp+", "F53952114112345678906", "/8017/952114112345678906"),
    ("gsrnp++", "E8395211411234567890692832F8C3B786CCB6C0", "/8017/952114112345678906"),
    ("gdti+", "F6395211411234540458B8", "/253/95211411234545678"),
    ("gdti++", "EA395211411234540458BA4A0CBE30EDE1B32DB0", "/253/95211411234545678"),
    ("cpi+", "F0395211415E87A145BAFB4D19A8C0E4", "/8010/95211415PQ7%2FZ43/8011/12345"),
    ("cpi++", "E6395211415E87A145BAFB4D19A8C0E64A0CBE30EDE1B32DB000", "/8010/95211415PQ7%2FZ43/8011/12345"),
    ("sgcn+", "F839521141678909509338", "/255/952114167890904711"),
    ("sgcn++", "EC3952114167890950933C94197C61DBC3665B60", "/255/952114167890904711"),
    ("itip+", "F3309521141123454010266AE27FDF35", "/8006/095211411234540102/21/rif981"),
    ("itip++", "ED309521141123454010266AE27FDF3592832F8C3B786CCB6C00", "/8006/095211411234540102/21/rif981"),
]


def words(hex_text: str) -> bytes:
    return bytes.fromhex(hex_text + "0" * (-len(hex_text) % 4))


@pytest.mark.parametrize(("scheme", "hex_text", "path"), EXAMPLES)
def test_the_standards_examples_read_and_write(scheme: str, hex_text: str, path: str) -> None:
    epc = words(hex_text)
    identity = identify(epc)
    host = "id.example.com" if scheme.endswith("++") else "id.gs1.org"
    assert (identity.scheme, identity.digital_link) == (scheme, f"https://{host}{path}")
    assert identity.key == f"https://id.gs1.org{path.partition('?')[0]}"
    assert identity.reason == ""
    written = encode(f"https://{host}{path}", filter=plus.decode(epc).filter)
    assert written.rstrip(b"\0") == epc.rstrip(b"\0")


@pytest.mark.parametrize("name", ["tds_plus", "tds_plusplus"])
def test_every_tag_of_the_fixtures_reads_as_expected(shared_fixtures: Path, name: str) -> None:
    text = (shared_fixtures / "devices" / "epc" / f"{name}.jsonl").read_text()
    rows = [json.loads(line) for line in text.splitlines()]
    assert len(rows) == 6
    for row in rows:
        assert identify(bytes.fromhex(row["hex"])).digital_link == row["digital_link"], row["hex"]


@pytest.mark.parametrize(
    ("hex_text", "reason"),
    [
        ("F73795211411234538", "length"),  # cut before the serial
        ("F73795211411234548566CB0AFC4", "check_digit"),
        ("F7379521141123453C566CB0AFC4", "alphabet"),  # encoding indicator 6
        ("F73795211411234538566CB0AFC40001", "padding"),  # bits behind it, and a toggle that says none
        ("FA3952114132D83C2BF10000", "digits"),  # D stands among the digits
        ("FC3F2CDE795211411234538566CB0AFC525065F1876F0D996D80", "date"),  # date type 15
        ("FC342CDF795211411234538566CB0AFC525065F1876F0D996D80", "date"),  # the 31st of June
        ("FD3795211411234538566CB0AFC4000000000000", "hostname"),
    ],
)
def test_what_breaks_the_rules_stays_raw_with_its_reason(hex_text: str, reason: str) -> None:
    identity = identify(words(hex_text))
    assert (identity.scheme, identity.key) == ("raw", f"urn:tierview:raw:{words(hex_text).hex().upper()}")
    assert identity.reason.startswith(f"{reason}: "), identity.reason


def test_data_behind_the_epc_is_no_fault_where_the_toggle_says_so() -> None:
    epc = words("F7B795211411234538566CB0AFC4" + "17D2C3")
    assert identify(epc).key == "https://id.gs1.org/01/79521141123453/21/32a%2Fb"


def test_a_plus_tag_and_an_older_tag_of_one_thing_meet_in_one_key() -> None:
    older = identify(bytes.fromhex("3066C4409047E140075BCD15")).key
    newer = identify(encode("https://id.gs1.org/01/09506000134352/21/123456789")).key
    hosted = identify(encode("https://parts.example.com/01/09506000134352/21/123456789")).key
    assert older == "urn:epc:id:sgtin:95060001343.05.123456789"
    assert in_one_key(newer, ["95060001343"]) == in_one_key(hosted, ["95060001343"]) == older
    assert in_one_key(newer, []) == newer == hosted, "nobody said where the company prefix ends"
    assert canonical(encode("https://id.gs1.org/00/095201234567891235").hex(), prefixes=["952012"]) == (
        "urn:epc:id:sscc:952012.03456789123"
    )


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ("https://id.gs1.org/01/09506000134353/21/1", "check digit"),
        ("https://id.gs1.org/01/09506000134352", "no single thing"),
        ("https://id.gs1.org/00/095201234567891235?17=261231", "one date"),
        ("https://id.gs1.org/01/09506000134352/21/1?17=260230", "YYMMDD"),
        ("https://id.gs1.org/01/09506000134352/21/" + "x" * 21, "20 characters"),
        ("https://-x-/00/095201234567891235", "hostname"),
        ("https://id.gs1.org/nothing", "no Digital Link"),
    ],
)
def test_what_no_tag_can_say_is_refused_in_words(link: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        encode(link)


# --- there and back ---------------------------------------------------------------------------------


def _part(method: object) -> st.SearchStrategy[str]:
    digits, letters = "0123456789", "".join(sorted(CHARACTERS_82))
    if isinstance(method, FixedDigits):
        return st.text(digits, min_size=method.count, max_size=method.count)
    if isinstance(method, CountedDigits):
        return st.text(digits, min_size=1, max_size=method.most)
    some = st.sampled_from([digits, "0123456789ABCDEF", "0123456789abcdef", "ABZ.:-019", "aZ_-7", letters])
    if isinstance(method, Alphanumeric):
        most = method.most
        return some.flatmap(lambda alphabet: st.text(alphabet, min_size=1, max_size=most))
    assert isinstance(method, DigitsThenText)
    rest = some.flatmap(lambda alphabet: st.text(alphabet, max_size=20))
    return st.tuples(st.text(digits, min_size=4, max_size=10), rest).map("".join)


@st.composite
def _value(draw: st.DrawFn, value: Value) -> tuple[str, str]:
    text = "".join(draw(_part(method)) for method in value.methods)
    if value.checked:
        text = text[: value.checked - 1] + check_digit(text[: value.checked - 1]) + text[value.checked :]
    return value.ai, text


@st.composite
def _tags(draw: st.DrawFn, scheme: PlusScheme) -> PlusTag:
    host = st.sampled_from(
        ["id.example.com", "qr.loja.com.br", "www.abc.de", "x.tech", "a-b.c_d", "id.example.org", "q"]
    )
    return PlusTag(
        scheme,
        draw(st.integers(0, 7)),
        tuple(draw(_value(value)) for value in scheme.values),
        (draw(st.sampled_from(plus.DATES)), draw(st.dates().map(lambda day: f"{day:%y%m%d}")))
        if scheme.dated
        else None,
        draw(host) if scheme.hosted else "",
    )


@pytest.mark.parametrize("scheme", plus.SCHEMES, ids=lambda scheme: scheme.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_tag_goes_to_bits_and_back(scheme: PlusScheme, data: st.DataObject) -> None:
    tag = data.draw(_tags(scheme))
    assert plus.decode(plus.encode(tag)) == tag
    link = digital_link(tag.elements)
    assert identify(plus.encode(tag)).key == link
    assert link is not None
    assert quote(tag.elements[0][1], safe="") in link


@settings(max_examples=300, deadline=None)
@given(header=st.sampled_from(sorted(plus.BY_HEADER)), rest=st.binary(max_size=60))
def test_any_bytes_are_a_tag_or_undecodable_and_nothing_else(header: int, rest: bytes) -> None:
    with suppress(Undecodable):
        tag = plus.decode(bytes((header,)) + rest)
        assert plus.decode(plus.encode(tag)).elements == tag.elements
