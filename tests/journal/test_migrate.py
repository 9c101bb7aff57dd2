"""An old journal is brought to the newest schema as a whole, or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from gateway.journal import open_journal, quarantine, states
from gateway.journal.journal import FILE
from gateway.journal.migrate import migrate, scripts
from gateway.model import AssetKind, Tier

NEWEST = scripts()[-1][0]
ROW = (
    "INSERT INTO quarantine (received_us, source, stage, reason, text, topic, data)"
    " VALUES (7, 'd', 'resolve', 'unknown_place', 't', '', x'7b')"
)


@contextmanager
def old_journal(folder: Path, version: int) -> Iterator[sqlite3.Connection]:
    """A journal as an earlier release left it, with one row in quarantine."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        for number, text in scripts():
            if number <= version:
                connection.executescript(text)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute(ROW)
        yield connection


@pytest.mark.parametrize("version", range(1, NEWEST))
async def test_a_journal_of_every_earlier_schema_opens_with_all_that_it_held(version: int, tmp_path: Path) -> None:
    with old_journal(tmp_path, version):
        pass
    async with open_journal(tmp_path) as journal:
        waiting = await journal.read(lambda c: quarantine.waiting(c, 10))
        assert await journal.read(lambda c: c.execute("PRAGMA user_version").fetchone()[0]) == NEWEST
    assert [(number, row.received_us, row.reason, row.owner) for number, row in waiting] == [
        (1, 7, "unknown_place", "")
    ]


async def test_where_assets_stood_is_known_after_it(tmp_path: Path) -> None:
    common = '"asset_kind":"trailer","place":"A","tier":"oem","since_us":5'
    with old_journal(tmp_path, 17) as connection:
        for asset, until in (("T-1", "null"), ("T-2", "7")):
            body = f'{{"asset":"{asset}",{common},"until_us":{until}}}'.encode()
            connection.execute("INSERT INTO stays (asset, body) VALUES (?, ?)", (asset, body))
    async with open_journal(tmp_path) as journal:
        held = await journal.read(lambda c: list(states.stays(c)))
    assert [(one.asset, one.settled_us, [stay.until_us for stay in one.settled]) for one in held] == [
        ("T-1", 5, [None]),
        ("T-2", 7, [7]),
    ]
    assert {(stay.asset_kind, stay.place, stay.tier, stay.since_us) for one in held for stay in one.settled} == {
        (AssetKind.TRAILER, "A", Tier.OEM, 5)
    }


def test_a_migration_that_cannot_end_has_not_begun(tmp_path: Path) -> None:
    with old_journal(tmp_path, 1) as connection:
        connection.execute("CREATE TABLE quality_days (stands_in_the_way TEXT)")
        before = _schema(connection)
        with pytest.raises(sqlite3.OperationalError, match="quality_days already exists"):
            migrate(connection, "here")
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:  # as after a kill
        assert _schema(connection) == before
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 1
        assert connection.execute("SELECT count(*) FROM quarantine").fetchone()[0] == 1


def _schema(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
