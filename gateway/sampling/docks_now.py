"""What happens at docks: each visit of a vehicle with its waits, and what was read of what should come and go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from gateway.access import Viewer
from gateway.clock import SECOND_US
from gateway.influx.samples import LoadSample, VisitSample
from gateway.journal import loads
from gateway.kpi.facts import Call, Facts, Visit
from gateway.kpi.gather import Asked
from gateway.model import Load, Micros
from gateway.web.house import House
from gateway.web.kpis.facts import gather

WEEK_US = 7 * 86_400 * SECOND_US  # of shipments due a week back, and a week on: these are already being loaded


async def visits(house: House, viewer: Viewer) -> list[VisitSample]:
    """The visits of the shipments that a viewer sees, at the stops that it sees. Raises Problem: too many."""
    now_us = house.ports.clock.now_us()
    facts = await gather(house, viewer, Asked(from_us=now_us - WEEK_US, until_us=now_us + WEEK_US))
    return list(visit_samples(facts))


def visit_samples(facts: Sequence[Facts]) -> Iterator[VisitSample]:
    """One for each visit, however many shipments it was on behalf of; units are those of all that end there."""
    shared: dict[Visit, list[tuple[Facts, Call]]] = defaultdict(list)
    for one in facts:
        for call in one.calls:
            shared[call.visit].append((one, call))
    for visit, calls in shared.items():
        due = [unit for one, call in calls if _ends(one, call) for unit in one.units]
        yield VisitSample(
            place=calls[0][1].place,
            vehicle=visit.vehicle,
            dwell_s=_seconds(visit.from_us, visit.until_us),
            gate_wait_s=_seconds(visit.gate_us, visit.door_us),
            expected=len(due) or None,
            missed=sum(unit.read_us is None for unit in due) if due else None,
            at_us=visit.from_us,
        )


async def departed(house: House, viewer: Viewer) -> list[LoadSample]:
    """The loads that left within a day: all for the operator, for a party those of its places and its shipments."""
    sight = await house.sights.of(viewer)
    known = await house.ports.journal.read(lambda connection: list(loads.loads(connection)))
    seen = (
        load
        for load in known
        if viewer.operator or (load.door in sight.places and all(map(sight.shipment_id, load.shipments)))
    )
    return list(load_samples(seen))


def load_samples(known: Iterable[Load]) -> Iterator[LoadSample]:
    """Of loads that left and of which something was expected; not where goods may have gone in before we looked."""
    for load in known:
        if load.departed_us is not None and load.expected and not load.amid:
            yield LoadSample(
                place=load.door,
                trailer=load.trailer,
                expected=len(load.expected),
                missed=len(load.missing),
                extra=len(load.extra),
                at_us=load.departed_us,
            )


def _ends(one: Facts, call: Call) -> bool:
    return one.arrived_us is not None and call.place == one.shipment.stops[-1].place


def _seconds(from_us: Micros | None, until_us: Micros | None) -> int | None:
    return None if from_us is None or until_us is None else (until_us - from_us) // SECOND_US
