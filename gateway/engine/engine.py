"""The engine: subjects change or time passes, rules judge, alerts open and end. Pure: no clock, no I/O.

Time moves only in `advance`, and every deadline fires at its own due time, in order, before whatever came
after it. So the same plans and events, recorded at the same times, give the same alerts at any speed of
replay and after any restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias

import msgspec

from gateway.config.model import Subscription
from gateway.engine.alerts import About, NoticeKind, ended, notices, opened, subject_key
from gateway.engine.subjects import Stays, Trips, closes_us
from gateway.engine.timers import Timers
from gateway.engine.trips import Lineage
from gateway.hearing import Hearing
from gateway.model import (
    Alert,
    Cleared,
    Delivery,
    DeviceState,
    Event,
    Finding,
    LocationEvent,
    Micros,
    Rule,
    Shipment,
    Stay,
    Subject,
    Tier,
    Trip,
)

Key: TypeAlias = tuple[str, str]  # rule's name, subject's key
CLOSING = ""  # in a rule's stead: the time at which a trip that arrived is let go


class Owners(Protocol):
    """What the engine asks of the places: whose a place is."""

    def owner(self, place: str) -> str:
        """The code of the party whose place it is; empty for an unknown place."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What changed since the last step: to be committed together."""

    alerts: list[Alert]
    deliveries: list[Delivery]
    trips: list[tuple[Trip, bool]]  # with whether it is still open
    stays: list[Stay]

    def __bool__(self) -> bool:
        return bool(self.alerts or self.deliveries or self.trips or self.stays)


