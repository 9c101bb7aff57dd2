"""Who a bar code says it is: GS1 element strings, Digital Links, MH10.8.2 data identifiers, ISO 15434 envelopes.

A label and a tag of one thing meet in one key: the EPC URI where the company prefix is known, else the Digital Link;
`urn:jaif:id:obj:TEXT` for data identifiers, as for ISO tags. What is none of these keeps its text.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote

from gateway.identity import company, elements, gs1
from gateway.identity.bits import Undecodable
from gateway.identity.data_identifiers import KINDS, identifier_of, jaif_key
from gateway.identity.tables import SCHEMES
from gateway.model import AssetKind, Identity

LABEL = "urn:tierview:label:"

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # the symbology identifier of ISO/IEC 15424
_ENVELOPE = re.compile(r"\[\)>\x1e(\d\d)\x1d?(.*?)(?:\x1e\x04?)?", re.DOTALL)  # ISO/IEC 15434: format, its data
_GS1_FORMAT, _DI_FORMATS = "05", ("06", "12")  # 06: data identifiers; 12: as 06, of the telecommunication industry
_LINK = re.compile(r"https?://", re.IGNORECASE)

_KIND_OF_KEY = {scheme.key: scheme.kind for scheme in SCHEMES}


def read_label(text: str, prefixes: Collection[str] = ()) -> Identity | None:
    """Who a label is, from its text as scanned; None for a text without anything in it.

    `prefixes` are the known GS1 company prefixes. Never raises: what cannot be read has scheme `raw` and its reason.
    """
    said = _AIM.sub("", text[: elements.LONGEST], count=1) if text.startswith("]") else text[: elements.LONGEST]
    said = said.strip(" \t\r\n")
    if not said.strip(elements.GS):
        return None
    try:
        return _read(said, prefixes)
    except Undecodable as why:
        key = LABEL + quote(said, safe="")
        return Identity(key=key, scheme="raw", kind=AssetKind.OTHER, reason=str(why))


def _read(said: str, prefixes: Collection[str]) -> Identity:
    if said.startswith("("):
        return _gs1(elements.from_brackets(said), prefixes)
    if _LINK.match(said):
        return _gs1(elements.from_link(said), prefixes)
    if envelope := _ENVELOPE.fullmatch(said):
        return _enveloped(envelope[1], envelope[2], prefixes)
    if said[:1].isdigit() or said.startswith(elements.GS):
        try:
            return _gs1(elements.from_symbol(said), prefixes)
        except Undecodable:
            if identifier_of(said) not in KINDS:
                raise
    return _identified([said])


def _enveloped(form: str, data: str, prefixes: Collection[str]) -> Identity:
    if form == _GS1_FORMAT:
        return _gs1(elements.from_symbol(data), prefixes)
    if form in _DI_FORMATS:
        return _identified(data.split(elements.GS))
    raise Undecodable("format", f"expected the format 05, 06 or 12 of ISO 15434, came {form}")


def _gs1(found: elements.Elements, prefixes: Collection[str]) -> Identity:
    key, own = elements.key_of(found)
    link = str(gs1.digital_link(own))
    try:
        name = company.epc_uri(key, own, prefixes)
    except Undecodable:
        name = link
    return Identity(
        key=name,
        scheme=key.name,
        kind=_KIND_OF_KEY[key.name],
        digital_link=link,
        element_string=gs1.element_string(own),
    )


def _identified(fields: list[str]) -> Identity:
    """The first field whose data identifier names a single thing; others tell its part number, its weight, ..."""
    for field in fields:
        kind = KINDS.get(identifier_of(field))
        if kind is not None:
            return Identity(key=jaif_key(field), scheme="mh10", kind=kind)
    came = ", ".join(identifier_of(field) or repr(field[:12]) for field in fields)
    raise Undecodable("no_key", f"expected a data identifier such as 25S, 37S, 25B or 1J to 6J, came {came}")
