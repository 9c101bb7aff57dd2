"""Is there room for the journal, may we write it, is it sound, and does it belong to a gateway that runs?"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from gateway.config.model import Config
from gateway.doctor.remark import Checked, fault, ok, warning
from gateway.errors import JournalLocked
from gateway.journal.footing import ANOTHERS, Obstacle, obstacle, why
from gateway.journal.journal import FILE
from gateway.journal.lock import LOCK, FolderLock
from gateway.journal.migrate import filled, scripts

GIGABYTE = 1_000_000_000
LEAST_FREE_BYTES = GIGABYTE  # beside the tape, which is bounded
OTHERS = 0o077
BUSY_MS = 5000


def check_storage(config: Config, base: Path, *, running: bool) -> Iterator[Checked]:
    """Say what is to be said of the journal's folder."""
    folder = base / config.journal.folder
    yield from _room(folder, config.journal.tape_mb * 1_000_000)
    if found := obstacle(folder / FILE):
        yield fault("journal", str(folder), found.text, found.fix)
        return
    if not folder.is_dir():
        yield ok("journal", str(folder), "is not there yet: the first start makes it")
        return
    yield from _others(folder)
    yield from _journal(folder, running=running)


def _others(folder: Path) -> Iterator[Checked]:
    if folder.stat().st_mode & OTHERS:
        text = "may be read by others: everything that was ever seen stands in it"
        yield warning("journal", str(folder), text, f"chmod 700 {folder}")
    owner = folder.stat().st_uid
    if strange := [file.name for file in sorted(folder.glob(f"{FILE}*")) if file.stat().st_uid != owner]:
        text = f"belongs to another user than {', '.join(strange)} in it: one of them cannot go on"
        yield warning("journal", str(folder), text, f"as root: chown -R --reference={folder} {folder}")


def _room(folder: Path, tape_bytes: int) -> Iterator[Checked]:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if os.path.isdir(path))
    usage = shutil.disk_usage(there)
    stands = sum(file.stat().st_size for file in folder.glob(f"{FILE}*")) if os.access(folder, os.R_OK | os.X_OK) else 0
    wanted = max(0, tape_bytes - stands) + LEAST_FREE_BYTES
    free_gb, all_gb = usage.free / GIGABYTE, usage.total / GIGABYTE
    text = f"{free_gb:.1f} of {all_gb:.1f} GB are free, the journal has {stands / GIGABYTE:.2f}"
    if usage.free < wanted:
        fix = f"free {(wanted - usage.free) / GIGABYTE:.1f} GB, or lower journal.tape_mb"
        level = fault if usage.free < LEAST_FREE_BYTES // 4 else warning
        yield level("disk", str(there), f"{text}; the tape may grow by more", fix)
    else:
        yield ok("disk", str(there), text)


def _journal(folder: Path, *, running: bool) -> Iterator[Checked]:
    if not (folder / FILE).is_file():
        yield ok("journal", str(folder), "holds no journal yet: the first start makes it")
        return
    file = folder / FILE
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            found = _unusable(connection, folder)
            have = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        found = why(error, file)
    if found:
        yield fault("journal", str(folder), found.text, found.fix)
    elif have == 0:
        yield ok("journal", str(folder), f"{FILE} is empty: the first start fills it")
    else:
        yield ok("journal", str(folder), f"sound, schema {have}{', in use by a gateway that runs' if running else ''}")


def _unusable(connection: sqlite3.Connection, folder: Path) -> Obstacle | None:
    """What its schema and its pages say against going on with it."""
    have, newest = int(connection.execute("PRAGMA user_version").fetchone()[0]), scripts()[-1][0]
    if have > newest:
        text = f"has schema {have}, this tierview knows up to {newest}"
        return Obstacle(text=text, fix="run the tierview that wrote it, or a newer one")
    if have == 0 and filled(connection):
        return ANOTHERS
    sound = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if sound != "ok":
        return Obstacle(text=f"is damaged: {sound}", fix=f"stop the gateway, copy {folder}, restore a backup")
    return None


def is_running(folder: Path) -> bool:
    """Whether a gateway has the journal of a folder."""
    if not os.access(folder / LOCK, os.R_OK | os.W_OK):
        return False  # never started, or not by us
    try:
        FolderLock(folder).release()
    except JournalLocked:
        return True
    return False
