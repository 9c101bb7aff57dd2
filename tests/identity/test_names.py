"""However a person writes a thing, it is the same thing."""

from __future__ import annotations

import pytest

from gateway.errors import BadInput
from gateway.identity.names import alias_table, canonical, company_prefixes

PREFIXES = ("95060001343", "952012", "0614141")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("3066C4409047E140075BCD15", "urn:epc:id:sgtin:95060001343.05.123456789"),
        ("  3066c4409047e140075bcd15 ", "urn:epc:id:sgtin:95060001343.05.123456789"),
        ("urn:epc:tag:sgtin-96:3.95060001343.05.123456789", "urn:epc:id:sgtin:95060001343.05.123456789"),
        ("URN:EPC:ID:sgtin:95060001343.05.123456789", "urn:epc:id:sgtin:95060001343.05.123456789"),
        ("(01)09506000134352(21)123456789", "urn:epc:id:sgtin:95060001343.05.123456789"),
        ("https://id.gs1.org/01/09506000134352/21/123456789", "urn:epc:id:sgtin:95060001343.05.123456789"),
        ("https://shop.example/p/01/70614141123451/21/32a%2Fb?15=1", "urn:epc:id:sgtin:0614141.712345.32a%2Fb"),
        ("urn:epc:id:sgtin:0614141.712345.32a%2fb", "urn:epc:id:sgtin:0614141.712345.32a%2Fb"),
        ("(01)70614141123451(21)a(b)c", "urn:epc:id:sgtin:0614141.712345.a(b)c"),
        ("(00)095201234567891235", "urn:epc:id:sscc:952012.03456789123"),
        ("00095201234567891235", "urn:epc:id:sscc:952012.03456789123"),
        ("(414)0614141123452", "urn:epc:id:sgln:0614141.12345.0"),
        ("https://id.gs1.org/414/0614141123452", "urn:epc:id:sgln:0614141.12345.0"),
        ("(414)0614141123452(254)5678", "urn:epc:id:sgln:0614141.12345.5678"),
        ("(8003)006141411234525678", "urn:epc:id:grai:0614141.12345.5678"),
        ("(8004)06141415678", "urn:epc:id:giai:0614141.5678"),
        ("urn:epc:id:bic:MSKU1234565", "urn:epc:id:bic:MSKU1234565"),
        ("urn:jaif:id:obj:25BUN1", "urn:jaif:id:obj:25BUN1"),
        ("0x8A450224", "urn:tierview:raw:8A450224"),
        ("8A450224", "8A450224"),  # 32 bits may as well be a name
        ("TRAILER-7", "TRAILER-7"),
    ],
)
def test_a_spelling_means_its_key(text: str, key: str) -> None:
    assert canonical(text, prefixes=PREFIXES) == key


@pytest.mark.parametrize(
    "text", ["TRAILER-7", "3474257BF40000000000162E", "(8004)06141415678", "urn:epc:id:giai:0614141.5678"]
)
def test_a_configured_name_wins_over_its_numbers(text: str) -> None:
    names = alias_table([("TRAILER-7", ["3474257BF40000000000162E", "imei-1"])])
    assert canonical(text, names, PREFIXES) == "TRAILER-7"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("(01)09506000134352(21)1", "no known company prefix"),
        ("(01)09506000134353(21)1", "check digit 3, expected 2"),
        ("(99)1", "expected \\(00\\)"),
        ("urn:epc:id:sgtin:1.2.3", "6 to 12 digits"),
        ("urn:epc:id:nothing:1.2.3", "known key"),
        ("urn:epc:id:sgtin:0614141.712345", "3 parts and 2 came"),
        ("urn:epc:id:sgtin:0614141.712345.%FF", "characters"),
        ("urn:epc:tag:sgtin-96:9.0614141.712345.1", "filter"),
        ("urn:epc:tag:sgtin-96:x.0614141.712345.1", "filter"),
        ("urn:epc:tag:sgtin-97:1.0614141.712345.1", "known scheme"),
    ],
)
def test_a_broken_form_is_refused_in_words(text: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        canonical(text)


def test_two_prefixes_that_fit_are_no_answer() -> None:
    with pytest.raises(BadInput, match="several"):
        canonical("(00)095201234567891235", prefixes=("952012", "95201234"))


def test_the_places_of_a_network_tell_its_company_prefixes() -> None:
    codes = ["urn:epc:id:sgln:0614141.12345.0", "DEHAM", "urn:epc:id:gid:1.2.3", "4012345000009"]
    assert company_prefixes(codes) == {"0614141"}
