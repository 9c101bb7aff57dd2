"""The stories hold: movement in every tier early on, one late shipment where it should be, silence where told."""

from __future__ import annotations

import io

import pytest

from gateway.identity.names import canonical
from gateway.model import Tier, Window
from gateway.places import PlaceIndex
from gateway.plans import SiteNames, read_csv
from gateway.quality.party_ids import PartyIndex
from simulators.journeys import MINUTE_US
from simulators.plan import plan, shipments, write_csv
from simulators.scenarios import PORT_CONGESTION, SCENARIOS
from simulators.world import Position, World
from tests.simulators.worlds import EPOCH_US, demo_config, demo_sensed, demo_world


def minutes(at_us: int) -> float:
    """Simulated minutes after the epoch."""
    return (at_us - EPOCH_US) / MINUTE_US


def late(world: World) -> list[str]:
    """Shipments that miss the window of their last stop."""
    out = []
    for journey in world.journeys:
        window = journey.calls[-1].planned_arrival
        assert window is not None
        if journey.calls[-1].arrive_us > window.close_us:
            out.append(journey.shipment_id)
    return out


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_tier_gains_or_loses_something_between_the_first_minutes_and_two_hours(scenario: str, seed: int) -> None:
    world = demo_world(scenario, seed)
    tiers = {place.code: place.tier for place in demo_config().places}
    changed: set[Tier] = set()
    for asset in world.assets:
        told = [world.true_location(asset, EPOCH_US + minute * MINUTE_US) for minute in range(12, 116, 2)]
        seen = [tiers[where.place] if where.place else Tier.TRANSIT for where in told if where is not None]
        if len(set(seen)) > 1:
            changed.update(seen)
    assert changed == {Tier.TIER2, Tier.TIER1, Tier.TRANSIT, Tier.CROSSDOCK, Tier.PORT, Tier.OEM}


@pytest.mark.parametrize("seed", range(1, 9))
def test_when_all_is_calm_nothing_is_late(seed: int) -> None:
    assert late(demo_world("calm", seed)) == []


@pytest.mark.parametrize("seed", range(1, 9))
def test_port_congestion_makes_one_shipment_late_and_it_arrives_in_the_end(seed: int) -> None:
    world = demo_world("port_congestion", seed)
    assert late(world) == ["SEA-01"]
    held = next(journey for journey in world.journeys if journey.shipment_id == "SEA-01")
    window = held.calls[-1].planned_arrival
    assert window is not None
    assert 160 <= minutes(window.close_us) <= 240  # 80 to 120 real seconds at speed 120
    for asset in ("TRL-5", "TVWU3010018"):
        where = world.true_location(asset, window.close_us)
        assert where is not None
        assert where.place == "PORT-HAMBURG"
    assert 450 <= minutes(held.calls[-1].arrive_us) <= 600  # four to five real minutes


def test_a_lost_tracker_says_nothing_while_its_trailer_drives_on() -> None:
    world = demo_world("lost_tracker")
    fixes = [one for one in demo_sensed("lost_tracker") if isinstance(one, Position) and one.asset == "TRL-1"]
    gap = [fix for fix in fixes if 60 <= minutes(fix.at_us) < 150]
    assert gap == []
    assert [fix for fix in fixes if 150 <= minutes(fix.at_us) < 155]
    here = world.true_location("TRL-1", EPOCH_US + 62 * MINUTE_US)
    assert here is not None
    assert here.moving


def test_no_shipment_is_under_way_at_the_epoch_and_new_ones_come_for_forty_hours() -> None:
    planned = shipments(demo_world("port_congestion"))
    departures = [shipment.stops[0].departure for shipment in planned]
    opens = [window.open_us for window in departures if window]
    assert len(planned) == len(opens) >= 40
    assert max(minutes(at_us) for at_us in opens) > 40 * 60
    for journey in demo_world("port_congestion").journeys:
        assert not journey.calls[0].depart_us < EPOCH_US < journey.calls[-1].arrive_us


def test_the_gateways_own_import_takes_every_row_of_the_csv() -> None:
    config = demo_config()
    planned = plan(1, PORT_CONGESTION, EPOCH_US, config)
    out = io.StringIO()
    write_csv(planned, out)
    site = SiteNames(places=PlaceIndex(config.places), parties=PartyIndex(config.parties), asset_key=canonical)
    imported = read_csv(out.getvalue(), site, EPOCH_US)
    assert imported.faults == ()
    assert imported.ignored_columns == ()
    for came, sent in zip(imported.shipments, planned, strict=True):
        assert (came.shipment_id, came.assets, came.parties) == (sent.shipment_id, sent.assets, sent.parties)
        assert (came.lane, came.contents) == (sent.lane, sent.contents)
        assert same(came.stops[0].departure, sent.stops[0].departure)
        assert same(came.stops[-1].arrival, sent.stops[-1].arrival)


def same(came: Window | None, sent: Window | None) -> bool:
    """Equal to the second, which is as fine as plans are."""
    assert came is not None
    assert sent is not None
    apart_us = abs(came.open_us - sent.open_us) + abs(came.close_us - sent.close_us)
    return apart_us < 2_000_000
