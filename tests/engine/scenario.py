"""Reads tests/scenarios/*.yaml, which tell as sentences what happens and what is then told, and plays them.

    plan:    S1: T1 from A 10:00 to B 12:00          shipment, asset, departure and arrival by
             S1: T1+G1+G2 from A 10:00 to B 12:00    the same with goods
             10:00 S1: T1+G1 from A 10:00 ...        in `happens`: the plan came, or was changed, at that time
    happens: 13:00 T1 arrived B                       recorded at, asset, what, where
             13:00 T1 arrived B at 11:50              the same, of an earlier time: late data
             09:00 G1 loaded A-DOOR in T1             goods went into a trailer at a door, or `unloaded`
             10:00 gps-1 heard                        a device
             10:00 T1 at 52.25,10.02                  a position between places, told by the device gps-T1
             10:00 T1 says temperature 9.5 in P       a sensor, at a place or, without `in`, between places
                                                      both may end in `at 09:50`: told late
             until 15:00                              time passes and nothing happens
    tells:   12:00 raised not_seen                    the alert's time, the notice, its reason
             12:30 critical missing                   an alert that stands got worse

Times are of one day, in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from gateway.catalogue import make_rule
from gateway.config.model import Place, RuleEntry, Subscription
from gateway.engine.engine import Engine
from gateway.hearing import Hearing
from gateway.model import (
    Alert,
    AssetKind,
    DeviceState,
    Event,
    EventKind,
    Followed,
    Load,
    LocationEvent,
    Micros,
    Nesting,
    PositionEvent,
    SensorEvent,
    Shipment,
    Stay,
    Stop,
    Tier,
    Trip,
    Window,
)
from gateway.places import PlaceIndex

DAY_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
MINUTE_US = 60_000_000
TIERS = {"A": Tier.TIER1, "P": Tier.PORT, "B": Tier.OEM, "X": Tier.CROSSDOCK, "Z": Tier.TIER2}
POINTS = {"A": (52.0, 10.0), "P": (52.5, 10.0), "B": (53.0, 10.0), "X": (52.5, 11.0), "Z": (51.5, 10.0)}
PLACES = PlaceIndex(
    [
        Place(
            code=code,
            name=code,
            party=f"OWN-{code}",
            tier=tier,
            kind="port" if code == "P" else "plant",
            at=POINTS[code],
        )
        for code, tier in TIERS.items()
    ]
    + [
        Place(code=f"{site}-DOOR{more}", name="door", party=f"OWN-{site}", tier=TIERS[site], kind="door", inside=site)
        for site, more in (("A", ""), ("A", "-2"), ("B", ""))
    ]
)
PARTIES = {"shipper": "OWN-A", "consignee": "OWN-B"}

_PLAN = re.compile(r"(\S+): (\S+) from (\S+) (\d\d:\d\d) (?:via (\S+) (\d\d:\d\d) )?to (\S+) (\d\d:\d\d)")
_EVENT = re.compile(
    r"(\d\d:\d\d) (\S+) (arrived|left|moved|loaded|unloaded) (\S+?)(?: to (\S+))?(?: in (\S+))?"
    r"(?: at (\d\d:\d\d))?(?: of (\S+))?"
)
_POSITION = re.compile(r"(\d\d:\d\d) (\S+) at (-?[\d.]+),(-?[\d.]+)(?: at (\d\d:\d\d))?")
_SENSOR = re.compile(r"(\d\d:\d\d) (\S+) says (\S+) (\S+)(?: in (\S+))?(?: at (\d\d:\d\d))?")
_KINDS = {
    "T": AssetKind.TRAILER,
    "C": AssetKind.CONTAINER,
    "R": AssetKind.RTI,
    "G": AssetKind.PALLET,
    "U": AssetKind.PART,
}


@dataclass(frozen=True)
class Scenario:
    """One story of one rule."""

    rule: str
    settings: dict[str, object]
    name: str
    plan: tuple[str, ...]
    happens: tuple[str, ...]
    tells: tuple[str, ...]


def load(folder: Path) -> list[Scenario]:
    """All stories of all rules."""
    stories = []
    for file in sorted(folder.glob("*.yaml")):
        document = YAML(typ="safe", pure=True).load(file.read_text())
        stories += [
            Scenario(
                rule=file.stem,
                settings={**document.get("settings", {}), **story.get("settings", {})},
                name=story["story"],
                plan=tuple(story.get("plan", ())),
                happens=tuple(story["happens"]),
                tells=tuple(story.get("tells") or ()),
            )
            for story in document["stories"]
        ]
    return stories


class Stage:
    """An engine with one rule, on which a scenario is played; it can be restarted between two lines."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        device = DeviceState(device="gps-1", place="", asset="T1", known_us=at("08:00"))
        self._hearing = Hearing([device], {})
        self._trips: dict[str, tuple[Trip, bool]] = {}
        self._stays: dict[str, Stay] = {}
        self._alerts: dict[str, Alert] = {}
        self._loads: dict[str, Load] = {}
        self._nestings: dict[str, Nesting] = {}
        self._followed: dict[str, Followed | None] = {}
        self.told: list[str] = []
        self.start()

    def start(self) -> None:
        """Start, or start again, from what had been committed."""
        entry = RuleEntry(name="rule", rule=self._scenario.rule, settings=self._scenario.settings)  # type: ignore[arg-type]
        self.engine = Engine(
            rules={"rule": make_rule(entry)},
            subscriptions=[
                Subscription(name=f"{party}-mqtt", party=party, channel="mqtt")
                for party in (*(f"OWN-{code}" for code in TIERS), "OTHER")
            ],
            lineage=lambda code: (code, *PLACES.ancestors(code)),
            owners=PLACES,
            hearing=self._hearing,
            operator="OWN-B",
        )
        self.engine.restore(
            trips=[trip for trip, is_open in self._trips.values() if is_open],
            stays=self._stays.values(),
            alerts=self._alerts.values(),
            now_us=0,
            loads=[load for load in self._loads.values() if not load.over],
            nestings=self._nestings.values(),
            followed=[subject for subject in self._followed.values() if subject is not None],
        )

    def plan(self, lines: Iterable[str]) -> None:
        self.engine.advance(at("08:00"))
        for line in lines:
            self.engine.plan(shipment(line), ())
        self._commit()

    def play(self, line: str) -> None:
        """One line of `happens`."""
        when = at(line.removeprefix("until ")[:5])
        self.engine.advance(when)
        if line.endswith(" heard"):
            self._hearing.heard(line.split()[1], when)
            self.engine.listen()
        elif _PLAN.fullmatch(line[6:]):
            self.engine.plan(shipment(line[6:]), ())
        elif not line.startswith("until "):
            self.engine.take(happening(line))
        self._commit()

    def _commit(self) -> None:
        step = self.engine.drain()
        self._trips |= {trip.shipment.shipment_id: (trip, is_open) for trip, is_open in step.trips}
        self._stays |= {stay.asset: stay for stay in step.stays}
        self._loads |= {load.trailer: load for load in step.loads}
        self._nestings |= {nesting.asset: nesting for nesting in step.nestings}
        self._followed |= step.followed
        for alert in step.alerts:
            held, self._alerts[alert.alert_id] = self._alerts.get(alert.alert_id), alert
            if held is not None and (held.state, held.severity) == (alert.state, alert.severity):
                continue  # its numbers are newer: stored, and told to nobody
            if alert.superseded_by:
                continue  # told by the alert that says it right
            self.told.append(sentence(alert, held))
            notices = [delivery for delivery in step.deliveries if delivery.alert_id == alert.alert_id]
            assert {delivery.party for delivery in notices} == set(alert.parties), (
                "each party concerned is told, no other"
            )


