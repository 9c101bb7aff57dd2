"""One connection to an MQTT broker, by one thread, from CONNECT to its end.

All calls to paho come from that thread. The event loop only leaves notes for it: which messages are safe, and
which device wants to begin anew. A session is used for one connection and then thrown away, and its notes with
it: an acknowledgement can never go out on a later connection, where the same number may mean another message.

MQTT 3.1.1 with a persistent session and QoS 1: what was not acknowledged comes again, marked DUP.
"""

from __future__ import annotations

import select
import socket
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from threading import Lock
from time import monotonic
from typing import Any, Protocol
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from gateway.config.model import Mqtt
from gateway.sources.topics import Topics
from gateway.sources.words import why_not

KEEP_ALIVE_S = 15
ANSWER_S = 10.0  # for the TCP connection, and again for CONNACK and SUBACK
TURN_MS = 500  # the longest wait before looking whether to stop
READS = 200  # packets in a row before acknowledgements are sent


class Listener(Protocol):
    """What a session tells, on its thread."""

    def heard(self, device: str) -> None:
        """The device's messages come from now on."""

    def refused(self, device: str, text: str) -> None:
        """The broker does not let us subscribe for this device."""

    def message(self, topic: str, payload: bytes, settle: Callable[[], None] | None) -> None:
        """A message came. May block while the gateway is full: then no more is read."""


class Session:
    """See the module; `run` on a thread, the rest on the event loop."""

    def __init__(
        self, *, mqtt: Mqtt, password: str | None, topics: Topics, subscribed: bool, listener: Listener
    ) -> None:
        url = urlsplit(mqtt.url)
        self._host = url.hostname or "127.0.0.1"
        self._port = url.port or (8883 if url.scheme == "mqtts" else 1883)
        self.where = f"{self._host}:{self._port}"
        self._client_id = mqtt.client_id
        self._topics = topics
        self._listener = listener
        self._subscribed = subscribed
        self._asked: dict[int, str] = {}  # SUBSCRIBE's number -> filter
        self._answered = False
        self._notes = Notes()
        self._end: tuple[str, str] | None = None
        self._messages = 0
        self._client = _make_client(mqtt, password, tls=url.scheme == "mqtts")
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    def drop(self, device: str) -> None:
        """Let a device begin anew; on the event loop."""
        self._notes.leave(partial(self._listener.heard, device))

    def stop(self) -> None:
        """End the connection; on the event loop."""
        self._notes.leave(partial(self._finish, "stopped", "the gateway stops"))

    def run(self) -> tuple[str, str]:
        """Connect, and work until the end of the connection; why it ended, as a stable word and in words."""
        try:
            self._client.connect(self._host, self._port, KEEP_ALIVE_S)
            deadline_s = monotonic() + ANSWER_S
            while self._end is None:
                self._turn()
                if not self._answered and monotonic() > deadline_s:
                    self._finish("timeout", f"{self.where} accepts connections but does not answer as a broker")
        except OSError as error:
            self._finish(*why_not(error, self.where))
        finally:
            self._client.disconnect()
            self._notes.close()
        assert self._end is not None
        return self._end

    # --- turns ------------------------------------------------------------------------------------

    def _turn(self) -> None:
        sock = self._client.socket()
        if sock is None:
            self._lost()
            return
        if self._wait(sock):
            self._read()
        for note in self._notes.take():
            note()
        if self._client.want_write():
            self._client.loop_write()
        self._client.loop_misc()

    def _wait(self, sock: Any) -> bool:
        """Wait for something to do; whether there is something to read."""
        if getattr(sock, "pending", int)():  # TLS has read ahead
            return True
        poll = select.poll()
        poll.register(sock, select.POLLIN | (select.POLLOUT if self._client.want_write() else 0))
        poll.register(self._notes, select.POLLIN)
        events = dict(poll.poll(TURN_MS))
        return events.get(sock.fileno(), 0) & ~select.POLLOUT != 0

    def _read(self) -> None:
        for _ in range(READS):
            before = self._messages
            if self._client.loop_read() != paho.MQTT_ERR_SUCCESS:
                self._lost()
                return
            if self._messages == before:
                return  # nothing more waits, or it was no message: poll tells

    def _lost(self) -> None:
        doubt = f"does another program use the client id {self._client_id!r}?"
        self._finish("closed", f"{self.where} closed the connection or did not answer in time: {doubt}")

    def _finish(self, reason: str, text: str) -> None:
        self._end = self._end or (reason, text)

    # --- what paho tells --------------------------------------------------------------------------

    def _on_connect(self, client: paho.Client, data: None, flags: Any, code: ReasonCode, properties: Any) -> None:
        if code.is_failure:
            self._finish("not_allowed", f"{self.where} refuses us: {code}: are username, password and client id right?")
            return
        if flags.session_present and self._subscribed:  # subscribing anew would bring all retained messages again
            self._answered = True
            self._hear(*self._topics.subscriptions)
            return
        for topic_filter in self._topics.subscriptions:
            number = client.subscribe(topic_filter, qos=1)[1]
            if number is not None:
                self._asked[number] = topic_filter

    def _on_subscribe(
        self, client: paho.Client, data: None, number: int, codes: list[ReasonCode], properties: Any
    ) -> None:
        self._answered = True
        topic_filter = self._asked.pop(number)
        if any(code.is_failure for code in codes):
            for device in self._topics.subscriptions[topic_filter]:
                self._listener.refused(device, f"{self.where} does not let us subscribe to {topic_filter}")
        else:
            self._hear(topic_filter)

    def _hear(self, *filters: str) -> None:
        for topic_filter in filters:
            for device in self._topics.subscriptions[topic_filter]:
                self._listener.heard(device)

    def _on_message(self, client: paho.Client, data: None, message: paho.MQTTMessage) -> None:
        self._messages += 1
        settle = partial(self._notes.leave, partial(client.ack, message.mid, 1)) if message.qos else None
        try:
            topic = message.topic
        except UnicodeDecodeError:  # the standard forbids it; brokers refuse it
            topic = ""
        self._listener.message(topic, bytes(message.payload), settle)


class Notes:
    """What the event loop leaves for the session's thread, and how it is woken. After `close` notes are thrown away."""

    def __init__(self) -> None:
        self._left: deque[Callable[[], object]] = deque()
        self._hears, self._rings = socket.socketpair()
        self._hears.settimeout(0)
        self._rung = False
        self._lock = Lock()
        self._open = True

    def fileno(self) -> int:
        """What to poll for reading."""
        return self._hears.fileno()

    def leave(self, note: Callable[[], object]) -> None:
        """Leave a note; rings once until the notes are taken."""
        with self._lock:
            if not self._open:
                return
            self._left.append(note)
            if not self._rung:
                self._rung = True
                self._rings.send(b"!")

    def take(self) -> Iterator[Callable[[], object]]:
        """All notes, in order."""
        if not self._rung:
            return
        with self._lock:
            self._rung = False
            self._hears.recv(1)
        while self._left:
            yield self._left.popleft()

    def close(self) -> None:
        """Throw away what is left, and what will be left."""
        with self._lock:
            self._open = False
            self._hears.close()
            self._rings.close()


def _make_client(mqtt: Mqtt, password: str | None, *, tls: bool) -> paho.Client:
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=mqtt.client_id,
        clean_session=False,
        manual_ack=True,
        reconnect_on_failure=False,
    )
    client.connect_timeout = ANSWER_S
    if mqtt.username is not None:
        client.username_pw_set(mqtt.username, password)
    if tls:
        client.tls_set()
    return client
