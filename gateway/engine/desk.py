"""The alerts that stand: what rules find opens them, what clears them ends them, and each change is told. Pure.

What is told of one alert is at most: that it is raised, once more each time that it is louder than ever before, that
nobody took note of it (to those whom it escalates to), and how it ended. That it is less loud is kept, and not told.
All that this rests on stands in the alert, so that a restart goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from gateway.config.model import Subscription
from gateway.engine.alerts import About, acknowledged, as_told, ended, is_untold, opened, refreshed, subject_key
from gateway.engine.audience import delivery_of, notices
from gateway.engine.corrections import (
    KEEP_US,
    Ended,
    Key,
    expires_us,
    gone_on,
    is_corrected,
    is_elsewhere,
    never_was,
    superseded,
)
from gateway.engine.escalation import EscalationTable
from gateway.engine.quieting import UNSEEABLE, Quieting
from gateway.engine.reviewing import REMEMBERED, Hindsight, known_us, reviewed, told_apart
from gateway.engine.settling import OffDelays
from gateway.engine.standing import Standing
from gateway.engine.timers import Timers
from gateway.model import (
    Ack,
    Alert,
    AlertState,
    Cleared,
    Delivery,
    Episode,
    Finding,
    MaintenanceWindow,
    Micros,
    NoticeKind,
    Rule,
    Shelf,
    Subject,
)

LEARNED_LATE = "learned_late"  # why nobody is told: it was over before it was known

Due: TypeAlias = Literal["settled", "quiet_over", "escalated", "shelf_over", "expired"]


class Moment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """When something is concluded."""

    now_us: Micros  # recorded then
    told_us: Micros  # and told then
    happened_us: Micros  # what led to it; late data: long before


class AlertDesk:
    """Holds the alerts that stand, and gathers what is to be committed of them."""

    def __init__(
        self,
        *,
        about: Callable[[Subject, Finding, Micros], About],
        subscriptions: Collection[Subscription],
        off_delays: OffDelays,
        quieting: Quieting,
        escalation: EscalationTable,
    ) -> None:
        self._about = about
        self._subscriptions = subscriptions  # as they stand: it may be a view of what changes
        self._off_delays = off_delays
        self._quieting = quieting
        self._escalation = escalation
        self._standing = Standing()
        self._ended = Ended()
        self._timers: Timers[tuple[Due, Key]] = Timers()
        self._alerts: list[Alert] = []
        self._deliveries: list[Delivery] = []

    def restore(self, alerts: Iterable[Alert], windows: Iterable[MaintenanceWindow]) -> None:
        """Take up the alerts that stand, those that ended lately, and the maintenance windows that were entered."""
        for window in windows:
            self._quieting.maintain(window.name, window)
        for alert in alerts:
            if alert.state is not AlertState.OPEN:
                self._remember(alert)
                continue
            self._standing.put(as_told(alert))
            self._set_timers(as_told(alert))

    def standing(self) -> Iterator[Key]:
        """The keys of the alerts that stand; these may end while they are gone through."""
        return self._standing.keys()

    def alerts(self) -> Iterator[Alert]:
        """The alerts that stand."""
        return self._standing.all()

    def known_us(self, key: Key) -> Micros:
        """The time up to which an alert shows that time has passed; 0 where none stands."""
        held = self._standing.get(key)
        return 0 if held is None else held.recorded_us

    def conclude(
        self,
        rule: str,
        subject: Subject,
        verdict: Finding | Cleared | None,
        when: Moment,
        hindsight: Hindsight | None = None,
    ) -> None:
        """Act on what a rule says of a subject, and on what it says besides of what is over."""
        key = (rule, subject_key(subject))
        held = self._standing.get(key)
        if held is not None and verdict is not None and hindsight is not None and isinstance(subject, REMEMBERED):
            over, verdict = told_apart(held, verdict, hindsight.past)
            if over is not None:
                self._cleared(key, over, when)
        if isinstance(verdict, Finding):
            self._found(key, subject, verdict, when)
        elif verdict is not None:
            self._cleared(key, verdict, when)
        if hindsight is not None and hindsight.is_late:
            self._review(key, subject, hindsight.past, when)

    def _cleared(self, key: Key, verdict: Cleared, when: Moment) -> None:
        held = self._standing.get(key)
        if held is None:
            self._look_back(key, verdict, when)
        elif (settling := self._off_delays.settling(held, verdict, when.now_us)) is None:
            self.end(key, verdict, when.told_us)
        elif settling is not held:
            self._keep(settling)
            self._timers.set(("settled", key), settling.settles_us)

    def _review(self, key: Key, subject: Subject, past: Iterable[Episode], when: Moment) -> None:
        """Hold what has ended against what is known of it now. Nobody is told of what is over before it was known."""
        review = reviewed(
            past,
            self._standing.get(key),
            self._ended.resolved(key),
            delay_us=self._off_delays.of(key[0]),
            known_us=known_us(subject),
            forgotten_us=when.now_us - KEEP_US if isinstance(subject, REMEMBERED) else 0,
        )
        for alert, cleared in review.moved:
            self._note(ended(alert, cleared))
        for episode in review.new:
            made = self._opened(key, subject, episode.finding, when)
            self._note(ended(replace(made, suppressed=LEARNED_LATE), episode.cleared))
        for alert in review.never:
            after = ended(alert, never_was(alert, when.told_us))
            self._remember(after)
            self._tell(after, "withdrawn", when.told_us)

    def end(self, key: Key, cleared: Cleared, told_us: Micros) -> None:
        """End an alert where one stands."""
        held = self._standing.pop(key)
        if held is not None:
            for what in ("settled", "quiet_over", "escalated", "shelf_over"):
                self._timers.set((what, key), None)
            after = ended(held, cleared)
            self._remember(after)
            self._tell(after, "withdrawn" if cleared.disproved else "resolved", told_us)
            self._look_again(key, told_us)

    def let_go(self, subject: str, rules: Iterable[tuple[str, Rule]], cleared: Cleared | None, now_us: Micros) -> None:
        """A subject is no longer followed: what stands of it ends, and what ended can no longer be changed."""
        keys = [(name, subject) for name, _ in rules]
        for key in keys:
            if cleared is not None:
                self.end(key, cleared, now_us)
        self._ended.forget(keys)
        for key in keys:
            self._timers.set(("expired", key), None)

    def acknowledge(self, alert_id: str, ack: Ack) -> None:
        """A party has taken note of an alert: keep that for when it ends, and escalate it no further."""
        held = self._standing.find(alert_id)
        if held is not None:
            after = acknowledged(held, ack)
            self._standing.put(after)
            self._timers.set(("escalated", (held.rule, held.subject)), self._escalation.next_us(after))

    def shelve(self, alert_id: str, shelf: Shelf, now_us: Micros) -> Alert | None:
        """A party wants to hear nothing of an alert until a time, or, where that is not ahead, to hear of it again.

        Returns the alert as it stands then; None where it does not stand.
        """
        held = self._standing.find(alert_id)
        if held is None:
            return None
        others = tuple(other for other in held.shelves if other.party != shelf.party)
        if shelf.until_us <= now_us and others == held.shelves:
            return held  # it hears of it already
        after = replace(held, shelves=(*others, shelf))
        self._keep(after)
        self._timers.set(("shelf_over", (held.rule, held.subject)), min(shelf.until_us for shelf in after.shelves))
        if shelf.until_us <= now_us:
            self._end_shelves((held.rule, held.subject), now_us)
        return self._standing.find(alert_id)

    def maintain(self, name: str, window: MaintenanceWindow | None, now_us: Micros) -> None:
        """A maintenance window was entered, changed or (None) called off: what it held back may be told now."""
        self._quieting.maintain(name, window)
        for alert in self._standing.untold():
            self._announce(alert, now_us)

    def next_us(self) -> Micros | None:
        """When `advance` is needed next."""
        return self._timers.next_us()

    def advance(self, now_us: Micros) -> None:
        """Do what is due."""
        while (due := self._timers.pop(now_us)) is not None:
            due_us, (what, key) = due
            held = self._standing.get(key)
            if what == "expired":
                self._ended.expire(key, due_us)
            elif held is None:
                continue
            elif what == "settled" and held.clearing is not None:
                self.end(key, held.clearing, due_us)
            elif what == "quiet_over":
                self._announce(held, due_us)
            elif what == "escalated":
                self._escalate(held, due_us)
            elif what == "shelf_over":
                self._end_shelves(key, due_us)

    def drain(self) -> tuple[list[Alert], list[Delivery]]:
        """What is to be committed since the last drain; asked once."""
        drained = self._alerts, self._deliveries
        self._alerts, self._deliveries = [], []
        return drained

    def _found(self, key: Key, subject: Subject, finding: Finding, when: Moment) -> None:
        """A finding that repeats changes nothing, one with newer numbers is kept; told is a new one, or a worse one."""
        held = self._standing.get(key)
        if held is not None and held.clearing is None and is_corrected(held, finding, when.happened_us):
            self._raise(key, subject, finding, when, held)
            return
        if held is not None and is_elsewhere(held, finding):
            self.end(key, held.clearing or gone_on(held, finding, when.happened_us), when.told_us)
            held = None
        if held is None:
            self._raise(key, subject, finding, when, self._ended.found_again(key, finding))
        elif (after := refreshed(held, finding, when.now_us)) != held or is_untold(held):
            self._timers.set(("settled", key), None)
            self._announce(after, when.told_us)

    def _raise(self, key: Key, subject: Subject, finding: Finding, when: Moment, old: Alert | None) -> None:
        """Open an alert, in place of one that said it wrongly where there is one."""
        made = self._opened(key, subject, finding, when)
        if old is None:
            self._announce(made, when.told_us)
            return
        withdrawn, made = superseded(old, made, when.told_us)
        self._standing.pop(key)
        self._remember(withdrawn)
        self._correct(withdrawn, made, when.told_us)

    def _opened(self, key: Key, subject: Subject, finding: Finding, when: Moment) -> Alert:
        about = self._about(subject, finding, when.now_us)
        made = opened(*key, finding, about, when.now_us)
        while self._ended.knows(made) or self._standing.find(made.alert_id):  # receivers know that id as another alert
            made = opened(*key, finding, about, when.now_us, behind=made.alert_id)
        return made

    def _correct(self, withdrawn: Alert, made: Alert, told_us: Micros) -> None:
        """Tell each subscriber of a correction once: of the alert that says it right, or else that it is withdrawn."""
        self._alerts.append(withdrawn)
        before = len(self._deliveries)
        self._announce(made, told_us, at_once=withdrawn.told_us is not None)
        heard = {delivery.subscription for delivery in self._deliveries[before:]}
        others = [one for one in self._subscriptions if one.name not in heard]
        self._deliveries += notices(withdrawn, "withdrawn", others, told_us, str(withdrawn.recorded_us))

    def _look_back(self, key: Key, cleared: Cleared, when: Moment) -> None:
        """What ended, and never was, is withdrawn after all; that it ended earlier is kept, and told to nobody."""
        for alert in self._ended.concerned(key, cleared, when.happened_us):
            after = ended(alert, cleared)
            if cleared.disproved:
                self._remember(after)
                self._tell(after, "withdrawn", when.told_us)
            else:
                self._note(after)

    def _announce(self, alert: Alert, told_us: Micros, *, at_once: bool = False) -> None:
        """Keep an alert, and tell its parties what they have yet to be told, unless they are not to be told now."""
        held = self._standing.find(alert.alert_id)
        if not is_untold(alert) or alert.clearing is not None:
            if alert != held:
                self._keep(alert)
            return
        why = "" if at_once else self._quieting.why(alert, told_us, self._standing)
        if why:
            after = alert if alert.told_us is not None else replace(alert, suppressed=why)
            if after != held:
                self._keep(after)
            self._timers.set(("quiet_over", (alert.rule, alert.subject)), self._quieting.over_us(alert, told_us))
            if why.startswith(UNSEEABLE):
                self._tell_of_silence(alert, told_us)
            return
        after = replace(alert, suppressed="", told_us=told_us, told_severity=alert.severity)
        self._standing.put(after)
        self._tell(after, "raised", told_us, f"{after.recorded_us}/{after.severity}")
        self._set_timers(after)

    def _tell_of_silence(self, alert: Alert, told_us: Micros) -> None:
        """That nobody could see it is told to all whom it concerns: it is why they hear nothing of it."""
        for device in self._quieting.watchers(alert.unseen_at):
            for held in list(self._standing.of_silence(f"device:{device}")):
                parties = set(alert.parties) - set(held.parties)
                if parties:
                    after = replace(held, parties=tuple(sorted({*held.parties, *parties})))
                    self._keep(after)
                    told = () if is_untold(after) else self._subscriptions
                    self._deliveries += notices(after, "raised", told, told_us, "also", parties=parties)

    def _look_again(self, key: Key, told_us: Micros) -> None:
        """A device is heard again: what nobody could see while it was silent may be told."""
        if key[1].startswith(("device:", "track:")):
            for alert in self._standing.untold():
                self._announce(alert, told_us)

    def _escalate(self, alert: Alert, due_us: Micros) -> None:
        key = (alert.rule, alert.subject)
        held_back_us = alert.settles_us or self._quieting.over_us(alert, due_us)
        if held_back_us is not None and held_back_us > due_us:
            self._timers.set(("escalated", key), held_back_us)
            return
        told = self._escalation.tells(alert, self._subscriptions, due_us)
        if told:
            after = replace(alert, escalated=(*alert.escalated, *(one.name for one in told)))
            self._keep(after)
            self._deliveries += [delivery_of(after, "escalated", one, due_us, str(due_us)) for one in told]
        self._timers.set(("escalated", key), self._escalation.next_us(alert, due_us))

    def _end_shelves(self, key: Key, now_us: Micros) -> None:
        """Whoever wanted to hear nothing until now hears of what still stands; what seems to be over can wait."""
        held = self._standing.get(key)
        if held is None or not held.shelves:
            return
        if held.settles_us is not None and held.settles_us > now_us:
            self._timers.set(("shelf_over", key), held.settles_us)
            return
        over = [shelf for shelf in held.shelves if shelf.until_us <= now_us]
        after = replace(held, shelves=tuple(shelf for shelf in held.shelves if shelf not in over))
        self._keep(after)
        self._timers.set(("shelf_over", key), min((shelf.until_us for shelf in after.shelves), default=None))
        if over and after.told_us is not None:
            parties = {shelf.party for shelf in over}
            serial = f"shelf/{max(shelf.until_us for shelf in over)}"
            self._deliveries += notices(after, "raised", self._subscriptions, now_us, serial, parties=parties)

    def _set_timers(self, alert: Alert) -> None:
        """The deadlines that follow from what stands in an alert."""
        key = (alert.rule, alert.subject)
        self._timers.set(("settled", key), alert.settles_us)
        self._timers.set(("escalated", key), self._escalation.next_us(alert))
        self._timers.set(("shelf_over", key), min((shelf.until_us for shelf in alert.shelves), default=None))
        over_us = self._quieting.over_us(alert, alert.recorded_us) if is_untold(alert) else None
        self._timers.set(("quiet_over", key), over_us)

    def _keep(self, alert: Alert) -> None:
        self._standing.put(alert)
        self._alerts.append(alert)

    def _note(self, alert: Alert) -> None:
        """Keep what has ended as it is known now, and tell nobody."""
        self._remember(alert)
        self._alerts.append(alert)

    def _remember(self, alert: Alert) -> None:
        self._ended.add(alert)
        if not alert.subject.startswith("shipment:"):  # these are kept as long as their trip
            self._timers.set(("expired", (alert.rule, alert.subject)), expires_us(alert))

    def _tell(self, alert: Alert, kind: NoticeKind, told_us: Micros, serial: str = "") -> None:
        self._alerts.append(alert)
        # Receivers drop ids that they have had: what is told again has another serial.
        self._deliveries += notices(alert, kind, self._subscriptions, told_us, serial or str(alert.recorded_us))
