"""What parties say of alerts: stored once with what follows, heard by the engine, and only where it may be said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from gateway.clock import ManualClock
from gateway.engine import follow, talk
from gateway.engine.follow import EngineFollower
from gateway.engine.talk import Talk
from gateway.errors import BadInput, NotAllowed
from gateway.journal import Journal, alerts, open_journal, remarks, shipments
from gateway.model import Alert, Delivery, Method, Promise, Reason, Remark, Shelf, Trip
from tests.engine.scenario import at
from tests.engine.test_follow import SUBSCRIPTIONS, following, happens, plan, told


@dataclass(frozen=True)
class Room:
    """An alert that stands, and where its parties speak."""

    journal: Journal
    clock: ManualClock
    follower: EngineFollower
    talk: Talk
    alert: Alert

    def remark(self, party: str, kind: str, **more: object) -> Remark:
        said = {"alert_id": self.alert.alert_id, "party": party, "at_us": 0, "kind": kind} | more
        return msgspec.convert(said, Remark)

    async def say(self, party: str, kind: str, **more: object) -> Remark:
        said = await self.talk.say(self.remark(party, kind, **more))
        assert said is not None
        return said

    async def heard(self) -> Trip:
        """The trip once the engine has heard all that was said."""
        self.clock.advance_to(self.clock.now_us() + 1)
        await self.follower.settled(self.clock.now_us())
        found = await self.journal.read(lambda c: shipments.trip(c, "S1"))
        assert found is not None
        return found

    async def now(self) -> Alert:
        found = await self.journal.read(lambda c: alerts.get(c, self.alert.alert_id))
        assert found is not None
        return found

    async def notices(self, kind: str = "acknowledged") -> list[Delivery]:
        made = await self.journal.read(lambda c: alerts.deliveries_of(c, self.alert.alert_id))
        return [one for one in made if one.notice == kind]


@asynccontextmanager
async def room(folder: Path) -> AsyncIterator[Room]:
    """S1 should have come from A to B by 12:00; it is 12:30."""
    clock = ManualClock(at("09:00"))
    async with open_journal(folder) as journal, following(journal, clock) as follower:
        await plan(journal, clock)
        await happens(journal, clock, follower, "09:55 T1 left A")
        clock.advance_to(at("12:30"))
        await follower.settled(at("12:30"))
        (alert,) = await told(journal)
        yield Room(journal, clock, follower, Talk(journal, clock, SUBSCRIPTIONS), alert)


async def test_an_acknowledgement_is_kept_told_and_promised_to_all(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        said = await here.say(
            "OWN-A", "acknowledged", by="Kim", code="traffic", text="jam on the A2", promised_us=at("13:30")
        )
        trip = await here.heard()
        (ack,) = (await here.now()).acks
        notices = await here.notices()
        await happens(here.journal, here.clock, here.follower, "13:10 T1 arrived B")
        ended = await here.now()
    assert (ack.party, ack.code, ack.reason, ack.promised_us) == ("OWN-A", Reason.TRAFFIC, "jam on the A2", at("13:30"))
    assert trip.promises == (
        Promise(party="OWN-A", stop=1, at_us=at("13:30"), said_us=at("12:30"), alert_id=here.alert.alert_id),
    )
    assert [(estimate.method, estimate.p50_us) for estimate in trip.estimates] == [(Method.PROMISED, at("13:30"))]
    assert said.shipment == "S1"
    assert {notice.party for notice in notices} == {"OWN-A", "OWN-B"}
    assert ended.state == "resolved"
    assert ended.acks == (ack,), "what was acknowledged stays so when the alert ends"


async def test_a_later_word_of_a_party_replaces_its_earlier_one_and_no_others(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.say("OWN-A", "acknowledged", promised_us=at("13:30"))
        await here.say("OWN-B", "acknowledged", promised_us=at("15:00"))
        await here.say("OWN-A", "acknowledged", promised_us=at("14:00"))
        assert {(p.party, p.at_us) for p in (await here.heard()).promises} == {
            ("OWN-A", at("14:00")),
            ("OWN-B", at("15:00")),
        }
        await here.say("OWN-A", "acknowledged", text="we do not know any more")
        assert [p.party for p in (await here.heard()).promises] == ["OWN-B"]
        acks = (await here.now()).acks
        said = await here.journal.read(lambda c: remarks.of_alert(c, here.alert.alert_id, limit=10))
    assert [(ack.party, ack.promised_us) for ack in acks] == [("OWN-B", at("15:00")), ("OWN-A", None)]
    assert len(said) == 4, "the conversation keeps every word"


async def test_two_parties_that_acknowledge_in_the_same_instant_are_both_heard(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        async with asyncio.TaskGroup() as group:
            for party in ("OWN-A", "OWN-B"):
                group.create_task(here.say(party, "acknowledged", promised_us=at("14:00")))
        trip = await here.heard()
        assert {ack.party for ack in (await here.now()).acks} == {"OWN-A", "OWN-B"}
        assert {promise.party for promise in trip.promises} == {"OWN-A", "OWN-B"}
        notices = await here.notices()
    assert len({notice.delivery_id for notice in notices}) == len(notices) == 4


async def test_what_ended_unacknowledged_can_still_be_acknowledged(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await happens(here.journal, here.clock, here.follower, "13:10 T1 arrived B")
        await here.say("OWN-B", "acknowledged", code="customs")
        ended = await here.now()
        with pytest.raises(BadInput, match="a stop ahead"):
            await here.say("OWN-B", "acknowledged", promised_us=at("18:00"))
    assert (ended.state, [ack.code for ack in ended.acks]) == ("resolved", [Reason.CUSTOMS])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"kind": "acknowledged", "promised_us": at("12:30")}, "still to come"),
        ({"kind": "acknowledged", "promised_us": at("12:30") + 30 * talk.DAY_US + 1}, "within 30 days"),
        ({"kind": "task", "to": "OTHER"}, "a party of the alert"),
        ({"kind": "task", "to": "OWN-B", "until_us": at("12:00")}, "still to come"),
        ({"kind": "done", "answers": 99}, "a task of this alert"),
        ({"kind": "shelved", "until_us": at("12:30") + talk.DAY_US + 1}, "within 24 hours"),
        ({"kind": "shelved"}, "came none"),
    ],
)
async def test_what_cannot_be_said_says_why_and_leaves_nothing(
    tmp_path: Path, said: dict[str, object], expected: str
) -> None:
    async with room(tmp_path) as here:
        with pytest.raises(BadInput, match=expected):
            await here.say("OWN-A", **said)  # type: ignore[arg-type]
        assert await here.journal.read(remarks.log_last) == 0
        assert (await here.now()).acks == ()
        assert await here.notices() == []


async def test_others_find_no_alert_to_speak_of(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        for party, alert_id in (("OTHER", here.alert.alert_id), ("OWN-A", "al_none")):
            with pytest.raises(NotAllowed):
                await here.say(party, "comment", text="hello", alert_id=alert_id)


async def test_a_task_is_done_once_by_those_whom_it_concerns(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        task = await here.say("OWN-B", "task", text="send the papers", to="OWN-A", until_us=at("15:00"))
        other = await here.say("OWN-B", "task", text="call us", to="OWN-B")

        async def tasks(party: str) -> list[int]:
            found = await here.journal.read(lambda c: remarks.open_tasks(c, to=party, limit=10))
            return [one.number for one in found]

        assert (await tasks("OWN-A"), await tasks("OWN-B")) == ([task.number], [other.number])
        with pytest.raises(BadInput, match="a task of yours"):
            await here.say("OWN-A", "done", answers=other.number)
        async with asyncio.TaskGroup() as group:
            both = [group.create_task(_tried(here, party, task.number)) for party in ("OWN-A", "OWN-B")]
        assert sorted(one.result() for one in both) == [False, True]
        assert await tasks("OWN-A") == []


async def _tried(here: Room, party: str, task: int) -> bool:
    try:
        await here.say(party, "done", answers=task)
    except BadInput:
        return False
    return True


async def test_a_party_that_talks_without_end_silences_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "MOST_REMARKS", 6)
    async with room(tmp_path) as here:
        for number in range(3):
            await here.say("OWN-A", "comment", text=f"{number}")
        with pytest.raises(BadInput, match="at most 3"):
            await here.say("OWN-A", "comment", text="more")
        await here.say("OWN-B", "comment", text="now I")
        await here.say("OWN-A", "acknowledged")
        with pytest.raises(BadInput, match="at most 3"):
            await here.say("OWN-A", "acknowledged")


async def test_who_shelves_an_alert_hears_nothing_of_it_until_then_and_the_others_go_on_hearing(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.say("OWN-A", "shelved", until_us=at("14:00"), text="we know")
        await here.heard()
        assert (await here.now()).shelves == (Shelf(party="OWN-A", until_us=at("14:00")),)
        await here.say("OWN-B", "acknowledged")
        assert {one.party for one in await here.notices()} == {"OWN-B"}
        here.clock.advance_to(at("14:00"))
        await here.follower.settled(at("14:00"))
        assert (await here.now()).shelves == ()
        again = await here.notices("raised")
    assert sorted(one.party for one in again) == ["OWN-A", "OWN-A", "OWN-B"], "what still stands is told once more"


async def test_who_takes_an_alert_off_the_shelf_hears_of_it_at_once(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        assert await here.talk.say(here.remark("OWN-A", "unshelved")) is None
        await here.say("OWN-A", "shelved", until_us=at("14:00"))
        await here.say("OWN-A", "unshelved")
        await here.heard()
        assert (await here.now()).shelves == ()
        assert len(await here.notices("raised")) == 3
        await happens(here.journal, here.clock, here.follower, "13:10 T1 arrived B")
        with pytest.raises(BadInput, match="one that is resolved"):
            await here.say("OWN-A", "shelved", until_us=at("14:00"))


async def test_a_promise_outlives_a_restart_and_a_change_of_plan_that_keeps_its_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "CATCH_UP_S", 0.01)
    async with room(tmp_path) as here:
        await here.say("OWN-A", "acknowledged", promised_us=at("13:30"))
        held = await here.journal.read(lambda c: shipments.get(c, "S1"))
        assert held is not None
        changed = msgspec.structs.replace(held, contents="the same, said better")
        await here.journal.write(lambda c: shipments.save(c, changed, here.clock.now_us()))
    clock = ManualClock(at("12:40"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await follower.settled(at("12:40"))
        trip = await journal.read(lambda c: shipments.trip(c, "S1"))
    assert trip is not None
    assert (trip.shipment.contents, [p.at_us for p in trip.promises]) == ("the same, said better", [at("13:30")])
