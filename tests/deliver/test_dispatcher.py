"""Notices on their way out: released together, signed, retried under one id, and nobody waits for a bad receiver."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from standardwebhooks import Webhook as Verifier

from gateway.clock import ManualClock
from gateway.config.model import Subscription
from gateway.deliver.dispatcher import PREPARE_S, Dispatcher
from gateway.deliver.webhook import Webhook
from gateway.engine.audience import notices
from gateway.journal import Journal, alerts, open_journal
from gateway.model import Alert, AlertState, Delivery, DeliveryState, Severity
from tests.deliver.receiver import Receiver, answering, broken, dripping, endless, hanging, receiving
from tests.journal.refusing import refusing, until_refused

SECRET = "whsec_" + base64.b64encode(b"a secret of at least 24 bytes").decode()
ALERT = Alert(
    alert_id="al_1",
    rule="late_arrival",
    subject="shipment:S1",
    state=AlertState.OPEN,
    severity=Severity.CRITICAL,
    reason="not_seen",
    text="Shipment S1 was due at B",
    raised_us=1,
    recorded_us=2,
    shipment="S1",
    parties=("OEM", "SUPPLIER"),
)
NOW_US = int(time.time()) * 1_000_000


View = Callable[[str, Alert], Alert | None]


def whole(_party: str, alert: Alert) -> Alert:
    """Everybody is told everything."""
    return alert


def hook(party: str, receiver: Receiver, *, allow_private: bool = True) -> Subscription:
    return Subscription(
        name=f"{party}-hook",
        party=party,
        channel="webhook",
        url=receiver.url,
        secret="${SECRET}",
        allow_private=allow_private,
    )


class Desk:
    """A journal with a dispatcher at work."""

    def __init__(self, journal: Journal, clock: ManualClock, subscriptions: list[Subscription]) -> None:
        self.journal = journal
        self.clock = clock
        self._subscriptions = subscriptions

    async def tell(self, alert: Alert = ALERT) -> None:
        told = notices(alert, "raised", self._subscriptions, self.clock.now_us())

        def job(connection: object) -> None:
            alerts.save(connection, [alert], self.clock.now_us())  # type: ignore[arg-type]
            alerts.save_deliveries(connection, told, self.clock.now_us())  # type: ignore[arg-type]

        await self.journal.write(job)

    async def deliveries(self) -> dict[str, Delivery]:
        found = await self.journal.read(lambda c: alerts.deliveries_of(c, ALERT.alert_id))
        return {delivery.party: delivery for delivery in found}

    async def until(self, holds: Callable[[dict[str, Delivery]], bool]) -> dict[str, Delivery]:
        async with asyncio.timeout(10):
            while True:
                commits = self.journal.commits
                found = await self.deliveries()
                if holds(found):
                    return found
                await self.journal.beyond(commits)


@asynccontextmanager
async def desk(folder: Path, *subscriptions: Subscription, view: View = whole) -> AsyncIterator[Desk]:
    clock = ManualClock(NOW_US)
    channels = {s.name: Webhook(s, [SECRET]) for s in subscriptions}
    async with open_journal(folder) as journal:
        dispatcher = Dispatcher(
            journal,
            channels,
            clock,
            view,
            subscriptions={s.name: s for s in subscriptions},
        )
        running = asyncio.create_task(dispatcher.run())
        try:
            yield Desk(journal, clock, list(subscriptions))
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            for channel in channels.values():
                await channel.close()


def all_accepted(found: dict[str, Delivery]) -> bool:
    return all(delivery.state is DeliveryState.ACCEPTED for delivery in found.values())


async def test_both_parties_are_told_with_signatures_that_the_reference_library_accepts(tmp_path: Path) -> None:
    async with (
        receiving(answering(204)) as oem,
        receiving(answering(204)) as supplier,
        desk(tmp_path, hook("OEM", oem), hook("SUPPLIER", supplier)) as at,
    ):
        await at.tell()
        found = await at.until(all_accepted)
    assert set(found) == {"OEM", "SUPPLIER"}
    assert all(delivery.offset_us is not None and delivery.offset_us >= 0 for delivery in found.values())
    for receiver in (oem, supplier):
        (request,) = receiver.requests
        told = Verifier(SECRET).verify(request.body, request.headers)
        assert told["type"] == "tierview.alert.raised"
        assert told["data"]["alert_id"] == "al_1"


@pytest.mark.parametrize("bad", [hanging, endless], ids=["hanging", "endless"])
async def test_a_bad_receiver_delays_nobody(
    tmp_path: Path, bad: Callable[[asyncio.StreamWriter], Awaitable[None]]
) -> None:
    async with (
        receiving(bad) as oem,  # type: ignore[arg-type]
        receiving(answering(200)) as supplier,
        desk(tmp_path, hook("OEM", oem), hook("SUPPLIER", supplier)) as at,
    ):
        await at.tell()
        found = await at.until(lambda found: found["SUPPLIER"].state is DeliveryState.ACCEPTED)
    assert found["SUPPLIER"].offset_us is not None
    assert found["SUPPLIER"].offset_us < 1_000_000


@pytest.mark.parametrize("slow", [dripping, endless, broken], ids=["dripping", "endless", "broken"])
async def test_a_2xx_is_acceptance_whatever_comes_after_it(
    tmp_path: Path, slow: Callable[[asyncio.StreamWriter], Awaitable[None]]
) -> None:
    async with receiving(slow) as oem, desk(tmp_path, hook("OEM", oem)) as at:  # type: ignore[arg-type]
        await at.tell()
        found = await at.until(lambda found: found["OEM"].attempts == 1)
    assert (found["OEM"].state, found["OEM"].reason) == (DeliveryState.ACCEPTED, "accepted")


async def test_a_refused_notice_comes_again_under_the_same_id(tmp_path: Path) -> None:
    async with receiving(answering(503), answering(204)) as oem, desk(tmp_path, hook("OEM", oem)) as at:
        await at.tell()
        found = await at.until(lambda found: found["OEM"].attempts == 1)
        assert found["OEM"].state is DeliveryState.PENDING
        assert found["OEM"].reason == "status_503"
        at.clock.advance_to(found["OEM"].next_us)
        found = await at.until(all_accepted)
    assert found["OEM"].attempts == 2
    first, second = oem.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


async def test_the_receivers_own_wish_for_when_to_come_again_is_kept(tmp_path: Path) -> None:
    async with receiving(answering(429, "retry-after: 77")) as oem, desk(tmp_path, hook("OEM", oem)) as at:
        await at.tell()
        found = await at.until(lambda found: found["OEM"].attempts == 1)
    assert 77 <= (found["OEM"].next_us - NOW_US) / 1_000_000 <= 77 * 1.1 + 1


@pytest.mark.parametrize(
    ("status", "state"),
    [(410, DeliveryState.FAILED), (302, DeliveryState.PENDING), (500, DeliveryState.PENDING)],
)
async def test_only_a_2xx_is_acceptance_and_gone_is_final(tmp_path: Path, status: int, state: DeliveryState) -> None:
    async with (
        receiving(answering(status, "location: http://127.0.0.1:9/")) as oem,
        desk(tmp_path, hook("OEM", oem)) as at,
    ):
        await at.tell()
        found = await at.until(lambda found: found["OEM"].attempts == 1)
    assert found["OEM"].state is state
    assert found["OEM"].reason == f"status_{status}"
    assert len(oem.requests) == 1


async def test_a_private_address_is_not_reached_unless_the_subscription_says_so(tmp_path: Path) -> None:
    async with receiving(answering(204)) as oem, desk(tmp_path, hook("OEM", oem, allow_private=False)) as at:
        await at.tell()
        found = await at.until(lambda found: found["OEM"].state is DeliveryState.FAILED)
    assert found["OEM"].reason == "address_blocked"
    assert oem.requests == []


async def test_what_access_forbids_is_not_sent(tmp_path: Path) -> None:
    async with receiving(answering(204)) as oem, desk(tmp_path, hook("OEM", oem), view=lambda *_: None) as at:
        await at.tell()
        found = await at.until(lambda found: found["OEM"].state is DeliveryState.FAILED)
    assert found["OEM"].reason == "not_allowed"
    assert oem.requests == []


async def test_what_was_pending_before_a_restart_is_delivered_after_it(tmp_path: Path) -> None:
    async with receiving(answering(204)) as oem:
        async with open_journal(tmp_path) as journal:
            await Desk(journal, ManualClock(NOW_US), [hook("OEM", oem)]).tell()
        async with desk(tmp_path, hook("OEM", oem)) as at:
            assert all_accepted(await at.until(all_accepted))


async def test_a_journal_that_refuses_does_not_end_the_dispatcher(tmp_path: Path) -> None:
    async with receiving(answering(204)) as oem, desk(tmp_path, hook("OEM", oem)) as at:
        await at.tell()
        async with refusing(at.journal):
            async with asyncio.timeout(10):
                while not oem.requests:  # noqa: ASYNC110 - the receiver has no bell
                    await asyncio.sleep(0.01)
            await until_refused(at.journal)
        found = await at.until(all_accepted)
    assert found["OEM"].attempts == 1
    assert len(oem.requests) == 1, "an outcome that could not be stored at once is no reason to send again"


@pytest.mark.parametrize("wish", ["99999999999999999999999", "8640000", "soon", "-5"])
async def test_no_wish_of_a_receiver_is_beyond_a_day_or_ends_the_dispatcher(tmp_path: Path, wish: str) -> None:
    async with receiving(answering(503, f"retry-after: {wish}")) as oem, desk(tmp_path, hook("OEM", oem)) as at:
        await at.tell()
        found = await at.until(lambda found: found["OEM"].attempts == 1)
    assert 5 <= (found["OEM"].next_us - NOW_US) / 1_000_000 <= 86_400 * 1.1 + 1


async def test_whoever_hangs_with_earlier_notices_does_not_hold_the_gate_for_the_next(tmp_path: Path) -> None:
    async with (
        receiving(hanging) as oem,
        receiving(answering(200)) as supplier,
        desk(tmp_path, hook("OEM", oem), hook("SUPPLIER", supplier)) as at,
    ):
        for number in range(Webhook.slots):
            await at.tell(msgspec.structs.replace(ALERT, alert_id=f"al_before_{number}"))
        async with asyncio.timeout(10):
            while len(oem.requests) < Webhook.slots:  # noqa: ASYNC110 - the receiver has no bell
                await asyncio.sleep(0.01)
        began_s = time.monotonic()
        await at.tell()
        await at.until(lambda found: found["SUPPLIER"].state is DeliveryState.ACCEPTED)
        assert time.monotonic() - began_s < PREPARE_S
