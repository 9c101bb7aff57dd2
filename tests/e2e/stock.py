"""What a killed gateway's journal holds, compared with what was sent to it and acknowledged."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gateway.identity import identify
from gateway.journal import events, tape
from gateway.model import LocationEvent, Micros
from simulators.load import epc, impinj_message, passage_message, seen_us

PLACE = "PLANT"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What one producer sent, and what of it the broker acknowledged."""

    kind: str
    count: int  # of all that it made
    base_us: Micros
    sent: int
    acked: frozenset[int]

    def asset(self, number: int) -> str:
        """Whom message `number` is of."""
        return identify(epc(number)).key if self.kind == "impinj" else f"LOAD-{number}"

    def at_us(self, number: int) -> Micros:
        """When it says that it happened."""
        return seen_us(number, self.base_us)

    def payload(self, number: int) -> bytes:
        """The message."""
        if self.kind == "impinj":
            return impinj_message(number, self.count, self.base_us)
        return passage_message(number, self.count, self.base_us, PLACE)


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What was found in the journal after the last kill."""

    kills: int
    ready_s: tuple[float, ...]  # from each start to the first message stored
    acknowledged: int
    lost: tuple[str, ...]  # acknowledged, and no event of it
    off_tape: int  # acknowledged, and not on the tape
    doubled: tuple[str, ...]  # more than one event of one message
    wrong: tuple[str, ...]  # events that nobody sent, or at another time than sent
    repeated_ids: int
    redelivered: int  # on the tape more than once
    integrity: str

    @property
    def clean(self) -> bool:
        """Nothing is missing and nothing is twice."""
        bad = (*self.lost, *self.doubled, *self.wrong, *range(self.off_tape + self.repeated_ids))
        return not bad and self.integrity == "ok"


def open_journal_file(file: Path) -> sqlite3.Connection:
    """Read it from outside."""
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True)


def take_stock(file: Path, sent: list[Sent], kills: int, ready_s: Iterable[float]) -> Stock:
    """Compare the journal with what was sent."""
    with closing(open_journal_file(file)) as connection:
        integrity = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
        found = [event for _, event in events.after(connection, 0, 2**31)]
        taped = Counter(chunk.data for chunk in tape.read(connection))
    located = [event for event in found if isinstance(event, LocationEvent)]
    told = Counter(event.asset for event in located)
    at_us = {one.asset(number): one.at_us(number) for one in sent for number in range(one.sent)}
    acked = [(one, number) for one in sent for number in one.acked]
    return Stock(
        kills=kills,
        ready_s=tuple(ready_s),
        acknowledged=len(acked),
        lost=tuple(one.asset(number) for one, number in acked if one.asset(number) not in told),
        off_tape=sum(one.payload(number) not in taped for one, number in acked),
        doubled=tuple(asset for asset, count in told.items() if count > 1),
        wrong=tuple(event.asset for event in located if at_us.get(event.asset) != event.at_us),
        repeated_ids=len(found) - len({event.event_id for event in found}),
        redelivered=sum(taped.values()) - len(taped),
        integrity=integrity,
    )
