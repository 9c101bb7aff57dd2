"""What someone may have meant who typed, pasted or scanned a number into a search: each reading of it, once. Pure.

A search is kinder than a plan: signs between digits may be there or not, an identifier may be left out. Whatever of
these readings is the name of something is found; those that are names of nothing harm nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from gateway.errors import BadInput
from gateway.identity import gs1
from gateway.identity.bits import Undecodable
from gateway.identity.describe import parse_hex
from gateway.identity.elements import LONGEST
from gateway.identity.identify import RAW, identify
from gateway.identity.labels import read_label
from gateway.identity.pc import parse_pc
from gateway.identity.tables import SCHEMES

Form: TypeAlias = Literal["epc_hex", "tag_uri", "epc_uri", "element_string", "digital_link", "label", "name"]

_FORMS: tuple[tuple[re.Pattern[str], Form], ...] = (
    (re.compile(r"urn:epc:tag:", re.IGNORECASE), "tag_uri"),
    (re.compile(r"urn:", re.IGNORECASE), "epc_uri"),
    (re.compile(r"https?://", re.IGNORECASE), "digital_link"),
    (re.compile(r"\((?=\d)"), "element_string"),
)
_SIGNS = re.compile(r"[\s:._/-]+")
_SHORTEST_HEX = 12  # digits, of an EPC or of what stands before it: shorter ones are names
_CONTAINER = re.compile(r"([A-Z]{3}[UJZ])(\d{6})(\d)")  # ISO 6346
_SCHEME_SAID = re.compile(r"([A-Za-z]{3,5})[\s:]+(.+)")  # SSCC 9521141.0000000001, as we write it ourselves
_KEYS = frozenset(scheme.key for scheme in SCHEMES) | {"bic"}
_NUMBER_OF_18 = re.compile(r"\d{18}")


class Spelling(NamedTuple):
    """A reading of what was typed."""

    form: Form
    text: str  # that means something to `names.canonical`, or a key itself


def spellings(typed: str) -> list[Spelling]:
    """All readings of a text, those first that say most of it; none of an empty one. Never raises."""
    text = typed[:LONGEST].strip()
    if not text:
        return []
    found = dict.fromkeys(_readings(text))
    return [one for one in found if one.text]


def _readings(text: str) -> Iterator[Spelling]:
    form: Form = next((form for shape, form in _FORMS if shape.match(text)), "name")
    if form != "name":
        yield Spelling(form, text)
        yield Spelling(form, text.replace(" ", ""))
    bare = _SIGNS.sub("", text).upper()
    yield from _hex(text)
    yield from _numbers(bare)
    yield from _said_with_its_scheme(text)
    yield from _scanned(text)
    yield Spelling("name", text)
    yield Spelling("name", bare)


def _hex(text: str) -> Iterator[Spelling]:
    try:
        epc = parse_hex(text)
    except Undecodable:
        return
    if 2 * len(epc) < _SHORTEST_HEX:
        return
    yield Spelling("epc_hex", identify(epc).key)
    pc = int.from_bytes(epc[:2], "big")
    if 2 * parse_pc(pc).words == len(epc) - 2:  # the PC word that some readers print before the EPC
        yield Spelling("epc_hex", identify(epc[2:], pc).key)
    yield Spelling("epc_hex", f"{RAW}{epc.hex().upper()}")


def _numbers(bare: str) -> Iterator[Spelling]:
    """An SSCC without its identifier, a container with its check digit."""
    if _NUMBER_OF_18.fullmatch(bare) and gs1.check_digit(bare[:-1]) == bare[-1]:
        yield Spelling("element_string", f"(00){bare}")
    if container := _CONTAINER.fullmatch(bare):
        yield Spelling("name", bare)
        yield Spelling("epc_uri", f"{gs1.ID}bic:{''.join(container.groups())}")


def _said_with_its_scheme(text: str) -> Iterator[Spelling]:
    said = _SCHEME_SAID.fullmatch(text)
    if said is None:
        return
    scheme, rest = said[1].lower(), said[2].strip()
    if scheme in _KEYS:
        yield Spelling("epc_uri", f"{gs1.ID}{scheme}:{rest}")
        yield from _numbers(_SIGNS.sub("", rest).upper())
    if scheme == "raw":
        yield Spelling("epc_hex", f"{RAW}{rest.upper()}")


def _scanned(text: str) -> Iterator[Spelling]:
    """As a scanner sends it: GS1 element strings with and without brackets, data identifiers."""
    try:
        identity = read_label(text)
    except BadInput:
        return
    if identity is None or identity.reason:
        return
    for said in (identity.element_string, identity.digital_link, identity.key):
        if said:
            yield Spelling("element_string" if identity.element_string else "label", said)
