"""When an estimate is looked at again though nothing was heard, and whether a new one is news.

Estimates of a quiet trip age: once P10 has passed without an arrival, what is left of the interval moves on. It is
looked at again then, and from there on at growing distances: a trip that nobody sees any more costs a few looks a
day. What follows is a function of the trip as it is stored, so that a restart looks at the same times.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.clock import SECOND_US
from gateway.eta.legs import due_us
from gateway.model import Estimate, Method, Micros, Trip

MINUTE_US = 60 * SECOND_US
POSITION_COUNTS_US = 30 * MINUTE_US  # an older one says nothing any more: its tracker is silent
LEFT_SHARE = 4  # of the time that is left ...
OVERDUE_SHARE = 2  # ... or that it is overdue by, between two looks
NEWS_SHARE = 20  # of the interval: a smaller move is none


def again_us(trip: Trip, now_us: Micros = 0) -> Micros | None:
    """The first look after `now_us` if nothing is heard; None: nothing is expected."""
    if not trip.estimates:
        return None
    look_us, step_us = _first_look(trip)
    if look_us > now_us:
        return look_us
    return look_us + ((now_us - look_us) // step_us + 1) * step_us


def _first_look(trip: Trip) -> tuple[Micros, Micros]:
    """When to look first, and the time between the looks that follow while nothing is news."""
    first, leaves_us = trip.estimates[0], _leaves_us(trip)
    if leaves_us is not None and leaves_us >= first.made_us:  # it should leave then
        return min(_wrong_us(trip), leaves_us + 1), MINUTE_US
    overdue_us = first.made_us - (first.due_us if leaves_us is None else leaves_us)
    if leaves_us is not None:  # it should have left: the longer it has not, the later it will be
        step_us = max(MINUTE_US, overdue_us // OVERDUE_SHARE)
        return first.made_us + step_us, step_us
    step_us = max(MINUTE_US, (first.p50_us - first.made_us) // LEFT_SHARE, overdue_us // OVERDUE_SHARE)
    return max(_wrong_us(trip), first.made_us + step_us), step_us


def _wrong_us(trip: Trip) -> Micros:
    """When the first estimate has become wrong: its earliest arrival or its promise has passed, or the position that
    it rests on no longer counts."""
    first = trip.estimates[0]
    wrong_us = first.p50_us if first.method is Method.PROMISED else first.p10_us
    if first.method is Method.DISTANCE and trip.spot is not None:
        wrong_us = min(wrong_us, trip.spot.at_us + POSITION_COUNTS_US)
    return wrong_us + 1


def _leaves_us(trip: Trip) -> Micros | None:
    """When a trip that was not seen to leave its first stop is planned to; None: it is under way."""
    reached = (actual.arrived_us for actual in trip.actuals[1:])
    left = (actual.departed_us for actual in trip.actuals)
    if any(at_us is not None for at_us in (*reached, *left)):
        return None
    first = trip.shipment.stops[0]
    return due_us(first) if first.departure is None else first.departure.close_us


def is_news(before: Sequence[Estimate], after: Sequence[Estimate]) -> bool:
    """Whether P50 or P90 of a stop moved by a minute, and by more than a small share of the interval."""
    if [one.stop for one in before] != [one.stop for one in after]:
        return True
    return any(_moved(old, new) for old, new in zip(before, after, strict=True))


def _moved(old: Estimate, new: Estimate) -> bool:
    least_us = max(MINUTE_US, (new.p90_us - new.p10_us) // NEWS_SHARE)
    promised = (old.method is Method.PROMISED) != (new.method is Method.PROMISED)
    return promised or abs(new.p50_us - old.p50_us) >= least_us or abs(new.p90_us - old.p90_us) >= least_us
