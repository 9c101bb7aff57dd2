"""What is past and over goes; what is open, pending, asked for or not yet at an output stays, and figures stay as they
were."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.clock import ManualClock
from gateway.config.model import Config, Influx
from gateway.config.model import Journal as Kept
from gateway.engine.alerts import ended
from gateway.journal import (
    Journal,
    alerts,
    events,
    gaps,
    names,
    open_journal,
    remarks,
    retention,
    shipments,
    states,
    stock,
)
from gateway.journal.gaps import Gap
from gateway.model import (
    Actual,
    Alert,
    Cleared,
    Delivery,
    DeliveryState,
    LocationEvent,
    Micros,
    Remark,
    SensorEvent,
    Shipment,
    StockCount,
    Tier,
    Trip,
)
from gateway.quality.names import Link
from gateway.running import trimmer as trimmer_module
from gateway.running.trimmer import DAY_US, Trimmer
from tests.deliver.desk import an_alert
from tests.web import world
from tests.web.box import open_box

NOW = 1000 * DAY_US
CONFIG = Config(journal=Kept(tape_days=1.0, alerts_days=100.0, history_days=100.0))
OLDEST = NOW - 100 * DAY_US
OLD, LATE = OLDEST - DAY_US, OLDEST + DAY_US


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trimmer_module, "MOST_ALERTS", 3)
    monkeypatch.setattr(trimmer_module, "MOST_ROWS", 4)
    monkeypatch.setattr(trimmer_module, "PAUSE_S", 0.0)


async def trim(journal: Journal, config: Config = CONFIG) -> None:
    await Trimmer(config, journal, ManualClock(NOW)).trim_past()


async def put(journal: Journal, job: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """A commit of its own."""
    return await journal.write(lambda c: job(c, *values, **named))


async def column(journal: Journal, query: str) -> list[Any]:
    return await journal.read(lambda c: [row[0] for row in c.execute(query)])


def delivery(alert_id: str, state: DeliveryState) -> Delivery:
    return Delivery(
        delivery_id=f"dl_{alert_id}",
        alert_id=alert_id,
        notice="raised",
        subscription="hook",
        party="ALPHA",
        channel="webhook",
        state=state,
    )


def over(alert: Alert, at_us: Micros, by: str = "") -> Alert:
    return msgspec.structs.replace(ended(alert, Cleared(at_us=at_us, reason="x", text="X")), superseded_by=by)


def trip(name: str, due_us: Micros = OLD - 30 * DAY_US) -> Trip:
    planned = world.plan(name, "ALPHA-PLANT", ("TRL-A",), "ALPHA", due_us=due_us)
    return Trip(shipment=planned, actuals=(Actual(stop=0), Actual(stop=1)))


def store_alert(
    connection: sqlite3.Connection,
    alert: Alert,
    *,
    sent: DeliveryState = DeliveryState.ACCEPTED,
    said_us: Micros | None = None,
    task: str = "",
    trip_open: bool | None = None,
) -> None:
    """An alert with what belongs to it; `task`: open or done."""
    alerts.save(connection, [alert], OLD)
    alerts.save_deliveries(connection, [delivery(alert.alert_id, sent)], OLD)
    if said_us is not None:
        remarks.save(
            connection, Remark(alert_id=alert.alert_id, party="ALPHA", at_us=said_us, kind="comment", text="A")
        )
    if task:
        given = remarks.save(
            connection, Remark(alert_id=alert.alert_id, party="ALPHA", at_us=OLD, kind="task", to="ZZB", text="Do")
        )
        if task == "done":
            done = Remark(alert_id=alert.alert_id, party="ZZB", at_us=OLD, kind="done", answers=given.number)
            remarks.save(connection, done)
    if trip_open is not None:
        shipments.save_trips(connection, [(trip(alert.shipment), trip_open)])


def a_movement(number: int) -> LocationEvent:
    return world.arrival(f"m{number}", f"TRL-{number}", "ALPHA-PLANT", at_us=OLD)


def a_fix(number: int) -> SensorEvent:
    return SensorEvent(
        event_id="",
        asset=f"TRL-{number}",
        name="temperature",
        value=4.0,
        unit="CEL",
        place="",
        tier=Tier.TRANSIT,
        device="cold",
        at_us=OLD,
        received_us=OLD,
        recorded_us=OLD,
    )


def cases() -> Iterator[tuple[Alert, bool, dict[str, Any]]]:
    """Every combination of what may keep an alert, and whether it is to go."""
    sent = (DeliveryState.ACCEPTED, DeliveryState.FAILED, DeliveryState.PENDING)
    every = itertools.product((None, OLD, LATE), sent, (None, OLD, LATE), ("", "done", "open"), (None, False, True))
    for number, (ended_us, state, said_us, task, trip_open) in enumerate(every):
        raised = msgspec.structs.replace(an_alert(number, ["ALPHA"]), raised_us=OLD - number, recorded_us=OLD - number)
        alert = raised if ended_us is None else over(raised, ended_us)
        goes = (
            ended_us == OLD
            and state is not DeliveryState.PENDING
            and said_us != LATE
            and task != "open"
            and trip_open is not True
        )
        yield alert, goes, {"sent": state, "said_us": said_us, "task": task, "trip_open": trip_open}


async def test_an_alert_goes_with_all_of_it_when_nothing_about_it_is_open_or_late(tmp_path: Path) -> None:
    every = list(cases())
    random.Random(7).shuffle(every)
    stay = {alert.alert_id for alert, goes, _ in every if not goes}
    assert len(every) - len(stay) >= 16
    async with open_journal(tmp_path) as journal:
        for alert, _, more in every:
            await put(journal, store_alert, alert, **more)
        before = await column(journal, "SELECT alert_id FROM remarks")
        newest = await journal.read(alerts.log_last)
        newest_delivery = await journal.read(alerts.delivery_log_last)
        await trim(journal)
        for table in ("alerts", "alert_parties", "deliveries"):
            assert set(await column(journal, f"SELECT alert_id FROM {table}")) == stay
        assert await column(journal, "SELECT alert_id FROM remarks") == [one for one in before if one in stay]
        last = every[-1][0].alert_id  # the newest row of a log stays whatever it tells of
        assert set(await column(journal, "SELECT alert_id FROM alert_log")) == stay | {last}
        assert set(await column(journal, "SELECT substr(delivery_id, 4) FROM delivery_log")) == stay | {last}
        assert await journal.read(alerts.log_last) == newest
        assert await journal.read(alerts.delivery_log_last) == newest_delivery


async def test_what_a_standing_alert_corrects_stays_beside_it(tmp_path: Path) -> None:
    right = an_alert(2, ["ALPHA"])
    async with open_journal(tmp_path) as journal:
        await journal.write(lambda c: alerts.save(c, [over(an_alert(1, ["ALPHA"]), OLD, "al_2"), right], OLD))
        await trim(journal)
        assert set(await column(journal, "SELECT alert_id FROM alerts")) == {"al_1", "al_2"}
        await journal.write(lambda c: alerts.save(c, [over(right, OLD)], OLD))
        await trim(journal)
        assert await column(journal, "SELECT alert_id FROM alerts") == []


async def test_what_an_output_has_not_taken_waits_for_it(tmp_path: Path) -> None:
    config = CONFIG.model_copy(update={"influx": (Influx(name="db", url="http://127.0.0.1:9", database="x"),)})
    lane = "influx.db.alerts"
    async with open_journal(tmp_path) as journal:
        for number in range(9):
            await put(journal, alerts.save, [over(an_alert(number, []), OLD)], OLD)
        await trim(journal, config)
        log = "SELECT seq FROM alert_log"
        assert await column(journal, log) == list(range(1, 10))
        await journal.write(lambda c: states.save_cursor(c, lane, 8))
        await journal.write(lambda c: gaps.note(c, lane, Gap(after=3, until=5)))
        await trim(journal, config)
        assert await column(journal, log) == list(range(4, 10))
        await trim(journal)  # by a configuration without that output
        assert await column(journal, log) == [9]


async def test_at_every_time_that_is_kept_the_same_count_stands(tmp_path: Path) -> None:
    dice = random.Random(11)
    times = sorted(dice.randrange(OLDEST - 50 * DAY_US, NOW) for _ in range(120))
    async with open_journal(tmp_path) as journal:
        for quantity, at_us in enumerate(times):
            count = StockCount(
                place=dice.choice(["A", "B"]), part=dice.choice("xyz"), quantity=quantity, counted_us=at_us
            )
            await put(journal, stock.enter, [count], at_us)
        await journal.write(lambda c: states.save_cursor(c, "engine.stock", 120))

        async def standing() -> list[list[StockCount]]:
            kept = [seq for seq, at_us in enumerate(times, 1) if at_us >= OLDEST]
            return [await journal.read(partial(stock.standing, until_seq=seq)) for seq in kept]

        before = await standing()
        await trim(journal)
        assert await standing() == before
        past = sum(1 for at_us in times if at_us < OLDEST)
        assert past > 20
        assert len(await column(journal, "SELECT seq FROM stock_log")) == 120 - past + 6  # that of each place and part


async def test_of_a_plan_that_is_over_the_last_version_stays_and_of_others_all(tmp_path: Path) -> None:
    def versions(name: str, due_us: Micros) -> list[Shipment]:
        planned = trip(name, due_us).shipment
        return [msgspec.structs.replace(planned, contents=text) for text in ("one", "two", "three")]

    kept = {"OVER": 1, "OPEN": 3, "LATER": 3}
    async with open_journal(tmp_path) as journal:
        for name in kept:
            for one in versions(name, LATE if name == "LATER" else OLD - 30 * DAY_US):
                await put(journal, shipments.save, one, OLD)
        await journal.write(lambda c: shipments.save_trips(c, [(trip("OPEN"), True), (trip("OVER"), False)]))
        await trim(journal)  # before the engine has met them
        assert len(await column(journal, "SELECT seq FROM shipment_log")) == 9
        await journal.write(lambda c: states.save_cursor(c, "engine.plans", 9))
        await trim(journal)
        for name, left in kept.items():
            found = await journal.read(partial(shipments.versions, shipment_id=name, before=99, limit=9))
            assert len(found) == left
            assert found[0].shipment.contents == "three"


async def test_names_go_that_were_removed_long_ago_and_no_others(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        for name, removed_us in (("standing", None), ("long ago", OLD), ("lately", LATE)):
            link = Link(
                number=0, kind="asset", name=name, target="T", party="", entered_us=1, entered_by="X", source="api"
            )
            held = await put(journal, names.enter, link)
            assert held is not None
            if removed_us is not None:
                await put(journal, names.remove, held.number, removed_us, "X")
        await trim(journal)
        assert await column(journal, "SELECT name FROM names ORDER BY number") == ["standing", "lately"]


def test_nothing_that_the_tape_may_need_goes_before_it() -> None:
    assert trimmer_module._kept_us(1.0, 30.0) == 30 * DAY_US


async def test_figures_are_the_same_before_and_after(tmp_path: Path) -> None:
    came = DAY_US + world.HOUR
    async with open_box(tmp_path) as box, box.client("OPER") as client:
        await box.fill()
        for number, age_us in enumerate(range(0, 200 * DAY_US, 20 * DAY_US)):
            due_us = world.NOW - came - age_us
            planned = world.plan(f"K-{number}", "ALPHA-PLANT", (f"TRL-{number}",), "ALPHA", due_us=due_us)
            actuals = (Actual(stop=0, departed_us=due_us - 4 * world.HOUR), Actual(stop=1, arrived_us=due_us + number))
            done = Trip(shipment=planned, actuals=actuals)
            raised = msgspec.structs.replace(an_alert(number, ["ALPHA"]), raised_us=due_us, shipment=f"K-{number}")
            await box.plan(planned)
            await put(box.journal, shipments.save_trips, [(done, False)])
            await put(box.journal, alerts.save, [over(raised, due_us)], due_us)
        kept = {"from": "2025-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}
        before = await client.get("/api/v1/kpis", params=kept)
        assert before.status_code == 200
        assert any(one["counted"] for one in before.json()["items"])
        held = len(await column(box.journal, "SELECT alert_id FROM alerts"))
        await Trimmer(CONFIG, box.journal, ManualClock(world.NOW)).trim_past()
        assert len(await column(box.journal, "SELECT alert_id FROM alerts")) < held
        after = await client.get("/api/v1/kpis", params=kept)
    assert after.json()["items"] == before.json()["items"]


async def test_a_batch_goes_on_where_the_last_was_taken_away_only_if_it_still_may(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        await journal.write(lambda c: store_alert(c, over(an_alert(1, ["ALPHA"]), OLD)))
        found = await journal.read(lambda c: retention.alerts_over(c, OLDEST, 9))
        assert found == ["al_1"]
        waiting = delivery("al_1", DeliveryState.PENDING)
        await journal.write(lambda c: alerts.save_deliveries(c, [waiting], NOW))  # replayed since
        assert await journal.write(lambda c: retention.drop_alerts(c, found, OLDEST)) == 0
        assert await column(journal, "SELECT alert_id FROM alerts") == ["al_1"]


async def test_events_go_by_what_they_are_and_none_that_somebody_has_not_read(tmp_path: Path) -> None:
    kept = CONFIG.model_copy(update={"journal": Kept(tape_days=1.0, events_days=200.0, fixes_days=100.0)})
    config = kept.model_copy(update={"influx": (Influx(name="db", url="http://127.0.0.1:9", database="x"),)})
    every = [
        msgspec.structs.replace(made(number), event_id=f"{made.__name__} {age}", recorded_us=NOW - age * DAY_US)
        for number, age in enumerate((300, 250, 150, 120, 50, 10))
        for made in (a_movement, a_fix)
    ]
    remain = "SELECT event_id FROM events ORDER BY seq"
    async with open_journal(tmp_path) as journal:
        await journal.write(lambda c: events.insert(c, every))
        await journal.write(lambda c: states.save_cursor(c, "engine.events", len(every)))
        one = Trimmer(config, journal, ManualClock(NOW))
        await one.trim_past()
        assert len(await column(journal, remain)) == len(every)
        await journal.write(lambda c: states.save_cursor(c, "influx.db.events", 3))
        await one.trim_past()
        assert await column(journal, remain) == [event.event_id for event in every[3:]]
        await journal.write(lambda c: states.save_cursor(c, "influx.db.events", len(every)))
        for _ in range(2):
            await one.trim_past()
            left = [*every[4::2], *every[9::2]]
            assert await column(journal, remain) == [event.event_id for event in every if event in left]


async def test_what_was_recorded_by_a_clock_in_the_future_hides_nothing_behind_it(tmp_path: Path) -> None:
    config = CONFIG.model_copy(update={"journal": Kept(tape_days=1.0, events_days=200.0)})
    ages = (300, -90, 300, -90, 300, 300, 300, 300, 300, 10)
    every = [
        msgspec.structs.replace(a_movement(number), event_id=str(number), recorded_us=NOW - age * DAY_US)
        for number, age in enumerate(ages)
    ]
    async with open_journal(tmp_path) as journal:
        await journal.write(lambda c: events.insert(c, every))
        await journal.write(lambda c: states.save_cursor(c, "engine.events", len(every)))
        await Trimmer(config, journal, ManualClock(NOW)).trim_past()
        assert await column(journal, "SELECT event_id FROM events ORDER BY seq") == ["1", "3", "9"]
