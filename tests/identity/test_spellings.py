"""Whatever someone types, scans or pastes: the readings of it hold the key of the thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.errors import BadInput
from gateway.identity.identify import identify
from gateway.identity.labels import read_label
from gateway.identity.names import canonical
from gateway.identity.spellings import spellings

PREFIXES = ("95060001343", "952012", "0614141", "9521141")
VECTORS = Path(__file__).resolve().parents[1] / "vectors"
SGTIN = "urn:epc:id:sgtin:95060001343.05.123456789"
SSCC = "urn:epc:id:sscc:952012.03456789123"
GRAI = "urn:epc:id:grai:0614141.12345.5678"
GIAI = "urn:epc:id:giai:0614141.5678"
CONTAINER = "urn:epc:id:bic:CSQU3054383"


def _keys(typed: str) -> set[str]:
    found: set[str] = set()
    for one in spellings(typed):
        try:
            found.add(canonical(one.text, prefixes=PREFIXES))
        except BadInput:
            continue
    return found


@pytest.mark.parametrize(
    ("typed", "key", "form"),
    [
        ("3066C4409047E140075BCD15", SGTIN, "epc_hex"),
        ("3066 c440 9047 e140 075b cd15", SGTIN, "epc_hex"),
        ("30:66:C4:40:90:47:E1:40:07:5B:CD:15", SGTIN, "epc_hex"),
        ("0x3066C4409047E140075BCD15", SGTIN, "epc_hex"),
        ("3000 3066C4409047E140075BCD15", SGTIN, "epc_hex"),  # with its PC word
        ("urn:epc:tag:sgtin-96:3.95060001343.05.123456789", SGTIN, "tag_uri"),
        (SGTIN, SGTIN, "epc_uri"),
        ("sgtin 95060001343.05.123456789", SGTIN, "epc_uri"),
        ("(01)09506000134352(21)123456789", SGTIN, "element_string"),
        ("(01) 09506000134352 (21) 123456789", SGTIN, "element_string"),
        ("010950600013435221123456789", SGTIN, "element_string"),  # as a scanner sends it
        ("]d2010950600013435221123456789", SGTIN, "element_string"),
        ("https://shop.example/p/01/09506000134352/21/123456789", SGTIN, "digital_link"),
        ("(00)095201234567891235", SSCC, "element_string"),
        ("00095201234567891235", SSCC, "element_string"),
        ("095201234567891235", SSCC, "element_string"),  # without its identifier
        ("0 952012 34567891235", SSCC, "element_string"),  # as printed on the label
        ("SSCC 952012.03456789123", SSCC, "epc_uri"),
        ("SSCC: 0952 0123 4567 8912 35", SSCC, "element_string"),
        ("(8003)006141411234525678", GRAI, "element_string"),
        ("8003006141411234525678", GRAI, "element_string"),
        ("(8004)06141415678", GIAI, "element_string"),
        ("GIAI 0614141.5678", GIAI, "epc_uri"),
        ("CSQU 305438 3", CONTAINER, "epc_uri"),
        ("csqu3054383", CONTAINER, "epc_uri"),
        ("CSQU-305438-3", CONTAINER, "epc_uri"),
        ("25SUN123456789A", "urn:jaif:id:obj:25SUN123456789A", "label"),  # a licence plate, ISO 15459
        ("e28011700000020d2a412182", "urn:tierview:raw:E28011700000020D2A412182", "epc_hex"),  # a chip's own number
        ("TRAILER 7", "TRAILER 7", "name"),
        ("hh-tv 123", "HHTV123", "name"),
    ],
)
def test_a_spelling_leads_to_its_key(typed: str, key: str, form: str) -> None:
    assert key in _keys(typed)
    assert form in {one.form for one in spellings(typed)}


def test_every_scanned_label_leads_to_what_the_gateway_calls_it() -> None:
    lines = (VECTORS / "scanner.jsonl").read_text().splitlines()
    texts = {one["text"] for line in lines for one in json.loads(line)["expect"] if one["type"] == "label"}
    read = {text: found for text in texts if (found := read_label(text, PREFIXES)) and not found.reason}
    assert len(read) >= 3
    for text, identity in read.items():
        assert identity.key in _keys(text) | {one.text for one in spellings(text)}, text


@pytest.mark.parametrize("driver", ["llrp", "m100", "thingmagic", "zebra_iotc", "uhfreader"])
def test_every_tag_that_a_reader_told_leads_to_what_the_gateway_calls_it(driver: str) -> None:
    lines = (VECTORS / f"{driver}.jsonl").read_text().splitlines()
    tags = {one["epc"] for line in lines for one in json.loads(line)["expect"] if one["type"] == "tag_read"}
    assert tags
    for epc in tags:
        if len(epc) >= 12:
            assert identify(bytes.fromhex(epc)).key in {one.text for one in spellings(epc)}, epc


@pytest.mark.parametrize(
    "typed", ["", "   ", "(", "((", "]C", "0x", "urn:", "https://", "\x1d", "\0", "a" * 5000, "٣" * 18]
)
def test_nothing_that_is_typed_is_an_error(typed: str) -> None:
    assert isinstance(spellings(typed), list)
    assert all(one.text for one in spellings(typed))
