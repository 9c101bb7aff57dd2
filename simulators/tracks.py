"""The truth: where every asset really is at any time, as spans of standing and riding."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Literal

from gateway.model import Micros
from simulators.geo import Point, Road, course_deg
from simulators.network import Door


@dataclass(frozen=True, kw_only=True)
class Span:
    """An asset's whereabouts from one time to another."""

    from_us: Micros
    until_us: Micros
    place: str  # innermost place; empty: under way
    road: Road  # start equals end while it stands
    parent: str = ""  # the trailer or pallet that carries it

    def cut(self, from_us: Micros, until_us: Micros) -> Span:
        """The part of it between two times; a ride is not cut, as nothing comes aboard under way."""
        begin, end = max(self.from_us, from_us), min(self.until_us, until_us)
        whole = (begin, end) == (self.from_us, self.until_us)
        if not whole and self.road.start != self.road.end:
            raise ValueError("goods do not come aboard or off a trailer under way")
        return replace(self, from_us=begin, until_us=end)

    def carried_by(self, parent: str) -> Span:
        """The same span for what rides along."""
        return replace(self, parent=parent)


@dataclass(frozen=True, kw_only=True)
class Where:
    """The true location of an asset."""

    place: str
    point: Point
    course_deg: float
    parent: str
    moving: bool  # False: its course means nothing


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A tagged asset in the field of a door's or line's reader; it comes near and goes again unless it stands."""

    asset: str
    door: Door
    from_us: Micros
    until_us: Micros
    stands: bool = False


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """A trailer or container through the gate of a site."""

    asset: str
    site: str
    direction: Literal["in", "out"]
    at_us: Micros
    shipment: str


@dataclass(frozen=True, kw_only=True)
class Track:
    """One asset's whole story: spans without gaps, in order; nothing is known of it before and after."""

    spans: tuple[Span, ...]

    def at(self, now_us: Micros) -> Where | None:
        """Where it is; None before its story begins and after it ends."""
        span = self._span(now_us)
        if span is None:
            return None
        share = (now_us - span.from_us) / (span.until_us - span.from_us)
        ahead = min(1.0, share + 0.01)
        moving = span.road.start != span.road.end
        course = course_deg(span.road.at(ahead - 0.01), span.road.at(ahead)) if moving else 0.0
        return Where(place=span.place, point=span.road.at(share), course_deg=course, parent=span.parent, moving=moving)

    def speed_mps(self, now_us: Micros) -> float:
        """How fast it goes; zero where it stands or nothing is known."""
        span = self._span(now_us)
        if span is None or span.road.start == span.road.end:
            return 0.0
        return span.road.length_m / (span.until_us - span.from_us) * 1_000_000

    def _span(self, now_us: Micros) -> Span | None:
        found = bisect_right(self.spans, now_us, key=lambda span: span.from_us) - 1
        if found < 0 or now_us >= self.spans[found].until_us:
            return None
        return self.spans[found]
