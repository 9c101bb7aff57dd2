"""Counts of stock are heard live, after restarts, and when the tape is played: as loud at the same times."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.assembly import make_engine
from gateway.clock import ManualClock
from gateway.config.alerting import Cover, Demand
from gateway.engine.engine import Engine
from gateway.engine.follow import EngineFollower
from gateway.hearing import Hearing
from gateway.journal import alerts, beside, open_journal, shipments, stock
from gateway.model import Alert, Micros, PartLine, StockCount
from gateway.places import PlaceIndex
from gateway.replay import recording
from gateway.replay.tape import replay
from tests.test_replay import CONFIG, HOUR, PLAN, T0

END = T0 + 60 * HOUR
SHIPMENT = replace(PLAN.shipment, parts=(PartLine(number="4711-A", quantity=960),))
DEMAND = Demand(place="PLANT", part="4711-A", per_hour=60)
CONFIGURED = CONFIG.model_copy(update={"cover": Cover(demand=(DEMAND,))})
COUNTS = ((1.0, 60 * 40.0), (10.0, 60 * 6.0), (12.0, 60 * 100.0), (30.0, 60 * 1.0))  # hours, what was there then


async def live(folder: Path, *, restarts: bool) -> list[Alert]:
    """A shipment that nobody sees, and counts of what waits for it: every version of its alert as it was stored."""
    clock = ManualClock(T0)
    async with open_journal(folder) as journal:
        await journal.write(lambda c: shipments.save(c, SHIPMENT, T0))
        steps: list[tuple[Micros, float | None]] = [(T0 + round(at_h * HOUR), left) for at_h, left in COUNTS]
        follower = None
        for at_us, quantity in [*steps, (END, None)]:
            if follower is None or restarts:
                follower = EngineFollower(_engine(), journal, clock, clock.now_us)
                await follower.restore()
            await _reach(follower, clock, at_us)
            if quantity is not None:
                counted = StockCount(place="PLANT", part="4711-A", quantity=quantity, counted_us=at_us)
                await journal.write(partial(stock.enter, counts=[counted], recorded_us=at_us))
                await follower.step()
        return await journal.read(lambda c: [alert for _, alert in alerts.log_after(c, 0, 999)])


def _engine() -> Engine:
    return make_engine(CONFIGURED, PlaceIndex(CONFIG.places), Hearing((), {}), subscriptions=())


async def _reach(follower: EngineFollower, clock: ManualClock, at_us: Micros) -> None:
    clock.advance_to(at_us)
    await follower.step()


def severities(versions: list[Alert]) -> list[tuple[str, float]]:
    """How loud it became, and in which hour where that was louder."""
    found: list[tuple[str, float]] = []
    for alert in versions:
        if not found or found[-1][0] != alert.severity:
            found.append((alert.severity, round((alert.recorded_us - T0) / HOUR, 1)))
    return found


@pytest.mark.parametrize("tick_s", [1, 3600])
async def test_counts_are_heard_in_their_place(tmp_path: Path, tick_s: int) -> None:
    then = await live(tmp_path / "once", restarts=False)
    restarted = await live(tmp_path / "restarted", restarts=True)
    with beside.reading(tmp_path / "once") as connection:
        plans, counts = recording.plans(connection), recording.counts(connection)
    outcomes = replay((), CONFIGURED, from_us=T0, until_us=END, plans=plans, counts=counts, tick_us=tick_s * 1_000_000)
    again = [one for one in outcomes if isinstance(one, Alert) and one.rule == "late"]
    assert len(counts) == len(COUNTS)
    assert {alert.alert_id for alert in again} == {alert.alert_id for alert in then}
    assert [severity for severity, _ in severities(then)] == ["info", "warning", "info", "critical"]
    assert severities(then) == severities(again) == severities(restarted)
