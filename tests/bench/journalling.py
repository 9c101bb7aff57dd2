"""Events stored: by the journal, and by bare SQLite with the same settings, tables and rows, encoded beforehand."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from gateway.event_id import event_id
from gateway.journal import events, open_journal
from gateway.journal.journal import FILE
from gateway.model import AssetKind, EventKind, LocationEvent, Tier
from tests.bench.contest import Contender, Contest, Measured, Role
from tests.bench.size import Size
from tests.bench.tags import BASE_US

BATCH = 1_000
SQL = "INSERT INTO events (event_id, type, asset, place, at_us, recorded_us, crc, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

Batches = Sequence[Sequence[LocationEvent]]


def contest(size: Size) -> Contest:
    """A thousand rows to a commit, each commit awaited."""
    made = [_event(number) for number in range(size.rows)]
    batches = [made[at : at + BATCH] for at in range(0, len(made), BATCH)]
    return Contest(
        name="journal",
        title=f"events journalled, FULL, {BATCH} a commit",
        unit="rows",
        contenders=[
            Contender(name="tierview journal", role=Role.OURS, measure=partial(_ours, batches)),
            Contender(name="sqlite3 executemany", role=Role.FLOOR, measure=partial(_least, batches)),
        ],
        clock=time.perf_counter,
    )


def _event(number: int) -> LocationEvent:
    asset, at_us = f"urn:epc:id:sgtin:9521141.000042.{number}", BASE_US + number
    return LocationEvent(
        event_id=event_id(EventKind.ARRIVED, asset, "PLANT", at_us, "reader"),
        kind=EventKind.ARRIVED,
        asset=asset,
        asset_kind=AssetKind.PART,
        place="PLANT",
        tier=Tier.OEM,
        device="reader",
        at_us=at_us,
        device_us=at_us,
        received_us=at_us,
        recorded_us=at_us,
    )


def _ours(batches: Batches) -> Measured:
    with TemporaryDirectory(prefix="tierview-bench-") as folder:
        return asyncio.run(_write(Path(folder), batches))


async def _write(folder: Path, batches: Batches) -> Measured:
    async with open_journal(folder) as journal:
        began, began_cpu = time.perf_counter(), time.process_time()
        for batch in batches:
            await journal.write(partial(events.insert, events=batch))
        seconds, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
        stored = sum((await journal.read(events.counts_by_type)).values())
    return _measured(batches, stored, seconds, cpu_s)


def _least(batches: Batches) -> Measured:
    encoded = [[_row(event) for event in batch] for batch in batches]
    with TemporaryDirectory(prefix="tierview-bench-") as folder:
        asyncio.run(_make_tables(Path(folder)))
        with closing(sqlite3.connect(Path(folder) / FILE, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_autocheckpoint = 16384")
            began, began_cpu = time.perf_counter(), time.process_time()
            for rows in encoded:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(SQL, rows)
                connection.execute("COMMIT")
            seconds, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
            (stored,) = connection.execute("SELECT count(*) FROM events").fetchone()
    return _measured(batches, stored, seconds, cpu_s)


async def _make_tables(folder: Path) -> None:
    async with open_journal(folder):
        pass


def _row(event: LocationEvent) -> tuple[str, str, str, str, int, int, int, bytes]:
    body = msgspec.json.encode(event)
    return event.event_id, "location", event.asset, event.place, event.at_us, event.recorded_us, 0, body


def _measured(batches: Batches, stored: int, seconds: float, cpu_s: float) -> Measured:
    return Measured(units=stored, seconds=seconds, cpu_s=cpu_s, missing=sum(map(len, batches)) - stored)
