"""The world: the same for the same seed, and true to what its devices tell."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise

import pytest

from gateway.config.model import Config
from simulators.geo import Point, distance_m
from simulators.journeys import HOUR_US, MINUTE_US
from simulators.network import Door
from simulators.radio import Read
from simulators.scenarios import CALM, SCENARIOS
from simulators.tracks import Where
from simulators.world import Gate, Position, World
from tests.simulators.worlds import EPOCH_US, demo_config, demo_sensed, demo_world

SIX_HOURS_US = EPOCH_US + 6 * HOUR_US


def doors(world: World) -> dict[tuple[str, int], Door]:
    """The door above which an antenna hangs."""
    sites = world.network.sites.values()
    found = [door for site in sites for door in (*site.doors, *([site.line] if site.line else []))]
    return {(door.device, antenna): door for door in found for antenna in door.antennas}


def true(world: World, asset: str, at_us: int) -> Where:
    where = world.true_location(asset, at_us)
    assert where is not None, f"{asset} is nowhere at {at_us}"
    return where


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    def begin(seed: int) -> list[object]:
        world = World(config=demo_config(), scenario=CALM, seed=seed, epoch_us=EPOCH_US)
        return list(islice(world.sensed(), 2000))

    assert begin(5) == begin(5)
    assert begin(5) != begin(6)


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_devices_tell_in_order_of_time_and_not_too_much(scenario: str) -> None:
    sensed = demo_sensed(scenario)
    assert all(a.at_us <= b.at_us for a, b in pairwise(sensed))
    assert sensed[0].at_us >= EPOCH_US
    real_seconds = Counter((one.at_us - EPOCH_US) // (2 * MINUTE_US) for one in sensed)
    assert max(real_seconds.values()) < 200


def test_every_fix_lies_where_its_trailer_is() -> None:
    world = demo_world("calm")
    fixes = [one for one in demo_sensed("calm") if isinstance(one, Position)]
    assert {fix.asset for fix in fixes} == set(world.trailers)
    for fix in fixes:
        where = true(world, fix.asset, fix.at_us)
        assert distance_m(where.point, Point(fix.lat, fix.lon)) < 30
        assert (fix.speed_mps > 19) == where.moving
        assert fix.speed_mps < 24  # 85 km/h


def test_every_tag_is_read_where_it_is_and_strays_are_too_weak_to_be_believed() -> None:
    world, config = demo_world("calm"), demo_config()
    above = doors(world)
    references = {site.reference for site in world.network.sites.values()}
    tagged = [one for one in demo_sensed("calm") if isinstance(one, Read) and one.asset not in references]
    near = [read for read in tagged if not read.stray]
    for read in near:
        where = true(world, read.asset, read.at_us)
        door = above[read.device, read.antenna]
        site = next(site for site in world.network.sites.values() if door in (*site.doors, site.line))
        assert where.place in {door.place, site.code}
        assert distance_m(where.point, site.spot) < 150
    least_dbm = config.locating.presence.least_rssi_dbm
    believed = Counter(read.rssi_dbm >= least_dbm for read in near)
    assert believed[True] > 0.99 * len(near)
    assert sum(read.rssi_dbm >= least_dbm for read in tagged if read.stray) <= 1


def test_each_pallet_is_read_often_enough_to_arrive_at_every_door_it_passes() -> None:
    world = demo_world("calm")
    presence = demo_config().locating.presence
    seen: dict[tuple[str, str], list[int]] = {}
    for read in demo_sensed("calm"):
        if isinstance(read, Read) and not read.stray and read.rssi_dbm >= presence.least_rssi_dbm:
            seen.setdefault((read.asset, read.device), []).append(read.at_us)
    for journey in world.journeys:
        if journey.calls[0].spotted_us < EPOCH_US or journey.home_us > world.end_us:
            continue
        devices = {call.site.doors[0].device for call in journey.calls if call.site.doors}
        for pallet in journey.pallets:
            for device in devices:
                times = sorted(seen[pallet, device])[: presence.least_reads]
                assert times[-1] - times[0] <= presence.within_s * 1_000_000


def test_gates_tell_what_is_true_a_moment_before_and_after() -> None:
    world = demo_world("calm")
    gates = [one for one in demo_sensed("calm") if isinstance(one, Gate) and one.asset in world.trailers]
    assert {gate.site for gate in gates} == set(world.network.sites)
    for gate in gates:
        before, after = true(world, gate.asset, gate.at_us - 1), true(world, gate.asset, gate.at_us + 1)
        inside, outside = (after, before) if gate.direction == "in" else (before, after)
        assert inside.place
        assert not outside.place


def test_goods_are_aboard_under_way_and_off_at_a_place() -> None:
    world = demo_world("calm")
    for journey in world.journeys[:20]:
        ride_us = (journey.calls[0].depart_us + journey.calls[1].arrive_us) // 2
        carrier = journey.route.container or journey.route.trailer
        for pallet in journey.pallets:
            aboard = true(world, pallet, ride_us)
            assert (aboard.place, aboard.parent) == ("", carrier)
            assert aboard.point == true(world, journey.route.trailer, ride_us).point
            assert true(world, pallet, journey.calls[-1].depart_us).parent == ""
            part = journey.parts[pallet][0]
            assert true(world, part, ride_us).parent == pallet


def test_no_two_trailers_stand_at_one_door() -> None:
    world = demo_world("calm")
    stays: dict[str, list[tuple[int, int, str]]] = {}
    for visit in world._visits:
        if visit.stands and visit.from_us >= EPOCH_US:
            stays.setdefault(visit.door.read_point, []).append((visit.from_us, visit.until_us, visit.asset))
    assert len(stays) > 5
    overlaps = [
        (door, earlier, later)
        for door, times in stays.items()
        for earlier, later in pairwise(sorted(times))
        if later[0] < earlier[1] and len(world.network.sites) > 0
    ]
    shared = {door for door, _, _ in overlaps}
    assert shared <= {"t1a-hall", "t1b-hall"}  # portals that all docks of a plant share


def test_identities_are_unique_and_spans_have_no_gaps() -> None:
    world = demo_world("port_congestion")
    pallets = [pallet for journey in world.journeys for pallet in journey.pallets]
    parts = [part for journey in world.journeys for made in journey.parts.values() for part in made]
    assert len(set(pallets)) == len(pallets)
    assert len(set(parts)) == len(parts)
    for asset in world.assets:
        spans = world._tracks[asset].spans
        assert all(a.until_us == b.from_us for a, b in pairwise(spans)), asset


def test_a_route_over_a_place_the_configuration_does_not_have_is_named() -> None:
    with pytest.raises(KeyError, match="OEM-PLANT"):
        World(config=Config(), scenario=CALM, seed=1, epoch_us=EPOCH_US)
