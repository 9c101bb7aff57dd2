"""Interchange, group and message: the same three envelopes in both syntaxes, each with its count and reference.

One message that was cut off or miscounted spoils itself alone: the next one begins with its own first segment.
A count or reference of the message that does not fit is refused, as CONTRL and 997 would: goods may be missing.
That of an interchange is told beside its messages, which are whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.plans.edi.segment import MOST_SEGMENT, EdiFault, Message, Segment

MOST_SEGMENTS = 100_000  # of one message
MOST_MESSAGES = 10_000  # of what was sent at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One envelope: what opens and closes it, and in which element of the opening its reference stands."""

    opens: str
    closes: str
    reference: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The envelopes of a syntax, and where they say what is in them."""

    interchange: Level
    group: Level
    message: Level
    kind: int  # element of the message's first segment
    test: tuple[int, str]  # element of the interchange's first segment, and what stands there in a test


@dataclass(slots=True)
class _Open:
    segment: Segment
    inside: int = 0  # messages, or groups


class Envelopes:
    """Takes segments in order and gives messages; everything that fits nowhere is told once and passed over."""

    def __init__(self, grammar: Grammar) -> None:
        self.messages: list[Message] = []
        self.faults: list[EdiFault] = []  # of interchanges and groups
        self._grammar = grammar
        self._interchange: _Open | None = None
        self._group: _Open | None = None
        self._message: list[Segment] = []
        self._fault: EdiFault | None = None  # the first of the open message
        self._preface = ""  # of the interchange: UNA
        self._is_astray = False

    @property
    def is_within(self) -> bool:
        """Whether an interchange is open."""
        return self._interchange is not None

    @property
    def is_full(self) -> bool:
        """Whether no more is read: one interchange holds a few messages, not ten thousand."""
        return len(self.messages) >= MOST_MESSAGES

    def preface(self, raw: str) -> None:
        """What stands before the interchange that comes next, as it came."""
        self._preface = raw

    def feed(self, segment: Segment) -> None:
        """Take the next segment."""
        tag, grammar = segment.tag, self._grammar
        if tag == grammar.message.opens:
            self._begin(segment)
        elif tag == grammar.message.closes and self._message:
            self._end(segment)
        elif tag in (grammar.interchange.opens, grammar.group.opens):
            self._enter(segment)
        elif tag in (grammar.interchange.closes, grammar.group.closes):
            self._leave(segment)
        elif self._message:
            self._hold(segment)
        else:
            self._astray(segment)

    def finish(self) -> None:
        """Nothing follows, or nothing more is read."""
        if self.is_full:
            text = f"expected at most {MOST_MESSAGES} messages, came more — send the rest by itself"
            self.faults.append(
                EdiFault(where=self.messages[-1].segments[-1].where, reason="too_many_messages", text=text)
            )
            return
        self._break_off("the end of what was sent")
        if self._interchange is not None:
            closes = self._grammar.interchange.closes
            self._tell(self._interchange.segment, "cut_off", f"expected {closes} at the end, came nothing")

    def _begin(self, segment: Segment) -> None:
        self._break_off(segment.where)
        self._is_astray = False
        self._message = [segment]
        outer = self._group or self._interchange
        if outer is None:
            text = f"expected {self._grammar.interchange.opens} before it, came none"
            self._fault = EdiFault(where=segment.where, reason="no_interchange", text=text)
        else:
            outer.inside += 1
        if len(segment.raw) > MOST_SEGMENT:
            self._too_long(segment)

    def _hold(self, segment: Segment) -> None:
        if len(self._message) >= MOST_SEGMENTS:
            text = f"expected at most {MOST_SEGMENTS} segments, came more"
            self._doubt(EdiFault(where=segment.where, reason="too_many_segments", text=text))
            return
        self._message.append(segment)
        if len(segment.raw) > MOST_SEGMENT:
            self._too_long(segment)
        elif not (segment.tag.isascii() and segment.tag.isalnum() and 2 <= len(segment.tag) <= 3):
            text = f"expected a tag of two or three letters and digits, came {segment.tag[:20]!a}"
            self._doubt(EdiFault(where=segment.where, reason="bad_tag", text=text))

    def _too_long(self, segment: Segment) -> None:
        text = f"expected at most {MOST_SEGMENT} characters, came {len(segment.raw)} — is its terminator missing"
        self._doubt(EdiFault(where=segment.where, reason="segment_too_long", text=text))

    def _end(self, segment: Segment) -> None:
        self._message.append(segment)
        level = self._grammar.message
        said, came = segment.at(1), len(self._message)
        opened = self._message[0].at(level.reference)
        if not said.isdecimal() or int(said[:9]) != came:
            text = f"expected as many segments as came, {came}, came the count '{said[:20]}'"
            self._doubt(EdiFault(where=segment.where, reason="segment_count", text=text))
        elif segment.at(2) != opened:
            text = f"expected the reference {opened[:20]} of {level.opens}, came '{segment.at(2)[:20]}'"
            self._doubt(EdiFault(where=segment.where, reason="reference_mismatch", text=text))
        self._close()

    def _break_off(self, what: str) -> None:
        """End a message whose last segment never came."""
        if self._message:
            text = f"expected {self._grammar.message.closes}, came {what}"
            self._doubt(EdiFault(where=self._message[-1].where, reason="cut_off", text=text))
            self._close()

    def _close(self) -> None:
        first = self._message[0]
        self.messages.append(
            Message(
                number=len(self.messages) + 1,
                kind=first.at(self._grammar.kind),
                segments=tuple(self._message),
                head=self._head(),
                is_test=self._is_test(),
                fault=self._fault,
            )
        )
        self._message, self._fault = [], None

    def _head(self) -> str:
        opened = [level.segment.raw for level in (self._interchange, self._group) if level is not None]
        return self._preface + "".join(opened)

    def _is_test(self) -> bool:
        element, word = self._grammar.test
        return self._interchange is not None and self._interchange.segment.at(element) == word

    def _doubt(self, fault: EdiFault) -> None:
        self._fault = self._fault or fault

    def _enter(self, segment: Segment) -> None:
        self._break_off(segment.where)
        self._is_astray = False
        if segment.tag == self._grammar.group.opens:
            self._group = _Open(segment)
            if self._interchange is not None:
                self._interchange.inside += 1
            return
        if self._interchange is not None:
            text = f"expected {self._grammar.interchange.closes} before it, came the next interchange"
            self._tell(segment, "cut_off", text)
        self._interchange, self._group = _Open(segment), None

    def _leave(self, segment: Segment) -> None:
        self._break_off(segment.where)
        self._is_astray = False
        if segment.tag == self._grammar.group.closes:
            self._check(segment, self._grammar.group, self._group)
            self._group = None
        else:
            self._check(segment, self._grammar.interchange, self._interchange)
            self._interchange = self._group = None
            self._preface = ""

    def _check(self, segment: Segment, level: Level, opened: _Open | None) -> None:
        if opened is None:
            self._tell(segment, "no_interchange", f"expected {level.opens} before it, came none")
            return
        said, reference = segment.at(1), opened.segment.at(level.reference)
        if not said.isdecimal() or int(said[:9]) != opened.inside:
            text = f"expected the count of what came, {opened.inside}, came '{said[:20]}' — ask for what is missing"
            self._tell(segment, "message_count", text)
        elif segment.at(2) != reference:
            text = f"expected the reference {reference[:20]} of {level.opens}, came '{segment.at(2)[:20]}'"
            self._tell(segment, "reference_mismatch", text)

    def _astray(self, segment: Segment) -> None:
        """A run of segments outside of any message is told once."""
        if not self._is_astray:
            opens = f"{self._grammar.interchange.opens} or {self._grammar.message.opens}"
            text = f"expected {opens}, came {segment.raw[:40]!a}"
            self._tell(segment, "outside_message", text)
        self._is_astray = True

    def _tell(self, segment: Segment, reason: str, text: str) -> None:
        if len(self.faults) < MOST_MESSAGES:
            self.faults.append(EdiFault(where=segment.where, reason=reason, text=text, raw=segment.raw[:MOST_SEGMENT]))
