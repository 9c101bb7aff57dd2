"""An engine with some rules and subscriptions on which lines of scenarios are played, and who was told what, when.

What is told reads as a sentence: `12:00 a raised late-arrival` (due, subscription, notice, rule).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gateway.catalogue import make_rule
from gateway.config.model import RuleEntry, Subscription
from gateway.engine.alerting import PLAIN, Alerting
from gateway.engine.alerts import ack_of, acknowledged
from gateway.engine.engine import Engine
from gateway.hearing import Hearing
from gateway.model import (
    Alert,
    Delivery,
    DeviceState,
    Event,
    Followed,
    Load,
    MaintenanceWindow,
    Micros,
    Nesting,
    Remark,
    RemarkKind,
    Shipment,
    Trip,
    Whereabouts,
)
from gateway.places import PlaceIndex
from tests.engine.scenario import PLACES, at, clock, happening, shipment

A, B = (Subscription(name=party[-1].lower(), party=party, channel="mqtt") for party in ("OWN-A", "OWN-B"))


class Watch:
    """Plays lines; `restart` takes up what was committed."""

    def __init__(
        self,
        *entries: RuleEntry,
        alerting: Alerting = PLAIN,
        subscriptions: Sequence[Subscription] = (A, B),
        devices: Sequence[DeviceState] = (),
        restarts: bool = False,
        places: PlaceIndex = PLACES,
    ) -> None:
        self._places = places
        self._entries, self._alerting, self._subscriptions = entries, alerting, subscriptions
        self._devices = devices
        self.hearing = Hearing(devices, {})
        self._restarts = restarts  # before each line
        self._trips: dict[str, tuple[Trip, bool]] = {}
        self._stays: dict[str, Whereabouts] = {}
        self._loads: dict[str, Load] = {}
        self._nestings: dict[str, Nesting] = {}
        self._followed: dict[str, Followed | None] = {}
        self._windows: dict[str, MaintenanceWindow] = {}
        self.alerts: dict[str, Alert] = {}
        self.deliveries: list[Delivery] = []
        self.remarks: list[Remark] = []
        self.start()

    def start(self) -> None:
        """Start, or start again."""
        self.engine = Engine(
            rules={entry.name: make_rule(entry) for entry in self._entries},
            subscriptions=self._subscriptions,
            lineage=lambda code: (code, *self._places.ancestors(code)),
            owners=self._places,
            hearing=self.hearing,
            operator="OWN-B",
            alerting=self._alerting,
        )
        self.engine.restore(
            trips=[trip for trip, is_open in self._trips.values() if is_open],
            stays=self._stays.values(),
            alerts=self.alerts.values(),
            now_us=0,
            loads=[load for load in self._loads.values() if not load.over],
            nestings=self._nestings.values(),
            followed=[one for one in self._followed.values() if one is not None],
            windows=self._windows.values(),
        )

    def plan(self, *lines: str) -> None:
        for line in lines:
            self.add(shipment(line), at("08:00"))

    def add(self, shipment: Shipment, when_us: Micros) -> None:
        self._before(when_us)
        self.engine.plan(shipment, ())
        self._commit()

    def play(self, *lines: str) -> None:
        """Lines as scenarios have them, and `12:00` alone: time passes."""
        for line in lines:
            self._before(at(line[:5]))
            if line.endswith(" heard"):
                self.hear(line.split()[1], at(line[:5]))
            elif line[5:]:
                self.engine.take(happening(line))
            self._commit()

    def take(self, event: Event) -> None:
        self._before(event.recorded_us)
        self.engine.take(event)
        self._commit()

    def hear(self, device: str, when_us: Micros) -> None:
        self.hearing.heard(device, when_us)
        self.engine.listen(when_us)

    def maintain(self, when: str, name: str, window: MaintenanceWindow | None) -> None:
        self._before(at(when))
        self.engine.maintain(name, window, at(when))
        self._windows.pop(name, None)
        if window is not None:
            self._windows[name] = window
        self._commit()

    def say(self, when: str, kind: RemarkKind, until: str = "", party: str = "OWN-A") -> None:
        """What a party says of the only alert; an acknowledgement is stored with it at once, as the gateway does."""
        self._before(at(when))
        alert = self.only()
        until_us = at(until) if until else None
        self.remark(Remark(alert_id=alert.alert_id, party=party, at_us=at(when), kind=kind, until_us=until_us))

    def remark(self, remark: Remark) -> None:
        """An acknowledgement is stored with its alert at once, as the gateway does."""
        self._before(remark.at_us)
        self.remarks.append(remark)
        if remark.kind == "acknowledged":
            self.alerts[remark.alert_id] = acknowledged(self.alerts[remark.alert_id], ack_of(remark))
        self.engine.remark(remark)
        self._commit()

    @property
    def told(self) -> list[str]:
        """Who was told what."""
        return [sentence(delivery, self.alerts) for delivery in self.deliveries]

    @property
    def states(self) -> list[str]:
        """The alerts as they stand."""
        return sorted(f"{clock(alert.raised_us)} {alert.rule} {alert.state}" for alert in self.alerts.values())

    def only(self) -> Alert:
        (alert,) = self.alerts.values()
        return alert

    def wait(self, when_us: Micros) -> None:
        """Time passes."""
        self._before(when_us)

    def _before(self, when_us: Micros) -> None:
        if self._restarts:
            self.start()
        self.engine.advance(when_us)
        self._commit()

    def _commit(self) -> None:
        step = self.engine.drain()
        self._trips |= {trip.shipment.shipment_id: (trip, is_open) for trip, is_open in step.trips}
        self._stays |= {one.asset: one for one in step.stays}
        self._loads |= {load.trailer: load for load in step.loads}
        self._nestings |= {nesting.asset: nesting for nesting in step.nestings}
        self._followed |= step.followed
        self.alerts |= {alert.alert_id: alert for alert in step.alerts}
        known = {delivery.delivery_id for delivery in self.deliveries}
        assert not known.intersection(one.delivery_id for one in step.deliveries), "a receiver would drop these"
        self.deliveries += step.deliveries


def sentence(delivery: Delivery, alerts: Mapping[str, Alert]) -> str:
    rule = alerts[delivery.alert_id].rule
    return f"{clock(delivery.next_us)} {delivery.subscription} {delivery.notice} {rule}"


def rule(name: str, off_delay_s: float = 0.0, rule: str = "", **settings: object) -> RuleEntry:
    """An entry whose name is the rule's with hyphens, unless another rule is said."""
    return RuleEntry(
        name=name,
        rule=rule or name.replace("-", "_"),
        off_delay_s=off_delay_s,
        settings=settings,  # type: ignore[arg-type]
    )


def device(name: str, place: str = "", asset: str = "", sees: Iterable[str] = ()) -> DeviceState:
    return DeviceState(device=name, place=place, asset=asset, sees=tuple(sees), known_us=at("08:00"))
