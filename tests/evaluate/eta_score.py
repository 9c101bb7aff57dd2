"""What estimates are worth: every one that could have been made on a day, beside what then happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from gateway.eta.ladder import Ladder
from gateway.eta.legs import due_us
from gateway.model import Estimate, Micros, Trip
from tests.evaluate.eta_data import SECOND_US

BUCKETS_S = ((60, 300), (300, 900), (900, 1800), (1800, 3600))  # from now to the planned time
LATE_S = 300.0  # the alert: late by more than five minutes


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One estimate of one stop that was observed later."""

    bucket: int  # index into BUCKETS_S
    carried_s: float  # how late the trip was when the estimate was made
    late_s: float  # how late it came
    estimate: Estimate | None = None  # None: only the baselines are wanted

    def off_s(self, late_s: float) -> float:
        return abs(late_s - self.late_s)

    @property
    def told_s(self) -> float:
        """How late the estimate said it would be."""
        assert self.estimate is not None
        return (self.estimate.p50_us - self.estimate.due_us) / SECOND_US


def cases(trips: Iterable[Trip], ladder: Ladder | None) -> Iterator[Case]:
    """At each observed arrival, the estimates for all stops observed later; in the buckets only."""
    for trip in trips:
        seen = [actual for actual in trip.actuals if actual.arrived_us is not None]
        for number, actual in enumerate(seen[:-1]):
            now_us = actual.arrived_us
            assert now_us is not None
            told = {} if ladder is None else {item.stop: item for item in ladder.estimate(until(trip, now_us), now_us)}
            carried_s = (now_us - _due(trip, actual.stop)) / SECOND_US
            for later in seen[number + 1 :]:
                planned_us = _due(trip, later.stop)
                bucket = _bucket((planned_us - now_us) / SECOND_US)
                if bucket is not None and later.arrived_us is not None:
                    late_s = (later.arrived_us - planned_us) / SECOND_US
                    yield Case(bucket=bucket, carried_s=carried_s, late_s=late_s, estimate=told.get(later.stop))


def until(trip: Trip, now_us: Micros) -> Trip:
    """The trip as it was known then."""
    actuals = tuple(
        msgspec.structs.replace(actual, arrived_us=None)
        if actual.arrived_us is not None and actual.arrived_us > now_us
        else actual
        for actual in trip.actuals
    )
    return msgspec.structs.replace(trip, actuals=actuals)


def _due(trip: Trip, stop: int) -> Micros:
    planned_us = due_us(trip.shipment.stops[stop])
    assert planned_us is not None
    return planned_us


def _bucket(horizon_s: float) -> int | None:
    return next((number for number, (low, high) in enumerate(BUCKETS_S) if low <= horizon_s < high), None)


@dataclass(frozen=True, kw_only=True)
class Straight:
    """The baseline of shrunk lateness: one straight line a bucket, by least squares on the fit days."""

    lines: tuple[tuple[float, float], ...]  # slope and offset

    @classmethod
    def fitted(cls, known: Sequence[Case]) -> Straight:
        return cls(
            lines=tuple(_line([case for case in known if case.bucket == number]) for number in range(len(BUCKETS_S)))
        )

    def say(self, case: Case) -> float:
        slope, offset = self.lines[case.bucket]
        return slope * case.carried_s + offset


def _line(known: Sequence[Case]) -> tuple[float, float]:
    if len(known) < 2:
        return 1.0, 0.0
    n = len(known)
    x, y = sum(case.carried_s for case in known) / n, sum(case.late_s for case in known) / n
    across = sum((case.carried_s - x) * (case.late_s - y) for case in known)
    along = sum((case.carried_s - x) ** 2 for case in known)
    slope = across / along if along else 1.0
    return slope, y - slope * x


@dataclass(frozen=True, kw_only=True)
class Row:
    """The figures of one bucket."""

    n: int
    schedule_s: float  # mean absolute errors
    carry_s: float
    shrunk_s: float
    ours_s: float
    coverage: float  # share of arrivals between P10 and P90
    width_s: float  # mean width of that interval
    precision: float  # of the alert; 1 where none was raised
    recall: float  # 1 where none was due
    raised: int


def row(told: Sequence[Case], straight: Straight, least_chance: float) -> Row | None:
    """The figures of a bucket's cases; None: there are none."""
    n = len(told)
    if n == 0:
        return None
    estimates = [(case, case.estimate) for case in told if case.estimate is not None]
    assert len(estimates) == n, "an estimate is missing"
    inside = sum(e.p10_us <= e.due_us + round(case.late_s * SECOND_US) <= e.p90_us for case, e in estimates)
    raised = [
        case.late_s > LATE_S
        for case, e in estimates
        if e.chance_after(e.due_us + round(LATE_S * SECOND_US)) >= least_chance
    ]
    due = sum(case.late_s > LATE_S for case in told)
    return Row(
        n=n,
        schedule_s=sum(case.off_s(0) for case in told) / n,
        carry_s=sum(case.off_s(case.carried_s) for case in told) / n,
        shrunk_s=sum(case.off_s(straight.say(case)) for case in told) / n,
        ours_s=sum(case.off_s(case.told_s) for case in told) / n,
        coverage=inside / n,
        width_s=sum(e.p90_us - e.p10_us for _, e in estimates) / n / SECOND_US,
        precision=sum(raised) / len(raised) if raised else 1.0,
        recall=sum(raised) / due if due else 1.0,
        raised=len(raised),
    )
