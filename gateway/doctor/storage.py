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
from gateway.journal.journal import FILE
from gateway.journal.lock import LOCK, FolderLock
from gateway.journal.migrate import scripts

GIGABYTE = 1_000_000_000
LEAST_FREE_BYTES = GIGABYTE  # beside the tape, which is bounded
OTHERS = 0o077
BUSY_MS = 5000


def check_storage(config: Config, base: Path, *, running: bool) -> Iterator[Checked]:
    """Say what is to be said of the journal's folder."""
    folder = base / config.journal.folder
    yield from _room(folder, config.journal.tape_mb * 1_000_000)
    if not folder.is_dir():
        yield ok("journal", str(folder), "is not there yet: the first start makes it")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        user = os.environ.get("USER", "the gateway's user")
        yield fault("journal", str(folder), "may not be written", f"chown {user} {folder}; chmod 700 {folder}")
        return
    if folder.stat().st_mode & OTHERS:
        text = "may be read by others: everything that was ever seen stands in it"
        yield warning("journal", str(folder), text, f"chmod 700 {folder}")
    yield from _journal(folder, running=running)


def _room(folder: Path, tape_bytes: int) -> Iterator[Checked]:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    usage = shutil.disk_usage(there)
    stands = sum(file.stat().st_size for file in folder.glob(f"{FILE}*")) if folder.is_dir() else 0
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
    uri = f"{(folder / FILE).absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            have = int(connection.execute("PRAGMA user_version").fetchone()[0])
            sound = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        yield fault("journal", str(folder), f"cannot be read: {error}", f"keep a copy of {folder}, then restore it")
        return
    if have > scripts()[-1][0]:
        text = f"has schema {have}, this tierview knows up to {scripts()[-1][0]}"
        yield fault("journal", str(folder), text, "run the tierview that wrote it, or a newer one")
    elif sound != "ok":
        yield fault(
            "journal", str(folder), f"is damaged: {sound}", f"stop the gateway, copy {folder}, restore a backup"
        )
    else:
        yield ok("journal", str(folder), f"sound, schema {have}{', in use by a gateway that runs' if running else ''}")


def is_running(folder: Path) -> bool:
    """Whether a gateway has the journal of a folder."""
    if not os.access(folder / LOCK, os.R_OK | os.W_OK):
        return False  # never started, or not by us
    try:
        FolderLock(folder).release()
    except JournalLocked:
        return True
    return False
