"""Who says what crossed a door: this gateway, EdgeX's rule, and a plain rule of two zones."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from gateway.assembly import decoder_makers, expected_devices
from gateway.config.model import Config
from gateway.hearing import Hearing
from gateway.identity import identify
from gateway.locate import Locator
from gateway.model import Chunk, Event, EventKind, LocationEvent, Micros
from gateway.places import PlaceIndex
from gateway.resolve import Resolver
from gateway.sources.inbound import Arrival, Connected, Inbound, Tick
from gateway.walk.digest import Digest
from tests.evaluate.dock_site import T0, Modelled, Read, chunks

TICK_US = 1_000_000  # as the pipeline does
IN = {EventKind.ARRIVED, EventKind.MOVED, EventKind.UNLOADED}
OUT = {EventKind.LEFT, EventKind.LOADED}


class Said(msgspec.Struct, frozen=True):
    """One verdict, in the words of the score."""

    epc: str
    kind: str
    door: int
    t: float  # when it crossed
    decided: float  # when that was said


class Gateway:
    """The real path from a reader's bytes to events, in virtual time."""

    def __init__(self, config: Config) -> None:
        places = PlaceIndex(config.places)
        self.locator = Locator(config, places)
        self._digest = Digest(
            resolver=Resolver(config, places),
            locator=self.locator,
            hearing=Hearing(expected_devices(config, T0), {}),
            decoders=decoder_makers(config),
        )
        self._now_us: Micros = T0
        links = [
            Connected(device=device.name, at_us=T0, write=None, drop=lambda why: None) for device in config.devices
        ]
        self._digest.digest(links, T0)

    def take(self, chunk: Chunk) -> Iterator[Event]:
        """Let time pass until a chunk comes, then take it."""
        yield from self.pass_time(chunk.received_us)
        yield from self._meet(Inbound(chunk), chunk.received_us)

    def pass_time(self, until_us: Micros) -> Iterator[Event]:
        """Tick on every whole second."""
        while (tick_us := self._now_us - self._now_us % TICK_US + TICK_US) <= until_us:
            yield from self._meet(Tick(tick_us), tick_us)

    def _meet(self, arrival: Arrival, at_us: Micros) -> Iterator[Event]:
        self._now_us = at_us
        yield from self._digest.digest([arrival], at_us).events


def ours(modelled: Modelled, config: Config) -> Iterator[Said]:
    """What this gateway tells of doors; presence on the site is not a crossing."""
    epcs = {identify(bytes.fromhex(row.epc)).key: row.epc for row in modelled.truth()}
    gateway = Gateway(config)
    for event in _events(gateway, modelled):
        if isinstance(event, LocationEvent) and event.place.startswith("DOOR-"):
            assert event.kind in IN | OUT
            yield Said(
                epc=epcs[event.asset],
                kind="in" if event.kind in IN else "out",
                door=int(event.place.removeprefix("DOOR-")),
                t=(event.at_us - T0) / 1_000_000,
                decided=(event.recorded_us - T0) / 1_000_000,
            )


def _events(gateway: Gateway, modelled: Modelled) -> Iterator[Event]:
    last_us = T0
    for chunk in chunks(modelled.reads()):
        yield from gateway.take(chunk)
        last_us = chunk.received_us
    yield from gateway.pass_time(last_us + 30_000_000)


def first_read(modelled: Modelled) -> Iterator[Said]:
    """EdgeX: a tag has arrived where it is read first. It knows no direction."""
    seen: set[str] = set()
    for read in modelled.reads():
        if read.epc not in seen:
            seen.add(read.epc)
            yield Said(read.epc, "in", read.door, read.t, read.t)


def two_zones(modelled: Modelled) -> Iterator[Said]:
    """At the door that read it strongest: first outside and last inside is in, the other way round is out."""
    strongest: dict[str, tuple[float, int]] = {}
    for read in modelled.reads():
        strongest[read.epc] = max(strongest.get(read.epc, (-math.inf, 0)), (read.rssi_dbm, read.door))
    ends: dict[str, list[Read]] = defaultdict(list)
    for read in modelled.reads():
        if read.door == strongest[read.epc][1]:
            ends[read.epc][1:] = [read]
    for epc, reads in ends.items():
        first, last = reads[0], reads[-1]
        if first.is_outer != last.is_outer:
            yield Said(epc, "in" if first.is_outer else "out", first.door, (first.t + last.t) / 2, last.t)
