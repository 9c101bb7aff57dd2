"""All MQTT devices of the gateway, through one connection to the broker.

A chunk is one message. It is acknowledged when every device that its topic means has stored it, which is
after COMMIT; what was not acknowledged comes again. While the intake is full nothing more is read, and the
broker keeps what waits. Devices may be added and removed while the connection stands.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import partial
from threading import Event

import structlog

from gateway.config.model import Mqtt
from gateway.model import Chunk, Clock
from gateway.sources.backoff import Absence, Backoff
from gateway.sources.inbound import Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.mqtt_session import Session
from gateway.sources.outbox import Outbox
from gateway.sources.source import Counts
from gateway.sources.sparkplug_host import SparkplugHost, topic_of
from gateway.sources.thread import run_in_own_thread
from gateway.sources.topics import Topics

MOST_S = 4.0  # longest wait between attempts: back within 5 s of the broker's return (FAULTS F5)

log = structlog.get_logger("source")


@dataclass(frozen=True, kw_only=True)
class Change:
    """Which devices are wanted from now on."""

    topics: Topics
    anew: frozenset[str]  # devices that begin anew though their topic stays
    adopted: Callable[[], object]  # to be called by the thread


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
        self._topics = self._topics_of(filters)
        self._intake = intake
        self._clock = clock
        self._backoff = Backoff(first_s=0.5, most_s=MOST_S)
        self._absences = {device: Absence() for device in filters}
        self._connected: set[str] = set()
        self._held: set[str] = set()  # filters that the broker holds for us
        self._changes: deque[Change] = deque()
        self._running = False
        self._session: Session | None = None
        self._stop = Event()

    async def run(self) -> None:
        """Run until cancelled, or until the intake is closed."""
        self._stop.clear()
        self._running = True
        try:
            await run_in_own_thread(self.name, self._forever, self._halt)
        finally:
            self._running = False
            self._adopt_all()  # nobody is to wait for a thread that is gone

    async def change(self, filters: Mapping[str, str], *, anew: Set[str] = frozenset()) -> None:
        """Hear these devices from now on, and none of the others; returns when that is so.

        A device with another topic, and one of `anew`, is told as gone and then as connected; a new one as
        connected, one that is left out as gone. The others notice nothing.
        """
        loop, adopted = asyncio.get_running_loop(), asyncio.Event()
        change = Change(
            topics=self._topics_of(filters),
            anew=frozenset(anew),
            adopted=partial(loop.call_soon_threadsafe, adopted.set),
        )
        self._changes.append(change)
        self.devices = tuple(filters)
        if not self._running:
            self._adopt_all()
        elif self._session is not None:
            self._session.leave(self._adopt_all)
        await adopted.wait()

    def _topics_of(self, filters: Mapping[str, str]) -> Topics:
        host_id = self._mqtt.sparkplug_host
        return Topics(filters, own="" if host_id is None else topic_of(host_id))

    def _halt(self) -> None:
        self._stop.set()
        session = self._session
        if session is not None:
            session.stop()

    # --- the thread -------------------------------------------------------------------------------

    def _forever(self) -> None:
        try:
            while not self._stop.is_set():
                self._away(*self._connect())
        except IntakeClosed:
            pass
        finally:
            self._session = None
            self._connected.clear()

    def _connect(self) -> tuple[str, str]:
        """One connection from begin to end; why it ended, as a stable word and in words."""
        session = self._session = self._new_session()
        if self._stop.is_set():  # it was set before `_halt` could see the session
            session.stop()
        self._adopt_all()  # likewise: changes that left no note with the session
        try:
            return session.run()
        finally:
            self._session = None

    def _new_session(self) -> Session:
        host_id = self._mqtt.sparkplug_host
        return Session(
            mqtt=self._mqtt,
            password=self._password,
            topics=self._topics,
            held=self._held,
            host=None if host_id is None else SparkplugHost(host_id, self._clock.now_us),
            outbox=Outbox(self.counts),
            listener=self,
        )

    def _away(self, reason: str, text: str) -> None:
        if self._stop.is_set():
            return
        self.counts.failures += 1
        wait_s = self._backoff.next_s()
        log.info("broker away", source=self.name, reason=reason, text=text, again_in_s=round(wait_s, 1))
        self._connected.clear()
        self._adopt_all()  # changes whose note the session took no more
        for device in self._topics.filters:
            self._tell_away(device, reason, text)
        self._stop.wait(wait_s)
        self._adopt_all()

    def _adopt_all(self) -> None:
        while self._changes:
            change = self._changes.popleft()
            try:
                self._adopt(change)
            finally:
                change.adopted()

    def _adopt(self, change: Change) -> None:
        before, after = self._topics.filters, change.topics.filters
        moved = {device for device in before if after.get(device) != before[device]} | (change.anew & before.keys())
        for device in moved & self._connected:
            text = "its configuration changed" if device in after else "it is no longer in the configuration"
            self._tell_away(device, "changed" if device in after else "removed", text)
        self._connected -= moved
        self._absences = {device: self._absences.get(device, Absence()) for device in after}
        self._topics = change.topics
        if self._session is not None:
            self._session.change(change.topics, frozenset(after.keys() - before.keys()) | (moved & after.keys()))

    # --- what the session tells -------------------------------------------------------------------

    def heard(self, device: str) -> None:
        """Messages of the device come from now on."""
        session = self._session
        assert session is not None
        if device in self._connected:
            return
        if not self._connected:
            self.counts.connects += 1
            self._backoff.reset()
        self._connected.add(device)
        self._absences[device].over()

        def drop(why: str) -> None:
            session.drop(device)

        self._intake.put_from_thread(
            Connected(device=device, at_us=self._clock.now_us(), write=session.write, drop=drop)
        )

    def anew(self, device: str) -> None:
        """The driver gives up on what it has understood so far; the connection itself is sound."""
        if device in self._connected:
            self._tell_away(device, "dropped", "its driver asked to begin anew")
            self._connected.discard(device)
            self.heard(device)

    def refused(self, device: str, text: str) -> None:
        """The broker does not let us hear this device."""
        self._tell_away(device, "not_allowed", text)

    def message(self, topic: str, payload: bytes, settle: Callable[[], None] | None) -> None:
        """Hand a message to each device that it means."""
        now_us = self._clock.now_us()
        devices = self._topics.devices_of(topic)
        self.counts.chunks += 1
        self.counts.bytes += len(payload)
        if not devices:  # of a subscription that an earlier configuration made, or our own state
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
