"""What an import leaves beside its shipments: rows that wait, flaws, and what counts for the sender's score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.model import Micros, Quarantined
from gateway.plans.fault import PlanFault
from gateway.plans.imported import Imported, Row, RowFault
from gateway.quality.flaw import Flaw, Tally, tallied
from gateway.quality.scores import DayCount, day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """To be stored in the transaction of the shipments."""

    rows: tuple[Quarantined, ...]  # one a line, under the first of its faults
    tallies: tuple[Tally, ...]  # further faults of such lines, and what was put right in good ones
    days: tuple[DayCount, ...]


def kept(imported: Imported, faults: Iterable[RowFault], source: str, owner: str, now_us: Micros) -> Kept:
    """Take stock of an import; `faults` are those of the file and those found when its plans were stored.

    `source` is who sent it, or the file's name; `owner` the party whose data it is.
    """
    first: dict[int, RowFault] = {}
    more = [fault for fault in faults if first.setdefault(fault.line, fault) is not fault]
    rows = tuple(_row(fault, fault.head or imported.head, source, owner, now_us) for fault in first.values())
    notes = [note for note in imported.notes if note.line not in first]
    flaws = [_flaw(fault, source, owner, now_us) for fault in (*more, *notes)]
    good = len(imported.rows) - len({row.number for row in imported.rows} & first.keys())
    return Kept(rows=rows, tallies=tuple(tallied(flaws)), days=_days(good, first, notes, owner, now_us))


def doubted(faults: Sequence[PlanFault], notes: Sequence[PlanFault], source: str, owner: str, now_us: Micros) -> Kept:
    """Take stock of one plan whose sender is told at once: nothing of it waits."""
    flaws = [_flaw(Row(number=1, raw="").fault(fault), source, owner, now_us) for fault in (*faults, *notes)]
    day = DayCount(day=day_of(now_us), party=owner, kind="plan", total=1, flawed=int(bool(flaws)))
    return Kept(rows=(), tallies=tuple(tallied(flaws)), days=(day,))


def _days(
    good: int, bad: dict[int, RowFault], notes: list[RowFault], owner: str, now_us: Micros
) -> tuple[DayCount, ...]:
    total = good + len(bad)
    if total == 0:
        return ()
    flawed = len(bad) + len({note.line for note in notes})
    return (DayCount(day=day_of(now_us), party=owner, kind="plan", total=total, flawed=flawed),)


def _row(fault: RowFault, head: str, source: str, owner: str, now_us: Micros) -> Quarantined:
    return Quarantined(
        received_us=now_us,
        source=source,
        stage="import",
        reason=fault.reason,
        text=str(fault),
        data=fault.raw.encode(),
        owner=owner,
        subject=fault.subject,
        suggestion=fault.suggestion,
        head=head,
    )


def _flaw(fault: RowFault, source: str, owner: str, now_us: Micros) -> Flaw:
    return Flaw(
        reason=fault.reason,
        owner=owner,
        source=source,
        subject=fault.subject,
        text=str(fault),
        example=fault.raw,
        suggestion=fault.suggestion,
        at_us=now_us,
    )
