"""GS1 element strings and Digital Links, as labels and people write them: to application identifiers, checked.

    (01)09506000134352(21)S1            in brackets, as printed under a symbol
    ]C1 01... 21S1<GS>...               as a scanner sends it: values of fixed length run on, others end with GS
    https://example.com/01/.../21/S1    a Digital Link, on whichever host

Facts: GS1 General Specifications, 3.2 (identifiers), 7.8.5 (predefined lengths), 7.11 (characters).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from gateway.identity.bits import Undecodable
from gateway.identity.fields import CHARACTERS_82
from gateway.identity.gs1 import check_digit

Elements = tuple[tuple[str, str], ...]

GS = "\x1d"  # FNC1 between elements, as scanners send it
LONGEST = 512  # characters of one symbol that are looked at: the longest GS1 message has fewer


@dataclass(frozen=True)
class Key:
    """One of GS1's identification keys: its identifiers, the first of which names it."""

    name: str  # as in EPC URIs
    ais: tuple[str, ...]
    form: str  # of the first one's value, for people
    shape: re.Pattern[str]
    check_at: int | None = None  # where in it the check digit stands
    needed: bool = True  # False: it names a thing without the second identifier too


KEYS = (
    Key("sscc", ("00",), "18 digits", re.compile(r"\d{18}"), 17),
    Key("sgtin", ("01", "21"), "14 digits", re.compile(r"\d{14}"), 13),
    Key("sgln", ("414", "254"), "13 digits", re.compile(r"\d{13}"), 12, needed=False),
    Key("grai", ("8003",), "0, 13 digits and a serial number", re.compile(r"0\d{13}.{1,16}"), 13),
    Key("giai", ("8004",), "4 digits and 1 to 26 characters", re.compile(r"\d{4}.{1,26}")),
    Key("gdti", ("253",), "13 digits and a serial number", re.compile(r"\d{13}.{1,17}"), 12),
    Key("sgcn", ("255",), "13 digits and a serial number", re.compile(r"\d{13}\d{1,12}"), 12),
    Key("gsrn", ("8018",), "18 digits", re.compile(r"\d{18}"), 17),
    Key("gsrnp", ("8017",), "18 digits", re.compile(r"\d{18}"), 17),
    Key("cpi", ("8010", "8011"), "4 digits and 1 to 26 characters", re.compile(r"\d{4}[0-9A-Z#/-]{1,26}")),
    Key("itip", ("8006", "21"), "18 digits", re.compile(r"\d{18}"), 13),
)
_KEYS_SAID = ", ".join("".join(f"({ai})" for ai in key.ais) for key in KEYS)
_BY_AI = {key.ais[0]: key for key in KEYS}

# Values whose length their first two digits fix (General Specifications 7.8.5), identifier included.
_FIXED = {"00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "20": 4, "41": 16}
_FIXED |= {str(number): 8 for number in (*range(11, 20),)}
_FIXED |= {str(number): 10 for number in range(31, 37)}
# How many digits an identifier has, by its first two.
_DIGITS = {"23": 3, "24": 3, "25": 3, "40": 3, "41": 3, "42": 3, "71": 3}
_DIGITS |= dict.fromkeys(("31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81", "82"), 4)

_BRACKETS = re.compile(r"\((\d{2,4})\)((?:(?!\(\d{2,4}\)).)+)", re.DOTALL)
_LINK = re.compile(r"https?://([^/?#\s]+)(/[^?#]*)", re.IGNORECASE)


def key_of(elements: Elements) -> tuple[Key, Elements]:
    """The identification key among elements, and the elements that belong to it, checked.

    Raises Undecodable: `no_key` where none names a single thing, or `check_digit`, `characters`, `value`.
    """
    said = dict(elements)
    for key in KEYS:
        if key.ais[0] in said and (not key.needed or all(ai in said for ai in key.ais)):
            own = tuple((ai, said[ai]) for ai in key.ais if ai in said)
            _check(key, own)
            return key, own
    came = "".join(f"({ai})" for ai, _ in elements)
    raise Undecodable("no_key", f"expected {_KEYS_SAID}; {came or 'nothing'} names no single thing")


def from_brackets(text: str) -> Elements:
    """Elements as people read them: every identifier in brackets. Undecodable (`brackets`) otherwise."""
    found = tuple((match[1], match[2]) for match in _BRACKETS.finditer(text))
    if "".join(f"({ai}){value}" for ai, value in found) != text:
        raise Undecodable("brackets", f"expected (AI)value(AI)value..., came {text!r}")
    return found


def from_link(text: str) -> Elements:
    """Elements of a Digital Link's path; Undecodable (`link`) when it has none."""
    match = _LINK.match(text)
    steps = [unquote(step) for step in match[2].strip("/").split("/")] if match else []
    starts = (at for at, step in enumerate(steps) if step in _BY_AI and (len(steps) - at) % 2 == 0)
    at = next(starts, None)
    if at is None:
        raise Undecodable("link", f"{text[:200]!r} is no Digital Link of a GS1 key")
    return tuple(zip(steps[at::2], steps[at + 1 :: 2], strict=True))


def from_symbol(text: str) -> Elements:
    """Elements as a scanner sends them, without brackets; Undecodable (`symbol`) when they do not come out even."""
    found, left = [], text.strip(GS)
    while left:
        head = left[:2]
        if not head.isdigit():
            raise Undecodable("symbol", f"{left[:20]!r} begins with no application identifier")
        digits = _DIGITS.get(head, 2)
        end = _FIXED.get(head) or (left + GS).index(GS)
        ai, value = left[:digits], left[digits:end]
        if not ai.isdigit() or not value or len(left) < end or GS in value:
            raise Undecodable("symbol", f"the value of ({ai}) in {text[:80]!r} is cut or empty")
        found.append((ai, value))
        left = left[end:].removeprefix(GS)
    return tuple(found)


def _check(key: Key, own: Elements) -> None:
    for ai, value in own:
        if not CHARACTERS_82.issuperset(value):
            raise Undecodable("characters", f"({ai}){value!r} holds what an element string may not")
    ai, value = own[0]
    if not key.shape.fullmatch(value):
        raise Undecodable("value", f"expected an element string with {key.form} after ({ai}), came {value!r}")
    at = key.check_at
    if at is not None and check_digit(value[:at]) != value[at]:
        expected = check_digit(value[:at])
        raise Undecodable("check_digit", f"({ai}){value} has the check digit {value[at]}, expected {expected}")
    if len(own) > 1 and not 1 <= len(own[1][1]) <= 20:
        raise Undecodable("length", f"({own[1][0]}) has 1 to 20 characters, not {len(own[1][1])}")
