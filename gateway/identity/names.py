"""What people type, to the key under which everything else knows the asset.

A plan says "SSCC 395...", a label says "(00)395...", a reader says hex; all must meet in one key. Two
things cannot be read off the text and come from outside: the names that the site gave its assets, and
the GS1 company prefixes of its parties (an element string does not say where the company prefix ends,
the EPC URI does).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from gateway.errors import BadInput
from gateway.identity import binary, company, elements, gs1
from gateway.identity.bits import Undecodable
from gateway.identity.identify import identify

NO_NAMES: Mapping[str, str] = MappingProxyType({})

_EPC_URN = re.compile(r"urn:epc:(id|tag):", re.IGNORECASE)
_NO_BINARY_FORM = ("bic", "imovn", "pgln", "ginc", "gsin", "upui")  # keys that no tag carries: taken as they are
_HEX = re.compile(r"(?:[0-9A-Fa-f]{4}){4,}")  # whole words, 64 bits or more: shorter ones may be names
_MARKED_HEX = re.compile(r"0[xX]((?:[0-9A-Fa-f]{2})+)")
_BARE_SSCC = re.compile(r"00(\d{17})(\d)")
_HTTP = re.compile(r"https?://", re.IGNORECASE)


def canonical(text: str, names: Mapping[str, str] = NO_NAMES, prefixes: Collection[str] = ()) -> str:
    """The key that `text` means: an identity's key, or the asset name that the site gave it.

    Accepts an EPC in hex, an EPC, tag or tierview URI, an element string, a Digital Link, `00` and an
    SSCC, or a name. `names` maps keys and other spellings to configured names; `prefixes` are the
    known GS1 company prefixes. Text that is none of these is a name and stays as it is.
    Raises BadInput when it has a form above and breaks it, or when no known prefix explains it.
    """
    text = text.strip()
    if text in names:
        return names[text]
    key = _key(text, prefixes)
    return names.get(key, key)


def alias_table(assets: Iterable[tuple[str, Iterable[str]]], prefixes: Collection[str] = ()) -> dict[str, str]:
    """Every spelling and key of each (name, ids) to its name: the `names` that `canonical` takes."""
    table: dict[str, str] = {}
    for name, ids in assets:
        table[name] = name
        for spelling in ids:
            table[spelling] = table[_key(spelling.strip(), prefixes)] = name
    return table


def company_prefixes(texts: Iterable[str]) -> frozenset[str]:
    """The GS1 company prefixes that the EPC URIs among `texts` name, such as the SGLNs of configured places."""
    return frozenset(
        tag.parts[0] for text in texts if text.startswith(gs1.ID) and gs1.elements(tag := gs1.parse_epc_uri(text))
    )


def in_one_key(key: str, prefixes: Collection[str]) -> str:
    """The EPC URI for a Digital Link whose company prefix is known; any other key as it is.

    A `+` tag names its thing by Digital Link; the older tag of the same thing has an EPC URI.
    """
    if not key.startswith(gs1.DIGITAL_LINK):
        return key
    try:
        return company.epc_uri(*elements.key_of(elements.from_link(key)), prefixes)
    except Undecodable:
        return key


def _key(text: str, prefixes: Collection[str]) -> str:
    if urn := _EPC_URN.match(text):
        return _from_urn(urn.group(1).lower(), text[urn.end() :])
    if text.startswith("("):
        return _from_label(elements.from_brackets(text), prefixes)
    if _HTTP.match(text):
        return _from_link(text, prefixes)
    if (sscc := _BARE_SSCC.fullmatch(text)) and gs1.check_digit(sscc.group(1)) == sscc.group(2):
        return _from_label((("00", text[2:]),), prefixes)
    if marked := _MARKED_HEX.fullmatch(text):
        return in_one_key(identify(bytes.fromhex(marked.group(1))).key, prefixes)
    if _HEX.fullmatch(text):
        return in_one_key(identify(bytes.fromhex(text)).key, prefixes)
    return text


def _from_urn(form: str, rest: str) -> str:
    if form == "tag":
        tag = gs1.parse_tag_uri(gs1.TAG + rest)
        binary.encode(tag)  # raises when a part does not fit
        return gs1.epc_uri(tag)
    if rest.partition(":")[0] in _NO_BINARY_FORM:
        return gs1.ID + rest
    return gs1.epc_uri(gs1.parse_epc_uri(gs1.ID + rest))


def _from_link(text: str, prefixes: Collection[str]) -> str:
    """A Digital Link names its thing whether or not the company prefix is known: on GS1's host, if need be."""
    own = elements.key_of(elements.from_link(text))[1]
    return in_one_key(str(gs1.digital_link(own)), prefixes)


def _from_label(found: elements.Elements, prefixes: Collection[str]) -> str:
    try:
        return company.epc_uri(*elements.key_of(found), prefixes)
    except Undecodable as why:
        if why.reason != "prefix":
            raise
        raise BadInput(f"{why}: write the EPC URI instead, or let a place's SGLN say the prefix") from None
