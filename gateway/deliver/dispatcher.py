"""The dispatcher: what is due and belongs to one notice of one alert is prepared, then released together.

Simultaneous is made, not hoped for. All deliveries of a notice are committed with the alert, so they come
due at once. Each is prepared first: rendered, signed, its connection standing. Then one gate opens for all
that are ready. Each subscription has a lane of its own: whoever is in trouble, or was not prepared within
`PREPARE_S`, does not hold the gate for the others and follows when it is ready. Each attempt has a deadline of its
own. The time from the gate to each acceptance is measured by the monotonic clock and stored with the delivery.

What a lane has no room for stays in the journal and is read later, the loudest first; a storm is told in groups. So
memory is bounded by the lanes' slots, and a critical alert waits for no backlog.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.config.model import Subscription
from gateway.deliver import disabled
from gateway.deliver.channel import SOURCE, Channel, Message, Outcome
from gateway.deliver.gate import Gate
from gateway.deliver.lane import Lane
from gateway.deliver.outcomes import Change, Outcomes
from gateway.deliver.passing import message_of, sort_out
from gateway.deliver.schedule import failed, told, unheard
from gateway.journal import Journal, outbox
from gateway.journal.outbox import Look
from gateway.model import Alert, Clock, Delivery, DeliveryState, Micros

PREPARE_S = 0.5  # a name, a connection and a handshake with the other side of the world


@dataclass(frozen=True, kw_only=True, eq=False)
class Sending:
    """A message on its way."""

    lane: Lane
    channel: Channel
    message: Message


class Dispatcher:
    """One task: `run`. Both mappings are looked into at each use: whoever holds them may change them."""

    def __init__(
        self,
        journal: Journal,
        channels: Mapping[str, Channel],
        clock: Clock,
        view: Callable[[str, Alert], Alert | None],
        *,
        subscriptions: Mapping[str, Subscription] | None = None,
        source: str = SOURCE,
    ) -> None:
        self._journal = journal
        self._channels = channels  # by subscription
        self._subscriptions = {} if subscriptions is None else subscriptions  # by name
        self._clock = clock
        self._view = view  # access's word: the alert as this party may be told; None: it may not
        self._source = source
        self._outcomes = Outcomes(journal, clock)
        self._lanes: dict[str, Lane] = {}  # those served last at the end
        self._disabled: set[str] = set()
        self._seq: int | None = None  # of the delivery log: what is behind it is new
        self._freed = asyncio.Event()  # a lane that is behind has room again
        self._jitter = random.Random()  # noqa: S311 - spreads retries, guards nothing

    async def run(self) -> None:
        """Deliver until cancelled."""
        self._disabled.update(await self._journal.read(disabled.disabled))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._outcomes.run(), name="outcomes")
            while True:
                commits = self._journal.commits
                self._freed.clear()
                if not await self._round(group):
                    await self._wait(commits)

    async def replay(self, subscription: str, since_us: Micros) -> int:
        """Deliver what a subscription missed since a time, under the same ids; return how many."""
        now_us = self._clock.now_us()
        self._lane(subscription).try_now()
        return await self._journal.write(lambda c: outbox.replay(c, subscription, since_us, now_us))

    async def enable(self, subscription: str) -> int:
        """Tell a subscription again that was given up, also what it missed since; return how many."""
        now_us, others = self._clock.now_us(), list(self._subscriptions.values())
        self._disabled.discard(subscription)
        self._lane(subscription).try_now()
        return await self._journal.write(lambda c: disabled.enable(c, subscription, others, now_us))

    def forget(self, subscription: str) -> None:
        """Know nothing more of a subscription that is gone: one that comes under its name is another."""
        self._disabled.discard(subscription)

    async def _round(self, group: asyncio.TaskGroup) -> bool:
        """Take up what is new and what there is room for; whether there is more to take up at once."""
        now_us = self._clock.now_us()
        wants = [want for lane in self._lanes.values() if (want := lane.want(now_us)) is not None]
        # Before the look: what ends during it would seem to be due still.
        busy = frozenset().union(*(lane.under_way for lane in self._lanes.values() if lane.under_way))
        seq = self._seq
        look = await self._journal.read(lambda c: outbox.look(c, seq, now_us, wants))
        self._seq = look.last_seq
        for name in look.subscriptions:
            self._lane(name).behind = True
        sendings = [*self._waited(look, now_us, group), *self._new(look, busy, now_us, group)]
        for release in _releases(sendings):
            group.create_task(self._release(release), name=f"release-{release[0].message.delivery.alert_id}")
        return any(lane.hungry for lane in self._lanes.values())

    def _waited(self, look: Look, now_us: Micros, group: asyncio.TaskGroup) -> Iterable[Sending]:
        """What waited in the journal, for lanes with room."""
        for name, backlog in look.backlogs.items():
            lane = self._lanes[name] = self._lanes.pop(name)  # to the end: the others are served before it next time
            if backlog.deep:
                lane.storm(now_us)  # and look again, for groups
                continue
            lane.behind = backlog.more
            lane.wake(backlog.next_us)
            for deliveries in backlog.messages:
                if sending := self._sending(lane, deliveries, look.alerts, now_us, group):
                    yield sending

    def _new(self, look: Look, busy: frozenset[str], now_us: Micros, group: asyncio.TaskGroup) -> Iterable[Sending]:
        """What is new, as far as lanes take it at once; the rest waits in the journal."""
        for delivery in look.new:
            lane = self._lane(delivery.subscription)
            if delivery.delivery_id in busy or delivery.delivery_id in lane.under_way:
                continue
            if not delivery.reason:
                lane.came(now_us)
            if delivery.next_us > now_us:
                lane.wake(delivery.next_us)
            elif not lane.takes(delivery, now_us):
                lane.behind = True
            elif sending := self._sending(lane, [delivery], look.alerts, now_us, group):
                yield sending

    def _sending(
        self,
        lane: Lane,
        deliveries: Iterable[Delivery],
        alerts: Mapping[str, Alert],
        now_us: Micros,
        group: asyncio.TaskGroup,
    ) -> Sending | None:
        """What of these is to be sent now, as one message; what is not is put off or given up."""
        lane.channel = self._channels.get(lane.name)
        lane.subscription = self._subscriptions.get(lane.name)
        sorted_ = sort_out(
            deliveries,
            alerts,
            subscription=lane.subscription,
            refused=self._refused(lane),
            view=self._view,
            now_us=now_us,
        )
        if sorted_.put_off:
            lane.begin(sorted_.put_off, now_us)
            group.create_task(self._put_off(lane, sorted_.put_off), name=f"put-off-{lane.name}")
        if not sorted_.go or lane.channel is None:
            return None
        lane.begin(sorted_.go, now_us)
        message = message_of(sorted_.go, sorted_.views, lane.subscription, self._source)
        return Sending(lane=lane, channel=lane.channel, message=message)

    def _refused(self, lane: Lane) -> str:
        if lane.channel is None:
            return "no_such_subscription"
        return "disabled" if lane.name in self._disabled else ""

    async def _put_off(self, lane: Lane, deliveries: list[Delivery]) -> None:
        await self._outcomes.store(Change(deliveries=deliveries))
        self._end(lane, deliveries)

    async def _release(self, sendings: list[Sending]) -> None:
        """Prepare all, open the gate, and store how each one ended."""
        gate = Gate(sending for sending in sendings if sending.lane.holds)
        async with asyncio.TaskGroup() as group:
            for sending in sendings:
                group.create_task(self._attempt(sending, gate), name=sending.message.message_id)
            await gate.gathered(PREPARE_S)
            for sending in sendings:
                sending.lane.late = sending.lane.late or sending in gate.missing
            gate.open(self._clock.now_us())

    async def _attempt(self, sending: Sending, gate: Gate) -> None:
        lane, message = sending.lane, sending.message
        began_s = time.monotonic()
        prepared = await sending.channel.prepare(message)
        lane.late = time.monotonic() - began_s > PREPARE_S
        gate.arrive(sending)
        await gate.wait()
        outcome = await prepared.send()
        took_us = gate.since_us()
        change = self._change(message, outcome, gate.opened_us, took_us)
        # One that was just given up is in no trouble: nothing is sent to it, and what comes is put off at once.
        lane.troubled = outcome.tried and not outcome.accepted and lane.name not in self._disabled
        await self._outcomes.store(change)
        self._end(lane, change.deliveries)

    def _end(self, lane: Lane, deliveries: Sequence[Delivery]) -> None:
        lane.end(deliveries)
        if lane.behind:
            self._freed.set()

    def _change(self, message: Message, outcome: Outcome, opened_us: Micros, took_us: int) -> Change:
        """What an attempt leads to."""
        if outcome.accepted:
            reason = message.together or outcome.reason
            return Change(deliveries=[told(delivery, reason, opened_us, took_us) for delivery in message.deliveries])
        now_us = self._clock.now_us()
        if not outcome.tried:
            pairs = zip(message.deliveries, message.alerts, strict=True)
            return Change(deliveries=[unheard(*pair, outcome, now_us) for pair in pairs], logged=False)
        spread = self._jitter.random()  # one for all, so that they stay together
        after = [failed(delivery, outcome, now_us, spread) for delivery in message.deliveries]
        last = after[0]
        if not outcome.gone and (not outcome.again or last.state is not DeliveryState.FAILED):
            return Change(deliveries=after)
        self._disabled.add(last.subscription)
        alert, notices = disabled.given_up(last, self._subscriptions.values(), now_us)
        return Change(deliveries=[*after, *notices], alerts=[alert])

    async def _wait(self, commits: int) -> None:
        next_us = min((lane.wake_us for lane in self._lanes.values() if lane.wake_us is not None), default=None)
        reasons = (
            asyncio.create_task(self._journal.beyond(commits), name="dispatcher-news"),
            asyncio.create_task(self._sleep_until(next_us), name="dispatcher-due"),
            asyncio.create_task(self._freed.wait(), name="dispatcher-freed"),
        )
        try:
            await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for reason in reasons:
                reason.cancel()

    async def _sleep_until(self, due_us: Micros | None) -> None:
        if due_us is None:
            await asyncio.Event().wait()  # until a commit
        else:
            await self._clock.sleep_until(due_us)

    def _lane(self, name: str) -> Lane:
        if name not in self._lanes:
            self._lanes[name] = Lane(name, self._channels.get(name), self._subscriptions.get(name))
        return self._lanes[name]


def _releases(sendings: Iterable[Sending]) -> list[list[Sending]]:
    """What belongs together: the same notice of the same alert, or the same group."""
    found: dict[tuple[str, str], list[Sending]] = {}
    for sending in sendings:
        first = sending.message.delivery
        key = ("", first.group) if sending.message.together else (first.alert_id, first.notice)
        found.setdefault(key, []).append(sending)
    return list(found.values())
