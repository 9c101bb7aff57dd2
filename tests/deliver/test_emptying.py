"""What a broker retains for who reads there no more is taken away: by a real mosquitto, also after it was away, and
after we were killed before it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from gateway.config.model import Mqtt
from gateway.deliver.dispatcher import Dispatcher
from gateway.deliver.emptying import Emptying
from gateway.deliver.mqtt import topic
from gateway.engine.alerts import ended
from gateway.engine.audience import notices
from gateway.journal import alerts, open_journal, retained
from gateway.model import Alert, Cleared, Delivery, DeliveryState, NoticeKind
from tests.deliver.desk import an_alert
from tests.deliver.test_mqtt import publisher, told
from tests.servers import Mosquitto
from tests.web import world
from tests.web.box import Box, open_box

DEADLINE_S = 20.0
STANDING, OVER = an_alert(1, ["ALPHA", "NEW"]), an_alert(2, ["ALPHA", "NEW"])

TOLD = Delivery(
    delivery_id="dl_1",
    alert_id=STANDING.alert_id,
    notice="raised",
    subscription="one",
    party="ALPHA",
    channel="mqtt",
    state=DeliveryState.ACCEPTED,
)


@pytest.fixture
def broker(tmp_path: Path, free_port: int) -> Iterator[Mosquitto]:
    conf = f"listener {free_port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {tmp_path}/\n"
    if tmp_path.owner() == "root":
        conf = f"user root\n{conf}"  # or it could not write what it is to retain
    server = Mosquitto(tmp_path, free_port, conf=conf)
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def at_work(folder: Path, broker: Mosquitto) -> AsyncIterator[Box]:
    """A box that delivers and empties."""
    config = world.CONFIG.model_copy(update={"mqtt": Mqtt(url=broker.url, embedded=False)})
    async with open_box(folder, config=config) as box:
        by_name = box.channels.subscriptions
        sender = Dispatcher(box.journal, box.channels, box.clock, lambda _, alert: alert, subscriptions=by_name)
        tasks = [asyncio.create_task(one.run()) for one in (sender, Emptying(box.journal, box.channels))]
        try:
            yield box
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def tell(box: Box, alert: Alert, kind: NoticeKind = "raised") -> None:
    """Commit an alert, and wait until all have been told."""
    made = notices(alert, kind, box.channels.subscriptions.values(), box.clock.now_us())
    await box.tell(alert)
    await box.deliver(*made)
    async with asyncio.timeout(DEADLINE_S):
        while await box.journal.read(alerts.pending):
            box.clock.advance_to(box.clock.now_us() + 1_000_000)  # where the first attempt came before the connection
            await asyncio.sleep(0.02)


async def until_emptied(box: Box) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            commits = box.journal.commits
            if await box.journal.read(lambda c: retained.waiting(c, [], 1)) == ([], []):
                return
            await box.journal.beyond(commits)


async def standing(broker: Mosquitto) -> list[str]:
    """The topics at which whoever comes now finds an alert."""
    settings = Mqtt(url=broker.url, embedded=False, client_id="onlooker")
    async with publisher(settings) as out:
        return sorted(where for where, _, _ in await told(settings, out, "tierview/v1/+/alert/+"))


async def test_what_is_retained_for_who_left_is_taken_away_and_nothing_else(broker: Mosquitto, tmp_path: Path) -> None:
    of_alpha, of_new = (topic(party, STANDING.alert_id) for party in ("ALPHA", "NEW"))
    async with at_work(tmp_path / "box", broker) as box, box.client("OPER") as operator:
        assert (
            await operator.post("/api/v1/partners", json={"code": "NEW", "name": "New", "tier": "tier2"})
        ).is_success
        for party, name in (("ALPHA", "one"), ("ALPHA", "two"), ("NEW", "one")):
            body = {"name": name, "channel": "mqtt", "party": party}
            assert (await operator.post("/api/v1/subscriptions", json=body)).is_success
        await tell(box, STANDING)
        await tell(box, OVER)
        assert len(await standing(broker)) == 4
        over = ended(OVER, Cleared(at_us=world.NOW, reason="arrived", text="It came"))
        await tell(box, over, "resolved")  # in the ordinary way: the sender of its notice takes it away, as ever
        assert await standing(broker) == [of_alpha, of_new]

        await operator.delete("/api/v1/subscriptions/ALPHA:one")
        await until_emptied(box)
        assert await standing(broker) == [of_alpha, of_new]  # ALPHA still reads there, by its other subscription
        await operator.delete("/api/v1/subscriptions/ALPHA:two")
        await until_emptied(box)
        assert await standing(broker) == [of_new]

        await asyncio.to_thread(broker.stop)
        assert (await operator.delete("/api/v1/partners/NEW")).is_success
    # Here the gateway ended: it is noted, and the broker has not heard of it.
    await asyncio.to_thread(broker.start)
    assert await standing(broker) == [of_new]
    async with at_work(tmp_path / "box", broker) as box:
        await until_emptied(box)
        assert await standing(broker) == []


async def test_what_a_subscription_made_anew_was_told_since_stays(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:

        async def told_at(now_us: int, subscription: str) -> None:
            made = msgspec.structs.replace(TOLD, subscription=subscription, delivery_id=f"dl_{now_us}")
            await journal.write(lambda c: alerts.save_deliveries(c, [made], now_us))

        await journal.write(lambda c: alerts.save(c, [STANDING], 1))
        await told_at(1, "one")
        await told_at(2, "other")
        await journal.write(lambda c: retained.leave(c, ["one"], ["other"], 10))
        assert await journal.read(lambda c: retained.waiting(c, ["other"], 10)) == ([], [])  # which still reads there
        await journal.write(lambda c: retained.leave(c, ["one", "other"], [], 11))
        left = retained.Left(party="ALPHA", alert_id=STANDING.alert_id, noted_us=11)
        assert await journal.read(lambda c: retained.waiting(c, ["one"], 10)) == ([left], [])
        await told_at(12, "one")
        assert await journal.read(lambda c: retained.waiting(c, ["one"], 10)) == ([], [left])
        await journal.write(lambda c: retained.leave(c, ["one"], [], 13))
        await journal.write(lambda c: retained.forget(c, [left]))
        assert await journal.read(lambda c: retained.waiting(c, [], 10)) == (
            [msgspec.structs.replace(left, noted_us=13)],
            [],
        )


async def test_an_end_that_never_reached_the_broker_is_noted(tmp_path: Path) -> None:
    over = ended(STANDING, Cleared(at_us=5, reason="arrived", text="It came"))
    resolved = msgspec.structs.replace(TOLD, delivery_id="dl_2", notice="resolved", state=DeliveryState.FAILED)
    async with open_journal(tmp_path) as journal:
        await journal.write(lambda c: alerts.save(c, [over], 5))
        await journal.write(lambda c: alerts.save_deliveries(c, [TOLD, resolved], 5))
        await journal.write(lambda c: retained.leave(c, ["one"], [], 10))
        empty, _ = await journal.read(lambda c: retained.waiting(c, [], 10))
    assert [one.alert_id for one in empty] == [STANDING.alert_id]
