"""Two lanes that must not know of each other, their operator, and one yard through which both pass.

Everything of Beta's has "zzb" in its name, so that one search through Alpha's bytes tells whether anything leaked.
"""

from __future__ import annotations

from gateway.config.model import AssetName, Config, Device, Party, Place, ReadPoint, Site
from gateway.model import (
    Ack,
    Alert,
    AlertState,
    AssetKind,
    Delivery,
    DeliveryState,
    DeviceEvent,
    Event,
    EventKind,
    LocationEvent,
    Micros,
    PositionEvent,
    SensorEvent,
    Severity,
    Shipment,
    Stop,
    Tier,
    Window,
)
from gateway.web.ports import Spot, Whereabouts

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
NOW: Micros = 1_767_268_800 * SECOND  # 2026-01-01T12:00:00Z

SSCC = "urn:epc:id:sscc:9521141.0000000001"
BETA = b"zzb"

CONFIG = Config(
    site=Site(name="test-box", operator="OPER"),
    parties=(
        Party(code="OPER", name="Operator", tier=Tier.OEM),
        Party(code="ALPHA", name="Alpha Castings", tier=Tier.TIER2),
        Party(code="ZZB", name="Zzb Electronics", tier=Tier.TIER2),
        Party(code="YARDS", name="Common Yards", tier=Tier.CROSSDOCK),
    ),
    places=(
        Place(code="OPER-PLANT", name="Plant", party="OPER", tier=Tier.OEM, at=(52.0, 10.0)),
        Place(code="ALPHA-PLANT", name="Alpha", party="ALPHA", tier=Tier.TIER2, at=(51.0, 9.0), codes=("DEALPHA",)),
        Place(code="ALPHA-DOOR", name="Door", party="ALPHA", tier=Tier.TIER2, kind="door", inside="ALPHA-PLANT"),
        Place(code="ZZB-PLANT", name="Zzb", party="ZZB", tier=Tier.TIER2, at=(50.0, 12.0)),
        Place(code="ZZB-DOOR", name="Zzb door", party="ZZB", tier=Tier.TIER2, kind="door", inside="ZZB-PLANT"),
    ),
    devices=(
        Device(name="alpha-dock", driver="m100", connect="serial:///dev/null", place="ALPHA-DOOR"),
        Device(name="zzb-dock", driver="m100", connect="tcp://secret@127.0.0.1:1", place="ZZB-DOOR"),
        Device(name="tracker-1", driver="nmea0183", connect="serial:///dev/null", asset="TRL-A"),
    ),
    read_points=(
        ReadPoint(name="alpha-loading", place="ALPHA-DOOR", device="alpha-dock"),
        ReadPoint(name="zzb-loading", place="ZZB-DOOR", device="zzb-dock"),
    ),
    assets=(
        AssetName(name="TRL-A"),
        AssetName(name="TRL-ZZB", ids=("zzb-number-7",)),
        AssetName(name="OWNED-ZZB", ids=("zzb-number-8",), owner="ZZB"),
        AssetName(name="OWNED-ALPHA", owner="ALPHA"),
    ),
)


def plan(
    shipment_id: str, origin: str, assets: tuple[str, ...], shipper: str, *, due_us: Micros = NOW - HOUR
) -> Shipment:
    """From a supplier to the operator's plant, due an hour ago unless said otherwise."""
    return Shipment(
        shipment_id=shipment_id,
        stops=(
            Stop(place=origin, departure=Window(open_us=due_us - 6 * HOUR, close_us=due_us - 5 * HOUR)),
            Stop(place="OPER-PLANT", arrival=Window(open_us=due_us - HOUR, close_us=due_us)),
        ),
        assets=assets,
        parties={"shipper": shipper, "consignee": "OPER"},
        created_us=NOW - DAY,
        contents=f"castings of {shipper}",
    )


def arrival(event_id: str, asset: str, place: str, **more: object) -> LocationEvent:
    """An arrival ten hours ago, unless said otherwise."""
    at_us = more.pop("at_us", NOW - 10 * HOUR)
    base = LocationEvent(
        event_id=event_id,
        kind=EventKind.ARRIVED,
        asset=asset,
        asset_kind=AssetKind.TRAILER,
        place=place,
        tier=next((p.tier for p in CONFIG.places if p.code == place), Tier.TRANSIT),
        at_us=at_us,  # type: ignore[arg-type]
        received_us=NOW,
        recorded_us=NOW,
    )
    return _with(base, more)


def _with(event: LocationEvent, more: dict[str, object]) -> LocationEvent:
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    return LocationEvent(**(fields | more))


def position(event_id: str, asset: str, device: str, at_us: Micros = NOW - 2 * HOUR) -> PositionEvent:
    return PositionEvent(
        event_id=event_id,
        asset=asset,
        asset_kind=AssetKind.TRAILER,
        lat=51.5,
        lon=9.5,
        device=device,
        at_us=at_us,
        received_us=NOW,
        recorded_us=NOW,
    )


