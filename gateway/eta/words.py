"""The words of estimating: what is known of a trip, how far it is to a stop, and what is told of its arrival there."""

from __future__ import annotations

from bisect import bisect_left
from enum import StrEnum
from typing import TypeAlias

import msgspec

from gateway.model import Micros


class Method(StrEnum):
    """The rungs of the ladder, from the least that must be known to the most."""

    SCHEDULE = "schedule"  # as planned
    CARRIED = "carried"  # as late as when last seen
    SHRUNK = "shrunk"  # as late as trips were that had been as late, this long before
    USUAL = "lane_and_hour"  # besides: as is usual at this stop of the lane, and at this hour
    DISTANCE = "distance"  # as far as it is still, at the lane's median speed


class Leg(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """From where a trip was last known to one stop that is ahead of it. Late is positive, early negative."""

    lane: str
    origin: str  # the stop at which the trip was last known
    place: str  # of the stop ahead
    stop: int  # its index
    due_us: Micros  # when it is planned there: the close of its window
    seen_us: Micros  # when the trip was last known somewhere
    late_s: float  # how late it was then
    waiting: bool  # it had not left its first stop: what it is early is of no use
    hours: str  # weekday class and hours of the day of the planned time: see bands.hours
    gap_s: float | None = None  # between when it was last known and the time before that; None: it was once
    crow_m: float | None = None  # from where it was last known to the stop, as the crow flies
    fix_us: Micros | None = None  # when it was known there; None: seen_us

    @property
    def rhythm(self) -> str:
        """How often the trip is heard of: once so far, often (twice or more within the horizon), seldom, or hardly."""
        if self.gap_s is None:
            return "once"
        if self.gap_s * 2 <= self.horizon_s:
            return "often"
        return "seldom" if self.gap_s <= self.horizon_s * 2 else "hardly"

    @property
    def horizon_s(self) -> float:
        """From when it was known until it is planned at the stop."""
        return (self.due_us - self.seen_us) / 1e6


class Travelled(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A leg of which the end is known: what is learned from."""

    leg: Leg
    late_s: float  # at the stop ahead
    weight: float = 1.0  # so that all legs of a trip in one band count as one

    @property
    def elapsed_s(self) -> float:
        return self.leg.horizon_s + self.late_s


class Estimate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """When a trip will arrive at a stop: five quantiles, of which the outer two bound four arrivals in five."""

    stop: int  # index into Shipment.stops
    place: str
    due_us: Micros
    p10_us: Micros
    p25_us: Micros
    p50_us: Micros
    p75_us: Micros
    p90_us: Micros
    method: Method
    made_us: Micros
    seen_us: Micros | None  # of what was last seen of the trip, on which it is based; None: nothing
    trips: int = 0  # of this lane that the method has learned from

    def chance_after(self, instant_us: Micros) -> float:
        """The chance (0.05 to 0.95) that it arrives after an instant, linear between the quantiles."""
        times = (self.p10_us, self.p25_us, self.p50_us, self.p75_us, self.p90_us)
        at = bisect_left(times, instant_us)
        if at in (0, len(times)):
            return 0.95 if at == 0 else 0.05
        before, after = times[at - 1], times[at]
        return 1 - (SHARES[at - 1] + (SHARES[at] - SHARES[at - 1]) * (instant_us - before) / (after - before))


SHARES = (0.10, 0.25, 0.50, 0.75, 0.90)  # of Estimate's quantiles
Point: TypeAlias = tuple[float, float]  # latitude, longitude in degrees
