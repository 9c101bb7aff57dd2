"""Reads tests/scenarios/*.yaml, which tell as sentences what happens and what is then told, and plays them.

The sentences are those of gateway/scenario/sentences.py, and besides:

    tells:   12:00 raised not_seen                    the alert's time, the notice, its reason
             12:30 critical missing                   an alert that stands got worse

Times are of one day, in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from ruamel.yaml import YAML

from gateway.catalogue import make_rule
from gateway.config.model import Place, RuleEntry, Subscription
from gateway.engine.engine import Engine
from gateway.engine.step import Step
from gateway.hearing import Hearing
from gateway.model import (
    Alert,
    AssetKind,
    DeviceState,
    Event,
    LocationEvent,
    Micros,
    PositionEvent,
    Rule,
    SensorEvent,
    Shipment,
    Tier,
)
from gateway.places import PlaceIndex
from gateway.scenario.sentences import planned, said
from gateway.scenario.stage import Stage as Played
from gateway.scenario.world import World

MINUTE_US = 60_000_000
DAY_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
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

_KINDS = {
    "T": AssetKind.TRAILER,
    "C": AssetKind.CONTAINER,
    "R": AssetKind.RTI,
    "G": AssetKind.PALLET,
    "U": AssetKind.PART,
}


WORLD = World(
    day_us=DAY_US,
    places=PLACES,
    kind_of=lambda asset: _KINDS.get(asset[0], AssetKind.TRAILER),
    roles=PARTIES,
)


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

    def __init__(self, scenario: Scenario, watched: Callable[[Rule], Rule] = lambda rule: rule) -> None:
        self._entry = RuleEntry(name="rule", rule=scenario.rule, settings=scenario.settings)  # type: ignore[arg-type]
        self._watched = watched  # the rule, as the engine is to have it
        device = DeviceState(device="gps-1", place="", asset="T1", known_us=at("08:00"))
        self._hearing = Hearing([device], {})
        self._stage = Played(self._engine, self._hearing)
        self._alerts: dict[str, Alert] = {}
        self.told: list[str] = []

    def start(self) -> None:
        """Start again, from what had been committed."""
        self._stage.start()

    def plan(self, lines: Iterable[str]) -> None:
        self._note(self._stage.plan([shipment(line) for line in lines], at("08:00")))

    def play(self, line: str) -> None:
        """One line of `happens`."""
        self._note(self._stage.play(said(line, WORLD)))

    def _engine(self) -> Engine:
        return Engine(
            rules={"rule": self._watched(make_rule(self._entry))},
            subscriptions=[
                Subscription(name=f"{party}-mqtt", party=party, channel="mqtt")
                for party in (*(f"OWN-{code}" for code in TIERS), "OTHER")
            ],
            lineage=lambda code: (code, *PLACES.ancestors(code)),
            owners=PLACES,
            hearing=self._hearing,
            operator="OWN-B",
        )

    def _note(self, step: Step) -> None:
        for alert in step.alerts:
            held, self._alerts[alert.alert_id] = self._alerts.get(alert.alert_id), alert
            if held is not None and (held.state, held.severity) == (alert.state, alert.severity):
                continue  # its numbers are newer: stored, and told to nobody
            if alert.superseded_by or alert.suppressed:
                continue  # told by the alert that says it right, or not at all
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
    return WORLD.at(text)


def clock(when_us: Micros) -> str:
    return WORLD.clock(when_us)


def shipment(line: str) -> Shipment:
    return msgspec.structs.replace(planned(line, WORLD), created_us=at("07:00"))


def happening(line: str) -> Event:
    """A line of `happens` in which something is told of an asset."""
    what = said(line, WORLD).what
    assert isinstance(what, LocationEvent | PositionEvent | SensorEvent)
    return what


def event(line: str) -> LocationEvent:
    what = happening(line)
    assert isinstance(what, LocationEvent)
    return what
