"""All MQTT devices of the gateway, through one connection to the broker.

A chunk is one message. It is acknowledged when every device that its topic means has stored it, which is
after COMMIT; what was not acknowledged comes again. While the intake is full nothing more is read, and the
broker keeps what waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Event

import structlog

from gateway.config.model import Mqtt
from gateway.model import Chunk, Clock
from gateway.sources.backoff import Absence, Backoff
from gateway.sources.inbound import Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.mqtt_session import Session
from gateway.sources.source import Counts
from gateway.sources.thread import run_in_own_thread
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
        self._session: Session | None = None
        self._stop = Event()

    async def run(self) -> None:
        """Run until cancelled, or until the intake is closed."""
        await run_in_own_thread(self.name, self._forever, self._halt)

    def _halt(self) -> None:
        self._stop.set()
        session = self._session
        if session is not None:
            session.stop()

    # --- the thread -------------------------------------------------------------------------------

    def _forever(self) -> None:
        with suppress(IntakeClosed):
            while not self._stop.is_set():
                self._session = Session(
                    mqtt=self._mqtt,
                    password=self._password,
                    topics=self._topics,
                    subscribed=self._subscribed,
                    listener=self,
                )
                if self._stop.is_set():  # it came between the two lines above
                    self._session.stop()
                self._away(*self._session.run())

    def _away(self, reason: str, text: str) -> None:
        if self._stop.is_set():
            return
        self.counts.failures += 1
        wait_s = self._backoff.next_s()
        log.info("broker away", source=self.name, reason=reason, text=text, again_in_s=round(wait_s, 1))
        self._connected.clear()
        for device in self.devices:
            self._tell_away(device, reason, text)
        self._stop.wait(wait_s)

    def heard(self, device: str) -> None:
        """Messages of the device come from now on; it begins anew if it was heard already."""
        session = self._session
        assert session is not None
        if device in self._connected:
            self._tell_away(device, "dropped", "its driver asked to begin anew")
        elif not self._connected:
            self.counts.connects += 1
            self._backoff.reset()
        self._subscribed = True
        self._connected.add(device)
        self._absences[device].over()

        def drop(why: str) -> None:
            session.drop(device)

        self._intake.put_from_thread(Connected(device=device, at_us=self._clock.now_us(), write=None, drop=drop))

    def refused(self, device: str, text: str) -> None:
        """The broker does not let us hear this device."""
        self._tell_away(device, "not_allowed", text)

    def message(self, topic: str, payload: bytes, settle: Callable[[], None] | None) -> None:
        """Hand a message to each device that it means."""
        now_us = self._clock.now_us()
        devices = self._topics.devices_of(topic)
        self.counts.chunks += 1
        self.counts.bytes += len(payload)
        if not devices:  # of a subscription that an earlier configuration made
            self.counts.unmatched += 1
            if settle is not None:
                settle()
            return
        if settle is not None and len(devices) > 1:
            settle = _last_of(len(devices), settle)
        for device in devices:
            chunk = Chunk(device=device, received_us=now_us, data=payload, topic=topic)
            self._intake.put_from_thread(Inbound(chunk, settle))

    def _tell_away(self, device: str, reason: str, text: str) -> None:
        if self._absences[device].is_news(reason):
            self._intake.put_from_thread(
                Disconnected(device=device, at_us=self._clock.now_us(), reason=reason, text=text)
            )


def _last_of(count: int, settle: Callable[[], None]) -> Callable[[], None]:
    """Call `settle` at the last of `count` calls; all calls come from the event loop."""
    missing = count

    def settle_one() -> None:
        nonlocal missing
        missing -= 1
        if missing == 0:
            settle()

    return settle_one
