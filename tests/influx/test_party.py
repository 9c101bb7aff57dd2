"""An InfluxDB of one party: nothing else is written there, whatever it is asked."""

from __future__ import annotations

from pathlib import Path

import msgspec

from gateway.access import Estate
from gateway.config import Config
from gateway.config.model import Influx, Party, Place, Site
from gateway.journal import Journal, alerts, events, open_journal, shipments, stop_log
from gateway.model import (
    Actual,
    AssetKind,
    Estimate,
    EventKind,
    LocationEvent,
    Method,
    Shipment,
    Stop,
    Tier,
    Trip,
    Window,
)
from gateway.outputs.influx_out import INFLUX_LOGS, NEWEST, lines_for, log_of
from tests.influx.items import EPOCH_US, Chance
from tests.influx.line_parser import Point, parse_line

HOUR_US, MINUTE_US = 3_600_000_000, 60_000_000
PLACES = {"T1-DOOR": ("TIER1", Tier.TIER1), "OEM-DOCK": ("OEM", Tier.OEM), "T2-DOOR": ("TIER2", Tier.TIER2)}
CONFIG = Config(
    site=Site(name="here", operator="OEM"),
    parties=tuple(Party(code=code, name=code, tier=tier) for code, tier in PLACES.values()),
    places=tuple(Place(code=code, name=code, party=party, tier=tier) for code, (party, tier) in PLACES.items()),
)


def shipment(number: int, origin: str, supplier: str) -> Shipment:
    return Shipment(
        shipment_id=f"SHIP-{number}",
        stops=(
            Stop(place=origin, departure=Window(open_us=EPOCH_US, close_us=EPOCH_US + HOUR_US)),
            Stop(place="OEM-DOCK", arrival=Window(open_us=EPOCH_US, close_us=EPOCH_US + 3 * HOUR_US)),
        ),
        assets=(f"TRAILER-{number}",),
        parties={"shipper": supplier, "consignee": "OEM"},
        created_us=EPOCH_US,
    )


def trip(plan: Shipment, *, left_us: int | None = None) -> Trip:
    return Trip(shipment=plan, actuals=(Actual(stop=0, departed_us=left_us), Actual(stop=1)))


def seen_at(place: str, number: int) -> LocationEvent:
    return LocationEvent(
        event_id=f"e{number}",
        kind=EventKind.ARRIVED,
        asset=f"RTI-{number}",
        asset_kind=AssetKind.RTI,
        place=place,
        tier=PLACES[place][1],
        at_us=EPOCH_US,
        received_us=EPOCH_US,
        recorded_us=EPOCH_US,
    )


async def written(journal: Journal, party: str) -> list[Point]:
    """What would go to an InfluxDB of this party."""
    server = Influx(name="own", url="http://127.0.0.1:1", party=party)
    lines, estate = lines_for(CONFIG, server), Estate(CONFIG)
    found = []
    for what in INFLUX_LOGS:
        after = log_of(server, what, estate)
        rows = await journal.read(lambda c, after=after: after(c, 0, 1000))  # type: ignore[misc]
        assert not rows or rows[-1][0] == await journal.read(NEWEST[what])  # the cursor passes what is not shown
        found += [parse_line(lines.line(number, one)) for number, one in rows if one is not None]
    return found


async def test_a_party_has_its_own_places_and_shipments_alone(tmp_path: Path) -> None:
    plans = [shipment(1, "T1-DOOR", "TIER1"), shipment(2, "T2-DOOR", "TIER2")]
    async with open_journal(tmp_path) as journal:
        for plan in plans:
            await journal.write(lambda c, plan=plan: shipments.save(c, plan, EPOCH_US))  # type: ignore[misc]
        await journal.write(lambda c: stop_log.enter(c, map(trip, plans), EPOCH_US))
        await journal.write(lambda c: events.insert(c, [seen_at(place, n) for n, place in enumerate(PLACES)]))
        await journal.write(lambda c: alerts.save_deliveries(c, [Chance(4, hostile=False).delivery()], EPOCH_US))
        own = await written(journal, "TIER1")
        assert {dict(point.tags)["party"] for point in own} == {"TIER1"}
        assert {dict(point.tags)["place"] for point in own} == {"T1-DOOR", "OEM-DOCK"}  # of its shipment's stops
        assert {dict(point.fields).get("shipment") for point in own if point.measurement == "shipment"} == {"SHIP-1"}
        assert {point.measurement for point in own} == {"shipment", "location_event"}  # no deliveries
        everything = await written(journal, "")
        assert {dict(point.tags).get("party") for point in everything} >= {"TIER1", "TIER2", "OEM"}
        assert await written(journal, "STRANGER") == []


async def test_stops_are_told_again_only_when_they_stand_otherwise(tmp_path: Path) -> None:
    plan = shipment(1, "T1-DOOR", "TIER1")
    async with open_journal(tmp_path) as journal:
        for at_us in (EPOCH_US, EPOCH_US + 1):
            await journal.write(lambda c, at_us=at_us: stop_log.enter(c, [trip(plan)], at_us))  # type: ignore[misc]
        first = await journal.read(lambda c: stop_log.log_after(c, 0, 10))
        assert [(state.stop, state.status, state.late_s) for _, state in first] == [
            (0, "planned", None),
            (1, "planned", None),
        ]
        gone = trip(plan, left_us=EPOCH_US + 2 * HOUR_US)
        await journal.write(lambda c: stop_log.enter(c, [gone], EPOCH_US + 2))
        told = [state for _, state in await journal.read(lambda c: stop_log.log_after(c, 2, 10))]
        assert [(one.stop, one.status, one.late_s, one.recorded_us - EPOCH_US) for one in told] == [
            (0, "under_way", 3600, 2),
            (1, "under_way", None, 2),
        ]
        later = msgspec.structs.replace(gone, findings=("doubtful",))
        await journal.write(lambda c: stop_log.enter(c, [later], EPOCH_US + 3))
        assert await journal.read(stop_log.log_last) == 4


def estimated(minutes: int) -> Estimate:
    at_us = EPOCH_US + HOUR_US + minutes * MINUTE_US
    return Estimate(
        stop=1, place="T1-DOOR", due_us=EPOCH_US, p10_us=at_us, p25_us=at_us, p50_us=at_us, p75_us=at_us, p90_us=at_us,
        method=Method.CARRIED, made_us=EPOCH_US, seen_us=None,
    )  # fmt: skip


async def test_an_estimate_that_creeps_is_told_when_it_has_come_far_enough(tmp_path: Path) -> None:
    plan = trip(shipment(1, "T1-DOOR", "TIER1"))
    async with open_journal(tmp_path) as journal:
        for minutes in (0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0):  # to and fro across any fixed minute would be told each time
            moved = msgspec.structs.replace(plan, estimates=(estimated(minutes),))
            await journal.write(lambda c, moved=moved, n=minutes: stop_log.enter(c, [moved], EPOCH_US + n))  # type: ignore[misc]
        told = [state for _, state in await journal.read(lambda c: stop_log.log_after(c, 0, 100)) if state.stop == 1]
    assert [state.p50_us for state in told] == [estimated(minutes).p50_us for minutes in (0, 5, 0)]
