"""What has been learned of one lane, or of all lanes together. Bounded, and a few kilobytes as bytes."""

from __future__ import annotations

import msgspec

from gateway.eta.line import Sums
from gateway.eta.sketch import Sketch
from gateway.model import Method

VERSION = 1  # of the bytes; another one's are learned anew
MOST_CELLS = 256  # of a lane: two for each of its stops; hours are 36
LEAST_WEIGHT = 0.02  # of a trip, in a bin: less is forgotten


class Score(msgspec.Struct, kw_only=True, gc=False):
    """How far a method was off, on trips it had not learned from."""

    n: float = 0.0
    off_s: float = 0.0  # sum of absolute errors


class Memory(msgspec.Struct, kw_only=True):
    """What has been learned of a lane; the fields are filled by the rung that each belongs to."""

    trips: float = 0.0
    lines: dict[str, Sums] = {}  # by start and band
    bends: dict[str, Sketch] = {}  # by start and band: what the line left over
    stops: dict[str, Sketch] = {}  # by place: what line and bend left over
    hours: dict[str, Sketch] = {}  # by weekday class and hours: what the stop left over
    paces: dict[str, Sketch] = {}  # seconds a kilometre, as the crow flies; one key, "all"
    scores: dict[str, Score] = {}  # by band and method
    misses: dict[str, Sketch] = {}  # by start and band: errors of the chosen method in its mean error, times SCALE

    def forget(self, most_trips: float) -> None:
        """Let old trips fade, so that at most so many count."""
        if self.trips <= most_trips:
            return
        keep = most_trips / self.trips
        self.trips = most_trips
        for sums in self.lines.values():
            sums.fade(keep)
        for score in self.scores.values():
            score.n *= keep
            score.off_s *= keep
        for sketches in (self.bends, self.stops, self.hours, self.paces, self.misses):
            for sketch in sketches.values():
                sketch.fade(keep, LEAST_WEIGHT)


def score_key(number: int, method: Method) -> str:
    return f"{number} {method}"


def start_key(*, waiting: bool, number: int) -> str:
    """A start is waiting at the first stop or under way: the two run differently."""
    return f"{'waiting' if waiting else 'moving'} {number}"
