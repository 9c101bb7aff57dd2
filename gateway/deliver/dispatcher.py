"""The dispatcher: what is due and belongs to one notice of one alert is prepared, then released together.

Simultaneous is made, not hoped for. All deliveries of a notice are committed with the alert, so they come
due at once. Each is prepared first: rendered, signed, its receiver's address known. Then one gate opens for
all that are ready. A subscriber whose worker hangs with an earlier notice, or who cannot be prepared within
`PREPARE_S`, does not hold the gate: it follows when it is ready. Each attempt has a deadline of its own. The
time from the gate to each acceptance is measured by the monotonic clock and stored with the delivery.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from itertools import groupby

import msgspec

from gateway.deliver.channel import Channel, Outcome
from gateway.journal import Journal, alerts
from gateway.model import Alert, Clock, Delivery, DeliveryState, Micros

PREPARE_S = 1.0
WORKERS = 4  # attempts at a time per subscription
BATCH = 1000
# Standard Webhooks' table: the wait after each failed attempt; after the last the delivery is given up.
WAITS_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.1
LONGEST_LOOK_S = 600.0  # between looks whether somebody listens
KEEP_UNHEARD_S = 7 * 86_400.0  # a notice for a party of whom nobody listens
SECOND_US = 1_000_000


class Gate:
    """Opens once for all that wait before it, and remembers when, by the monotonic clock."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._opened_ns = 0
        self.opened_us: Micros = 0

    def open(self, now_us: Micros) -> None:
        self.opened_us, self._opened_ns = now_us, time.monotonic_ns()
        self._open.set()

    def since_us(self) -> int:
        """Real microseconds since it opened."""
        return (time.monotonic_ns() - self._opened_ns) // 1000

    async def wait(self) -> None:
        await self._open.wait()


