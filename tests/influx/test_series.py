"""How many series a month of a large site makes: what is indexed stays bounded, however many assets pass through."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import chain

import httpx
import pytest

from gateway.influx.lines import Lines
from gateway.influx.samples import (
    AntennaSample,
    GatewaySample,
    InventorySample,
    KpiSample,
    LoadSample,
    Sample,
    VisitSample,
)
from gateway.model import (
    AssetKind,
    DeviceEvent,
    Event,
    EventKind,
    LocationEvent,
    Method,
    PositionEvent,
    SensorEvent,
    StopState,
    Tier,
    TripStatus,
)
from tests.servers_influx import InfluxServer

MOST_SERIES = 100_000
ASSETS, TRACKERS, READERS, ANTENNAS = 1_000_000, 2_000, 300, 4  # antennas of each reader
PLACES = [(f"P-{number}", list(Tier)[number % len(Tier)]) for number in range(500)]
ROUTES = 400  # lanes that trackers drive, each with a few places on its way
MONTH_US = 30 * 86_400 * 1_000_000
EVENTS = 120_000
PARTS, GATEWAY_NAMES, FIGURES = 20_000, 40, 25  # parts at places that are sampled, by the configuration's bound
BATCH = 5_000


def month(seed: int) -> Iterator[Event]:
    """Some of the events of a month: every asset's is another, trackers drive their own routes."""
    dice = random.Random(seed)
    routes = [dice.sample(PLACES, 6) for _ in range(ROUTES)]
    for number in range(EVENTS):
        at_us = 1_790_000_000_000_000 + MONTH_US * number // EVENTS
        place, tier = dice.choice(PLACES)
        match number % 8:
            case 0 | 1 | 2 | 3:
                yield LocationEvent(
                    event_id=f"e{number}",
                    kind=dice.choice(list(EventKind)),
                    asset=f"urn:epc:id:sscc:4012345.{dice.randrange(ASSETS):010}",
                    asset_kind=dice.choice([AssetKind.PALLET, AssetKind.RTI, AssetKind.PART]),
                    place=place,
                    tier=tier,
                    at_us=at_us,
                    received_us=at_us,
                    recorded_us=at_us,
                )
            case 4 | 5 | 6:
                tracker = dice.randrange(TRACKERS)
                place, tier = dice.choice([*routes[tracker % ROUTES], ("", Tier.TRANSIT)])
                yield PositionEvent(
                    event_id=f"e{number}",
                    asset=f"TRL-{tracker}",
                    asset_kind=AssetKind.TRAILER,
                    lat=52.0,
                    lon=10.0,
                    place=place,
                    tier=tier,
                    device=f"trk-{tracker}",
                    at_us=at_us,
                    received_us=at_us,
                    recorded_us=at_us,
                )
            case _:
                device = f"reader-{dice.randrange(READERS)}"
                if dice.random() < 0.5:
                    yield DeviceEvent(
                        event_id=f"e{number}",
                        device=device,
                        name="antenna_lost",
                        at_us=at_us,
                        received_us=at_us,
                        recorded_us=at_us,
                    )
                else:
                    yield SensorEvent(
                        event_id=f"e{number}",
                        asset=f"RTI-{dice.randrange(ASSETS)}",
                        name="temperature",
                        value=5.0,
                        unit="CEL",
                        device=device,
                        at_us=at_us,
                        received_us=at_us,
                        recorded_us=at_us,
                    )


def lanes() -> list[tuple[str, str]]:
    return [(PLACES[at][0], PLACES[at * 7 % len(PLACES)][0]) for at in range(ROUTES)]


def stops(seed: int) -> Iterator[StopState]:
    """Of 3,000 shipments, from plan to arrival."""
    dice = random.Random(seed)
    for number in range(3000):
        ends = dice.choice(lanes())
        for status in TripStatus:
            for stop, place in enumerate(ends):
                yield StopState(
                    shipment=f"S-{number}",
                    lane=">".join(ends),
                    place=place,
                    stop=stop,
                    is_last=stop == 1,
                    status=status,
                    method=dice.choice(list(Method)),
                    recorded_us=1_790_000_000_000_000 + number,
                )


