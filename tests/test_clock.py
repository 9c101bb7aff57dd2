"""Clocks: the machine's without its jumps, one that runs fast, and one that stands still."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from gateway.clock import SECOND_US, ManualClock, ScaledClock, SystemClock

DAY_S = 86_400
START_S = 1_800_000_000


class Machine:
    """A machine whose time of day can be set, as NTP or a person would."""

    def __init__(self) -> None:
        self._ran_s = 1000.0
        self._of_day_s = float(START_S)
        self.clock = SystemClock(of_day_ns=lambda: int(self._of_day_s * 1e9), running_ns=lambda: int(self._ran_s * 1e9))

    def run(self, seconds: float, *, drift: float = 0.0) -> float:
        """Let time pass, asking the clock as often as a gateway does; return what it shows, since the start."""
        for _ in range(int(seconds)):
            self._ran_s += 1
            self._of_day_s += 1 + drift
            self.clock.now_us()
        return self.clock.now_us() / SECOND_US - START_S

    def set(self, by_s: float) -> None:
        self._of_day_s += by_s


def test_it_shows_the_time_of_day_and_follows_its_drift() -> None:
    machine = Machine()
    assert machine.run(1000) == pytest.approx(1000)
    assert machine.run(1000, drift=0.0005) == pytest.approx(2000.5, abs=0.01)
    assert machine.run(1000, drift=-0.0005) == pytest.approx(3000, abs=0.01)


@pytest.mark.parametrize("jump_s", [DAY_S, -DAY_S, 3600, -3600])
def test_a_jump_is_told_once_and_moves_it_by_no_more_than_a_tenth(jump_s: int) -> None:
    machine = Machine()
    machine.run(10)
    machine.set(jump_s)
    with capture_logs() as logs:
        shown_s = machine.run(100)
    assert abs(shown_s - 110) <= 10 + 1
    (told,) = logs
    assert told["by_s"] == pytest.approx(jump_s, abs=1)
    machine.set(-jump_s)
    assert machine.run(200) == pytest.approx(310, abs=0.01), "a jump that is taken back is forgotten"


def test_a_small_correction_is_followed_soon_and_never_backwards() -> None:
    machine = Machine()
    machine.set(-4)
    before_s = -1.0
    for _ in range(60):
        now_s = machine.run(1)
        assert now_s > before_s
        before_s = now_s
    assert before_s == pytest.approx(56, abs=0.01)


async def test_it_sleeps_until_it_is_time() -> None:
    clock = SystemClock()
    due_us = clock.now_us() + 30_000
    async with asyncio.timeout(5):
        await clock.sleep_until(due_us)
        await clock.sleep_until(0)  # what is past does not wait
    assert clock.now_us() >= due_us - 1000


async def test_a_fast_clock_keeps_time_with_another_of_the_same_epoch() -> None:
    ours = ScaledClock(epoch_us=0, speed=1000)
    theirs = ScaledClock(epoch_us=0, speed=1000, started_ns=ours.started_ns)
    await ours.sleep_until(20 * SECOND_US)
    assert 20 * SECOND_US <= theirs.now_us() < 10_000 * SECOND_US


async def test_a_clock_that_stands_wakes_its_sleepers_in_order_and_never_goes_back() -> None:
    clock, woken = ManualClock(100), list[int]()

    async def sleeper(due_us: int) -> None:
        await clock.sleep_until(due_us)
        woken.append(due_us)

    async with asyncio.TaskGroup() as group:
        for due_us in (300, 50, 200):
            group.create_task(sleeper(due_us))
        await asyncio.sleep(0)
        clock.advance_to(200)
        clock.advance_to(150)
        assert clock.now_us() == 200
        clock.advance_to(300)
    assert woken == [50, 200, 300]
