"""A network and words for tests that read as sentences: what was read, and what that led to.

TIER-2 plant "CAST"     reader over its dock door CAST-DOOR
cross-dock "XD"         readers at its doors XD-IN, one way in, XD-OUT, one way out, and XD-BOTH with a lane for each
OEM plant "PLANT"       fence; YARD inside with a fence; DOOR-1, DOOR-2 and LINE with readers; GATE in and out
port "PORT"             a fence, no reader
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from gateway.config.model import Config
from gateway.locate import Locator, Row
from gateway.model import (
    AssetKind,
    Event,
    Fix,
    LocationEvent,
    Measurement,
    Observation,
    Packing,
    Passage,
    PositionEvent,
    Quarantined,
    Reading,
    SensorEvent,
    TagRead,
)

T0 = 1_763_800_000_000_000
SECOND = 1_000_000

IN_PLANT, IN_YARD, IN_PORT, ON_THE_WAY = (52.3430, 10.5600), (52.3476, 10.5600), (53.5050, 9.9300), (52.0, 10.0)

_PLACES: tuple[dict[str, Any], ...] = (
    {"code": "CAST", "tier": "tier2"},
    {"code": "CAST-DOOR", "tier": "tier2", "kind": "door", "inside": "CAST"},
    {
        "code": "PLANT",
        "tier": "oem",
        "polygon": ((52.3415, 10.5500), (52.3415, 10.5700), (52.3495, 10.5700), (52.3495, 10.5500)),
    },
    {
        "code": "YARD",
        "tier": "oem",
        "kind": "yard",
        "inside": "PLANT",
        "polygon": ((52.3462, 10.5520), (52.3462, 10.5680), (52.3490, 10.5680), (52.3490, 10.5520)),
    },
    {"code": "DOOR-1", "tier": "oem", "kind": "door", "inside": "PLANT"},
    {"code": "DOOR-2", "tier": "oem", "kind": "door", "inside": "PLANT"},
    {"code": "LINE", "tier": "oem", "kind": "line", "inside": "PLANT"},
    {"code": "GATE", "tier": "oem", "kind": "gate", "inside": "PLANT"},
    {"code": "XD", "tier": "crossdock", "kind": "crossdock"},
    {"code": "XD-IN", "tier": "crossdock", "kind": "door", "inside": "XD"},
    {"code": "XD-OUT", "tier": "crossdock", "kind": "door", "inside": "XD"},
    {"code": "XD-BOTH", "tier": "crossdock", "kind": "door", "inside": "XD"},
    {"code": "PORT", "tier": "port", "kind": "port", "at": IN_PORT, "radius_m": 800.0},
)
_READ_POINTS: dict[str, str] = {
    "cast-hall": "CAST",
    "cast-door": "CAST-DOOR",
    "door-1": "DOOR-1",
    "door-1-left": "DOOR-1",
    "door-2": "DOOR-2",
    "line": "LINE",
    "xd-hall": "XD",
}
_ONE_WAY: dict[str, tuple[str, Literal["in", "out"]]] = {
    "gate-in": ("GATE", "in"),
    "gate-out": ("GATE", "out"),
    "xd-in": ("XD-IN", "in"),
    "xd-out": ("XD-OUT", "out"),
    "lane-in": ("XD-BOTH", "in"),
    "lane-out": ("XD-BOTH", "out"),
}


def network(**locating: Any) -> Config:
    """The network, with settings of `locating` other than the defaults; its stories need not be drivable."""
    locating.setdefault("plausibility", {"fastest_mps": 1e9})
    return Config.model_validate(
        {
            "places": tuple({"name": place["code"], "party": "P", **place} for place in _PLACES),
            "devices": ({"name": "reader", "driver": "llrp", "connect": "tcp://127.0.0.1:5084"},),
            "read_points": (
                *({"name": name, "place": place, "device": "reader"} for name, place in _READ_POINTS.items()),
                *({"name": n, "place": p, "device": "reader", "passing": way} for n, (p, way) in _ONE_WAY.items()),
            ),
            "locating": locating,
        },
        strict=False,
    )


def kind_of(asset: str) -> AssetKind:
    """PAL-1 is a pallet, PART-1 a part, RTI-1 a rack, CONT-1 a container; all others are trailers."""
    kinds = {
        "PAL": AssetKind.PALLET,
        "PART": AssetKind.PART,
        "RTI": AssetKind.RTI,
        "CONT": AssetKind.CONTAINER,
    }
    return kinds.get(asset.split("-")[0], AssetKind.TRAILER)


def read(asset: str, point: str, at_s: float, rssi_dbm: float | None = -50.0, count: int = 1) -> Observation:
    """A tag read at a read point."""
    place, direction = _ONE_WAY.get(point) or (_READ_POINTS[point], "")
    reading = TagRead(epc=asset.encode(), rssi_dbm=rssi_dbm, count=count, seen_us=_us(at_s))
    return _observation(asset, reading, at_s, read_point=point, place=place, direction=direction)


def reads(asset: str, point: str, times_s: Iterable[float], rssi_dbm: float | None = -50.0) -> list[Observation]:
    """A tag read several times at one read point."""
    return [read(asset, point, at_s, rssi_dbm) for at_s in times_s]


def fix(asset: str, at: tuple[float, float], at_s: float, accuracy_m: float | None = 5.0) -> Observation:
    """A position."""
    return _observation(asset, Fix(lat=at[0], lon=at[1], accuracy_m=accuracy_m, seen_us=_us(at_s)), at_s)


def fixes(asset: str, at: tuple[float, float], times_s: Iterable[float]) -> list[Observation]:
    """The same position several times."""
    return [fix(asset, at, at_s) for at_s in times_s]


def passage(
    asset: str, direction: Literal["in", "out"], place: str, at_s: float, device: str = "tms", shipment: str = ""
) -> Observation:
    """A system says that an asset passed in or out."""
    reading = Passage(asset=asset, place=place, direction=direction, seen_us=_us(at_s), shipment=shipment)
    return _observation(asset, reading, at_s, device=device, place=place, direction=direction)


def packing(
    asset: str, action: Literal["ADD", "DELETE"], parent: str, at_s: float, place: str = "", device: str = "wms"
) -> Observation:
    """A system says that an asset was put into another, or taken out of it."""
    reading = Packing(asset=asset, parent=parent, action=action, place=place, seen_us=_us(at_s))
    return _observation(asset, reading, at_s, device=device, place=place, parent=parent, parent_kind=kind_of(parent))


def measurement(asset: str, name: str, value: float | bool | str, at_s: float, device: str = "reader") -> Observation:
    """A sensor's value."""
    return _observation(asset, Measurement(name=name, value=value, seen_us=_us(at_s)), at_s, device=device)