def sentence(alert: Alert, held: Alert | None) -> str:
    if alert.state == "open" and held is not None and held.state == "open":
        return f"{clock(alert.recorded_us)} {alert.severity} {alert.reason}"
    if alert.state == "open":
        return f"{clock(alert.raised_us)} raised {alert.reason}"
    assert alert.ended_us is not None
    return f"{clock(alert.ended_us)} {alert.state} {alert.ended_reason}"


def at(text: str) -> Micros:
    hours, minutes = text.split(":")
    return DAY_US + (int(hours) * 60 + int(minutes)) * MINUTE_US


def clock(when_us: Micros) -> str:
    minutes = (when_us - DAY_US) // MINUTE_US
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def shipment(line: str) -> Shipment:
    found = _PLAN.fullmatch(line)
    assert found, f"not a plan: {line}"
    name, assets, origin, leaves, via, by, destination, due = found.groups()
    stops = [Stop(place=origin, departure=_window(leaves))]
    if via:
        stops.append(Stop(place=via, arrival=_window(by), departure=_window(by)))
    stops.append(Stop(place=destination, arrival=_window(due)))
    return Shipment(
        shipment_id=name,
        stops=tuple(stops),
        assets=tuple(assets.split("+")),
        parties=PARTIES,
        created_us=at("07:00"),
    )


def _window(close: str) -> Window:
    return Window(open_us=at(close) - 30 * MINUTE_US, close_us=at(close))


def happening(line: str) -> Event:
    """A line of `happens` in which something is told of an asset."""
    if found := _POSITION.fullmatch(line):
        recorded, asset, lat, lon, seen = found.groups()
        return PositionEvent(
            event_id=line[6:],
            asset=asset,
            asset_kind=_KINDS[asset[0]],
            lat=float(lat),
            lon=float(lon),
            device=f"gps-{asset}",
            at_us=at(seen or recorded),
            received_us=at(recorded),
            recorded_us=at(recorded),
        )
    if found := _SENSOR.fullmatch(line):
        recorded, asset, name, value, place, seen = found.groups()
        return SensorEvent(
            event_id=line[6:],
            asset=asset,
            name=name,
            value=value == "true" if value in ("true", "false") else float(value),
            place=place or "",
            tier=PLACES.tier(place or ""),
            device=f"gps-{asset}",
            at_us=at(seen or recorded),
            received_us=at(recorded),
            recorded_us=at(recorded),
        )
    return event(line)


def event(line: str) -> LocationEvent:
    found = _EVENT.fullmatch(line)
    assert found, f"not an event: {line}"
    recorded, asset, what, place, onward, parent, seen, of = found.groups()
    here = onward or place
    return LocationEvent(
        event_id=f"{asset} {what} {here} {seen or recorded}",
        kind=EventKind(what),
        asset=asset,
        asset_kind=_KINDS.get(asset[0], AssetKind.TRAILER),
        place=here,
        tier=Tier.TRANSIT if what == "left" else PLACES.tier(here),
        previous_place=place if what == "moved" else "",
        parent=parent or "",
        shipment=of or "",
        at_us=at(seen or recorded),
        received_us=at(recorded),
        recorded_us=at(recorded),
    )
