"""Sentences of AIS, and messages that are spread over several of them. See `ais` for the documents.

A sentence is `!`, talker and VDM or VDO, the number of sentences of the message, this one's place, a sequence number,
the channel, the payload in six-bit armour, fill bits, `*` and two hex digits of the XOR of all between. Before it may
stand a tag block in backslashes, whose `c:` is the time of receipt in seconds or milliseconds; behind it, fields of the
older US Coast Guard form, whose last is that time in seconds.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import xor

import msgspec

from device_drivers.framing import Refused
from gateway.model import Micros

MOST_LINE_BYTES = 512  # the standard says 82; tag blocks and Coast Guard fields add to it
MOST_PARTS = 5  # of a message: five slots of radio time are the most
MOST_OPEN = 20  # messages that wait for parts: ten sequence numbers on two channels
MOST_WAIT_S = 30
MAX_PENDING_BYTES = MOST_LINE_BYTES * (1 + MOST_OPEN * MOST_PARTS)

_TAGS = rb"(?:\\([^\\\r\n!]{0,120})\\)?"
_BODY = rb"([A-Z]{2}VD[MO],([1-9]),([1-9]),([0-9]?),([A-D0-9]?),([0-W`-w]{0,250}),([0-5]))"
# The fields behind are taken whole or not yet (possessively), and a byte must follow, so that no cut shortens them.
_FIELDS = rb"((?:,[\x20\x22\x23\x25-\x5b\x5d-\x7e]{0,120}+)?+)(?=[\x00-\xff])"
SENTENCE = re.compile(_TAGS + rb"!" + _BODY + rb"\*([0-9A-Fa-f]{2})" + _FIELDS)
OTHER_LINE = re.compile(rb"[\r\n]+|(?:#|[$!][A-Z])[\x20\x22-\x5b\x5d-\x7e]{0,500}[\r\n]")
CHARACTERS = re.compile(rb"[\\!$#\r\n][\x20-\x7e]*")
_BEGINS = re.compile(rb"[\\!$#\r\n]")
_TAG_TIME = re.compile(rb"(?:^|,)c:(\d{10})(\d{3})?(?=[,*])")
_LAST_TIME = re.compile(rb",(\d{10})$")


class Sentence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One sentence with a right checksum."""

    plain: bytes  # from ! to the checksum
    total: int
    place: int
    group: bytes  # sequence number and channel
    received_us: Micros | None  # where the line has a time stamp


class Joiner:
    """Messages that wait for the rest of their sentences."""

    def __init__(self) -> None:
        self._open: dict[bytes, tuple[Micros, tuple[Sentence, ...]]] = {}

    @property
    def pending_bytes(self) -> int:
        return sum(len(one.plain) for _, parts in self._open.values() for one in parts)

    def join(self, sentence: Sentence, now_us: Micros) -> tuple[Sentence, ...]:
        """All sentences of the message that this one completes; empty while it does not."""
        if sentence.total == 1:
            return (sentence,)
        began_us, parts = self._open.pop(sentence.group, (now_us, ()))
        if sentence.place == 1 or now_us - began_us > MOST_WAIT_S * 1_000_000:
            began_us, parts = now_us, ()
        if sentence.place != len(parts) + 1 or (parts and parts[0].total != sentence.total):
            return ()
        parts = (*parts, sentence)
        if len(parts) == sentence.total:
            return parts
        if len(self._open) >= MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._open[sentence.group] = (began_us, parts)
        return ()


def sentence_at(buffer: bytearray, at: int) -> tuple[int, Sentence | None] | None:
    """The end and the sentence that begins here, or no sentence for a line of another kind; None while it goes on.

    Raises Refused.
    """
    found = SENTENCE.match(buffer, at, at + MOST_LINE_BYTES)
    if found is None:
        return _no_sentence_at(buffer, at)
    counted, came = reduce(xor, found[2]), int(found[9], 16)
    if counted != came:
        raise Refused("checksum", f"expected checksum {counted:02X}, came {came:02X}")
    total, place = int(found[3]), int(found[4])
    if place > total or total > MOST_PARTS:
        raise Refused("parts", f"expected a place within at most {MOST_PARTS} sentences, came {place} of {total}")
    sentence = Sentence(
        plain=b"!" + bytes(found[2]) + b"*" + bytes(found[9]),
        total=total,
        place=place,
        group=bytes(found[5]) + bytes(found[6]),
        received_us=_stamp(bytes(found[1] or b""), bytes(found[10])),
    )
    return found.end(), sentence


def seek(buffer: bytearray, at: int) -> int:
    """The next place where a line may begin."""
    found = _BEGINS.search(buffer, at)
    return found.start() if found else len(buffer)


def _no_sentence_at(buffer: bytearray, at: int) -> tuple[int, None] | None:
    other = OTHER_LINE.match(buffer, at)
    if other and b"VDM" not in other[0][3:7] and b"VDO" not in other[0][3:7]:
        return other.end(), None
    if len(buffer) - at < MOST_LINE_BYTES and CHARACTERS.fullmatch(buffer, at):
        return None
    raise Refused("noise", "expected an AIVDM or AIVDO sentence, came other bytes")


def _stamp(tags: bytes, fields: bytes) -> Micros | None:
    tagged = _TAG_TIME.search(tags)
    if tagged:
        return int(tagged[1]) * 1_000_000 + int(tagged[2] or b"0") * 1000
    last = _LAST_TIME.search(fields)
    return int(last[1]) * 1_000_000 if last else None
