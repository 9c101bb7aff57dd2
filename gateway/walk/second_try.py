"""What waits in quarantine is tried again: after a name was entered, when somebody asks, and after a restart.

Rows of readings and messages go through the intake like live data, so that they are located and committed in
order with it, in one transaction with the word that they wait no more. Rows of plans are read and stored in one
transaction of their own. Killed at any moment, a row either waits or led to what it should have: events have
their ids from their content, so that a row that is tried twice tells nothing twice.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

import msgspec
import structlog

from gateway.access import Estate
from gateway.journal import Journal, quarantine, shipments
from gateway.model import Clock, Micros, Quarantined
from gateway.plans import PlanFault, RowFault, SiteNames
from gateway.plans.held import read_held
from gateway.quality.names import KINDS, Link, NameKind, folded
from gateway.quality.outcome import Tried
from gateway.quality.owners import API
from gateway.quality.reasons import reasons_for
from gateway.sources.inbound import Again, Arrival
from gateway.sources.intake import IntakeClosed
from gateway.web.shipments.storing import store_in

SUPERSEDED = "superseded"
TOGETHER = 500  # rows tried in one go: no more than these wait in the intake beside live data

log = structlog.get_logger("quality")


class SecondTry:
    """One at a time: two that ask at once do not try the same rows side by side."""

    def __init__(
        self,
        *,
        journal: Journal,
        put: Callable[[Arrival], Awaitable[None]],
        clock: Clock,
        estate: Estate,
        site: SiteNames,
    ) -> None:
        self._journal = journal
        self._put = put
        self._clock = clock
        self._estate = estate
        self._site = site
        self._turn = asyncio.Lock()

    async def of_finding(self, finding: str) -> Tried:
        """Try all that waits for one finding."""
        return await self._try(partial(quarantine.numbers_of, finding=finding))

    async def of_numbers(self, numbers: Sequence[int]) -> Tried:
        """Try these rows, as far as they wait."""
        return await self._try(lambda c: quarantine.still_waiting(c, sorted(set(numbers))))

    async def of_links(self, links: Sequence[Link]) -> Tried:
        """Try all that waits for one of these names."""
        return await self._try(partial(_waiting_for, links=links))

    async def resume(self) -> Tried:
        """After a start: try what waits for a name that is known now, by a link or by a new configuration."""
        return await self._try(partial(_known_now, self._site))

    async def _try(self, choose: Callable[[sqlite3.Connection], list[int]]) -> Tried:
        async with self._turn:
            numbers = await self._journal.read(choose)
            with suppress(IntakeClosed):  # what is not tried before the stop is tried after the next start
                for first in range(0, len(numbers), TOGETHER):
                    await self._try_some(numbers[first : first + TOGETHER])
            waiting = await self._journal.read(lambda c: len(quarantine.still_waiting(c, numbers)))
        if numbers:
            log.info("tried again", rows=len(numbers), still_waiting=waiting)
        return Tried(tried=len(numbers), replayed=len(numbers) - waiting)

    async def _try_some(self, numbers: Sequence[int]) -> None:
        rows = await self._journal.read(lambda c: quarantine.waiting_of(c, numbers))
        plans = [(number, row) for number, row in rows if row.stage == "import"]
        if plans:
            await self._journal.write(partial(self._import, plans, self._clock.now_us()))
        loop = asyncio.get_running_loop()
        settled: list[asyncio.Future[None]] = []
        for number, row in rows:
            if row.stage in ("resolve", "decode"):
                done: asyncio.Future[None] = loop.create_future()
                settled.append(done)
                await self._put(Again(number, row, partial(_settle, done)))
        await asyncio.gather(*settled)

    def _import(self, rows: Sequence[tuple[int, Quarantined]], now_us: Micros, connection: sqlite3.Connection) -> None:
        for number, row in rows:
            fault = self._import_one(row, now_us, connection)
            if fault is None:
                quarantine.replayed(connection, [number], now_us)
            elif fault.reason == SUPERSEDED:
                quarantine.dropped(connection, [number], now_us, "replay")
            else:
                quarantine.failed_again(connection, [(number, _with(row, fault))], now_us)

    def _import_one(self, row: Quarantined, now_us: Micros, connection: sqlite3.Connection) -> RowFault | None:
        """Read and store one row of a plan; why not, where it cannot be."""
        if not row.head:
            return _same(row)
        imported = read_held(row.head, row.data.decode(), self._site.of(row.owner), row.received_us)
        if imported.faults or not imported.shipments:
            return imported.faults[0] if imported.faults else _same(row)
        (plan,) = imported.shipments
        if shipments.changed_us(connection, plan.shipment_id) > row.received_us:
            text = f"a newer plan of {plan.shipment_id} came meanwhile"
            return RowFault(line=2, column="shipment", reason=SUPERSEDED, text=text, raw=row.data.decode())
        if not row.source.startswith(API):  # a file beside the configuration is the operator's
            shipments.save(connection, plan, now_us, row.owner)
            return None
        viewer = self._estate.viewer(row.owner)
        if viewer is None:  # the party has left the configuration
            return _same(row)
        (outcome,) = store_in(connection, self._estate, viewer, [plan], now_us)
        if isinstance(outcome, PlanFault):
            return RowFault(line=2, column=outcome.field, reason=outcome.reason, text=outcome.text, raw="")
        return None


def _settle(done: asyncio.Future[None]) -> None:
    if not done.done():  # whoever waited for it was cancelled
        done.set_result(None)


def _same(row: Quarantined) -> RowFault:
    return RowFault(
        line=2, column="", reason=row.reason, text=row.text, raw="", subject=row.subject, suggestion=row.suggestion
    )


def _with(row: Quarantined, fault: RowFault) -> Quarantined:
    text = f"{fault.column}: {fault.text}" if fault.column else fault.text
    return msgspec.structs.replace(
        row, reason=fault.reason, text=text, subject=fault.subject, suggestion=fault.suggestion
    )


def _waiting_for(connection: sqlite3.Connection, links: Sequence[Link]) -> list[int]:
    """The rows that wait for any of these names, in one look: a file may hold as many as the quarantine."""
    scopes: dict[NameKind, dict[str, set[str]]] = {}
    for link in links:
        scopes.setdefault(link.kind, {}).setdefault(folded(link.kind, link.name), set()).add(link.party)
    found: set[int] = set()
    for kind, names in scopes.items():
        for about in quarantine.waiting_about(connection, reasons_for(kind)):
            if not names.get(folded(kind, about.subject), set()).isdisjoint(("", about.owner)):
                found.add(about.number)
    return sorted(found)


def _known_now(site: SiteNames, connection: sqlite3.Connection) -> list[int]:
    return [
        about.number
        for kind in KINDS
        for about in quarantine.waiting_about(connection, reasons_for(kind))
        if about.subject and _means_something(site.of(about.owner), kind, about.subject)
    ]


def _means_something(site: SiteNames, kind: NameKind, name: str) -> bool:
    if kind == "place":
        return site.place(name) is not None
    if kind == "party":
        return bool(site.party(name))
    if kind == "unit":
        return bool(site.unit(name))
    return bool(site.book.find(kind, name, site.sender))
