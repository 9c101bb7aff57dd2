"""Findings about the data: flaws of one reason, owner, source and subject are one row with a count."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from gateway.model import Micros
from gateway.quality.flaw import MANY, Flaw, Tally, finding_id
from gateway.quality.unplanned import Arrived, family

MOST_SUBJECTS = 500  # findings of one reason, owner and source; all further subjects are counted under one
MOST_FINDINGS = 20_000  # then the longest unseen go

FindingState: TypeAlias = Literal["open", "fixed", "ignored"]

_COLUMNS = (
    "finding, reason, owner, source, subject, state, count, first_us, last_us, text, example, suggestion,"
    " state_us, state_by"
)
_WAITING = "(SELECT count(*) FROM quarantine q WHERE q.finding = f.finding AND q.state = 'waiting')"


class QualityFinding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A finding as it stands."""

    finding: str
    reason: str
    owner: str
    source: str
    subject: str
    state: FindingState
    count: int
    first_us: Micros
    last_us: Micros
    text: str
    example: str
    suggestion: str
    state_us: Micros | None
    state_by: str
    waiting: int  # records that wait in quarantine until it is mended


def note(connection: sqlite3.Connection, tallies: Iterable[Tally]) -> None:
    """Count flaws. One that was thought fixed is open again; one that is ignored stays so."""
    for tally in tallies:
        note_one(connection, tally)


def note_one(connection: sqlite3.Connection, tally: Tally) -> str:
    """Count flaws of one finding; return the finding under which they are counted."""
    flaw = tally.flaw
    found = finding_id(flaw.reason, flaw.owner, flaw.source, flaw.subject)
    if _add(connection, found, tally):
        return found
    if _is_full(connection, flaw):
        flaw = msgspec.structs.replace(flaw, subject=MANY, suggestion="")
        found = finding_id(flaw.reason, flaw.owner, flaw.source, MANY)
        if _add(connection, found, tally):
            return found
    connection.execute(
        "INSERT INTO findings (finding, reason, owner, source, subject, state, count, first_us, last_us,"
        " text, example, suggestion) VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?)",
        (
            found,
            flaw.reason,
            flaw.owner,
            flaw.source,
            flaw.subject,
            tally.count,
            tally.first_us,
            tally.last_us,
            flaw.text,
            flaw.example,
            flaw.suggestion,
        ),
    )
    return found


def _add(connection: sqlite3.Connection, found: str, tally: Tally) -> bool:
    changed = connection.execute(
        "UPDATE findings SET count = count + ?, first_us = min(first_us, ?), last_us = max(last_us, ?),"
        " state = CASE state WHEN 'fixed' THEN 'open' ELSE state END WHERE finding = ?",
        (tally.count, tally.first_us, tally.last_us, found),
    )
    return changed.rowcount == 1


def _is_full(connection: sqlite3.Connection, flaw: Flaw) -> bool:
    row = connection.execute(
        "SELECT count(*) FROM findings WHERE reason = ? AND owner = ? AND source = ?",
        (flaw.reason, flaw.owner, flaw.source),
    ).fetchone()
    return int(row[0]) >= MOST_SUBJECTS


def note_unplanned(connection: sqlite3.Connection, arrived: Iterable[Arrived]) -> None:
    """Count goods that came to a place and stand in no plan, where plans name goods of their kind at all."""
    for one in arrived:
        if not _is_planned(connection, one) and _is_ever_planned(connection, family(one.asset)):
            at_us = one.flaw.at_us
            note_one(connection, Tally(flaw=one.flaw, count=1, first_us=at_us, last_us=at_us))


def _is_planned(connection: sqlite3.Connection, one: Arrived) -> bool:
    row = connection.execute(
        "SELECT 1 FROM shipment_assets WHERE asset IN (?, ?) LIMIT 1", (one.asset, one.parent or one.asset)
    ).fetchone()
    return row is not None


def _is_ever_planned(connection: sqlite3.Connection, family: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM shipment_assets WHERE asset >= ? AND asset < ? LIMIT 1",
        (family, family[:-1] + chr(ord(":") + 1)),
    ).fetchone()
    return row is not None


def page(
    connection: sqlite3.Connection, *, owner: str | None = None, state: str = "", reason: str = "", limit: int
) -> list[QualityFinding]:
    """Findings, the last seen first; those of an owner, or all where it is None."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, {_WAITING} FROM findings f"  # noqa: S608 - constants of ours
        " WHERE (? IS NULL OR owner = ?) AND (? = '' OR state = ?) AND (? = '' OR reason = ?)"
        " ORDER BY last_us DESC, finding LIMIT ?",
        (owner, owner, state, state, reason, reason, limit),
    )
    return [_finding(row) for row in rows]


def get(connection: sqlite3.Connection, finding: str) -> QualityFinding | None:
    """One finding."""
    row = connection.execute(
        f"SELECT {_COLUMNS}, {_WAITING} FROM findings f WHERE finding = ?",  # noqa: S608 - constants of ours
        (finding,),
    ).fetchone()
    return _finding(row) if row else None


def set_state(connection: sqlite3.Connection, finding: str, state: FindingState, now_us: Micros, by: str) -> None:
    """Say that a finding is fixed, is to be ignored, or is open after all."""
    connection.execute(
        "UPDATE findings SET state = ?, state_us = ?, state_by = ? WHERE finding = ?", (state, now_us, by, finding)
    )


def settle(connection: sqlite3.Connection, findings: Iterable[str], now_us: Micros, by: str) -> None:
    """Take open findings for fixed of which nothing waits any more."""
    connection.executemany(
        "UPDATE findings SET state = 'fixed', state_us = ?, state_by = ? WHERE finding = ? AND state = 'open'"
        " AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.finding = findings.finding AND q.state = 'waiting')",
        [(now_us, by, finding) for finding in sorted(set(findings))],
    )


def trim(connection: sqlite3.Connection, keep: int = MOST_FINDINGS) -> int:
    """Keep only the last seen; return how many went."""
    return connection.execute(
        "DELETE FROM findings WHERE finding IN (SELECT finding FROM findings ORDER BY last_us DESC LIMIT -1 OFFSET ?)",
        (keep,),
    ).rowcount


def _finding(row: tuple[object, ...]) -> QualityFinding:
    return QualityFinding(**dict(zip(QualityFinding.__struct_fields__, row, strict=True)))  # type: ignore[arg-type]
