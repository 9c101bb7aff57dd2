"""What estimates say of being late: one reading for the rules that ask about what has not happened yet.

A chance counts from an estimate's quantiles. Where a lane has taught next to nothing these are a guess: there P50
alone decides. What is late already is no forecast any more: late_arrival tells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from gateway.model import Cleared, Estimate, Finding, Judgement, Method, Micros, Severity, Trip
from rules.windows import late_after_us
from rules.wording import SECOND_US, clock, duration

STEP_US = 5 * 60 * SECOND_US  # times in texts are rounded, so that they do not change with every move ...
WIDE_STEP_US = 15 * 60 * SECOND_US  # ... more so where the interval
WIDE_US = 2 * 3600 * SECOND_US  # is wider than this

HOW = {
    Method.SCHEDULE: "as planned",
    Method.CARRIED: "as late as when last seen",
    Method.SHRUNK: "as trips end that are as late",
    Method.USUAL: "as is usual on this lane at this hour",
    Method.DISTANCE: "by its position and the pace of this lane",
    Method.PROMISED: "as promised",
}


class Asked(Protocol):
    """What a rule asks; the fields of its settings."""

    @property
    def chance(self) -> float: ...  # from here on it is found
    @property
    def clear(self) -> float: ...  # below it is cleared
    @property
    def grace_s(self) -> float: ...
    @property
    def least_trips(self) -> int: ...
    @property
    def least_horizon_s(self) -> float: ...
    @property
    def most_horizon_s(self) -> float: ...
    @property
    def severity(self) -> Severity: ...


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """A stop ahead: until when an arrival there is in time, and the chance that it is later."""

    estimate: Estimate
    limit_us: Micros
    chance: float


def judged(trip: Trip, now_us: Micros, asked: Asked, reason: str) -> Judgement:
    """Found at `chance` or more, cleared below `clear`; between them what stands stands."""
    over = _over(trip)
    outlooks = [] if over else list(_outlooks(trip, asked))
    if not outlooks:
        return Judgement(verdict=over)
    now_us = max(now_us, outlooks[0].estimate.made_us)  # of times before that it says nothing
    overdue_us = outlooks[0].limit_us + 1
    if now_us >= overdue_us:
        return Judgement(verdict=_is_late(trip, outlooks[0]))
    in_sight = [one for one in outlooks if one.limit_us - now_us <= asked.most_horizon_s * SECOND_US]
    if not in_sight:
        return Judgement(again_us=overdue_us - 1 - int(asked.most_horizon_s * SECOND_US))
    found = next((one for one in in_sight if one.chance >= asked.chance), None)
    worst = found or max(in_sight, key=lambda one: one.chance)
    if worst.limit_us - now_us < asked.least_horizon_s * SECOND_US:
        return Judgement(again_us=overdue_us)
    if found is not None:
        return Judgement(verdict=_finding(trip, found, asked, reason), again_us=overdue_us)
    if worst.chance >= asked.clear:
        return Judgement(again_us=overdue_us)
    return Judgement(verdict=_in_time(trip, worst), again_us=_next_in_sight_us(outlooks, in_sight, asked))


def _outlooks(trip: Trip, asked: Asked) -> Iterator[Outlook]:
    for estimate in trip.estimates:
        window = trip.shipment.stops[estimate.stop].arrival
        if window is not None:
            limit_us = late_after_us(window, asked.grace_s)
            known = estimate.trips >= asked.least_trips or estimate.p50_us > limit_us
            chance = estimate.chance_after(limit_us + 1) if known else 0.0
            yield Outlook(estimate=estimate, limit_us=limit_us, chance=chance)


def _next_in_sight_us(outlooks: list[Outlook], in_sight: list[Outlook], asked: Asked) -> Micros | None:
    further = outlooks[len(in_sight) :]
    return further[0].limit_us - int(asked.most_horizon_s * SECOND_US) if further else None


def _finding(trip: Trip, outlook: Outlook, asked: Asked, reason: str) -> Finding:
    estimate = outlook.estimate
    window = trip.shipment.stops[estimate.stop].arrival
    assert window is not None
    step_us = WIDE_STEP_US if estimate.p90_us - estimate.p10_us > WIDE_US else STEP_US
    expected_us, early_us, late_us = (_round(at, step_us) for at in (estimate.p50_us, estimate.p10_us, estimate.p90_us))
    late_s = max(0, expected_us - window.close_us) // SECOND_US
    by = f"{duration(late_s)} after the close of its window" if late_s else "before the close of its window"
    return Finding(
        since_us=max(estimate.made_us, outlook.limit_us - int(asked.most_horizon_s * SECOND_US)),
        reason=reason,
        severity=asked.severity,
        text=(
            f"Shipment {trip.shipment.shipment_id} is expected at {estimate.place} at {clock(expected_us)}, {by};"
            f" four times in five between {_short(early_us, expected_us)} and {_short(late_us, expected_us)}"
            f" ({HOW[estimate.method]})"
        ),
        late_s=late_s,
        foretold=True,
    )


def _round(at_us: Micros, step_us: Micros) -> Micros:
    return (at_us + step_us // 2) // step_us * step_us


def _short(at_us: Micros, beside_us: Micros) -> str:
    """A time beside another one that is written out: of the same day without it."""
    date, _, time = clock(at_us).partition(" ")
    return time.removesuffix(" UTC") if clock(beside_us).startswith(date) else clock(at_us)


def _over(trip: Trip) -> Cleared | None:
    name = f"Shipment {trip.shipment.shipment_id}"
    if trip.findings:
        text = f"The dates of {name.lower()} contradict each other: {', '.join(trip.findings)}"
        return Cleared(at_us=trip.seen[-1].at_us, reason="unsound_dates", text=text, disproved=True)
    arrived_us = trip.actuals[-1].arrived_us
    if arrived_us is None:
        return None
    text = f"{name} arrived at {trip.shipment.stops[-1].place} at {clock(arrived_us)}"
    return Cleared(at_us=arrived_us, reason="arrived", text=text)


def _is_late(trip: Trip, outlook: Outlook) -> Cleared:
    due = f"was due at {outlook.estimate.place} by {clock(outlook.limit_us)}"
    text = f"Shipment {trip.shipment.shipment_id} {due}: it is late now, and no longer only expected to be"
    return Cleared(at_us=outlook.limit_us, reason="is_late", text=text)


def _in_time(trip: Trip, outlook: Outlook) -> Cleared:
    estimate = outlook.estimate
    expected = f"is expected at {estimate.place} at {clock(_round(estimate.p50_us, STEP_US))}"
    text = f"Shipment {trip.shipment.shipment_id} {expected}, and likely in time"
    return Cleared(at_us=estimate.made_us, reason="expected_in_time", text=text)
