"""What the estimates of an alert's shipment rest on, as it stands now: for alerts that tell what will be."""

from __future__ import annotations

from collections.abc import Iterator
from sqlite3 import Connection

from gateway.assembly import ground_of
from gateway.cli.explained import Told
from gateway.config import Config
from gateway.eta.explain import Explanation, explain
from gateway.eta.ladder import Ladder
from gateway.eta.learned import Learned
from gateway.journal import lane_memory, shipments
from gateway.model import Alert, Estimate
from gateway.places import PlaceIndex
from gateway.web.http.times import iso

FORETELLING = ("predicted_late", "at_risk")  # reasons


def estimates_told(connection: Connection, alert: Alert, config: Config) -> Iterator[Told]:
    """A line for each estimate, and for what each method would have said in its place."""
    trip = shipments.planned_one(connection, alert.shipment) if alert.reason in FORETELLING else None
    if trip is None:
        return
    ladder = Ladder(Learned(lane_memory.memories(connection)), ground_of(config, PlaceIndex(config.places)))
    for estimate in trip.estimates:
        yield _estimate(estimate)
        said = explain(ladder, trip, estimate.stop, estimate.made_us)
        if said is not None:
            yield from _rungs(said)


def _estimate(estimate: Estimate) -> Told:
    times = " / ".join(iso(at_us)[:16] for at_us in (estimate.p10_us, estimate.p50_us, estimate.p90_us))
    seen = "not seen where it should have been" if estimate.seen_us is None else f"seen {iso(estimate.seen_us)[:16]}"
    text = f"{estimate.place}: P10 / P50 / P90 {times} UTC by {estimate.method}; {seen}, {estimate.trips} trips known"
    return Told(at=f"{iso(estimate.made_us)[:19]}Z", what="estimate", text=text)


def _rungs(said: Explanation) -> Iterator[Told]:
    yield Told(at=None, what="rests on", text=f"{said.late_s / 60:.0f} min late, {said.horizon_s / 60:.0f} min before")
    for rung in said.rungs:
        off = "not scored yet" if rung.off_s is None else f"off by {rung.off_s / 60:.1f} min in the mean"
        yield Told(at=None, what="method", text=f"{rung.method}: {iso(rung.arrives_us)[:16]} UTC, {off}")
