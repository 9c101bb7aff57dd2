"""The words of both syntaxes: marks, segments, messages, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MOST_SEGMENT = 8_192  # characters; the longest of DESADV (FTX) and 856 (MSG) stay below 2,700

_NOTHING = ("",)  # one for all: most elements of most segments are empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The characters that part an interchange; each interchange says its own."""

    component: str
    element: str
    terminator: str
    release: str = ""  # takes the next character as data; X12 has none
    repetition: str = ""  # parts repeats of one element; of these the first counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One segment as it was said."""

    number: int  # 1-based, within what was sent
    tag: str
    elements: tuple[tuple[str, ...], ...]  # behind the tag; each of its components
    raw: str  # with its terminator

    def at(self, element: int, component: int = 0) -> str:
        """A value without blanks around it; empty where nothing was said. Elements count from 1, as standards do."""
        if not 0 < element <= len(self.elements):
            return ""
        components = self.elements[element - 1]
        return components[component].strip() if component < len(components) else ""

    @property
    def where(self) -> str:
        """How people find it again."""
        return f"segment {self.number} {self.tag}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EdiFault:
    """Why a message, or its interchange, cannot be used."""

    where: str  # segment 7 DTM
    reason: str  # a stable word
    text: str  # what was expected, what came, and the fix
    raw: str = ""  # of an envelope's fault the segment as it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message (EDIFACT) or transaction set (X12), whole or with why it is not."""

    number: int  # 1-based, within what was sent
    kind: str  # DESADV, 856, ...
    segments: tuple[Segment, ...]  # with those that open and close it
    head: str  # what opens its interchange and group, as it came: with it the message can be read again alone
    is_test: bool = False  # its interchange says that nothing of it counts
    fault: EdiFault | None = None

    @property
    def raw(self) -> str:
        """The message as it came."""
        return "".join(segment.raw for segment in self.segments)


def cut(text: str, start: int, marks: Marks) -> Iterator[tuple[int, int]]:
    """Where each segment begins and where its terminator stands; the last may have none: then that is the end."""
    begin = at = start
    while (end := text.find(marks.terminator, at)) != -1:
        at = end + 1
        if marks.release and _is_released(text, begin, end, marks.release):
            continue
        yield begin, end
        begin = at
    if text[begin:].strip():
        yield begin, len(text)


def parse(raw: str, number: int, marks: Marks) -> Segment:
    """Part one segment, given with its terminator; of one that is too long only the beginning."""
    said = raw[:MOST_SEGMENT].removesuffix(marks.terminator).strip()
    first, *elements = split(said, marks.element, marks.release)
    return Segment(
        number=number,
        tag=split(first, marks.component, marks.release)[0].strip(),
        elements=tuple(_components(element, marks) for element in elements),
        raw=raw,
    )


def split(text: str, mark: str, release: str) -> list[str]:
    """Part a text at each mark that is not released; releases stay in the parts."""
    parts = text.split(mark)
    if not release or release not in text:
        return parts
    joined = [parts[0]]
    for part in parts[1:]:
        if _is_released(joined[-1], 0, len(joined[-1]), release):
            joined[-1] += mark + part
        else:
            joined.append(part)
    return joined


def _components(element: str, marks: Marks) -> tuple[str, ...]:
    if not element:
        return _NOTHING
    once = split(element, marks.repetition, marks.release)[0] if marks.repetition else element
    return tuple(_plain(component, marks.release) for component in split(once, marks.component, marks.release))


def _plain(text: str, release: str) -> str:
    if not release or release not in text:
        return text
    signs = iter(text)
    return "".join(next(signs, "") if sign == release else sign for sign in signs)


def _is_released(text: str, begin: int, end: int, release: str) -> bool:
    """Whether an odd number of releases stands before `end`: of two, the first releases the second."""
    at = end
    while at > begin and text[at - 1] == release:
        at -= 1
    return (end - at) % 2 == 1
