"""The configuration of a small site, built in code, that believes captured data whatever its age and strength."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.config.model import (
    Clocks,
    Config,
    Device,
    Geofence,
    Http,
    Locating,
    Mqtt,
    Party,
    Place,
    Presence,
    ReadPoint,
    Site,
)
from gateway.model import Tier
from tests.e2e.running import free_port

CENTURY_S = 100 * 365.25 * 86_400
PARTIES = (
    Party(code="OEM", name="Elbe Motors", tier=Tier.OEM),
    Party(code="T1", name="Leine Seating", tier=Tier.TIER1),
)
PLACES = (
    Place(code="PLANT", name="Plant", party="OEM", tier=Tier.OEM),
    Place(code="DOOR-1", name="Dock door 1", party="OEM", tier=Tier.OEM, kind="door", inside="PLANT"),
    Place(code="DOOR-3", name="Dock door 3", party="OEM", tier=Tier.OEM, kind="door", inside="PLANT"),
    Place(code="SUPPLIER", name="Supplier", party="T1", tier=Tier.TIER1),
)
AS_CAPTURED = Locating(  # what was captured years ago is told with its own times, and one read is enough
    presence=Presence(least_reads=1, least_rssi_dbm=-128.0),
    geofence=Geofence(keep_every_s=0.0, worst_accuracy_m=1e9),
    clocks=Clocks(most_ahead_s=CENTURY_S, most_behind_s=CENTURY_S),
)


def site(
    *devices: Device,
    read_points: Iterable[ReadPoint] = (),
    broker: Mqtt | None = None,
    locating: Locating = AS_CAPTURED,
) -> Config:
    """A gateway of these devices. Without a broker there is none, and no MQTT device can be heard."""
    return Config(
        site=Site(name="e2e", operator="OEM"),
        http=Http(listen=f"127.0.0.1:{free_port()}"),
        mqtt=broker or Mqtt(embedded=False),
        parties=PARTIES,
        places=PLACES,
        devices=devices,
        read_points=tuple(read_points),
        locating=locating,
    )


def embedded_broker() -> Mqtt:
    """The gateway's own broker, on a port of its own."""
    return Mqtt(url=f"mqtt://127.0.0.1:{free_port()}", embedded=True)
