"""UN/EDIFACT (ISO 9735): the bytes and segments of an interchange, and the messages in it.

Our own, for pydifact ends with the first fault: a missing terminator, a stray UNA or a tag that is none raises
(AssertionError, IndexError, TypeError among them), and what stood before and behind is lost. Here one message
spoils itself alone and its segment is named. The two are held side by side in the tests.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.plans.edi.envelope import Envelopes, Grammar, Level
from gateway.plans.edi.segment import Marks, cut, parse

GRAMMAR = Grammar(
    interchange=Level(opens="UNB", closes="UNZ", reference=5),
    group=Level(opens="UNG", closes="UNE", reference=5),
    message=Level(opens="UNH", closes="UNT", reference=1),
    kind=2,
    test=(11, "1"),  # 0035
)
DEFAULT = Marks(component=":", element="+", terminator="'", release="?")  # ISO 9735 where no UNA says otherwise

_UNA = 9  # characters
_BLANKS = " \t\r\n"
_PARTS_OF_8859 = {"UNOC": 1, "UNOD": 2, "UNOE": 5, "UNOF": 7, "UNOG": 3, "UNOH": 4, "UNOI": 6, "UNOJ": 8, "UNOK": 9}


def decode(data: bytes) -> str:
    """The text of an interchange, by its syntax identifier (0001); Latin-1 where that cannot be, which always can."""
    at = data.find(b"UNB", 0, 1024)
    identifier = data[at + 4 : at + 8].decode("latin-1") if at != -1 else ""
    part = _PARTS_OF_8859.get(identifier)
    try:
        return data.decode(f"iso8859_{part}" if part else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def scan(text: str) -> Envelopes:
    """The messages of one or more interchanges; raises nothing, whatever the text."""
    found = Envelopes(GRAMMAR)
    at, number = _after_blanks(text, 0), 0
    while at < len(text) and not found.is_full:
        begin = at + len(_advice(text, at))
        found.preface(text[at:begin])
        marks = _marks(text, at, begin)
        at, number = _interchange(text, begin, number, marks, found)
    found.finish()
    return found


def _interchange(text: str, start: int, number: int, marks: Marks, found: Envelopes) -> tuple[int, int]:
    """Read to the end of an interchange: behind it others may say other marks."""
    for begin, end in cut(text, start, marks):
        raw = text[begin : end + 1].lstrip(_BLANKS)
        if raw in ("", marks.terminator):
            continue
        number += 1
        found.feed(parse(raw, number, marks))
        if found.is_full or not found.is_within:
            return _after_blanks(text, end + 1), number
    return len(text), number


def _advice(text: str, at: int) -> str:
    """The service string advice that stands here; empty where none does."""
    said = text[at : at + _UNA]
    return said if said.startswith("UNA") and len(said) == _UNA else ""


def _marks(text: str, at: int, begin: int) -> Marks:
    """The marks that UNA says, as far as they can be told apart; else those of the standard."""
    marks, repetition = DEFAULT, "*"
    if begin > at:
        component, element, _, release, repetition, terminator = tuple(text[at + 3 : begin])
        signs = [sign for sign in (component, element, terminator, release, repetition) if sign != " "]
        if len(set(signs)) == len(signs) >= 3 and not any(sign.isalnum() for sign in signs):
            marks = Marks(component=component, element=element, terminator=terminator, release=release.strip())
    version = parse(text[begin : begin + 100], 0, marks).at(1, 1)
    # Before version 4 the place of the repetition mark is reserved, and a star is a star.
    return replace(marks, repetition=repetition.strip()) if version == "4" else marks


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at
