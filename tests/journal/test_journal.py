"""The journal: stored after COMMIT, once; told apart, locked, and refused when it is not ours to open."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.errors import JournalError, JournalLocked, JournalTooNew
from gateway.journal import Journal, events, open_journal, states, tape
from gateway.model import AssetKind, Chunk, EventKind, LocationEvent, Tier


def arrival(number: int) -> LocationEvent:
    return LocationEvent(
        event_id=f"e{number}",
        kind=EventKind.ARRIVED,
        asset=f"urn:a:{number}",
        asset_kind=AssetKind.PALLET,
        place="DOCK",
        tier=Tier.OEM,
        at_us=number,
        received_us=number,
        recorded_us=number,
    )


async def test_an_event_is_stored_once_and_read_back_equal(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        assert await journal.write(lambda c: events.insert(c, [arrival(1), arrival(2)])) == 2
        assert await journal.write(lambda c: events.insert(c, [arrival(2), arrival(3)])) == 1
        stored = await journal.read(lambda c: events.after(c, 0, 10))
    assert [event for _, event in stored] == [arrival(1), arrival(2), arrival(3)]
    assert [seq for seq, _ in stored] == sorted({seq for seq, _ in stored})


async def test_every_connection_is_wal_and_full(tmp_path: Path) -> None:
    def settings(connection: sqlite3.Connection) -> tuple[int, str]:
        return (
            connection.execute("PRAGMA synchronous").fetchone()[0],
            connection.execute("PRAGMA journal_mode").fetchone()[0],
        )

    async with open_journal(tmp_path) as journal:
        assert await journal.write(settings) == (2, "wal")
        assert await journal.read(settings) == (2, "wal")


async def test_a_job_that_fails_takes_nothing_with_it(tmp_path: Path) -> None:
    def fails(connection: sqlite3.Connection) -> None:
        events.insert(connection, [arrival(9)])
        raise ValueError("on purpose")

    async with open_journal(tmp_path) as journal:
        jobs = [journal.write(lambda c: events.insert(c, [arrival(1)])), journal.write(fails)]
        jobs.append(journal.write(lambda c: events.insert(c, [arrival(2)])))
        outcomes = await asyncio.gather(*jobs, return_exceptions=True)
        stored = await journal.read(lambda c: events.after(c, 0, 10))
    assert outcomes[0] == 1
    assert isinstance(outcomes[1], ValueError)
    assert outcomes[2] == 1
    assert [event.event_id for _, event in stored] == ["e1", "e2"]


async def test_a_full_disk_refuses_the_write_and_takes_the_next(tmp_path: Path) -> None:
    def limit(connection: sqlite3.Connection, pages: int) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    big = Chunk(device="d", received_us=1, data=os.urandom(4_000_000))
    async with open_journal(tmp_path) as journal:
        await journal.write(lambda c: limit(c, 200))
        with pytest.raises(JournalError, match="full"):
            await journal.write(lambda c: tape.insert(c, [big], tape.pack([big])))
        await journal.write(lambda c: limit(c, 1_000_000))
        await journal.write(lambda c: tape.insert(c, [big], tape.pack([big])))
        assert await journal.read(lambda c: list(tape.read(c))) == [big]


async def test_waiting_for_news_misses_none(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        seen = journal.commits
        waiting = asyncio.create_task(journal.beyond(seen))
        await journal.write(lambda c: states.save_cursor(c, "x", 1))
        assert await asyncio.wait_for(waiting, 5) > seen
        assert await asyncio.wait_for(journal.beyond(seen), 5) > seen


async def test_a_flipped_bit_is_never_silent(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        await journal.write(lambda c: events.insert(c, [arrival(1)]))
        await journal.write(lambda c: c.execute("UPDATE events SET body = CAST(replace(body, 'DOCK', 'DOCL') AS BLOB)"))
        with pytest.raises(JournalError, match="checksum"):
            await journal.read(lambda c: events.decode(c.execute("SELECT seq, crc, body FROM events").fetchone()))


async def test_a_changed_event_is_told_and_stops_nobody(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        await journal.write(lambda c: events.insert(c, [arrival(1), arrival(2), arrival(3)]))
        await journal.write(lambda c: c.execute("UPDATE events SET crc = crc + 1 WHERE seq = 2"))
        with capture_logs() as logs:
            sound = await journal.read(lambda c: events.after(c, 0, 10))
    assert [event.event_id for _, event in sound] == ["e1", "e3"]
    (told,) = logs
    assert told["log_level"] == "error"
    assert "event 2" in told["error"]


async def test_the_tape_keeps_order_and_is_trimmed_from_its_oldest_end(tmp_path: Path) -> None:
    chunks = [Chunk(device="d", received_us=n, data=os.urandom(1000)) for n in range(10)]

    async with open_journal(tmp_path) as journal:
        for chunk in chunks:
            await journal.write(lambda c, chunk=chunk: tape.insert(c, [chunk], tape.pack([chunk])))  # type: ignore[misc]
        assert await journal.read(lambda c: list(tape.read(c))) == chunks
        assert await journal.read(lambda c: list(tape.read(c, from_us=3, until_us=4))) == chunks[3:5]
        await journal.write(lambda c: tape.trim(c, keep_bytes=5000, oldest_us=0))
        kept = await journal.read(lambda c: list(tape.read(c)))
        assert kept == chunks[-len(kept) :]
        assert 3 <= len(kept) <= 5
        await journal.write(lambda c: tape.trim(c, keep_bytes=10**9, oldest_us=9))
        assert await journal.read(lambda c: list(tape.read(c))) == chunks[9:]


async def test_a_second_process_is_refused_by_name_until_the_first_is_gone(tmp_path: Path) -> None:
    holds = (
        "import asyncio, pathlib, sys\n"
        "from gateway.journal import open_journal\n"
        "async def main():\n"
        "    async with open_journal(pathlib.Path(sys.argv[1])):\n"
        "        print('open', flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", holds, str(tmp_path)], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "open\n"
        with pytest.raises(JournalLocked, match=str(first.pid)):
            await _open(tmp_path)
        first.send_signal(signal.SIGKILL)
    await _open(tmp_path)


async def test_a_newer_journal_is_refused_by_name(tmp_path: Path) -> None:
    await _open(tmp_path)
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(JournalTooNew, match="schema 99"):
        await _open(tmp_path)


async def _open(folder: Path) -> None:
    async with open_journal(folder) as journal:
        assert isinstance(journal, Journal)


async def test_a_commit_that_changes_nothing_is_no_news(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        await journal.write(lambda c: events.insert(c, [arrival(1)]))
        commits = await journal.beyond(0)
        await journal.write(lambda c: None)
        await journal.write(lambda c: events.insert(c, [arrival(1)]))  # known already
        assert journal.commits == commits
        await journal.write(lambda c: events.insert(c, [arrival(2)]))
        assert await journal.beyond(commits) == commits + 1