class Story:
    """A locator with what it has told so far, and the journal's table of rows."""

    def __init__(self, config: Config | None = None, rows: Iterable[Row] = ()) -> None:
        self.config = network() if config is None else config
        self.journal: dict[str, bytes] = dict(rows)
        self.locator = Locator(self.config)
        self.locator.restore(self.journal.items())
        self.events: list[Event] = []
        self.refused: list[Quarantined] = []

    def tell(self, *observations: Observation | list[Observation]) -> list[str]:
        """Let these happen, one batch each; answer the location events they led to, as short texts."""
        told: list[Event] = []
        for observation in observations:
            batch = observation if isinstance(observation, list) else [observation]
            for one in batch:
                located = self.locator.observe([one], T0)
                self.journal.update(located.rows)
                told += located.events
                self.refused += located.quarantined
        self.events += told
        return [short(event) for event in told if isinstance(event, LocationEvent)]

    def inside(self, asset: str) -> str:
        """What an asset is in: `in CONT-1 in TRL-1`; empty: in nothing."""
        where = self.locator.board.where(asset)
        return " ".join(f"in {parent}" for parent in where.parents) if where else ""

    def killed(self) -> Story:
        """The same locator after a kill: all that is left is the journal."""
        return Story(self.config, self.journal.items())

    def wait(self, until_s: float) -> list[str]:
        """Let time pass by the gateway's clock, as its ticks do."""
        located = self.locator.observe([], _us(until_s))
        self.journal.update(located.rows)
        self.events += located.events
        return [short(event) for event in located.events if isinstance(event, LocationEvent)]

    def place(self, asset: str) -> str:
        """Where an asset is now, through what it is in."""
        where = self.locator.board.where(asset)
        return "never met" if where is None else where.place

    def locations(self) -> list[LocationEvent]:
        return [event for event in self.events if isinstance(event, LocationEvent)]

    def positions(self) -> list[PositionEvent]:
        return [event for event in self.events if isinstance(event, PositionEvent)]

    def sensors(self) -> list[SensorEvent]:
        return [event for event in self.events if isinstance(event, SensorEvent)]


def short(event: LocationEvent) -> str:
    """`moved PAL-1 A>B @12`, `left TRL-1 A @30 late`, `loaded PAL-1 A in TRL-1 @7`."""
    way = f"{event.previous_place}>{event.place}" if event.kind == "moved" else event.place
    inside = f" in {event.parent}" if event.parent else ""
    late = " late" if event.late else ""
    return f"{event.kind} {event.asset} {way}{inside} @{(event.at_us - T0) / SECOND:g}{late}"


def _us(at_s: float) -> int:
    return T0 + round(at_s * SECOND)


def _observation(asset: str, reading: Reading, at_s: float, device: str = "reader", **where: Any) -> Observation:
    return Observation(
        asset=asset,
        kind=kind_of(asset),
        device=device,
        reading=reading,  # type: ignore[arg-type]  # a Notice is never observed
        at_us=_us(at_s),
        received_us=_us(at_s),
        device_us=_us(at_s),
        **where,
    )
