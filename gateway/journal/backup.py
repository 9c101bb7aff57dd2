"""A journal's copy for the drawer, taken beside a gateway that runs, and put back while none does.

SQLite's own backup reads in one transaction: the copy is the journal as it was at one commit, writers go on
meanwhile, and what is newer waits in the write-ahead log until the copy is made. A plain `cp` of a journal that is
in use is not a copy: it misses the log, or meets a page half written.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import JournalError, JournalTooNew
from gateway.journal.journal import FILE
from gateway.journal.lock import FolderLock
from gateway.journal.migrate import scripts

MODE = 0o600  # hashes of tokens and what partners said are in it
LOGS = ("-wal", "-shm")


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy that was made or put back."""

    file: Path
    schema: int
    size: int  # bytes
    aside: Path | None = None  # where the journal went that was there before


def back_up(folder: Path, target: Path) -> Copy:
    """Copy the journal of a folder into a new file. Raises JournalError; then there is no file.

    Written beside the target, checked, synced and only then renamed: a file of that name is a whole copy.
    """
    source = folder / FILE
    if not source.is_file():
        raise JournalError(f"there is no journal in {folder}: expected a file {FILE}")
    if target.exists():
        raise JournalError(f"{target} is there already: expected the name of a new file")
    part = target.with_name(f".{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
        with closing(_read_only(source)) as held, closing(sqlite3.connect(part, isolation_level=None)) as copy:
            held.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, complete by itself
            schema = _sound(copy, part)
        _sync(part)
        part.rename(target)
        _sync(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise JournalError(f"the journal in {folder} cannot be copied to {target}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return Copy(file=target, schema=schema, size=target.stat().st_size)


def restore(copy: Path, folder: Path, now: Callable[[], float] = time.time) -> Copy:
    """Put a copy in a folder; the journal that is there is moved aside, with all that it holds.

    Raises JournalLocked while a gateway uses the folder, JournalTooNew where a newer tierview made the copy.
    """
    if not copy.is_file():
        raise JournalError(f"there is no file {copy}: expected a copy that `tierview journal backup` made")
    newest = scripts()[-1][0]
    try:
        with closing(_read_only(copy)) as held:
            schema = _sound(held, copy)
    except sqlite3.Error as error:
        raise JournalError(f"{copy} cannot be read as a journal: {error}") from error
    if schema > newest:
        raise JournalTooNew(f"the copy {copy} has schema {schema}, this tierview knows up to {newest}")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FolderLock(folder)
    try:
        return _put(copy, folder, schema, int(now()))
    except (sqlite3.Error, OSError) as error:
        raise JournalError(f"{copy} cannot be put into {folder}: {error}") from error
    finally:
        lock.release()


def _put(copy: Path, folder: Path, schema: int, stamp: int) -> Copy:
    """The copy lies whole beside the journal before that is moved: a kill in between loses neither."""
    file, fresh = folder / FILE, folder / f".{FILE}.new"
    fresh.unlink(missing_ok=True)
    with closing(_read_only(copy)) as held, closing(sqlite3.connect(fresh, isolation_level=None)) as new:
        held.backup(new)
    fresh.chmod(MODE)
    _sync(fresh)
    aside = _move_aside(file, stamp)
    fresh.rename(file)
    _sync(folder)
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(file, owner.st_uid, owner.st_gid)  # put back with sudo, it is still the gateway's
    return Copy(file=file, schema=schema, size=file.stat().st_size, aside=aside)


def _move_aside(file: Path, stamp: int) -> Path | None:
    if not file.exists():
        return None
    aside = file.with_name(f"{file.stem}.before-{stamp}{file.suffix}")
    for log in LOGS:  # the log goes first with its journal's new name: without it the newest commits would be missing
        beside = file.with_name(file.name + log)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + log))
    file.rename(aside)
    return aside


def _sound(connection: sqlite3.Connection, file: Path) -> int:
    """The schema's number. Raises JournalError where pages are damaged or it is no journal."""
    said = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
    if said != ["ok"]:
        raise JournalError(f"{file} is damaged: {'; '.join(said)}")
    schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if schema == 0:
        raise JournalError(f"{file} is no journal of tierview's: it has no schema")
    return schema


def _read_only(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.execute("PRAGMA busy_timeout = 10000")
    return connection


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
