"""The journal from a second process, beside the gateway that owns it.

SQLite lets any number of processes read while one writes; the folder's lock is about gateways, of which there is
one. Here a command reads, or makes one short write that waits its turn behind the gateway's commits. The file's
permissions are the guard: who may read the folder may read everything in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gateway.errors import JournalError, JournalLocked, JournalTooNew
from gateway.journal.journal import FILE, connect
from gateway.journal.lock import FolderLock
from gateway.journal.migrate import migrate, scripts

_WAIT_MS = 10_000  # for the gateway's commit that is just being made


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can only read. Raises JournalError where there is no journal that can be read, and
    JournalTooNew where a newer tierview wrote it."""
    file = (folder / FILE).absolute()
    if not file.is_file():
        raise JournalError(f"there is no journal in {folder}: expected a file {FILE}")
    try:
        connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise JournalError(f"the journal in {folder} cannot be opened: {error}") from error
    with closing(connection):
        try:
            connection.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
            _same_schema(connection, folder)
            yield connection
        except sqlite3.Error as error:
            raise JournalError(f"the journal in {folder} cannot be read: {_why(error)}") from error


@contextmanager
def writing(folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection for one short write, in autocommit; the journal is made where there is none.

    Raises JournalError where it cannot be written, and JournalTooNew.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = _lock(folder)
    except OSError as error:
        raise JournalError(f"the journal in {folder} cannot be written: {error.strerror}") from error
    try:
        with closing(connect(folder / FILE, writing=True)) as connection:
            if lock is not None:
                migrate(connection, str(folder))
            _same_schema(connection, folder)
            yield connection
    except sqlite3.Error as error:
        raise JournalError(f"the journal in {folder} cannot be written: {error}") from error
    finally:
        if lock is not None:
            lock.release()


def _why(error: sqlite3.Error) -> str:
    """What SQLite says; with what to do where it may not: who reads a journal keeps its index (-shm), too."""
    forbidden = getattr(error, "sqlite_errorname", "").startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN"))
    return f"{error}: run this as the gateway's user" if forbidden else str(error)


def _lock(folder: Path) -> FolderLock | None:
    """The folder's lock, or None: then a gateway runs, and has brought the journal to its schema."""
    try:
        return FolderLock(folder)
    except JournalLocked:
        return None


def _same_schema(connection: sqlite3.Connection, folder: Path) -> None:
    have = int(connection.execute("PRAGMA user_version").fetchone()[0])
    newest = scripts()[-1][0]
    if have > newest:
        raise JournalTooNew(f"the journal in {folder} has schema {have}, this tierview knows up to {newest}")
    if have < newest:
        raise JournalError(
            f"the journal in {folder} has schema {have}: start the gateway once, to bring it to {newest}"
        )
