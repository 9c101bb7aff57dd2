"""A box for the tests: the web application on a real socket, over a real journal."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import httpx
import uvicorn
from prometheus_client import CollectorRegistry, Counter

from gateway.access import Estate, Told, hash_token, new_token
from gateway.assembly import decoder_makers, expected_devices, site_names
from gateway.clock import ManualClock
from gateway.config import resolve_secret
from gateway.config.model import Config
from gateway.deliver.channels import Channels
from gateway.deliver.dispatcher import Dispatcher
from gateway.devices import DeviceWatch
from gateway.discovery.search import Searching
from gateway.engine.talk import Talk
from gateway.hearing import Hearing
from gateway.journal import Journal, alerts, events, open_journal, shipments, tokens
from gateway.locate import Locator
from gateway.model import Alert, Delivery, Event, Packing, Shipment
from gateway.partners import PartnerDesk
from gateway.places import PlaceIndex
from gateway.quality.inspect import Inspector
from gateway.quality.names import NameBook
from gateway.resolve import Resolver
from gateway.running.device_desk import Desk as DeviceDesk
from gateway.sources.intake import Intake
from gateway.subscribing.desk import SubscriptionDesk
from gateway.walk.names_desk import NamesDesk
from gateway.walk.pipeline import Pipeline
from gateway.walk.second_try import SecondTry
from gateway.web.build import build
from gateway.web.listening import listen
from gateway.web.live.hub import SseHub
from gateway.web.ports import DemoOptions, DockView, Mailbox, Phase, Ports, Spot, Whereabouts, no_mailbox
from tests.web import world

DEADLINE_S = 10.0


@dataclass
class Live:
    """The present, as the test sets it."""

    where_all: list[Whereabouts] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    phase: Phase = "ok"
    docks: dict[str, DockView] = field(default_factory=dict)
    packed: list[Packing] = field(default_factory=list)

    async def pack(self, packings: Sequence[Packing]) -> None:
        self.packed.extend(packings)

    def board(self) -> Iterable[Whereabouts]:
        return self.where_all

    def positions(self) -> Iterable[Spot]:
        return self.spots

    def where(self, asset: str) -> Whereabouts | None:
        return next((where for where in self.where_all if where.asset == asset), None)

    def dock(self, place: str) -> DockView:
        return self.docks.get(place, DockView())


@dataclass
class Box:
    """A running gateway's web side."""

    journal: Journal
    clock: ManualClock
    live: Live
    hub: SseHub
    url: str
    tokens: dict[str, str]
    intake: Intake
    pipeline: Pipeline
    channels: Channels
    dispatcher: Dispatcher  # which does not run
    subscriptions: SubscriptionDesk
    watch: DeviceWatch
    ports: Ports

    @asynccontextmanager
    async def client(self, party: str = "") -> AsyncIterator[httpx.AsyncClient]:
        """A client with a party's token; an empty party has none."""
        headers = {"Authorization": f"Bearer {self.tokens[party]}"} if party else {}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=DEADLINE_S) as client:
            yield client

    async def happen(self, *happened: Event) -> None:
        await self.journal.write(lambda c: events.insert(c, happened))

    async def plan(self, *planned: Shipment) -> None:
        await self.journal.write(lambda c: [shipments.save(c, one, world.NOW) for one in planned])

    async def tell(self, *told: Alert) -> None:
        await self.journal.write(lambda c: alerts.save(c, told, world.NOW))

    async def deliver(self, *made: Delivery) -> None:
        await self.journal.write(lambda c: alerts.save_deliveries(c, made, world.NOW))

    async def fill(self) -> None:
        """Let both lanes of `world` happen."""
        await self.plan(*world.SHIPMENTS)
        await self.happen(*world.EVENTS)
        await self.tell(*world.ALERTS)
        await self.deliver(*world.DELIVERIES)
        self.live.where_all.extend(world.BOARD)
        self.live.spots.extend(world.SPOTS)

    async def revoke(self, party: str) -> None:
        await self.journal.write(lambda c: tokens.revoke(c, hash_token(self.tokens[party]), world.NOW))


