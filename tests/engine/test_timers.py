"""Deadlines: each key has one, the earliest comes first, and what was moved or dropped never fires."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from gateway.engine.timers import Timers

KEYS = "abcd"
SETTINGS = st.lists(st.tuples(st.sampled_from(KEYS), st.none() | st.integers(0, 20)))


def drained(timers: Timers[str], now_us: int) -> list[tuple[int, str]]:
    fired = []
    while (due := timers.pop(now_us)) is not None:
        fired.append(due)
    return fired


@given(SETTINGS, st.integers(0, 20))
def test_it_fires_what_a_plain_table_would_in_the_order_of_time(
    settings: list[tuple[str, int | None]], now_us: int
) -> None:
    timers, table = Timers[str](), dict[str, int]()
    for key, due_us in settings:
        timers.set(key, due_us)
        if due_us is None:
            table.pop(key, None)
        else:
            table[key] = due_us
    assert len(timers) == len(table)
    assert timers.next_us() == min(table.values(), default=None)
    assert drained(timers, now_us) == sorted((due_us, key) for key, due_us in table.items() if due_us <= now_us)
    assert timers.next_us() == min((due_us for due_us in table.values() if due_us > now_us), default=None)


@given(st.lists(SETTINGS, max_size=8))
def test_what_is_set_between_two_looks_fires_once(rounds: list[list[tuple[str, int | None]]]) -> None:
    timers, table, fired = Timers[str](), dict[str, int](), list[tuple[int, str]]()
    expected: list[tuple[int, str]] = []
    for now_us, settings in enumerate(rounds):
        for key, due_us in settings:
            timers.set(key, due_us)
            table.pop(key, None) if due_us is None else table.update({key: due_us})
        due = sorted((due_us, key) for key, due_us in table.items() if due_us <= now_us)
        expected += due
        for _, key in due:
            del table[key]
        fired += drained(timers, now_us)
    assert fired == expected


def test_a_deadline_moved_a_hundred_thousand_times_takes_no_memory() -> None:
    timers = Timers[str]()
    timers.set("b", 1)
    tracemalloc.start()
    for due_us in range(2, 100_000):
        timers.set("a", due_us)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 1_000_000
    assert drained(timers, 100_000) == [(1, "b"), (99_999, "a")]
