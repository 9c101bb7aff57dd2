"""Light barriers of a door: two beams broken in order are a passage, and say which way it went.

What breaks them is not known to be a load of tags (people break beams too). So a passage by itself tells
nothing; it settles the direction of the tags that were in the door meanwhile, and speaks for their crossing.
"""

from __future__ import annotations

from collections import deque

import msgspec

from gateway.locate.portal.crossing import Direction, Side
from gateway.locate.portal.evidence import Evidence
from gateway.model import Micros

MOST_BETWEEN_US = 30_000_000  # from one beam to the other: loads wait in the door
ABOUT_US = 2_000_000  # tags are centred in the door this long before and after the beams
KEPT = 16  # passages of one door


class Passing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Both beams of a door were broken, one after the other."""

    direction: Direction
    first_us: Micros
    last_us: Micros


class Barriers:
    """The beams of one door."""

    def __init__(self) -> None:
        self._broken: dict[Side, Micros] = {}  # when each was broken last
        self._passed: deque[Passing] = deque(maxlen=KEPT)

    def take(self, side: Side, at_us: Micros, *, on: bool) -> None:
        """A beam was broken (`on`) or is free again; late and repeated news change nothing."""
        if not on or at_us <= self._broken.get(side, 0):
            return
        other: Side = "inner" if side == "outer" else "outer"
        before_us = self._broken.get(other)
        self._broken[side] = at_us
        if before_us is not None and 0 < at_us - before_us <= MOST_BETWEEN_US:
            del self._broken[other]  # it belongs to this passage alone
            direction: Direction = "in" if side == "inner" else "out"
            self._passed.append(Passing(direction=direction, first_us=before_us, last_us=at_us))

    def passing(self, evidence: Evidence) -> Passing | None:
        """The passage during which a tag was in the door; None where there was none, or where they disagree."""
        during = [
            passing
            for passing in self._passed
            if passing.first_us - ABOUT_US <= evidence.nearest_us <= passing.last_us + ABOUT_US
        ]
        return during[-1] if len({passing.direction for passing in during}) == 1 else None