EVENTS: tuple[Event, ...] = (
    arrival("e-a1", "TRL-A", "ALPHA-DOOR", read_point="alpha-loading", device="alpha-dock", shipment="SHIP-A"),
    arrival("e-b1", "TRL-ZZB", "ZZB-DOOR", read_point="zzb-loading", device="zzb-dock", shipment="SHIP-ZZB"),
    position("e-a2", "TRL-A", "tracker-1"),
    position("e-b2", "TRL-ZZB", "zzb-tracker"),
    # An asset of Beta's shipment comes by Alpha's door: Alpha sees that it is there, and no more.
    arrival(
        "e-x1",
        "PASSING-1",
        "ALPHA-DOOR",
        kind=EventKind.MOVED,
        previous_place="ZZB-PLANT",
        previous_tier=Tier.TIER2,
        device="alpha-dock",
        shipment="SHIP-ZZB",
        at_us=NOW - HOUR,
    ),
    SensorEvent(
        event_id="e-b3",
        asset="TRL-ZZB",
        name="zzb-temperature",
        value=4.0,
        unit="CEL",
        device="zzb-tracker",
        at_us=NOW - HOUR,
        received_us=NOW,
        recorded_us=NOW,
    ),
    DeviceEvent(event_id="e-d1", device="alpha-dock", name="connected", at_us=NOW, received_us=NOW, recorded_us=NOW),
    DeviceEvent(event_id="e-d2", device="zzb-dock", name="connected", at_us=NOW, received_us=NOW, recorded_us=NOW),
    # Alpha's trailer long before its shipment, at Beta's plant: outside of the span, so nobody's business.
    arrival("e-a0", "TRL-A", "ZZB-PLANT", at_us=NOW - 20 * DAY),
    arrival("e-p1", SSCC, "ALPHA-PLANT", asset_kind=AssetKind.PALLET, at_us=NOW - 9 * HOUR),
)

SHIPMENTS = (
    plan("SHIP-A", "ALPHA-PLANT", ("TRL-A", SSCC), "ALPHA"),
    plan("SHIP-ZZB", "ZZB-PLANT", ("TRL-ZZB", "PASSING-1"), "ZZB"),
)


def alert(alert_id: str, shipment: str, party: str, raised_us: Micros = NOW - HOUR) -> Alert:
    """A shipment not seen in time, told to its shipper and the operator."""
    return Alert(
        alert_id=alert_id,
        rule="late_arrival",
        subject=f"shipment:{shipment}",
        state=AlertState.OPEN,
        severity=Severity.CRITICAL,
        reason="not_seen",
        text=f"{shipment} is late",
        raised_us=raised_us,
        recorded_us=NOW,
        shipment=shipment,
        lane=f"{party}-PLANT>OPER-PLANT",
        late_s=3600,
        parties=(party, "OPER"),
        acks=(Ack(party="OPER", at_us=NOW, by=f"planner for {party}"),),
    )


ALERTS = (alert("alert-a", "SHIP-A", "ALPHA"), alert("alert-zzb", "SHIP-ZZB", "ZZB"))


def delivery(alert_id: str, party: str, offset_us: int) -> Delivery:
    return Delivery(
        delivery_id=f"{alert_id}-{party}",
        alert_id=alert_id,
        notice="raised",
        subscription=f"{party.lower()}-hook",
        party=party,
        channel="webhook",
        state=DeliveryState.ACCEPTED,
        attempts=1,
        accepted_us=NOW + offset_us,
        offset_us=offset_us,
        reason="accepted",
    )


DELIVERIES = (
    delivery("alert-a", "ALPHA", 4000),
    delivery("alert-a", "OPER", 6500),
    delivery("alert-zzb", "ZZB", 1000),
    delivery("alert-zzb", "OPER", 2000),
)

BOARD = (
    Whereabouts(
        asset="TRL-A",
        kind=AssetKind.TRAILER,
        place="",
        tier=Tier.TRANSIT,
        since_us=NOW - HOUR,
        seen_us=NOW,
        lat=51.5,
        lon=9.5,
    ),
    Whereabouts(
        asset="TRL-ZZB", kind=AssetKind.TRAILER, place="ZZB-PLANT", tier=Tier.TIER2, since_us=NOW - HOUR, seen_us=NOW
    ),
    Whereabouts(
        asset=SSCC,
        kind=AssetKind.PALLET,
        place="",
        tier=Tier.TRANSIT,
        since_us=NOW - HOUR,
        seen_us=NOW,
        parent="TRL-A",
        via=("TRL-A",),
    ),
    Whereabouts(
        asset="PASSING-1",
        kind=AssetKind.PALLET,
        place="ALPHA-DOOR",
        tier=Tier.TIER2,
        since_us=NOW - HOUR,
        seen_us=NOW,
    ),
)

SPOTS = tuple(Spot(asset=asset, kind=AssetKind.TRAILER, lat=51.5, lon=9.5, at_us=NOW) for asset in ("TRL-A", "TRL-ZZB"))
