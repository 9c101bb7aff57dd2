"""Puts the gateway together and runs it: the one place that knows all parts.

sources -> intake -> pipeline -> journal -> engine -> journal -> dispatcher -> webhook, MQTT, SSE
                                    |
                                    +-> InfluxDB, the page
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import structlog
from prometheus_client import CollectorRegistry

from gateway.access import Estate, Told
from gateway.assembly import decoder_makers, expected_devices, ground_of, make_engine, site_names
from gateway.config import Config, resolve_secret
from gateway.deliver.channels import Channels
from gateway.deliver.dispatcher import Dispatcher
from gateway.deliver.emptying import Emptying
from gateway.devices import DeviceWatch
from gateway.discovery.search import Searching
from gateway.engine.follow import EngineFollower
from gateway.engine.lanes import LaneLearner
from gateway.engine.talk import Talk
from gateway.hearing import Hearing
from gateway.journal import Journal, lane_memory, open_journal, states
from gateway.journal import names as linked
from gateway.locate import Locator
from gateway.model import Clock
from gateway.outputs.build import output_followers
from gateway.outputs.watch import OutputWatch
from gateway.partners import PartnerDesk
from gateway.places import PlaceIndex
from gateway.plans import SiteNames
from gateway.quality.inspect import Inspector
from gateway.quality.names import NameBook
from gateway.resolve import Resolver
from gateway.running.device_desk import Desk
from gateway.running.floor import Floor
from gateway.running.live import Live
from gateway.running.metrics import GatewayCollector, registry
from gateway.running.plans_at_start import import_plans
from gateway.running.reload import Reloader
from gateway.running.service_manager import ServiceManager, service_manager
from gateway.running.trimmer import Trimmer
from gateway.running.watchdog import Watchdog
from gateway.sampling.build import samplers
from gateway.sources import Intake, Sources
from gateway.sources.broker import embedded_broker
from gateway.subscribing.desk import SubscriptionDesk
from gateway.walk.names_desk import NamesDesk
from gateway.walk.pipeline import Pipeline
from gateway.walk.second_try import SecondTry
from gateway.walk.statements import Statements
from gateway.web.build import build
from gateway.web.live.hub import SseHub
from gateway.web.ports import DemoOptions, Phase, Ports
from gateway.web.server import WebServer

STOP_S = 10.0  # for each of the two steps of a stop in which data is still being stored

log = structlog.get_logger("app")


class Runs(Protocol):
    """Anything that has a task of its own until it is cancelled."""

    async def run(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the caller decides besides the configuration."""

    base: Path  # relative paths in the configuration are meant from here
    clock: Clock
    demo: DemoOptions | None = None
    file: Path | None = None  # the configuration's file, where changes to its devices are to count at once


