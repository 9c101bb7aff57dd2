"""The words of estimating: what is known of a trip, how far it is to a stop, and what is told of its arrival there."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from gateway.model import Micros


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


Point: TypeAlias = tuple[float, float]  # latitude, longitude in degrees
