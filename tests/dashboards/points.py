"""A day of a lane, from a seed: a few thousand events, alerts in all their versions, and deliveries."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec

from gateway.influx.lines import Entry, Item
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
    Ack,
    Alert,
    AlertState,
    AssetKind,
    Delivery,
    DeliveryState,
    DeviceEvent,
    EventKind,
    LocationEvent,
    Method,
    Micros,
    PositionEvent,
    SensorEvent,
    Severity,
    StopState,
    Tier,
    TripStatus,
)

SITE = "munich"
BEGIN_US = 1_767_225_600_000_000  # 2026-01-01
DAY_US = 86_400_000_000
END_US = BEGIN_US + DAY_US
S_US = 1_000_000
PLACES = {"T3-DOOR": Tier.TIER3, "T1-DOOR": Tier.TIER1, "XD-GATE": Tier.CROSSDOCK, "OEM-DOCK": Tier.OEM}
PARTIES = {"T3-DOOR": "SUPPLIER", "T1-DOOR": "SUPPLIER", "XD-GATE": "CARRIER", "OEM-DOCK": "OEM"}
TRAILERS, READERS = ("TRAILER-1", "TRAILER-2"), ("reader-1", "reader-2")
LANE, SHIPMENT, RULE = "T1-DOOR>OEM-DOCK", "SHIP-7", "late_arrival"


def day(seed: int) -> Iterator[Entry | Sample]:
    """Everything, each alert's versions in their order."""
    chance = random.Random(seed)
    for minute in range(24 * 60):
        at_us = BEGIN_US + minute * 60 * S_US
        yield _movement(chance, at_us)
        yield _position(chance, at_us, TRAILERS[minute % 2])
        yield from _readings(chance, at_us, TRAILERS[minute % 2])
        if minute % 15 == 0:
            yield from _stops(minute, at_us)
            yield from _samples(minute, at_us)
        if minute % 20 == 0:
            yield _notice(chance, at_us, READERS[minute // 20 % 2])
    yield from _figures()
    for number in range(60):
        yield from _alert(number, BEGIN_US + number * 1200 * S_US)


def _movement(chance: random.Random, at_us: Micros) -> LocationEvent:
    place = chance.choice(list(PLACES))
    kind = chance.choice(list(EventKind))
    return LocationEvent(
        event_id=f"l{at_us}",
        kind=kind,
        asset=chance.choice([*TRAILERS, *(f"urn:epc:id:sscc:4012345.{number:010}" for number in range(200))]),
        asset_kind=chance.choice([AssetKind.PALLET, AssetKind.RTI, AssetKind.TRAILER]),
        place=place,
        tier=PLACES[place],
        parent=TRAILERS[0] if kind in (EventKind.LOADED, EventKind.UNLOADED) else "",
        device=chance.choice(READERS),
        late=chance.random() < 0.05,
        time_fixed="device_clock_off" if chance.random() < 0.05 else "",
        at_us=at_us,
        received_us=at_us + chance.randrange(5_000_000),
        recorded_us=at_us + 5_000_000 + chance.randrange(20_000),
    )


def _position(chance: random.Random, at_us: Micros, trailer: str) -> PositionEvent:
    inside = chance.random() < 0.3
    return PositionEvent(
        event_id=f"p{at_us}",
        asset=trailer,
        asset_kind=AssetKind.TRAILER,
        lat=48.1 + (at_us - BEGIN_US) / DAY_US,
        lon=11.5 - chance.random() / 100,
        speed_mps=chance.uniform(0, 25),
        place="OEM-DOCK" if inside else "",
        tier=Tier.OEM if inside else Tier.TRANSIT,
        device=f"tracker-{trailer}",
        time_fixed="from_gateway" if chance.random() < 0.05 else "",
        at_us=at_us,
        received_us=at_us + 1_200_000,
        recorded_us=at_us + 1_215_000,
    )


def _readings(chance: random.Random, at_us: Micros, trailer: str) -> Iterator[SensorEvent]:
    told: list[tuple[str, float | bool, str]] = [
        ("temperature", chance.uniform(2, 8), "CEL"),
        ("battery", 90 - (at_us - BEGIN_US) / DAY_US, "P1"),
        ("door", chance.random() < 0.1, ""),
    ]
    for name, value, unit in told:
        yield SensorEvent(
            event_id=f"s{name}{at_us}",
            asset=trailer,
            name=name,
            value=value,
            unit=unit,
            place="OEM-DOCK",
            tier=Tier.OEM,
            device=f"beacon-{trailer}",
            time_fixed="from_gateway",
            at_us=at_us,
            received_us=at_us + 800_000,
            recorded_us=at_us + 815_000,
        )


def _notice(chance: random.Random, at_us: Micros, reader: str) -> DeviceEvent:
    name = chance.choice(["connected", "disconnected", "antenna_lost"])
    return DeviceEvent(
        event_id=f"d{at_us}",
        device=reader,
        name=name,
        text=f"{name} as the reader says",
        fault=name != "connected",
        antenna=chance.randrange(1, 5) if name == "antenna_lost" else 0,
        at_us=at_us,
        received_us=at_us,
        recorded_us=at_us + 10_000,
    )


def _alert(number: int, raised_us: Micros) -> Iterator[Item]:
    """Raised and told; half are acknowledged, and a third ends."""
    raised = Alert(
        alert_id=f"a{number}",
        rule=RULE if number % 2 else "dwell",
        subject=f"shipment:{SHIPMENT}",
        state=AlertState.OPEN,
        severity=Severity.CRITICAL if number % 5 == 0 else Severity.WARNING,
        reason="not_seen",
        text=f"{SHIPMENT} is {number} min late",
        raised_us=raised_us,
        recorded_us=raised_us + 2 * S_US,
        lane=LANE,
        place="OEM-DOCK",
        tier=Tier.OEM,
        shipment=SHIPMENT if number % 3 else f"SHIP-{number}",
        late_s=number * 60,
        parties=("OEM", "SUPPLIER"),
    )
    yield raised
    yield from _told(raised)
    taken = msgspec.structs.replace(raised, acks=(Ack(party="OEM", at_us=raised_us + 600 * S_US),))
    if number % 2:
        yield taken
    if number % 3 == 0:
        ended_us = raised_us + 900 * S_US
        yield msgspec.structs.replace(taken, state=AlertState.RESOLVED, ended_us=ended_us, ended_reason="arrived")


def _told(alert: Alert) -> Iterator[Delivery]:
    for offset_us, party in ((1_500, "OEM"), (4_200, "SUPPLIER")):
        refused = alert.late_s % 420 == 0
        yield Delivery(
            delivery_id=f"{alert.alert_id}-{party}",
            alert_id=alert.alert_id,
            notice="raised",
            subscription=f"{party}-control-room",
            party=party,
            channel="webhook" if party == "OEM" else "mqtt",
            state=DeliveryState.FAILED if refused else DeliveryState.ACCEPTED,
            attempts=3 if refused else 1,
            next_us=alert.recorded_us,
            accepted_us=None if refused else alert.recorded_us + offset_us,
            offset_us=None if refused else offset_us,
            reason="status_503" if refused else "accepted",
        )


def _stops(minute: int, at_us: Micros) -> Iterator[StopState]:
    """Left at once, and expected later and later until it is there at 18:00."""
    due_us, there = BEGIN_US + 16 * 3600 * S_US, minute >= 18 * 60
    expected_us = None if there else due_us + minute * 6 * S_US
    for stop, place in enumerate(LANE.split(">")):
        estimated = None if stop == 0 else expected_us
        yield StopState(
            shipment=SHIPMENT,
            lane=LANE,
            place=place,
            stop=stop,
            is_last=stop == 1,
            status=TripStatus.ARRIVED if there else TripStatus.UNDER_WAY,
            planned_us=due_us if stop else BEGIN_US,
            p10_us=None if estimated is None else estimated - 1800 * S_US,
            p50_us=estimated,
            p90_us=None if estimated is None else estimated + 1800 * S_US,
            method=None if estimated is None else Method.CARRIED,
            arrived_us=BEGIN_US + 18 * 3600 * S_US if stop and there else None,
            departed_us=None if stop else BEGIN_US,
            recorded_us=at_us,
        )


def _samples(minute: int, at_us: Micros) -> Iterator[Sample]:
    for place, tier in PLACES.items():
        for kind in (AssetKind.RTI, AssetKind.PALLET, AssetKind.TRAILER):
            yield InventorySample(
                place=place, tier=tier, sort="asset", item=kind, quantity=10 + minute % 7, at_us=at_us
            )
    left = 2000.0 - minute
    yield InventorySample(
        place="OEM-DOCK",
        tier=Tier.OEM,
        sort="part",
        item="4711",
        quantity=left,
        per_hour=60.0,
        cover_h=left / 60,
        at_us=at_us,
    )
    for name, label, value in (
        ("intake_items", "", minute % 5),
        ("deliveries_pending", "", minute % 3),
        ("commit_seconds", "", 0.004),
        ("buffer_hours", "", 900.0),
        ("alerts_standing", "", 4),
        ("quarantined", "", 2),
        ("output_waiting_entries", "influx.plant.events", minute),
        ("device_readings_total", READERS[0], minute * 60),
        ("device_silence_seconds", READERS[0], 1.5),
    ):
        yield GatewaySample(name=name, label=label, value=value, at_us=at_us)
    yield VisitSample(
        place="OEM-DOCK", vehicle=TRAILERS[0], dwell_s=3600, gate_wait_s=600, expected=8, missed=1, at_us=at_us
    )
    yield LoadSample(place="T1-DOOR", trailer=TRAILERS[1], expected=8, missed=2, extra=1, at_us=at_us)
    for antenna in ("1", "2"):
        rssi_dbm = -50.0 - minute % 20
        yield AntennaSample(device=READERS[0], antenna=antenna, rssi_dbm=rssi_dbm, reads=60, epcs=8, at_us=at_us)


def _figures() -> Iterator[KpiSample]:
    """Over all, of the lane, of a place; of the day and of the month that ends with it."""
    over_all = {
        "otif_slot": (92.0, "%"),
        **{f"lead_time_p{percent}": (percent / 10, "h") for percent in (50, 80, 95)},
        "lead_time_variation": (12.0, "%"),
        "detention": (3.5, "h"),
        "detention_cost": (210.0, "EUR"),
        "co2e": (870.0, "kg"),
        "co2e_intensity": (61.0, "g/tkm"),
        "read_rate": (99.0, "%"),
        "data_quality": (97.0, "%"),
        "dwell_p80": (1.25, "h"),
    }
    for window in ("1d", "30d"):
        for lane, place in (("", ""), (LANE, ""), ("", "OEM-DOCK")):
            for kpi, (value, unit) in over_all.items():
                yield KpiSample(
                    kpi=kpi,
                    lane=lane,
                    place=place,
                    window=window,
                    unit=unit,
                    definition=f"What {kpi} means.",
                    value=value,
                    shipments=40,
                    at_us=BEGIN_US,
                )