class Progress:
    """How far the gateway has come: set by its run, told by /health."""

    def __init__(self, engine: EngineFollower) -> None:
        self._engine = engine
        self.started = False
        self.stopping = False

    def phase(self) -> Phase:
        """In a word."""
        if self.stopping:
            return "stopping"
        return "ok" if self.started and self._engine.caught_up else "starting"


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The parts, put together and ready to run."""

    journal: Journal
    floor: Floor
    progress: Progress
    web: WebServer
    manager: ServiceManager
    followers: Mapping[str, Runs]  # by task name: they read the journal, and may be stopped at any time

    async def run(self, stop: asyncio.Event) -> None:
        """Run until told to stop: sources end first, so that what came in is still stored and acknowledged."""
        async with asyncio.TaskGroup() as group:
            sources = group.create_task(self.floor.sources.run(), name="sources")
            pipeline = group.create_task(self.floor.pipeline.run(), name="pipeline")
            followers = [group.create_task(part.run(), name=name) for name, part in self.followers.items()]
            web = group.create_task(self.web.run(), name="web")
            self.progress.started = True
            self.manager.tell("READY=1")
            await stop.wait()
            self.progress.stopping = True
            self.manager.tell("STOPPING=1")
            stopping = group.create_task(_cancel([sources]), name="stopping-sources")
            await asyncio.wait((stopping,), timeout=STOP_S)  # a thread of theirs may wait for room in a full intake
            self.floor.intake.close()
            await asyncio.wait((stopping, pipeline), timeout=STOP_S)
            pipeline.cancel()  # the disk is full: what it cannot store was not acknowledged
            self.web.stop()
            await web
            await _cancel(followers)


@asynccontextmanager
async def open_gateway(config: Config, options: Options) -> AsyncIterator[Gateway]:
    """Open everything that must be there before the first byte is read; close it in the opposite order.

    Raises JournalLocked, JournalTooNew, SourceError (a port that is taken) and BadInput (a secret that is not there).
    """
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(open_journal(options.base / config.journal.folder))
        if config.mqtt.embedded:
            await stack.enter_async_context(embedded_broker(urlsplit(config.mqtt.url).port or 1883))
        hub = SseHub()
        channels = Channels(config, hub, partial(resolve_secret, base_folder=options.base))
        stack.push_async_callback(channels.close)
        yield await _assemble(config, options, journal, hub, channels)


async def _assemble(config: Config, options: Options, journal: Journal, hub: SseHub, channels: Channels) -> Gateway:
    clock, estate = options.clock, Estate(config)
    source, told = f"/tierview/{config.site.name}", channels.subscriptions
    dispatcher = Dispatcher(journal, channels, clock, Told(estate), subscriptions=told, source=source)
    subscriptions = SubscriptionDesk(journal, channels, clock, dispatcher, config, source=source)
    await subscriptions.restore()  # before the engine wakes: who is told of what it missed
    partners = await _partner_desk(config, clock, journal, estate)
    floor = await _floor(config, options, journal, channels, estate)
    names = site_names(config, floor.places, floor.book, partners.index)
    await import_plans(config.shipments, options.base, journal, names.of(config.site.operator), clock.now_us())
    desk = _names_desk(floor, clock, journal, estate, names)
    await floor.sources.apply(config.devices)
    progress, devices = Progress(floor.engine), _device_desk(floor, options)
    outputs = OutputWatch(config, journal, output_followers(config, options.base, journal, estate, clock))
    ports = Ports(
        current=lambda: partners.over(floor.config),
        partners=partners,
        estate=estate,
        journal=journal,
        clock=clock,
        places=floor.places,
        live=Live(floor.locator.board, floor.book),
        hub=hub,
        metrics=_metrics(floor, outputs),
        names=names,
        desk=desk,
        devices=devices,
        watch=floor.watch,
        hearing=floor.hearing,
        say=Talk(journal, clock, told.values()).say,
        subscriptions=subscriptions,
        phase=progress.phase,
        version=version("tierview"),
        demo=options.demo,
        base=options.base,
        mailbox=floor.sources.webhook,
        explain=floor.engine.explain,
        pack=Statements(floor.intake, clock).pack,
    )
    manager, app = service_manager(), build(ports)
    return Gateway(
        journal=journal,
        floor=floor,
        progress=progress,
        web=WebServer(app, config.http, options.base, hub),
        manager=manager,
        followers={
            "engine": floor.engine,
            "dispatcher": dispatcher,
            "subscriptions": subscriptions,
            "lanes": LaneLearner(journal, clock, ground_of(config, floor.places), floor.engine.learned),
            **_taking_away(config, journal, clock, channels),
            "names": desk,
            "device-desk": devices,
            "token-use": app.state.house.used,
            **outputs.tasks(),
            **samplers(config, options.base, app.state.house),
            **_where_wanted(config, options, journal, floor, manager),
        },
    )


def _taking_away(config: Config, journal: Journal, clock: Clock, channels: Channels) -> dict[str, Runs]:
    """Followers that take away what nobody needs any more."""
    return {"trimmer": Trimmer(config, journal, clock), "emptying": Emptying(journal, channels)}


def _where_wanted(
    config: Config, options: Options, journal: Journal, floor: Floor, manager: ServiceManager
) -> dict[str, Runs]:
    """Followers that not every start has."""
    followers: dict[str, Runs] = {}
    if manager.watchdog_s is not None:
        followers["watchdog"] = _watchdog(manager, journal, floor)
    if options.file is not None:
        followers["reload"] = Reloader(options.file, config, floor.rearrange)
    return followers


async def _floor(config: Config, options: Options, journal: Journal, channels: Channels, estate: Estate) -> Floor:
    clock, places = options.clock, PlaceIndex(config.places, estate.watchers)
    book = NameBook(await journal.read(linked.standing))
    hearing = Hearing(expected_devices(config, clock.now_us()), await journal.read(states.devices))
    locator = Locator(config, places)
    locator.restore(await journal.read(lambda c: list(states.assets(c))))
    intake, watch = Intake(), DeviceWatch()
    pipeline = Pipeline(
        intake=intake,
        journal=journal,
        clock=clock,
        resolver=Resolver(config, places, book),
        locator=locator,
        hearing=hearing,
        decoders=decoder_makers(config),
        most_chunks=config.journal.batch,
        inspector=Inspector(config, places),
        watch=watch,
    )
    return Floor(
        config=config,
        clock=clock,
        places=places,
        book=book,
        estate=estate,
        intake=intake,
        hearing=hearing,
        watch=watch,
        locator=locator,
        pipeline=pipeline,
        engine=await _engine(config, journal, clock, places, hearing, pipeline, channels),
        sources=Sources(mqtt=config.mqtt, intake=intake, clock=clock, base=options.base),
    )


async def _engine(
    config: Config,
    journal: Journal,
    clock: Clock,
    places: PlaceIndex,
    hearing: Hearing,
    pipeline: Pipeline,
    channels: Channels,
) -> EngineFollower:
    told = channels.subscriptions.values()  # a view: those that are added later are told, too
    memories = await journal.read(lane_memory.memories)
    engine = make_engine(config, places, hearing, subscriptions=told, memories=memories)
    follower = EngineFollower(engine, journal, clock, pipeline.horizon_us)
    await follower.restore()
    return follower


async def _partner_desk(config: Config, clock: Clock, journal: Journal, estate: Estate) -> PartnerDesk:
    partners = PartnerDesk(journal, clock, config, estate)
    await partners.restore()
    return partners


def _names_desk(floor: Floor, clock: Clock, journal: Journal, estate: Estate, names: SiteNames) -> NamesDesk:
    second_try = SecondTry(journal=journal, put=floor.intake.put, clock=clock, estate=estate, site=names)
    return NamesDesk(journal=journal, book=names.book, clock=clock, second_try=second_try)


def _device_desk(floor: Floor, options: Options) -> Desk:
    return Desk(
        current=lambda: floor.config,
        watch=floor.watch,
        clock=floor.clock,
        base=options.base,
        searching=Searching(floor.clock),
    )


def _metrics(floor: Floor, outputs: OutputWatch) -> CollectorRegistry:
    return registry(
        GatewayCollector(
            pipeline=floor.pipeline,
            sources=floor.sources,
            intake=floor.intake,
            hearing=floor.hearing,
            watch=floor.watch,
            clock=floor.clock,
            refused=lambda: floor.locator.refused,
            rule_faults=lambda: floor.engine.rule_faults,
        ),
        outputs,
    )


def _watchdog(manager: ServiceManager, journal: Journal, floor: Floor) -> Watchdog:
    return Watchdog(
        manager=manager,
        journal=journal,
        intake=floor.intake,
        counts=floor.pipeline.counts,
        engine=floor.engine,
        now_us=floor.clock.now_us,
    )


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
