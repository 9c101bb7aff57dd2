"""ASC X12: the segments of an interchange, whose ISA says its own separators, and the transaction sets in it.

Our own, for no maintained library for Python under a permissive licence reads 856 and goes on behind a fault.
"""

from __future__ import annotations

from gateway.plans.edi.envelope import Envelopes, Grammar, Level
from gateway.plans.edi.segment import MOST_SEGMENT, EdiFault, Marks, cut, parse

GRAMMAR = Grammar(
    interchange=Level(opens="ISA", closes="IEA", reference=13),
    group=Level(opens="GS", closes="GE", reference=6),
    message=Level(opens="ST", closes="SE", reference=2),
    kind=1,
    test=(15, "T"),  # I14
)
MOST_ISA = 200  # characters; it has 106, and some systems take out its blanks

_BLANKS = " \t\r\n"


def decode(data: bytes) -> str:
    """The text of an interchange: UTF-8, or Latin-1, which always can be."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def scan(text: str) -> Envelopes:
    """The transaction sets of one or more interchanges; raises nothing, whatever the text."""
    found = Envelopes(GRAMMAR)
    at, number = 0, 0
    while at < len(text) and not found.is_full:
        start, marks = _next_header(text, at)
        if text[at:start].strip():
            _no_header(text[at:start].strip(), number, found)
        if marks is None:
            break
        at, number = _interchange(text, start, number, marks, found)
    found.finish()
    return found


def _next_header(text: str, at: int) -> tuple[int, Marks | None]:
    """Where the next ISA stands that says its separators; the end of the text and None where there is none."""
    start = text.find("ISA", at)
    while start != -1:
        marks = _marks(text, start)
        if marks is not None:
            return start, marks
        start = text.find("ISA", start + 3)
    return len(text), None


def _interchange(text: str, start: int, number: int, marks: Marks, found: Envelopes) -> tuple[int, int]:
    """Read until the next ISA says new separators."""
    for begin, end in cut(text, start, marks):
        raw = text[begin : end + 1].lstrip(_BLANKS)
        if raw in ("", marks.terminator):
            continue
        if raw.startswith("ISA") and begin > start:
            return begin, number
        number += 1
        found.feed(parse(raw, number, marks))
        if found.is_full:
            break
    return len(text), number


def _marks(text: str, start: int) -> Marks | None:
    """The separators of the ISA that stands here: its element separator is the fourth character, the sixteenth of
    these is followed by the component separator and that by the terminator. None where there is no such thing."""
    element = text[start + 3 : start + 4]
    at = start + 3
    for _ in range(15):
        at = text.find(element, at + 1, start + MOST_ISA) if element else -1
        if at == -1:
            return None
    component, terminator = text[at + 1 : at + 2], text[at + 2 : at + 3]
    signs = (element, component, terminator)
    if "" in signs or len(set(signs)) < 3 or any(sign.isalnum() for sign in signs):
        return None
    elements = text[start:at].split(element)
    repeats = elements[11]  # I65 since 00402, before it U for the United States
    repetition = repeats if len(repeats) == 1 and not repeats.isalnum() and repeats not in signs else ""
    return Marks(component=component, element=element, terminator=terminator, repetition=repetition)


def _no_header(rest: str, number: int, found: Envelopes) -> None:
    text = f"expected ISA with 16 elements and its separators, came {rest[:40]!a}"
    found.faults.append(
        EdiFault(where=f"segment {number + 1}", reason="bad_interchange", text=text, raw=rest[:MOST_SEGMENT])
    )
