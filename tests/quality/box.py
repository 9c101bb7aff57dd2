"""A pipeline over a real journal, with names that can be entered: what the data of a bad feed goes through."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from msgspec import json

from gateway.access import Estate
from gateway.assembly import decoder_makers, expected_devices, site_names
from gateway.clock import ManualClock
from gateway.config.model import Config
from gateway.hearing import Hearing
from gateway.journal import Journal, events, findings, names, open_journal, quarantine, states
from gateway.journal.findings import QualityFinding
from gateway.locate import Locator
from gateway.model import Chunk, LocationEvent, Micros, Quarantined, SensorEvent
from gateway.places import PlaceIndex
from gateway.plans import SiteNames
from gateway.quality.inspect import Inspector
from gateway.quality.names import Link, NameBook, NameKind
from gateway.quality.outcome import Entered
from gateway.resolve import Resolver
from gateway.sources.inbound import Inbound
from gateway.sources.intake import Intake
from gateway.walk.names_desk import NamesDesk
from gateway.walk.pipeline import Pipeline
from gateway.walk.second_try import SecondTry

SECOND, HOUR, DAY = 1_000_000, 3_600_000_000, 86_400_000_000
NOW: Micros = 1_767_268_800 * SECOND  # 2026-01-01T12:00:00Z
DEADLINE_S = 20.0

Found = TypeVar("Found")

CONFIG = Config.model_validate(
    {
        "site": {"name": "box", "operator": "OEM"},
        "mqtt": {"embedded": False},
        "parties": (
            {"code": "OEM", "name": "Elbe Motors", "tier": "oem", "gln": "9521141000014", "duns": "123456789"},
            {"code": "T1", "name": "Leine Seating", "tier": "tier1", "part_pattern": "@@-####-@"},
            {"code": "T2", "name": "Fulda Castings", "tier": "tier2"},
        ),
        "places": (
            {"code": "PLANT", "name": "Plant", "party": "OEM", "tier": "oem", "at": (52.37, 9.73)},
            {"code": "GATE-1", "name": "Gate", "party": "OEM", "tier": "oem", "kind": "gate", "inside": "PLANT"},
            {
                "code": "SUPPLIER",
                "name": "Supplier",
                "party": "T1",
                "tier": "tier1",
                "at": (51.31, 9.49),
                "codes": ("9521141000021", "DEKAS"),
            },
        ),
        "devices": (
            {
                "name": "gate",
                "driver": "json_mqtt",
                "connect": "mqtt:gates",
                "place": "SUPPLIER",
                "settings": {
                    "yields": "passage",
                    "fields": {"asset": "unit", "place": "at", "direction": "move", "time": "ts | us"},
                },
            },
            {
                "name": "cold",
                "driver": "json_mqtt",
                "connect": "mqtt:cold",
                "place": "PLANT",
                "settings": {
                    "yields": "measurement",
                    "fields": {"temperature": "temp", "time": "ts | us"},
                    "units": {"temperature": "degC"},
                },
            },
            {
                "name": "loose",
                "driver": "json_mqtt",
                "connect": "mqtt:loose",
                "settings": {"yields": "measurement", "fields": {"weight": "kg"}, "units": {"weight": "kilos"}},
            },
            {
                "name": "portal-1",
                "driver": "json_mqtt",
                "connect": "mqtt:portal/1",
                "place": "PLANT",
                "settings": {"yields": "tag_read", "fields": {"epc": "epc", "time": "ts | us"}},
            },
            {
                "name": "portal-2",
                "driver": "json_mqtt",
                "connect": "mqtt:portal/2",
                "place": "SUPPLIER",
                "settings": {"yields": "tag_read", "fields": {"epc": "epc", "time": "ts | us"}},
            },
        ),
        "assets": ({"name": "TRL-1", "owner": "T1"}, {"name": "TRL-2", "owner": "T2"}),
        "locating": {"presence": {"least_reads": 1, "least_rssi_dbm": -128.0}},
    },
    strict=False,
)


@dataclass(frozen=True, kw_only=True)
class Box:
    """What runs."""

    journal: Journal
    clock: ManualClock
    intake: Intake
    desk: NamesDesk
    site: SiteNames

    async def say(self, device: str, *messages: dict[str, object], received_us: Micros | None = None) -> None:
        """Let a device publish messages, and wait until they are stored."""
        stored = asyncio.get_running_loop().create_future()
        for number, message in enumerate(messages, start=1):
            chunk = Chunk(
                device=device,
                received_us=self.clock.now_us() if received_us is None else received_us,
                data=json.encode(message),
                topic=device,
            )
            last = number == len(messages)
            await self.intake.put(Inbound(chunk, (lambda: stored.set_result(None)) if last else None))
        await asyncio.wait_for(stored, DEADLINE_S)

    async def link(self, kind: NameKind, name: str, target: str, party: str = "") -> Entered:
        """Enter a name as the operator."""
        return await self.desk.enter(
            [
                Link(
                    number=0,
                    kind=kind,
                    name=name,
                    target=target,
                    party=party,
                    entered_us=self.clock.now_us(),
                    entered_by="OEM",
                    source="api",
                )
            ]
        )

    async def ask(self, query: Callable[[sqlite3.Connection], Found]) -> Found:
        return await self.journal.read(query)

    async def findings(self) -> dict[tuple[str, str], QualityFinding]:
        """By reason and subject."""
        found = await self.ask(lambda c: findings.page(c, limit=1000))
        assert len({(one.reason, one.subject) for one in found}) == len(found)
        return {(one.reason, one.subject): one for one in found}

    async def waiting(self) -> list[tuple[int, Quarantined]]:
        return await self.ask(lambda c: quarantine.waiting(c, 1000))

    async def happened(self) -> set[tuple[object, ...]]:
        """What was told of assets: all that must not depend on when it could first be used."""
        told = await self.ask(lambda c: [event for _, event in events.after(c, 0, 100_000)])
        return {_content(event) for event in told if isinstance(event, LocationEvent | SensorEvent)}


def _content(event: LocationEvent | SensorEvent) -> tuple[object, ...]:
    if isinstance(event, SensorEvent):
        return (event.event_id, event.asset, event.name, event.value, event.unit, event.at_us, event.received_us)
    return (event.event_id, event.asset, event.place, event.tier, event.at_us, event.received_us)


@asynccontextmanager
async def open_box(folder: Path, config: Config = CONFIG) -> AsyncIterator[Box]:
    """A pipeline that runs while the block does."""
    clock, places = ManualClock(NOW), PlaceIndex(config.places)
    async with open_journal(folder) as journal:
        intake, book = Intake(), NameBook(await journal.read(names.standing))
        site = site_names(config, places, book)
        locator = Locator(config, places)
        locator.restore(await journal.read(lambda c: list(states.assets(c))))
        pipeline = Pipeline(
            intake=intake,
            journal=journal,
            clock=clock,
            resolver=Resolver(config, places, book),
            locator=locator,
            hearing=Hearing(expected_devices(config, NOW), {}),
            decoders=decoder_makers(config),
            most_chunks=50,
            inspector=Inspector(config, places),
        )
        running = asyncio.create_task(pipeline.run())
        second_try = SecondTry(journal=journal, put=intake.put, clock=clock, estate=Estate(config), site=site)
        desk = NamesDesk(journal=journal, book=book, clock=clock, second_try=second_try)
        yield Box(journal=journal, clock=clock, intake=intake, desk=desk, site=site)
        intake.close()
        await asyncio.wait_for(running, DEADLINE_S)
