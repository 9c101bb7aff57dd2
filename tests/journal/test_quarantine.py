"""What waits is bounded, and a source that floods the gateway pushes out only what is its own."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal import open_journal, quarantine
from gateway.journal.journal import connect
from gateway.journal.quarantine import _most_each
from gateway.model import Quarantined


def row(source: str, number: int) -> Quarantined:
    return Quarantined(
        received_us=number, source=source, stage="decode", reason="checksum", text="bad", data=str(number).encode()
    )


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[sqlite3.Connection]:
    async with open_journal(tmp_path):
        opened = connect(tmp_path / "journal.sqlite", writing=True)
        yield opened
        opened.close()


def kept(connection: sqlite3.Connection, source: str) -> list[bytes]:
    return [held.data for _, held in quarantine.waiting(connection, 1000) if held.source == source]


async def test_a_flood_pushes_out_its_own_rows_and_no_others(connection: sqlite3.Connection) -> None:
    quarantine.insert(connection, [row("quiet", number) for number in range(5)])
    quarantine.insert(connection, [row("flood", number) for number in range(100)])
    assert quarantine.trim(connection, 20) == 85
    assert len(kept(connection, "quiet")) == 5
    assert kept(connection, "flood") == [str(number).encode() for number in range(85, 100)]
    assert quarantine.trim(connection, 20) == 0


async def test_what_has_ended_goes_before_what_waits(connection: sqlite3.Connection) -> None:
    quarantine.insert(connection, [row("a", number) for number in range(10)])
    quarantine.dropped(connection, [8, 9, 10], 0, "someone")
    assert quarantine.trim(connection, 7) == 0
    assert len(kept(connection, "a")) == 7


@given(st.lists(st.integers(1, 50), min_size=1), st.integers(0, 200))
def test_each_keeps_as_much_as_fits(counts: list[int], keep: int) -> None:
    most = _most_each(counts, keep)
    left = sum(min(count, most) for count in counts)
    assert left <= keep or sum(counts) <= keep
    if sum(counts) > keep:
        assert sum(min(count, most + 1) for count in counts) > keep  # no more would fit
