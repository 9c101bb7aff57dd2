"""What is told together: by choice, in a storm, after quiet hours; and what never waits for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.clock import ManualClock
from gateway.config.model import Quiet
from gateway.deliver.lane import CRITICAL_INTERVAL_S, STORM
from gateway.model import Delivery, DeliveryState, Severity
from simulators.receivers import Receiver
from tests.deliver.desk import SECRET, Office, an_alert, hook, now_us, office

SECOND_US = 1_000_000
NIGHT = Quiet(start="00:00", end="12:00")
NOON_US = now_us() // (86_400 * SECOND_US) * 86_400 * SECOND_US + 12 * 3600 * SECOND_US


def told(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(notice.body) for notice in receiver.heard]


def all_accepted(found: list[Delivery]) -> bool:
    return all(one.state is DeliveryState.ACCEPTED for one in found)


def ids(message: dict[str, Any]) -> set[str]:
    return {one["alert_id"] for one in message["data"]["alerts"]}


async def reason_of(at: Office, alert_id: str) -> str:
    (found,) = [one for one in await at.deliveries() if one.alert_id == alert_id]
    return found.reason


async def test_by_choice_the_first_goes_at_once_and_the_others_in_one_message_an_interval_later(tmp_path: Path) -> None:
    clock = ManualClock(now_us())
    async with Receiver("OEM", secret=SECRET) as receiver:
        one = hook("OEM", receiver.url, group_interval_s=300)
        async with office(tmp_path, clock, [one]) as at:
            await at.tell(an_alert(0, ["OEM"]))
            await at.until(all_accepted)
            await at.tell(an_alert(1, ["OEM"]), an_alert(2, ["OEM"]), an_alert(3, ["OEM"], lane="C>D"))
            await at.until(lambda found: sum(one.state is DeliveryState.ACCEPTED for one in found) == 2)
            clock.advance_to(clock.now_us() + 299 * SECOND_US)
            assert len(receiver.heard) == 2
            clock.advance_to(clock.now_us() + SECOND_US)
            found = await at.until(all_accepted)
    first, other_lane, group = told(receiver)
    assert (first["subject"], other_lane["subject"]) == ("al_0", "al_3")
    assert ids(group) == {"al_1", "al_2"}
    assert {one.reason for one in found} == {"accepted", "grouped"}
    assert all(one.offset_us is not None for one in found)


async def test_a_critical_alert_waits_for_no_interval_but_a_short_one_of_its_own(tmp_path: Path) -> None:
    clock = ManualClock(now_us())
    async with Receiver("OEM", secret=SECRET) as receiver:
        one = hook("OEM", receiver.url, group_interval_s=300)
        async with office(tmp_path, clock, [one]) as at:
            await at.tell(an_alert(0, ["OEM"]))
            await at.until(all_accepted)
            for number in (1, 2):
                await at.tell(an_alert(number, ["OEM"], severity=Severity.CRITICAL))
            await at.until(lambda found: sum(one.state is DeliveryState.ACCEPTED for one in found) == 2)
            clock.advance_to(clock.now_us() + int(CRITICAL_INTERVAL_S * SECOND_US))
            await at.until(all_accepted)
    assert [message["subject"] for message in told(receiver)] == ["al_0", "al_1", "al_2"]


async def test_a_backlog_of_more_than_anybody_reads_goes_out_in_groups(tmp_path: Path) -> None:
    clock = ManualClock(now_us())
    async with Receiver("OEM", secret=SECRET) as receiver:
        one = hook("OEM", receiver.url)
        async with office(tmp_path, clock, [one]) as at:
            await at.stop()
            await at.tell(*(an_alert(number, ["OEM"], lane=f"L{number % 3}") for number in range(STORM + 1)))
        async with office(tmp_path, clock, [one]) as at:
            await at.until(all_accepted)
    assert len(receiver.heard) == 3
    assert sum(message["data"]["count"] for message in told(receiver)) == STORM + 1


async def test_what_comes_in_quiet_hours_is_one_digest_at_their_end_and_critical_alerts_pass(tmp_path: Path) -> None:
    clock = ManualClock(NOON_US - 3600 * SECOND_US)
    async with Receiver("OEM", secret=SECRET) as receiver:
        one = hook("OEM", receiver.url).model_copy(update={"quiet": NIGHT})
        async with office(tmp_path, clock, [one]) as at:
            await at.tell(an_alert(0, ["OEM"]), an_alert(1, ["OEM"], lane="C>D"))
            await at.tell(an_alert(2, ["OEM"], severity=Severity.CRITICAL))
            await at.until(
                lambda found: sorted(one.reason for one in found) == ["accepted", "quiet_hours", "quiet_hours"]
            )
        async with office(tmp_path, clock, [one]) as at:  # as after a restart in the night
            clock.advance_to(NOON_US)
            await at.until(all_accepted)
            assert await reason_of(at, "al_0") == "digest"
    critical, digest = told(receiver)
    assert critical["subject"] == "al_2"
    assert digest["type"] == "tierview.alerts.digest"
    assert ids(digest) == {"al_0", "al_1"}


async def test_a_group_that_was_refused_comes_again_as_it_was(tmp_path: Path) -> None:
    clock = ManualClock(now_us())
    async with Receiver("OEM", secret=SECRET, behaviour="refuses") as receiver:
        one = hook("OEM", receiver.url, group_interval_s=1)
        async with office(tmp_path, clock, [one]) as at:
            await at.tell(an_alert(0, ["OEM"]), an_alert(1, ["OEM"]))
            found = await at.until(lambda found: all(one.attempts == 1 for one in found))
            assert {one.reason for one in found} == {"status_500"}
            assert len({one.next_us for one in found}) == 1
            clock.advance_to(found[0].next_us)
            await at.until(lambda found: all(one.attempts == 2 for one in found))
    assert len(receiver.refused) == 2


@pytest.mark.parametrize("count", [1, STORM - 1])
async def test_few_alerts_go_alone(count: int, tmp_path: Path) -> None:
    async with (
        Receiver("OEM", secret=SECRET) as receiver,
        office(tmp_path, ManualClock(now_us()), [hook("OEM", receiver.url)]) as at,
    ):
        for number in range(count):
            await at.tell(an_alert(number, ["OEM"]))
        await at.until(all_accepted)
    assert len(receiver.heard) == count
