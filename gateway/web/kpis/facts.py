"""Facts for figures, read from the journal in pages: each read is short, and none runs on the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection, Sequence
from functools import partial
from http import HTTPStatus

from gateway.access import Sight, Viewer
from gateway.journal import events
from gateway.journal.due import due_between
from gateway.kpi.facts import Facts, Sighting, carried
from gateway.kpi.gather import Asked, Planned, facts_of, sighting, sites, span
from gateway.model import LocationEvent, Micros
from gateway.places import PlaceIndex
from gateway.web.house import House
from gateway.web.http.problems import Problem

PAGE = 1000  # shipments, or events, in one read
MOST_SHIPMENTS = 50_000  # in one answer


async def gather(house: House, viewer: Viewer, asked: Asked) -> list[Facts]:
    """The facts of the shipments that count and that the viewer may see. Raises Problem where they are too many."""
    sight = sight_of(house, viewer)
    planned = await _planned(house, asked, sight)
    if not planned:
        return []
    seen = await _seen(house, planned)
    return await asyncio.to_thread(facts_of, planned, seen, sight, house.ports.places)


def sight_of(house: House, viewer: Viewer) -> Sight:
    """What a viewer may see of shipments."""
    return Sight(viewer=viewer, estate=house.estate, places=house.estate.places(viewer.party))


async def _planned(house: House, asked: Asked, sight: Sight) -> list[Planned]:
    found: list[Planned] = []
    after: str | None = ""
    while after is not None:
        page, after = await house.ports.journal.read(partial(_plans, asked, sight, house.ports.places, after))
        found += page
        if len(found) > MOST_SHIPMENTS:
            text = f"expected at most {MOST_SHIPMENTS} shipments, there are more: ask for less time, or for one lane"
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, text, reason="too_many_shipments")
    return found


def _plans(
    asked: Asked, sight: Sight, places: PlaceIndex, after: str, connection: sqlite3.Connection
) -> tuple[list[Planned], str | None]:
    """A page of the plans that count, and the id to go on from; None at the end."""
    page = due_between(
        connection,
        from_us=asked.from_us,
        until_us=asked.until_us,
        party=sight.viewer.scope,
        after=after,
        limit=PAGE,
    )
    found = [
        Planned(shipment=due.shipment, actuals=due.actuals, doubted=bool(due.findings))
        for due in page
        if asked.counts(due.shipment, sight, places)
    ]
    return found, page[-1].shipment.shipment_id if len(page) == PAGE else None


async def _seen(house: House, planned: Sequence[Planned]) -> list[Sighting]:
    """What was seen of the shipments' vehicles and units at the sites of their stops."""
    from_us, until_us = span(planned)
    until_us = min(until_us, house.ports.clock.now_us())
    wanted = {asset for one in planned for asset in (one.shipment.assets[0], *carried(one.shipment))}
    read_points = {point.name: point.place for point in house.ports.config.read_points}
    found: list[Sighting] = []
    for place in sites(planned, house.ports.places):
        after: tuple[Micros, int] | None = (from_us, 0)
        while after is not None:
            page, after = await house.ports.journal.read(
                partial(_sightings, place, wanted, read_points, after, until_us)
            )
            found += page
    return found


def _sightings(
    place: str,
    wanted: Collection[str],
    read_points: dict[str, str],
    after: tuple[Micros, int],
    until_us: Micros,
    connection: sqlite3.Connection,
) -> tuple[list[Sighting], tuple[Micros, int] | None]:
    page, go_on = events.locations_at(connection, place, wanted, after, until_us, PAGE)
    return [sighting(event, read_points) for event in page if isinstance(event, LocationEvent)], go_on