@asynccontextmanager
async def open_box(
    folder: Path,
    *,
    config: Config = world.CONFIG,
    demo: bool = False,
    mailbox: Callable[[str], Mailbox | None] = no_mailbox,
    searching: Searching | None = None,
) -> AsyncIterator[Box]:
    """A box with tokens for every party and nothing else in it."""
    async with open_journal(folder) as journal:
        live, hub, clock = Live(), SseHub(), ManualClock(world.NOW)
        made = {party.code: new_token() for party in config.parties}
        await journal.write(partial(_save_tokens, made))
        intake, book = Intake(), NameBook()
        channels = Channels(config, hub, partial(resolve_secret, base_folder=folder))
        dispatcher = Dispatcher(journal, channels, clock, Told(Estate(config)), subscriptions=channels.subscriptions)
        subscriptions = SubscriptionDesk(journal, channels, clock, dispatcher, config, source="/tierview/test-box")
        await subscriptions.restore()
        searching = searching or Searching(clock)
        ports = replace(
            _ports(journal, config, clock, live, hub, intake, book, subscriptions, searching, folder, demo=demo),
            mailbox=mailbox,
        )
        pipeline = _pipeline(ports, intake, book)
        running = asyncio.create_task(pipeline.run())
        devices = ports.devices
        assert isinstance(devices, DeviceDesk)
        searches = asyncio.create_task(devices.run())
        async with _serving(ports) as url:
            yield Box(
                journal=journal,
                clock=clock,
                live=live,
                hub=hub,
                url=url,
                tokens=made,
                intake=intake,
                pipeline=pipeline,
                channels=channels,
                dispatcher=dispatcher,
                subscriptions=subscriptions,
                watch=ports.watch,
                ports=ports,
            )
        searches.cancel()
        await channels.close()
        intake.close()
        await asyncio.wait_for(running, DEADLINE_S)


def _pipeline(ports: Ports, intake: Intake, book: NameBook) -> Pipeline:
    config, places = ports.config, ports.places
    return Pipeline(
        intake=intake,
        journal=ports.journal,
        clock=ports.clock,
        resolver=Resolver(config, places, book),
        locator=Locator(config, places),
        hearing=ports.hearing,
        decoders=decoder_makers(config),
        most_chunks=100,
        inspector=Inspector(config, places),
        watch=ports.watch,
    )


def _save_tokens(made: dict[str, str], connection: sqlite3.Connection) -> None:
    for party, token in made.items():
        tokens.save(connection, hash=hash_token(token), party=party, label="test", created_us=world.NOW)


def _ports(
    journal: Journal,
    config: Config,
    clock: ManualClock,
    live: Live,
    hub: SseHub,
    intake: Intake,
    book: NameBook,
    subscriptions: SubscriptionDesk,
    searching: Searching,
    base: Path,
    *,
    demo: bool,
) -> Ports:
    metrics = CollectorRegistry()
    Counter("tierview_test", "Something to count.", registry=metrics).inc()
    places = PlaceIndex(config.places)

    estate = Estate(config)
    partners = PartnerDesk(journal, clock, config, estate)
    site = site_names(config, places, book, partners.index)
    second_try = SecondTry(journal=journal, put=intake.put, clock=clock, estate=estate, site=site)
    watch, hearing = DeviceWatch(), Hearing(expected_devices(config, world.NOW), {})
    return Ports(
        devices=DeviceDesk(current=lambda: config, watch=watch, clock=clock, base=base, searching=searching),
        watch=watch,
        hearing=hearing,
        current=lambda: partners.over(config),
        estate=estate,
        partners=partners,
        journal=journal,
        clock=clock,
        places=places,
        live=live,
        hub=hub,
        metrics=metrics,
        names=site,
        desk=NamesDesk(journal=journal, book=book, clock=clock, second_try=second_try),
        say=Talk(journal, clock, ()).say,
        subscriptions=subscriptions,
        phase=lambda: live.phase,
        version="0.0.test",
        demo=DemoOptions(speed=120.0) if demo else None,
        pack=live.pack,
        base=base,
    )


@asynccontextmanager
async def _serving(ports: Ports) -> AsyncIterator[str]:
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(build(ports), log_level="warning", lifespan="off", ws="none", access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ports.hub.close()
        server.should_exit = True
        await asyncio.wait_for(serving, DEADLINE_S)


async def until(met: Callable[[], bool]) -> None:
    """Wait for a condition, at most DEADLINE_S."""
    async with asyncio.timeout(DEADLINE_S):
        while not met():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)
