"""Connects to a device for a while and tallies what it says. Nothing is stored, nobody else is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

from gateway.assembly import guarded
from gateway.config import Config
from gateway.config.address import WebhookAddress, parse_address
from gateway.config.model import Device
from gateway.devices.asked import Saying
from gateway.errors import BadInput
from gateway.model import Clock, Decoder, Micros, Send
from gateway.sources import Arrival, Connected, Disconnected, Inbound, Intake, Sources
from gateway.trial.diagnosis import awaited, diagnose
from gateway.trial.tally import Tally

MOST = 1000  # arrivals in one turn
TURN_S = 0.25


class Trial:
    """One device, from its first attempt to connect until the caller has seen enough."""

    def __init__(self, device: Device, clock: Clock) -> None:
        self.tally = Tally()
        self.away: tuple[str, str] | None = None  # why it cannot be heard now: a stable word, a sentence
        self.connects = 0
        self.device = device
        self.clock = clock
        self._make = guarded(device)
        self._decoders: dict[str, Decoder] = {}  # by peer
        self._links: dict[str, Connected] = {}

    async def run(self, sources: Sources, intake: Intake, seconds: float) -> AsyncGenerator[float, None]:
        """Yield the seconds left, about four times a second, until none are or the caller stops."""
        ends = asyncio.get_running_loop().time() + seconds
        running = asyncio.create_task(sources.run(), name="trial-sources")
        ticked_us = self.clock.now_us()
        try:
            while (left := ends - asyncio.get_running_loop().time()) > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(TURN_S, left)):
                        for arrival in await intake.take(MOST):
                            self._take(arrival)
                if self.clock.now_us() - ticked_us >= 1_000_000:
                    ticked_us = self.clock.now_us()
                    self._tick(ticked_us)
                if running.done():
                    await running
                yield left
        finally:
            intake.close()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def now_us(self) -> Micros:
        """The trial's time."""
        return self.clock.now_us()

    def says(self) -> list[Saying]:
        """What is to be said of the device by now."""
        address = parse_address(self.device.connect)
        away = self.away if self.away or self.connects else awaited(address)
        return diagnose(self.tally, address, away)

    def _take(self, arrival: Arrival) -> None:
        if isinstance(arrival, Connected):
            self.away = None
            self.connects += 1
            self._links[arrival.peer] = arrival
            decoder = self._decoders[arrival.peer] = self._make()
            self._send(arrival.peer, self.tally.feed(decoder.start(arrival.at_us), arrival.at_us))
        elif isinstance(arrival, Disconnected):
            self._links.pop(arrival.peer, None)
            self.away = (arrival.reason, arrival.text)
        elif isinstance(arrival, Inbound):
            self._chunk(arrival)

    def _chunk(self, inbound: Inbound) -> None:
        """Tally one; the broker's session is the trial's own, so that acknowledging takes nothing from the gateway."""
        chunk = inbound.chunk
        if inbound.settle is not None:
            inbound.settle()
        decoder = self._decoders.get(chunk.peer) or self._decoders.setdefault(chunk.peer, self._make())
        outputs = decoder.feed(chunk.data, chunk.received_us, chunk.topic)
        self._send(chunk.peer, self.tally.feed(outputs, chunk.received_us, len(chunk.data)))

    def _tick(self, now_us: int) -> None:
        for peer in list(self._links):
            self._send(peer, self.tally.feed(self._decoders[peer].tick(now_us), now_us))

    def _send(self, peer: str, sends: list[Send]) -> None:
        """Write what keeps the device talking; acknowledging data is left to the gateway, which stores it."""
        link = self._links.get(peer)
        for send in sends:
            if link is not None and link.write is not None and not send.when_safe:
                link.write(send)


@asynccontextmanager
async def open_trial(
    trial: Trial, config: Config, base: Path, seconds: float
) -> AsyncIterator[AsyncGenerator[float, None]]:
    """The turns of a trial: seconds left, about four times a second. Leaving the block ends the trial.

    Raises BadInput for a device that posts to the gateway: only a running gateway hears those.
    """
    device = trial.device
    if isinstance(parse_address(device.connect), WebhookAddress):
        raise BadInput(
            f"{device.name} posts to the gateway: run it, and look at the page's devices", reason="posts_to_the_gateway"
        )
    intake = Intake()
    # Nameless: under the gateway's name the broker would end its connection. And no host of Sparkplug nodes.
    mqtt = config.mqtt.model_copy(update={"client_id": "", "sparkplug_host": None})
    sources = Sources(mqtt=mqtt, intake=intake, clock=trial.clock, base=base)
    await sources.apply([device])
    async with aclosing(trial.run(sources, intake, seconds)) as turns:
        yield turns
