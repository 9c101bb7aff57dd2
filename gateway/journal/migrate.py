"""The schema's numbered .sql files; `user_version` says which the journal has."""

from __future__ import annotations

import sqlite3
from importlib import resources

from gateway.errors import JournalError, JournalTooNew
from gateway.journal.footing import ANOTHERS


def scripts() -> list[tuple[int, str]]:
    """The numbered scripts in order."""
    folder = resources.files("gateway.journal") / "schema"
    found = (
        (int(file.name.removesuffix(".sql")), file.read_text()) for file in folder.iterdir() if file.name[0] != "_"
    )
    return sorted(found)


def migrate(connection: sqlite3.Connection, where: str) -> int:
    """Bring the journal to the newest schema in one transaction; return its version.

    Raises JournalTooNew, and JournalError for a file that another program filled.
    """
    have = int(connection.execute("PRAGMA user_version").fetchone()[0])
    known = scripts()
    newest = known[-1][0]
    if have > newest:
        raise JournalTooNew(
            f"the journal in {where} has schema {have}, this tierview knows up to {newest}: "
            "run the newer tierview that wrote it, or give this one a folder of its own"
        )
    if have == 0 and filled(connection):
        raise JournalError(f"the journal in {where} cannot be opened: {ANOTHERS.text}: {ANOTHERS.fix}")
    if have < newest:
        steps = "\n".join(text for number, text in known if number > have)
        # executescript commits what is open and runs in autocommit: the transaction stands in the script.
        connection.executescript(f"BEGIN IMMEDIATE;\n{steps}\nPRAGMA user_version = {newest};\nCOMMIT;")
    return newest


def filled(connection: sqlite3.Connection) -> bool:
    """Whether there is any table."""
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None
