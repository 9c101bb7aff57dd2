"""What one tag's reads at a wall came to: sums by door and zone, of bounded size however long it is read.

Time is cut into spans. The first span is kept, for it tells from where the tag came, and the last two. Sums do
not depend on the order in which reads come, and a read that comes twice counts once.
"""

from __future__ import annotations

import math
from typing import TypeAlias

from gateway.model import Micros, Observation

SPAN_US = 30_000_000
KEPT_SPANS = 3  # the first, and the last two
TICKS_PER_US = 1 / 10_000  # reads of one zone within 10 ms are one
UNKNOWN_DBM = -60.0  # of readers that do not tell: then counts and order alone decide
STRONG_DB = 10.0  # below its strongest read, a tag is still about where that was

Spot: TypeAlias = tuple[str, str]  # door, and outer or inner


class Heard:
    """Sums over the reads of one zone of one door in one span; times are seconds from the span's begin."""

    __slots__ = (
        "count",
        "first",
        "last",
        "moment",
        "observation",
        "peak",
        "power",
        "sharp",
        "sharp_moment",
        "square",
        "ticks",
        "weakest",
    )

    def __init__(self, observation: Observation) -> None:
        self.count = 0
        self.power = self.moment = self.square = 0.0  # of mW, mW·s, mW·s²
        self.peak, self.weakest = -math.inf, math.inf  # dBm
        self.sharp = self.sharp_moment = 0.0  # mW², mW²·s: these follow the strongest reads alone
        self.first, self.last = math.inf, -math.inf
        self.ticks = 0  # one bit for each 10 ms in which it was read
        self.observation = observation  # the last one

    def add(self, at_s: float, dbm: float, milliwatt: float) -> None:
        """Count one read."""
        self.count += 1
        self.power += milliwatt
        self.moment += milliwatt * at_s
        self.square += milliwatt * at_s * at_s
        self.sharp += milliwatt * milliwatt
        self.sharp_moment += milliwatt * milliwatt * at_s
        self.peak = max(self.peak, dbm)
        self.weakest = min(self.weakest, dbm)
        self.first = min(self.first, at_s)
        self.last = max(self.last, at_s)

    def join(self, other: Heard, later_s: float) -> None:
        """Add the sums of another span, which begins `later_s` after this one."""
        self.count += other.count
        self.power += other.power
        self.moment += other.moment + other.power * later_s
        self.square += other.square + 2 * other.moment * later_s + other.power * later_s * later_s
        self.sharp += other.sharp
        self.sharp_moment += other.sharp_moment + other.sharp * later_s
        self.peak = max(self.peak, other.peak)
        self.weakest = min(self.weakest, other.weakest)
        self.first = min(self.first, other.first + later_s)
        self.last = max(self.last, other.last + later_s)
        self.observation = other.observation


class Profile:
    """One tag at one wall, from its first read on until it crossed or is forgotten."""

    __slots__ = (
        "_power",
        "_spans",
        "door",
        "first_us",
        "heard_us",
        "judged_us",
        "last_us",
        "peak",
        "stayed",
        "strong_us",
    )

    def __init__(self) -> None:
        self._spans: dict[int, dict[Spot, Heard]] = {}
        self._power: dict[str, float] = {}
        self.door = ""  # the one that hears it most
        self.peak = -math.inf
        self.first_us: Micros = 0  # readers' clock
        self.last_us: Micros = 0
        self.heard_us: dict[str, Micros] = {}  # by door; gateway's clock, as the next two
        self.strong_us: Micros = 0
        self.judged_us: Micros = 0
        self.stayed = False  # told that it is on the site

    def add(self, observation: Observation, dbm: float, now_us: Micros) -> bool:
        """Take one read; False for a repeat, which changes nothing."""
        at_us, door = observation.at_us, observation.place
        number, within_us = divmod(at_us, SPAN_US)
        heard = self._heard(number, (door, observation.zone), observation)
        tick = 1 << int(within_us * TICKS_PER_US)
        if heard.ticks & tick:
            return False
        heard.ticks |= tick
        at_s, milliwatt = within_us / 1_000_000, 10.0 ** (dbm / 10.0)
        if at_s >= heard.last:
            heard.observation = observation
        heard.add(at_s, dbm, milliwatt)
        self._weigh(door, milliwatt)
        self.first_us = min(self.first_us or at_us, at_us)
        self.last_us = max(self.last_us, at_us)
        self.heard_us[door] = now_us
        self.peak = max(self.peak, dbm)
        if dbm > self.peak - STRONG_DB:
            self.strong_us = now_us
        return True

    def merged(self) -> tuple[dict[Spot, Heard], Micros]:
        """The sums over all kept spans, and the time from which their seconds count."""
        base = max(self._spans)
        whole: dict[Spot, Heard] = {}
        for number in sorted(self._spans):
            later_s = (number - base) * SPAN_US / 1_000_000
            for spot, heard in self._spans[number].items():
                if spot not in whole:
                    whole[spot] = Heard(heard.observation)
                whole[spot].join(heard, later_s)
        return whole, base * SPAN_US

    def staying(self, now_us: Micros, long_us: Micros, lately_us: Micros) -> Observation | None:
        """Its last read inside where it has been heard for long, until now, and mostly inside; answered once."""
        if self.stayed or self.last_us - self.first_us < long_us or now_us - self.heard_us[self.door] > lately_us:
            return None
        whole, _ = self.merged()
        inner, outer = whole.get((self.door, "inner")), whole.get((self.door, "outer"))
        if inner is None or (outer is not None and outer.power > inner.power):
            return None
        self.stayed = True
        return inner.observation

    def last_at(self, door: str, zone: str) -> Observation:
        """The last read in one zone of a door, or in the other where that one never heard it."""
        spots = [(door, zone), (door, "outer"), (door, "inner")]
        spans = [self._spans[number] for number in sorted(self._spans, reverse=True)]
        return next(span[spot].observation for spot in spots for span in spans if spot in span)

    def _heard(self, number: int, spot: Spot, observation: Observation) -> Heard:
        span = self._spans.get(number)
        if span is None:
            span = self._spans[number] = {}
            if len(self._spans) > KEPT_SPANS:
                del self._spans[sorted(self._spans)[1]]
                self._weigh_anew()
        heard = span.get(spot)
        if heard is None:
            heard = span[spot] = Heard(observation)
        return heard

    def _weigh(self, door: str, milliwatt: float) -> None:
        power = self._power[door] = self._power.get(door, 0.0) + milliwatt
        if power > self._power.get(self.door, 0.0) or not self.door:
            self.door = door

    def _weigh_anew(self) -> None:
        self._power = {}
        for span in self._spans.values():
            for (door, _), heard in span.items():
                self._weigh(door, heard.power)
