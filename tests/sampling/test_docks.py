"""Visits and loads are told as the journal has them: each once, mended by late data, to a party its own."""

from __future__ import annotations

import msgspec

from gateway.access import Viewer
from gateway.influx.samples import LoadSample, VisitSample, apart
from gateway.journal import loads, shipments
from gateway.model import AssetKind, Boarding, EventKind, Load, Tier
from gateway.sampling.docks_now import departed, load_samples, visits
from gateway.web.house import furnish
from tests.sampling.test_sampler import Server, sampler
from tests.web import world
from tests.web.box import Box
from tests.web.test_api_kpis import DUE, arrived, read, shipment

OPERATOR = Viewer(party="", operator=True)
CAME = DUE - world.HOUR // 2
LOAD = Load(
    trailer="TRL-A",
    site="ALPHA-PLANT",
    door="ALPHA-DOOR",
    tier=Tier.TIER2,
    since_us=CAME - 5 * world.HOUR,
    departed_us=CAME - 4 * world.HOUR,
    goods=(
        Boarding(asset="PAL-1", asset_kind=AssetKind.PALLET, parent="TRL-A", at_us=CAME - 5 * world.HOUR, aboard=True),
    ),
    shipments=("K-1",),
    expected=("PAL-1", "PAL-2"),
    extra=("PAL-9",),
)


async def came(box: Box, *names: str) -> None:
    """Shipments of one trailer, which came to the plant and stayed for 20 minutes."""
    trips = [arrived(shipment(name)) for name in names]
    await box.plan(*(trip.shipment for trip in trips))
    await box.journal.write(lambda c: shipments.save_trips(c, [(trip, False) for trip in trips]))
    await box.happen(
        world.arrival("in", "TRL-A", "OPER-PLANT", at_us=CAME),
        world.arrival("out", "TRL-A", "OPER-PLANT", kind=EventKind.LEFT, at_us=CAME + world.HOUR // 3),
        read("PAL-1"),
    )


async def test_a_visit_is_told_once_for_all_its_shipments_and_again_when_late_data_came(box: Box) -> None:
    house = furnish(box.ports)
    await came(box, "K-1", "K-2")
    (told,) = await visits(house, OPERATOR)
    assert told == VisitSample(
        place="OPER-PLANT", vehicle="TRL-A", dwell_s=1200, gate_wait_s=None, expected=4, missed=2, at_us=CAME
    )
    await box.happen(read("PAL-2"))
    (again,) = await visits(house, OPERATOR)
    assert again == msgspec.structs.replace(told, missed=0)


async def test_a_server_has_as_many_visits_and_loads_as_the_journal_however_often_it_is_told(box: Box) -> None:
    server = Server()
    one = sampler(box, server)
    await came(box, "K-1")
    known = [LOAD, msgspec.structs.replace(LOAD, trailer="TRL-B")]  # both left the door in one millisecond
    await box.journal.write(lambda c: loads.save(c, known))
    for _ in range(2):
        await one.figures()
        await one.stock_and_gateway()
    assert len({(point.tags, point.time_ns) for point in server.of("visit")}) == 1
    assert len({(point.tags, point.time_ns) for point in server.of("load")}) == len(known)
    assert {dict(point.fields)["missed"] for point in server.of("load")} == {1}


async def test_a_party_is_told_of_loads_at_its_own_doors(full: Box) -> None:
    house = furnish(full.ports)
    foreign = msgspec.structs.replace(LOAD, trailer="TRL-ZZB", door="ZZB-DOOR", site="ZZB-PLANT", shipments=())
    own = msgspec.structs.replace(LOAD, shipments=())
    await full.journal.write(lambda c: loads.save(c, [own, foreign]))
    assert {one.trailer for one in await departed(house, OPERATOR)} == {"TRL-A", "TRL-ZZB"}
    alpha = house.estate.viewer("ALPHA")
    assert alpha is not None
    (told,) = await departed(house, alpha)
    assert told.trailer == "TRL-A"


def test_a_load_counts_when_it_left_and_was_seen_from_its_beginning() -> None:
    (told,) = load_samples([LOAD])
    assert told == LoadSample(
        place="ALPHA-DOOR", trailer="TRL-A", expected=2, missed=1, extra=1, at_us=CAME - 4 * world.HOUR
    )
    there = msgspec.structs.replace(LOAD, departed_us=None)
    amid = msgspec.structs.replace(LOAD, amid=True)
    unplanned = msgspec.structs.replace(LOAD, expected=())
    assert list(load_samples([there, amid, unplanned])) == []
    assert apart(told) != apart(msgspec.structs.replace(told, trailer="TRL-B"))
