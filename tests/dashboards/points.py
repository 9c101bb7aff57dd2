"""A day of a lane, from a seed: a few thousand events, alerts in all their versions, and deliveries."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec

from gateway.influx.lines import Item
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
    Micros,
    PositionEvent,
    SensorEvent,
    Severity,
    Tier,
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


def day(seed: int) -> Iterator[Item]:
    """Everything, each alert's versions in their order."""
    chance = random.Random(seed)
    for minute in range(24 * 60):
        at_us = BEGIN_US + minute * 60 * S_US
        yield _movement(chance, at_us)
        yield _position(chance, at_us, TRAILERS[minute % 2])
        yield from _readings(chance, at_us, TRAILERS[minute % 2])
        if minute % 20 == 0:
            yield _notice(chance, at_us, READERS[minute // 20 % 2])
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