class Dispatcher:
    """One task: `run`."""

    def __init__(
        self,
        journal: Journal,
        channels: Mapping[str, Channel],
        clock: Clock,
        allowed: Callable[[str, Alert], bool],
    ) -> None:
        self._journal = journal
        self._channels = channels  # by subscription
        self._clock = clock
        self._allowed = allowed  # access.py's word: may this party see this alert
        self._workers = {name: asyncio.Semaphore(WORKERS) for name in channels}
        self._under_way: set[str] = set()
        self._jitter = random.Random()  # noqa: S311 - spreads retries, guards nothing

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                commits = self._journal.commits
                for notice in await self._due():
                    self._under_way.update(delivery.delivery_id for delivery in notice)
                    group.create_task(self._release(notice), name=f"notice-{notice[0].alert_id}")
                await self._wait(commits)

    async def _due(self) -> list[list[Delivery]]:
        """What is due and not yet under way, one list per notice."""
        now_us = self._clock.now_us()
        busy = frozenset(self._under_way)  # before the look: what ends during it would seem to be due still
        due = await self._journal.read(lambda c: alerts.due(c, now_us, BATCH + len(busy)))
        fresh = sorted((d for d in due if d.delivery_id not in busy), key=_notice)
        return [list(together) for _, together in groupby(fresh, key=_notice)]

    async def _wait(self, commits: int) -> None:
        pending = await self._journal.read(lambda c: alerts.next_pending(c, len(self._under_way) + 1))
        next_us = next((due_us for key, due_us in pending if key not in self._under_way), None)
        news = asyncio.create_task(self._journal.beyond(commits), name="dispatcher-news")
        due = asyncio.create_task(self._sleep_until(next_us), name="dispatcher-due")
        try:
            await asyncio.wait((news, due), return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            due.cancel()

    async def _sleep_until(self, due_us: Micros | None) -> None:
        if due_us is None:
            await asyncio.Event().wait()  # until a commit
        else:
            await self._clock.sleep_until(due_us)

    async def _release(self, notice: list[Delivery]) -> None:
        """Prepare all, open the gate, and store how each one ended."""
        alert = await self._journal.read(lambda c: alerts.get(c, notice[0].alert_id))
        assert alert is not None  # stored in the same commit as its deliveries
        gate = Gate()
        ready = [asyncio.Event() for _ in notice]
        async with asyncio.TaskGroup() as group:
            for delivery, prepared in zip(notice, ready, strict=True):
                group.create_task(self._attempt(delivery, alert, prepared, gate), name=delivery.delivery_id)
            waiting = [asyncio.create_task(event.wait()) for event in ready]
            await asyncio.wait(waiting, timeout=PREPARE_S)
            for task in waiting:
                task.cancel()
            gate.open(self._clock.now_us())

    async def _attempt(self, delivery: Delivery, alert: Alert, ready: asyncio.Event, gate: Gate) -> None:
        outcome = await self._send(delivery, alert, ready, gate)
        took_us = gate.since_us()
        if outcome.tried:
            after = self._after(delivery, outcome, gate.opened_us, took_us)
        else:
            after = _unheard(delivery, alert, outcome, self._clock.now_us())
        now_us = self._clock.now_us()
        await self._journal.insist(lambda c: alerts.save_deliveries(c, [after], now_us, logged=outcome.tried))
        self._under_way.discard(delivery.delivery_id)

    async def _send(self, delivery: Delivery, alert: Alert, ready: asyncio.Event, gate: Gate) -> Outcome:
        channel = self._channels.get(delivery.subscription)
        if channel is None:
            ready.set()
            return Outcome(accepted=False, reason="no_such_subscription", again=False)
        if not self._allowed(delivery.party, alert):
            ready.set()
            return Outcome(accepted=False, reason="not_allowed", again=False)
        workers = self._workers[delivery.subscription]
        if workers.locked():  # it hangs with earlier notices: the others do not wait for it
            ready.set()
        async with workers:
            prepared = await channel.prepare(delivery, alert)
            ready.set()
            await gate.wait()
            return await prepared.send()

    def _after(self, delivery: Delivery, outcome: Outcome, opened_us: Micros, took_us: int) -> Delivery:
        attempts = delivery.attempts + 1
        now_us = self._clock.now_us()
        if outcome.accepted:
            return msgspec.structs.replace(
                delivery,
                state=DeliveryState.ACCEPTED,
                attempts=attempts,
                accepted_us=opened_us + took_us,  # so that instants and skew agree on a clock that runs fast, too
                offset_us=took_us,
                reason=outcome.reason,
            )
        if not outcome.again or attempts > len(WAITS_S):
            return msgspec.structs.replace(
                delivery, state=DeliveryState.FAILED, attempts=attempts, reason=outcome.reason
            )
        wait_s = outcome.retry_after_s or WAITS_S[attempts - 1]
        spread = 1 + self._jitter.uniform(0, JITTER)
        return msgspec.structs.replace(
            delivery, attempts=attempts, next_us=now_us + int(wait_s * spread * SECOND_US), reason=outcome.reason
        )


def _unheard(delivery: Delivery, alert: Alert, outcome: Outcome, now_us: Micros) -> Delivery:
    """Nobody was there to be told: look again, the more seldom the older it is, and after a week no more.

    Otherwise the notices for a party that never listens would gather, and be tried, for ever.
    """
    told_us = max(alert.recorded_us, alert.ended_us or 0, *(ack.at_us for ack in alert.acks))
    age_s = (now_us - told_us) / SECOND_US
    if age_s > KEEP_UNHEARD_S:
        return msgspec.structs.replace(delivery, state=DeliveryState.FAILED, reason=outcome.reason)
    wait_s = min(max(age_s, outcome.retry_after_s or 0.0), LONGEST_LOOK_S)
    return msgspec.structs.replace(delivery, next_us=now_us + int(wait_s * SECOND_US), reason=outcome.reason)


def _notice(delivery: Delivery) -> tuple[str, str]:
    return delivery.alert_id, delivery.notice
