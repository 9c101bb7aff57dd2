"""A receiver that was given up: its party is told another way, and all it missed comes when it is told again."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.clock import ManualClock
from gateway.config.model import Subscription
from gateway.deliver.disabled import RULE
from gateway.deliver.schedule import WAITS_S
from gateway.deliver.sse import Sse
from gateway.journal import alerts, outbox
from gateway.model import AlertState, Delivery, DeliveryState
from gateway.web.live.hub import SseHub
from tests.deliver.desk import an_alert, hook, now_us, office
from tests.deliver.receiver import Behave, answering, receiving

SECOND_US = 1_000_000
PAGE = Subscription(name="page", party="OEM", channel="sse")
CHANNELS = {"page": Sse(SseHub())}


def of(found: list[Delivery], name: str) -> list[Delivery]:
    return [one for one in found if one.subscription == name]


async def test_after_the_last_attempt_the_party_is_told_by_its_other_channel_and_nothing_more_is_tried(
    tmp_path: Path,
) -> None:
    clock = ManualClock(now_us())
    async with receiving(answering(500)) as receiver:
        hooks = [hook("OEM", receiver.url), PAGE]
        async with office(tmp_path, clock, hooks, CHANNELS) as at:
            await at.tell(an_alert(1, ["OEM"]))
            for attempt in range(1, len(WAITS_S) + 1):
                (told,) = of(await at.until(lambda found, n=attempt: of(found, "OEM")[0].attempts == n), "OEM")  # type: ignore[misc]
                assert WAITS_S[attempt - 1] <= (told.next_us - clock.now_us()) / SECOND_US <= WAITS_S[attempt - 1] * 1.1
                clock.advance_to(told.next_us)
            found = await at.until(lambda found: of(found, "OEM")[0].state is DeliveryState.FAILED)
            await at.tell(an_alert(2, ["OEM"]))
            found = await at.until(lambda found: any(one.reason == "disabled" for one in of(found, "OEM")))
            (standing,) = [one for one in await at.journal.read(alerts.standing) if one.rule == RULE]
            log = await at.journal.read(lambda c: outbox.attempts_of(c, "OEM", subscription="OEM", limit=50))
    assert (standing.subject, standing.reason, standing.parties) == ("subscription:OEM", "status_500", ("OEM",))
    assert standing.alert_id in {one.alert_id for one in of(found, "page")}
    assert len(receiver.requests) == len(WAITS_S) + 1
    assert [one.reason for _, _, one in log] == ["disabled", "", *["status_500"] * 10, ""]


@pytest.mark.parametrize("restarted", [False, True])
async def test_gone_ends_it_at_once_and_told_again_it_gets_what_it_missed_under_the_same_ids(
    restarted: bool, tmp_path: Path
) -> None:
    clock = ManualClock(now_us())
    behaviours: list[Behave] = [answering(410), answering(204)]
    async with receiving(*behaviours) as receiver:
        one = hook("OEM", receiver.url)
        async with office(tmp_path, clock, [one]) as at:
            await at.tell(an_alert(1, ["OEM"]))
            await at.until(lambda found: found[0].state is DeliveryState.FAILED)
            clock.advance_to(clock.now_us() + 1)
            await at.tell(an_alert(2, ["OEM"]))
            await at.until(lambda found: all(one.state is DeliveryState.FAILED for one in found))
            missed = {one.delivery_id for one in await at.deliveries()}
            if not restarted:
                assert await at.dispatcher.enable("OEM") == 2
                await at.until(lambda found: all(one.state is DeliveryState.ACCEPTED for one in found))
        if restarted:
            async with office(tmp_path, clock, [one]) as at:
                await at.tell(an_alert(3, ["OEM"]))
                await at.until(lambda found: sum(one.reason == "disabled" for one in found) == 2)
                assert await at.dispatcher.enable("OEM") == 3
                await at.until(lambda found: all(one.state is DeliveryState.ACCEPTED for one in found))
        async with office(tmp_path, clock, [one]) as at:
            assert [
                one.state for one in await at.journal.read(lambda c: alerts.page(c, limit=9)) if one.rule == RULE
            ] == [AlertState.RESOLVED]
            assert await at.dispatcher.replay("OEM", 0) == 0
            found = await at.deliveries()
    assert missed <= {one.delivery_id for one in found}
    assert {request.headers["webhook-id"] for request in receiver.requests} == {one.delivery_id for one in found}


async def test_what_was_missed_since_a_time_is_delivered_on_request(tmp_path: Path) -> None:
    clock = ManualClock(now_us())
    async with receiving(answering(204)) as receiver:
        one = hook("OEM", receiver.url)
        async with office(tmp_path, clock, []) as at:  # nobody knows the subscription any more
            at.subscriptions = [one]
            for number in range(3):
                clock.advance_to(clock.now_us() + SECOND_US)
                await at.tell(an_alert(number, ["OEM"]))
            await at.until(lambda found: all(one.reason == "no_such_subscription" for one in found))
        async with office(tmp_path, clock, [one]) as at:
            assert await at.dispatcher.replay("OEM", clock.now_us() + 1) == 0
            assert await at.dispatcher.replay("OEM", clock.now_us() - SECOND_US) == 2
            found = await at.until(lambda found: sum(one.state is DeliveryState.ACCEPTED for one in found) == 2)
    assert {one.alert_id for one in found if one.state is DeliveryState.FAILED} == {"al_0"}
    assert len(receiver.requests) == 2


async def test_a_partys_log_holds_nothing_of_others(tmp_path: Path) -> None:
    async with receiving(answering(204)) as receiver:
        hooks = [hook("OEM", receiver.url), hook("SUPPLIER", receiver.url)]
        async with office(tmp_path, ManualClock(now_us()), hooks) as at:
            await at.tell(*(an_alert(number, ["OEM", "SUPPLIER"]) for number in range(3)))
            await at.until(lambda found: all(one.state is DeliveryState.ACCEPTED for one in found))
            whole = await at.journal.read(lambda c: outbox.attempts_of(c, "OEM", limit=50))
            first = await at.journal.read(lambda c: outbox.attempts_of(c, "OEM", limit=2))
            rest = await at.journal.read(lambda c: outbox.attempts_of(c, "OEM", before_seq=first[-1][0], limit=50))
    assert {one.party for _, _, one in whole} == {"OEM"}
    assert len(whole) == 6
    assert [*first, *rest] == whole