def samples() -> Iterator[Sample]:
    """One of everything that is sampled: a second one is of the same series."""
    at_us = 1_790_000_000_000_000
    for place, tier in PLACES:
        for kind in AssetKind:
            yield InventorySample(place=place, tier=tier, sort="asset", item=kind, quantity=1, at_us=at_us)
    for number in range(PARTS):
        place, tier = PLACES[number % len(PLACES)]
        yield InventorySample(place=place, tier=tier, sort="part", item=f"{number}", quantity=1, at_us=at_us)
    for place, _ in PLACES:
        yield VisitSample(place=place, vehicle="TRL-1", dwell_s=60, at_us=at_us)
        yield LoadSample(place=place, trailer="TRL-1", expected=2, missed=0, extra=0, at_us=at_us)
    for figure in range(FIGURES):
        for window in ("1d", "30d"):
            for lane in ["", *(">".join(ends) for ends in lanes())]:
                yield _figure(figure, window, lane=lane)
            for place, _ in PLACES if figure < 3 else ():  # dwell alone is told by place
                yield _figure(figure, window, place=place)
    for number in range(GATEWAY_NAMES):
        for reader in range(READERS):
            yield GatewaySample(name=f"name-{number}", label=f"reader-{reader}", value=1, at_us=at_us)
    for reader in range(READERS):
        for antenna in range(1, ANTENNAS + 1):
            yield AntennaSample(device=f"reader-{reader}", antenna=str(antenna), reads=1, epcs=1, at_us=at_us)


def _figure(number: int, window: str, *, lane: str = "", place: str = "") -> KpiSample:
    return KpiSample(
        kpi=f"figure-{number}",
        lane=lane,
        place=place,
        window=window,
        unit="h",
        definition="so",
        value=1,
        shipments=1,
        at_us=1_790_000_000_000_000,
    )


@pytest.mark.timeout(180)
def test_a_month_with_a_million_assets_stays_within_the_bound(influx_1x: InfluxServer) -> None:
    influx_1x.query('CREATE DATABASE "month"')
    lines = Lines(site="edge-1", parties={place: f"PARTY-{place[2:3]}" for place, _ in PLACES}, tiers=dict(PLACES))
    written: list[bytes] = []
    assets = set()
    with httpx.Client(base_url=influx_1x.url, trust_env=False, timeout=60) as client:
        for number, event in enumerate(chain(month(7), stops(7), samples()), start=1):
            written.append(lines.line(number, event))
            if isinstance(event, LocationEvent):
                assets.add(event.asset)
            if len(written) == BATCH:
                client.post("/write", params={"db": "month"}, content=b"\n".join(written)).raise_for_status()
                written.clear()
        client.post("/write", params={"db": "month"}, content=b"\n".join(written)).raise_for_status()
    (found,) = influx_1x.query("SHOW SERIES ON month")  # each once, over all shards; the cardinality counts by shard
    counts = Counter(key.partition(",")[0] for (key,) in found["values"])
    assert len(assets) > 50_000
    print(f"series: {sum(counts.values())} of at most {MOST_SERIES}: {dict(counts)}")
    told = {"location_event", "position", "sensor", "gateway_health"}
    assert set(counts) == told | {"shipment", "inventory", "kpi", "gateway", "antenna", "visit", "load"}
    assert counts["visit"] == counts["load"] == len(PLACES)  # vehicles are fields
    assert counts["shipment"] <= ROUTES * 2 * len(TripStatus)  # by lane, stop and status: no shipment
    assert counts["inventory"] == len(PLACES) * len(AssetKind) + PARTS
    assert counts["kpi"] == 2 * (FIGURES * (len(set(lanes())) + 1) + 3 * len(PLACES))
    assert sum(counts.values()) < MOST_SERIES
    assert counts["location_event"] <= len(PLACES) * len(EventKind) * 3  # by place, kind and kind of asset: no asset
    assert counts["position"] <= TRACKERS * 7  # each tracker by the places of its route