class Engine:
    """Holds the subjects, asks the rules, and gathers what is to be committed."""

    def __init__(
        self,
        *,
        rules: Mapping[str, Rule],
        subscriptions: Iterable[Subscription],
        lineage: Lineage,
        owners: Owners,
        hearing: Hearing,
        operator: str,
    ) -> None:
        self._rules: dict[type[Subject], list[tuple[str, Rule]]] = {Trip: [], Stay: [], DeviceState: []}
        for name, rule in sorted(rules.items()):
            self._rules[rule.judges].append((name, rule))
        self._subscriptions = tuple(subscriptions)
        self._owners = owners
        self._hearing = hearing
        self._operator = operator
        self._trips = Trips(lineage)
        self._stays = Stays()
        self._timers: Timers[Key] = Timers()
        self._open: dict[Key, Alert] = {}
        self._now_us: Micros = 0
        self._clear()

    def restore(self, *, trips: Iterable[Trip], stays: Iterable[Stay], alerts: Iterable[Alert], now_us: Micros) -> None:
        """Take up what the journal holds; deadlines that passed meanwhile fire with the next `advance`."""
        trips, stays = list(trips), list(stays)
        self._trips.restore(trips)
        self._stays.restore(stays)
        self._open = {(alert.rule, alert.subject): alert for alert in alerts}
        subjects: list[Subject] = [*trips, *stays, *self._hearing.all()]
        for subject in subjects:
            for name, rule in self._rules[type(subject)]:
                self._timers.set((name, subject_key(subject)), rule.judge(subject, 0).again_us)
        for trip in trips:
            self._timers.set((CLOSING, subject_key(trip)), closes_us(trip))
        self._now_us = now_us

    def plan(self, shipment: Shipment, past: Iterable[LocationEvent]) -> None:
        """A new or changed shipment, with the events of its assets from before we knew of it."""
        for trip in self._trips.plan(shipment, past):
            self._touch_trip(trip)

    def take(self, event: Event) -> None:
        """An event, at the time to which `advance` brought us."""
        if not isinstance(event, LocationEvent):
            return
        for stay in self._stays.take(event):
            self._changed_stays[stay.asset] = stay
            self._judge(stay)
        for trip in self._trips.take(event):
            self._touch_trip(trip)

    def advance(self, now_us: Micros) -> None:
        """Move time on; every deadline on the way fires at its own time."""
        while (due := self._timers.pop(now_us)) is not None:
            due_us, (rule, key) = due
            self._now_us = max(self._now_us, due_us)
            subject = self._find(key)
            if rule == CLOSING:
                self._close(subject)
            elif subject is not None:
                self._judge(subject, only=rule)
        self._now_us = max(self._now_us, now_us)

    def listen(self) -> None:
        """Ask again about devices that were found silent: they may have been heard since."""
        for _, key in [key for key in self._open if key[1].startswith("device:")]:
            subject = self._find(key)
            if subject is not None:
                self._judge(subject)

    def next_due_us(self) -> Micros | None:
        """When `advance` is needed next if nothing happens."""
        return self._timers.next_us()

    def drain(self) -> Step:
        """What changed since the last drain; asked once."""
        step = Step(
            alerts=self._alerts,
            deliveries=self._deliveries,
            trips=list(self._changed_trips.values()),
            stays=list(self._changed_stays.values()),
        )
        self._clear()
        return step

    def replace(self, alert: Alert) -> None:
        """An alert was acknowledged: keep its newer version for when it ends."""
        key = (alert.rule, alert.subject)
        if key in self._open and self._open[key].alert_id == alert.alert_id:
            self._open[key] = alert

    def _clear(self) -> None:
        self._alerts: list[Alert] = []
        self._deliveries: list[Delivery] = []
        self._changed_trips: dict[str, tuple[Trip, bool]] = {}
        self._changed_stays: dict[str, Stay] = {}

    def _touch_trip(self, trip: Trip) -> None:
        self._changed_trips[trip.shipment.shipment_id] = (trip, True)
        self._timers.set((CLOSING, subject_key(trip)), closes_us(trip))
        self._judge(trip)

    def _close(self, subject: Subject | None) -> None:
        if isinstance(subject, Trip):
            self._changed_trips |= {other.shipment.shipment_id: (other, True) for other in self._trips.drop(subject)}
            self._changed_trips[subject.shipment.shipment_id] = (subject, False)

    def _find(self, key: str) -> Subject | None:
        kind, _, name = key.partition(":")
        if kind == "shipment":
            return self._trips.get(name)
        if kind == "device":
            return self._hearing.state(name)
        asset, _, place = name.rpartition("@")
        stay = self._stays.get(asset)
        return stay if stay is not None and stay.place == place else None

    def _judge(self, subject: Subject, only: str = "") -> None:
        key = subject_key(subject)
        for name, rule in self._rules[type(subject)]:
            if only and name != only:
                continue
            judgement = rule.judge(subject, self._now_us)
            self._timers.set((name, key), judgement.again_us)
            if judgement.verdict is not None:
                self._conclude((name, key), subject, judgement.verdict)

    def _conclude(self, key: Key, subject: Subject, verdict: Finding | Cleared) -> None:
        held = self._open.get(key)
        if isinstance(verdict, Finding):
            if held is None:  # a finding that repeats changes nothing
                alert = opened(*key, verdict, self._about(subject), self._now_us)
                self._open[key] = alert
                self._tell(alert, "raised")
        elif held is not None:
            del self._open[key]
            over = ended(held, verdict)
            self._tell(over, "withdrawn" if verdict.disproved else "resolved")

    def _tell(self, alert: Alert, kind: NoticeKind) -> None:
        self._alerts.append(alert)
        # The same finding may come back after late data. Its notices are new ones: receivers drop ids they have had.
        serial = str(alert.recorded_us)
        self._deliveries += notices(alert, kind, self._subscriptions, self._now_us, serial)

    def _about(self, subject: Subject) -> About:
        if isinstance(subject, Trip):
            return self._about_trip(subject)
        if isinstance(subject, Stay):
            return self._about_stay(subject)
        parties = {self._operator, self._owners.owner(subject.place), *_parties(self._trip_of(subject.asset))}
        return About(
            device=subject.device, asset=subject.asset, place=subject.place, parties=tuple(sorted(parties - {""}))
        )

    def _about_trip(self, trip: Trip) -> About:
        shipment = trip.shipment
        lead = shipment.assets[0] if shipment.assets else ""
        stay = self._stays.get(lead)
        stands = stay is not None and stay.until_us is None
        return About(
            shipment=shipment.shipment_id,
            asset=lead,
            place=stay.place if stay is not None and stands else "",
            tier=stay.tier if stay is not None and stands else Tier.TRANSIT,
            lane=shipment.lane,
            parties=tuple(sorted(set(shipment.parties.values()))),
        )

    def _about_stay(self, stay: Stay) -> About:
        trip = self._trip_of(stay.asset)
        parties = {self._owners.owner(stay.place), *_parties(trip)}
        return About(
            shipment=trip.shipment.shipment_id if trip else "",
            asset=stay.asset,
            place=stay.place,
            tier=stay.tier,
            lane=trip.shipment.lane if trip else "",
            parties=tuple(sorted(parties - {""})),
        )

    def _trip_of(self, asset: str) -> Trip | None:
        """The trip an asset is on: its parties may know where it is. Those of its next one may not yet."""
        return next(iter(self._trips.carrying(asset, self._now_us)), None)


def _parties(trip: Trip | None) -> set[str]:
    return set() if trip is None else set(trip.shipment.parties.values())
