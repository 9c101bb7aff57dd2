"""What parties said is heard again when the tape is played: the same alerts, shelves and promises as then."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.assembly import make_engine
from gateway.clock import ManualClock
from gateway.engine.follow import EngineFollower
from gateway.engine.talk import Talk
from gateway.hearing import Hearing
from gateway.journal import alerts, beside, open_journal, shipments
from gateway.model import Alert, Micros, Remark, Shelf
from gateway.places import PlaceIndex
from gateway.replay import recording
from gateway.replay.tape import replay
from tests.test_replay import CONFIG, HOUR, PLAN, T0

END = T0 + 20 * HOUR
SAID: tuple[tuple[float, Remark], ...] = (
    (2.5, Remark(alert_id="", party="T1", at_us=0, kind="shelved", until_us=T0 + 8 * HOUR)),
    (2.6, Remark(alert_id="", party="OEM", at_us=0, kind="comment", text="we wait")),
    (2.7, Remark(alert_id="", party="T1", at_us=0, kind="acknowledged", promised_us=T0 + 10 * HOUR)),
    (3.0, Remark(alert_id="", party="OEM", at_us=0, kind="shelved", until_us=T0 + 9 * HOUR)),
    (4.0, Remark(alert_id="", party="OEM", at_us=0, kind="unshelved")),
)


async def live(folder: Path) -> list[Alert]:
    """A shipment that is late, and what its parties say: every version of its alert as it was stored."""
    clock, places = ManualClock(T0), PlaceIndex(CONFIG.places)
    async with open_journal(folder) as journal:
        engine = make_engine(CONFIG, places, Hearing((), {}), subscriptions=())
        follower, talk = EngineFollower(engine, journal, clock, clock.now_us), Talk(journal, clock, ())
        await follower.restore()
        running = asyncio.create_task(follower.run())
        try:
            await journal.write(lambda c: shipments.save(c, PLAN.shipment, T0))
            for hours, remark in SAID:
                await _reach(follower, clock, T0 + round(hours * HOUR))
                (alert,) = await journal.read(lambda c: alerts.page(c, limit=9))
                said = {field: getattr(remark, field) for field in remark.__struct_fields__}
                await talk.say(Remark(**said | {"alert_id": alert.alert_id}))
            await _reach(follower, clock, END)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return await journal.read(lambda c: [alert for _, alert in alerts.log_after(c, 0, 99)])


async def _reach(follower: EngineFollower, clock: ManualClock, at_us: Micros) -> None:
    clock.advance_to(at_us - 1)
    await follower.settled(at_us - 1)
    clock.advance_to(at_us)
    await follower.settled(at_us)


def shelved(versions: list[Alert]) -> list[tuple[Shelf, ...]]:
    """How the shelves changed."""
    found: list[tuple[Shelf, ...]] = [()]
    for alert in versions:
        if alert.shelves != found[-1]:
            found.append(alert.shelves)
    return found


@pytest.mark.parametrize("tick_s", [1, 3600])
async def test_what_was_said_is_heard_again_in_its_place(tmp_path: Path, tick_s: int) -> None:
    then = await live(tmp_path)
    with beside.reading(tmp_path) as connection:
        plans, remarks = recording.plans(connection), recording.remarks(connection)
    outcomes = list(
        replay((), CONFIG, from_us=T0, until_us=END, plans=plans, remarks=remarks, tick_us=tick_s * 1_000_000)
    )
    again = [one for one in outcomes if isinstance(one, Alert) and one.rule == "late"]
    ours, theirs = (Shelf(party=party, until_us=T0 + hours * HOUR) for party, hours in (("OEM", 9), ("T1", 8)))
    assert [remark.kind for remark in remarks] == [remark.kind for _, remark in SAID]
    taken_off = Shelf(party="OEM", until_us=T0 + 4 * HOUR)
    assert shelved(then) == shelved(again) == [(), (theirs,), (theirs, ours), (theirs, taken_off), (theirs,), ()]
    assert {alert.alert_id for alert in again} == {alert.alert_id for alert in then}
    assert [ack.promised_us for ack in again[-1].acks] == [ack.promised_us for ack in then[-1].acks] == [T0 + 10 * HOUR]
