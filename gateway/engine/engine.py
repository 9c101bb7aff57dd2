"""The engine: subjects change or time passes, rules judge, alerts open and end. Pure: no clock, no I/O.

Time moves only in `advance`, and every deadline fires at its own due time, in order, before whatever came
after it. So the same plans and events, recorded at the same times, give the same alerts at any speed of
replay and after any restart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from sys import maxsize

from gateway.config.model import Subscription
from gateway.engine.about import Abouts, Owners
from gateway.engine.alerting import PLAIN, Alerting, make_desk
from gateway.engine.alerts import ack_of, subject_key
from gateway.engine.asking import by_subject
from gateway.engine.corrections import Key
from gateway.engine.desk import Moment
from gateway.engine.estimates import Estimates
from gateway.engine.expected import Expectations
from gateway.engine.followed import Following
from gateway.engine.loads import CARRIERS, Loads, load_closes_us
from gateway.engine.lookup import Lookup
from gateway.engine.nestings import Nestings
from gateway.engine.reviewing import Reviewers
from gateway.engine.rule_faults import RuleFaults
from gateway.engine.stays import Stays
from gateway.engine.step import Step
from gateway.engine.subjects import Trips, closes_us, given_up
from gateway.engine.timers import Timers
from gateway.engine.trips import Lineage
from gateway.engine.weighing import Cover, Weighing
from gateway.eta.explain import Explanation
from gateway.eta.ladder import NEW_LADDER, Ladder
from gateway.hearing import Hearing
from gateway.model import (
    Alert,
    Banded,
    Cleared,
    Condition,
    Event,
    EventKind,
    Followed,
    Load,
    LocationEvent,
    MaintenanceWindow,
    Micros,
    Nesting,
    PositionEvent,
    Remark,
    Rule,
    Shelf,
    Shipment,
    Stocktaking,
    Subject,
    Trip,
    Whereabouts,
)

CLOSING = ""  # in a rule's stead: the time at which a trip that arrived is let go
ESTIMATING = "(estimating)"  # likewise: the time at which a trip's estimates are looked at again


class Engine:
    """Holds the subjects, asks the rules, and gathers what is to be committed."""

    def __init__(
        self,
        *,
        rules: Mapping[str, Rule],
        subscriptions: Collection[Subscription],
        lineage: Lineage,
        owners: Owners,
        hearing: Hearing,
        operator: str,
        carriers: Collection[str] = (),
        alerting: Alerting = PLAIN,
        ladder: Ladder = NEW_LADDER,
        cover: Cover | None = None,
    ) -> None:
        self._rules = by_subject(rules)
        self.faults = RuleFaults()
        self._hearing = hearing
        self._carriers = frozenset(carriers)
        self._trips, self._stays, self._nestings = Trips(lineage), Stays(), Nestings()
        self._weighing = Weighing(cover or Cover(), trips=self._trips, lineage=lineage, tier_of=owners.tier)
        self._loads = Loads(
            lineage=lineage, kind_of=owners.kind, nestings=self._nestings, listening_since_us=hearing.since_us
        )
        self._expectations = Expectations(
            trips_of=self._trips.of, lineage=lineage, nestings=self._nestings, is_carrier=self._is_carrier
        )
        self._following = Following(
            asked=[kind for kind, asking in self._rules.items() if asking],
            bands=[rule.band for _, rule in self._rules[Condition] if isinstance(rule, Banded)],
            trips=self._trips,
            stays=self._stays,
            lineage=lineage,
            point_of=owners.point,
            tier_of=owners.tier,
            listening_since_us=hearing.since_us,
        )
        self._lookup = Lookup(
            trips=self._trips,
            stays=self._stays,
            loads=self._loads,
            expectations=self._expectations,
            following=self._following,
            hearing=hearing,
        )
        self._estimates = Estimates(ladder=ladder, trips=self._trips, stays=self._stays, point_of=owners.point)
        abouts = Abouts(trips=self._trips, stays=self._stays, owners=owners, operator=operator, lineage=lineage)
        self._desk = make_desk(
            alerting,
            about=abouts.of,
            subscriptions=subscriptions,
            devices=hearing,
            lineage=lineage,
            assets_of=self._assets_of,
        )
        self._reviewers = Reviewers(rules)
        self._timers: Timers[Key] = Timers()
        self._now_us: Micros = 0
        self._listens_us: Micros = 0  # while `listen` works
        self._event: Event | None = None  # while `take` works
        self._clear()

    def restore(
        self,
        *,
        trips: Iterable[Trip],
        stays: Iterable[Whereabouts],
        alerts: Iterable[Alert],
        now_us: Micros,
        loads: Iterable[Load] = (),
        nestings: Iterable[Nesting] = (),
        followed: Iterable[Followed] = (),
        windows: Iterable[MaintenanceWindow] = (),
    ) -> None:
        """Take up what the journal holds, alerts that ended lately, too; deadlines that passed meanwhile fire with the
        next `advance`."""
        trips, loads = list(trips), list(loads)
        self._nestings.restore(nestings)
        self._trips.restore(trips)
        self._stays.restore(stays)
        self._loads.restore(loads)
        self._following.restore(followed)
        self._desk.restore(alerts, windows)
        subjects: list[Subject] = [
            *trips,
            *self._stays.present(),
            *self._hearing.all(),
            *map(self._expectations.of, loads),
        ]
        for subject in chain(subjects, self._following.all()):
            key = subject_key(subject)
            for name, rule in self._rules[type(subject)]:
                known_us = self._desk.known_us((name, key))
                self._timers.set((name, key), self._weighing.judge(name, rule, subject, known_us).again_us)
            if isinstance(subject, Trip):
                self._timers.set((CLOSING, key), closes_us(subject))
                self._timers.set((ESTIMATING, key), self._estimates.look_us(subject))
        for load in loads:
            self._timers.set((CLOSING, subject_key(load)), load_closes_us(load))
        self._now_us = now_us

    def plan(self, shipment: Shipment, past: Iterable[LocationEvent]) -> None:
        """A new or changed shipment, with the events of its assets from before we knew of it."""
        for trip in self._trips.plan(shipment, past):
            self._touch_trip(trip)
        self._judge_followed()

    def remark(self, remark: Remark) -> None:
        """What a party said of an alert, at the time to which `advance` brought us. Said again it changes nothing."""
        if remark.kind == "acknowledged":
            self._desk.acknowledge(remark.alert_id, ack_of(remark))
            self._promise(remark)
        elif remark.kind in ("shelved", "unshelved"):
            shelf = Shelf(party=remark.party, until_us=remark.at_us if remark.until_us is None else remark.until_us)
            self._desk.shelve(remark.alert_id, shelf, max(self._now_us, remark.at_us))

    def take(self, event: Event) -> None:
        """An event, at the time to which `advance` brought us."""
        self._event = event
        if isinstance(event, LocationEvent):
            self._take_location(event)
        else:
            self._following.take(event)
            if isinstance(event, PositionEvent):
                self._keep_estimates(self._estimates.moved(event, self._moment().now_us))
        self._judge_followed()
        self._event = None

    def maintain(self, name: str, window: MaintenanceWindow | None, recorded_us: Micros) -> None:
        """A maintenance window was entered, changed or (None) called off, likewise."""
        self._desk.maintain(name, window, max(self._now_us, recorded_us))

    def count(self, taken: Stocktaking) -> None:
        """Parts were counted: what stands about them is judged again, at that time."""
        for alert in self._weighing.count(taken.counts, self._desk.alerts()):
            self._timers.hasten((alert.rule, alert.subject), taken.recorded_us)

    def _take_location(self, event: LocationEvent) -> None:
        nesting = self._nestings.take(event)
        if nesting is not None:
            self._changed_nestings[nesting.asset] = nesting
        events = self._nestings.told_of(event)
        self._following.take(events)
        for told in events:
            for stay in self._stays.take(told):
                self._judge(stay)
                self._following.concern((stay.asset,))
        loads = self._loads.take(event)
        for load in loads:
            self._touch_load(load)
        trips = self._trips.take(*events)
        for trip in trips:
            self._touch_trip(trip)
        if event.kind in (EventKind.LOADED, EventKind.UNLOADED):
            self._ask_about_loads((event.asset,), skip={load.trailer for load in loads})

    def advance(self, now_us: Micros, most: int = maxsize) -> bool:
        """Move time on; every deadline on the way fires at its own time. False: `most` have fired, and more are due."""
        for _ in range(most):
            next_us = self.next_due_us()
            if next_us is None or next_us > now_us:
                self._now_us = max(self._now_us, now_us)
                return True
            self._now_us = max(self._now_us, next_us)
            due = self._timers.pop(next_us)
            if due is None:  # rules are asked first: what they find again does not end
                self._desk.advance(next_us)
                continue
            _, (rule, key) = due
            subject = self._lookup.find(key)
            if rule == CLOSING:
                self._close(subject)
            elif rule == ESTIMATING and isinstance(subject, Trip):
                self._look_at(subject)
            elif subject is not None:
                self._judge(subject, only=rule)
        return False

    def listen(self, now_us: Micros = 0) -> None:
        """Ask again about devices that were found silent: they may have been heard since, or be gone for good.

        `now_us` is when that is told; deadlines until then have yet to fire, at their own times. After a start
        `advance` has brought us nowhere yet.
        """
        self._listens_us = max(self._now_us, now_us)
        for key in [key for key in self._desk.standing() if key[1].startswith("device:")]:
            subject = self._lookup.find(key[1])
            if subject is not None:
                self._judge(subject)
            else:
                text = f"{key[1].partition(':')[2]} is no longer in the configuration"
                self._desk.end(key, Cleared(at_us=self._listens_us, reason="removed", text=text), self._listens_us)
        forgotten = self._following.forgotten()
        for key in [key for key in self._desk.standing() if key[1] in forgotten]:
            text = f"No rule asks about {key[1].partition(':')[2]} any more, or nothing was heard of it for too long"
            self._desk.end(key, Cleared(at_us=self._listens_us, reason="forgotten", text=text), self._listens_us)
        self._listens_us = 0

    def expect_devices(self) -> None:
        """Other devices are expected than before: set the deadlines of those that are new."""
        for state in self._hearing.all():
            self._judge(state)

    def next_due_us(self) -> Micros | None:
        """When `advance` is needed next if nothing happens."""
        dues = (self._timers.next_us(), self._desk.next_us())
        return min((due_us for due_us in dues if due_us is not None), default=None)

    def drain(self) -> Step:
        """What changed since the last drain; asked once."""
        alerts, deliveries = self._desk.drain()
        step = Step(
            alerts=alerts,
            deliveries=deliveries,
            trips=list(self._changed_trips.values()),
            stays=self._stays.unsaved(),
            loads=list(self._changed_loads.values()),
            nestings=list(self._changed_nestings.values()),
            followed=self._following.unsaved(),
        )
        self._clear()
        return step

    def learned(self, ladder: Ladder) -> None:
        """More is known of lanes: estimates that are made from now on rest on it."""
        self._estimates.use(ladder)

    def explain(self, shipment_id: str, now_us: Micros) -> list[Explanation]:
        """Why the estimates of a trip say what they say; none where nothing is expected."""
        trip = self._trips.get(shipment_id)
        return [] if trip is None else self._estimates.explain(trip, now_us)

    def standing(self) -> Iterator[Alert]:
        """The alerts that stand."""
        return self._desk.alerts()

    def _clear(self) -> None:
        self._changed_trips: dict[str, tuple[Trip, bool]] = {}
        self._changed_loads: dict[str, Load] = {}
        self._changed_nestings: dict[str, Nesting] = {}

    def _look_at(self, trip: Trip) -> None:
        after = self._estimates.looked(trip, self._now_us)
        self._timers.set((ESTIMATING, subject_key(trip)), self._estimates.look_us(after, self._now_us))
        self._keep_estimates(None if after is trip else after)

    def _keep_estimates(self, trip: Trip | None) -> None:
        if trip is not None:
            self._changed_trips[trip.shipment.shipment_id] = (trip, True)
            self._timers.set((ESTIMATING, subject_key(trip)), self._estimates.look_us(trip, self._now_us))
            self._judge(trip)

    def _promise(self, remark: Remark) -> None:
        trip = self._trips.promise(remark)
        if trip is not None:
            self._touch_trip(trip)
            self._judge_followed()

    def _touch_trip(self, trip: Trip) -> None:
        trip = self._estimates.made(trip, self._moment().now_us)
        self._timers.set((ESTIMATING, subject_key(trip)), self._estimates.look_us(trip, self._now_us))
        self._changed_trips[trip.shipment.shipment_id] = (trip, True)
        self._timers.set((CLOSING, subject_key(trip)), closes_us(trip))
        self._judge(trip)
        self._ask_about_loads(trip.shipment.assets)
        self._following.concern(trip.shipment.assets)

    def _judge_followed(self) -> None:
        for subject in self._following.changed():
            self._judge(subject)

    def _touch_load(self, load: Load) -> None:
        if not load.over:
            self._timers.set((CLOSING, subject_key(load)), load_closes_us(load))
        self._changed_loads[load.trailer] = whole = self._expectations.of(load)
        self._judge(whole)

    def _ask_about_loads(self, assets: Iterable[str], skip: Collection[str] = ()) -> None:
        """A plan of assets, or what they are in, has changed: ask again of what carries them, and of what should."""
        trailers: set[str] = set()
        for asset in assets:
            trailers.add(self._nestings.outermost(asset))
            trailers.update(*(trip.shipment.assets for trip in self._trips.of(asset)))
        for trailer in sorted(trailers.difference(skip)):
            load = self._loads.get(trailer)
            if load is not None:
                self._judge(self._expectations.of(load))

    def _is_carrier(self, asset: str) -> bool:
        """Whether a name of a plan is a trailer or container, and no goods."""
        stay = self._stays.get(asset)
        kind_says = stay is not None and stay.asset_kind in CARRIERS
        return kind_says or asset in self._carriers or self._loads.get(asset) is not None

    def _close(self, subject: Subject | None) -> None:
        if isinstance(subject, Trip):
            self._changed_trips |= {other.shipment.shipment_id: (other, True) for other in self._trips.drop(subject)}
            self._changed_trips[subject.shipment.shipment_id] = (subject, False)
            self._following.concern(subject.shipment.assets)
            self._judge_followed()
            key = subject_key(subject)
            self._desk.let_go(key, self._rules[Trip], given_up(subject, self._now_us), self._now_us)
            for name in (ESTIMATING, *(name for name, _ in self._rules[Trip])):
                self._timers.set((name, key), None)
        elif isinstance(subject, Load):
            self._touch_load(self._loads.drop(subject))

    def _judge(self, subject: Subject, only: str = "") -> None:
        key = subject_key(subject)
        for name, rule in self._rules[type(subject)]:
            if only and name != only:
                continue
            # While we catch up, time stands still; an alert that stands shows how far it had come.
            known_us = max(self._now_us, self._desk.known_us((name, key)))
            judgement = self._weighing.judge(name, rule, subject, known_us)
            self._timers.set((name, key), judgement.again_us)
            hindsight = self._reviewers.look_back(name, subject, self._event, self._now_us)
            if judgement.fault:
                self.faults.note(name, judgement.fault)
            self._desk.conclude(name, subject, judgement.verdict, self._moment(), hindsight)

    def _moment(self) -> Moment:
        event = self._event
        now_us = self._now_us if event is None else max(self._now_us, event.recorded_us)
        told_us = max(now_us, self._listens_us)
        return Moment(now_us=now_us, told_us=told_us, happened_us=told_us if event is None else event.at_us)

    def _assets_of(self, alert: Alert) -> Collection[str]:
        trip = self._trips.get(alert.shipment)
        return (alert.asset,) if trip is None else trip.shipment.assets
