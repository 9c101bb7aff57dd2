"""All MQTT devices of the gateway, through one connection to the broker.

A chunk is one message. It is acknowledged when every device that its topic means has stored it, which is
after COMMIT; what was not acknowledged comes again. While the intake is full nothing more is read, and the
broker keeps what waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

import structlog

from gateway.config.model import Mqtt
from gateway.model import Chunk, Clock
from gateway.sources.backoff import Absence, Backoff
from gateway.sources.inbound import Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.mqtt_packets import Message
from gateway.sources.mqtt_session import Session
from gateway.sources.source import Counts
from gateway.sources.topics import Topics

MOST_S = 4.0  # longest wait between attempts: back within 5 s of the broker's return (FAULTS F5)

log = structlog.get_logger("source")


class MqttSource:
    """Connects, subscribes, reads and backs off, for all devices of the broker."""

    def __init__(
        self, *, mqtt: Mqtt, password: str | None, filters: Mapping[str, str], intake: Intake, clock: Clock
    ) -> None:
        """`filters`: device name -> topic filter."""
        self.name = f"mqtt:{mqtt.url.partition('://')[2]}"
        self.devices = tuple(filters)
        self.counts = Counts()
        self._mqtt = mqtt
        self._password = password
        self._topics = Topics(filters)
        self._intake = intake
        self._clock = clock
        self._backoff = Backoff(first_s=0.5, most_s=MOST_S)
        self._absences = {device: Absence() for device in filters}
        self._connected: set[str] = set()
        self._subscribed = False

    async def run(self) -> None:
        """Run until cancelled, or until the intake is closed."""
        with suppress(IntakeClosed):
            while True:
                session = Session(
                    mqtt=self._mqtt,
                    password=self._password,
                    topics=self._topics,
                    subscribed=self._subscribed,
                    listener=self,
                )
                await self._away(*await session.run())

    async def _away(self, reason: str, text: str) -> None:
        self.counts.failures += 1
        wait_s = self._backoff.next_s()
        log.info("broker away", source=self.name, reason=reason, text=text, again_in_s=round(wait_s, 1))
        self._connected.clear()
        for device in self.devices:
            self._tell_away(device, reason, text)
        await asyncio.sleep(wait_s)

    def heard(self, device: str) -> None:
        """Messages of the device come from now on."""
        if not self._connected:
            self.counts.connects += 1
            self._backoff.reset()
        self._subscribed = True
        self._connected.add(device)
        self._absences[device].over()
        drop = partial(self._begin_anew, device)
        self._intake.tell(Connected(device=device, at_us=self._clock.now_us(), write=None, drop=drop))

    def refused(self, device: str, text: str) -> None:
        """The broker does not let us hear this device."""
        self._tell_away(device, "not_allowed", text)

    async def messages(self, messages: Sequence[Message], acknowledge: Callable[[int], None]) -> None:
        """Hand messages to each device that they mean."""
        now_us = self._clock.now_us()
        inbound: list[Inbound] = []
        for message in messages:
            self.counts.chunks += 1
            self.counts.bytes += len(message.payload)
            settle: Callable[[], None] | None = partial(acknowledge, message.number) if message.number else None
            devices = self._topics.devices_of(message.topic)
            if not devices:  # of a subscription that an earlier configuration made
                self.counts.unmatched += 1
                if settle is not None:
                    settle()
            elif len(devices) > 1 and settle is not None:
                settle = _last_of(len(devices), settle)
            for device in devices:
                chunk = Chunk(device=device, received_us=now_us, data=message.payload, topic=message.topic)
                inbound.append(Inbound(chunk, settle))
        await self._intake.put(*inbound)

    def _begin_anew(self, device: str, why: str) -> None:
        """The device's driver asks for a new connection: the others keep theirs."""
        with suppress(IntakeClosed):
            if device in self._connected:
                self._tell_away(device, "dropped", "its driver asked to begin anew")
                self.heard(device)

    def _tell_away(self, device: str, reason: str, text: str) -> None:
        if self._absences[device].is_news(reason):
            self._intake.tell(Disconnected(device=device, at_us=self._clock.now_us(), reason=reason, text=text))


def _last_of(count: int, settle: Callable[[], None]) -> Callable[[], None]:
    """Call `settle` at the last of `count` calls; all calls come from the event loop."""
    missing = count

    def settle_one() -> None:
        nonlocal missing
        missing -= 1
        if missing == 0:
            settle()

    return settle_one
