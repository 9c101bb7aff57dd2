"""When a trip will arrive: estimates with how sure they are, and what parties promise."""

from __future__ import annotations

from bisect import bisect_left
from enum import StrEnum

import msgspec

from gateway.model.terms import Micros

SHARES = (0.10, 0.25, 0.50, 0.75, 0.90)  # of Estimate's quantiles


class Method(StrEnum):
    """The rungs of the ladder, from the least that must be known to the most."""

    SCHEDULE = "schedule"  # as planned
    CARRIED = "carried"  # as late as when last seen
    SHRUNK = "shrunk"  # as late as trips were that had been as late, this long before
    USUAL = "lane_and_hour"  # besides: as is usual at this stop of the lane, and at this hour
    DISTANCE = "distance"  # as far as it is still, at the lane's median speed
    PROMISED = "promised"  # as a party says: no rung, its word stands above them


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


class Promise(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A party's word for when a trip will be at its next stop, given with an acknowledgement: DCSA's EST."""

    party: str
    stop: int  # index into Shipment.stops
    at_us: Micros  # when it will be there
    said_us: Micros
    alert_id: str  # with whose acknowledgement it was said
