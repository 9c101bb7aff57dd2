"""A journal's copy, taken while the gateway writes, and put back: all that was committed, and nothing deleted."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.errors import JournalError, JournalLocked, JournalTooNew
from gateway.journal import open_journal, tokens
from gateway.journal.backup import back_up, restore
from gateway.journal.journal import FILE, Journal
from gateway.journal.migrate import scripts

NEWEST = scripts()[-1][0]
AT_ONCE = 50


def save(number: int) -> tuple[str, str]:
    return f"hash-{number:06}", f"P{number}"


async def write(journal: Journal, number: int) -> None:
    key, party = save(number)
    await journal.write(lambda c: tokens.save(c, hash=key, party=party, label="", created_us=number))


def held(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {row[0] for row in connection.execute("SELECT hash FROM tokens")}


async def test_a_copy_taken_while_the_gateway_writes_holds_all_that_was_committed_before(tmp_path: Path) -> None:
    async with open_journal(tmp_path / "journal") as journal:
        before = AT_ONCE
        await asyncio.gather(*(write(journal, number) for number in range(before)))
        stop = asyncio.Event()

        async def go_on() -> int:
            number = before
            while not stop.is_set():
                await write(journal, number)
                number += 1
            return number

        writing = asyncio.create_task(go_on())
        try:
            copies = [
                await asyncio.to_thread(back_up, tmp_path / "journal", tmp_path / f"copy-{number}.sqlite")
                for number in range(3)
            ]
        finally:
            stop.set()
            last = await writing
    for copy in copies:
        found = held(copy.file)
        assert found >= {save(number)[0] for number in range(before)}
        assert found == {save(number)[0] for number in range(len(found))}, "of what came later, the first without a gap"
        assert (copy.schema, copy.file.stat().st_mode & 0o777) == (NEWEST, 0o600)
        assert not list(tmp_path.glob("*.part")), "nothing half made is left"
    assert len(held(tmp_path / "journal" / FILE)) == last


async def test_it_comes_back_and_what_was_there_stands_aside(tmp_path: Path) -> None:
    folder, copy = tmp_path / "journal", tmp_path / "copy.sqlite"
    async with open_journal(folder) as journal:
        await write(journal, 1)
        back_up(folder, copy)
        await write(journal, 2)
    put = restore(copy, folder, now=lambda: 7.0)
    assert put.aside == folder / "journal.before-7.sqlite"
    assert held(put.aside) == {save(1)[0], save(2)[0]}
    async with open_journal(folder) as journal:
        await write(journal, 3)
    assert held(folder / FILE) == {save(1)[0], save(3)[0]}
    assert held(copy) == {save(1)[0]}, "the copy is still a copy"


async def test_after_a_kill_the_newest_commits_go_aside_with_their_journal(tmp_path: Path) -> None:
    """A gateway that was killed leaves its newest commits in the write-ahead log."""
    folder, killed, copy = tmp_path / "journal", tmp_path / "killed", tmp_path / "copy.sqlite"
    async with open_journal(folder) as journal:
        await write(journal, 1)
        back_up(folder, copy)
        await write(journal, 2)
        killed.mkdir()
        for file in folder.glob(f"{FILE}*"):
            (killed / file.name).write_bytes(file.read_bytes())
    assert (killed / f"{FILE}-wal").stat().st_size > 0
    put = restore(copy, killed)
    assert put.aside is not None
    assert held(put.aside) == {save(1)[0], save(2)[0]}
    assert held(killed / FILE) == {save(1)[0]}


async def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    async with open_journal(tmp_path / "journal"):
        copy = back_up(tmp_path / "journal", tmp_path / "copy.sqlite")
        with pytest.raises(JournalLocked, match="in use by process"):
            restore(copy.file, tmp_path / "journal")


async def test_an_older_copy_is_brought_up_and_a_newer_one_refused(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    async with open_journal(folder):
        copy = back_up(folder, tmp_path / "copy.sqlite")
    with closing(sqlite3.connect(copy.file)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    with pytest.raises(JournalTooNew, match=f"schema {NEWEST + 1}, this tierview knows up to {NEWEST}"):
        restore(copy.file, folder)
    assert not list(folder.glob("*before*"))


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "there is no file"), (b"", "no journal of tierview's"), (b"not a database at all" * 100, "cannot be read")],
)
def test_what_is_no_copy_changes_nothing(content: bytes | None, says: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    if content is not None:
        copy.write_bytes(content)
    with pytest.raises(JournalError, match=says):
        restore(copy, tmp_path / "journal")
    assert not (tmp_path / "journal" / FILE).exists()


async def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite"
    target.write_text("somebody's")
    async with open_journal(tmp_path / "journal"):
        with pytest.raises(JournalError, match="is there already"):
            back_up(tmp_path / "journal", target)
    with pytest.raises(JournalError, match="there is no journal"):
        back_up(tmp_path / "nowhere", tmp_path / "other.sqlite")
    assert target.read_text() == "somebody's"
