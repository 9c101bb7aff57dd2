"""One connection to an MQTT broker, by one thread, from CONNECT to its end.

All calls to paho come from that thread. The event loop only leaves notes for it: which messages are safe, what
is to be published, which devices are wanted, and which of them is to begin anew. A session is used for one
connection and then thrown away, and its notes with it: an acknowledgement can never go out on a later
connection, where the same number may mean another message.

MQTT 3.1.1 with a persistent session and QoS 1: what was not acknowledged comes again, marked DUP.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any, Protocol
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from gateway.config.model import Mqtt
from gateway.model import Send
from gateway.sources.notes import Notes
from gateway.sources.outbox import MOST_UNSENT, Outbox
from gateway.sources.sparkplug_host import SparkplugHost
from gateway.sources.topics import Topics
from gateway.sources.words import why_not

KEEP_ALIVE_S = 15
ANSWER_S = 10.0  # for the TCP connection, and again for CONNACK and SUBACK
TURN_MS = 500  # the longest wait before looking whether to stop
READS = 200  # packets in a row before acknowledgements are sent


class Listener(Protocol):
    """What a session tells, on its thread."""

    def heard(self, device: str) -> None:
        """The device's messages come from now on; told again of one that is heard already, it means nothing."""

    def anew(self, device: str) -> None:
        """The device's driver wants to begin anew."""

    def refused(self, device: str, text: str) -> None:
        """The broker does not let us subscribe for this device."""

    def message(self, topic: str, payload: bytes, settle: Callable[[], None] | None) -> None:
        """A message came. May block while the gateway is full: then no more is read."""


class Session:
    """See the module; `run` on a thread, the rest on the event loop."""

    def __init__(
        self,
        *,
        mqtt: Mqtt,
        password: str | None,
        topics: Topics,
        held: set[str],
        host: SparkplugHost | None,
        outbox: Outbox,
        listener: Listener,
    ) -> None:
        """`held`: the filters that the broker holds for us from the connection before; kept up to date here."""
        url = urlsplit(mqtt.url)
        self._host = url.hostname or "127.0.0.1"
        self._port = url.port or (8883 if url.scheme == "mqtts" else 1883)
        self.where = f"{self._host}:{self._port}"
        self._client_id = mqtt.client_id
        self._topics = topics
        self._held = held
        self._sparkplug = host
        self._outbox = outbox
        self._listener = listener
        self._asked: dict[int, str] = {}  # SUBSCRIBE's number -> filter
        self._accepted = False  # the broker takes us
        self._answered = False  # and it has answered all that we asked for at first
        self._notes = Notes()
        self._end: tuple[str, str] | None = None
        self._messages = 0
        self._client = _make_client(mqtt, password, tls=url.scheme == "mqtts")
        if host is not None:
            self._client.will_set(host.topic, host.will, qos=1, retain=True)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    def leave(self, note: Callable[[], object]) -> None:
        """Have the session's thread do something; on the event loop."""
        self._notes.leave(note)

    def drop(self, device: str) -> None:
        """Let a device begin anew; on the event loop."""
        self._notes.leave(partial(self._listener.anew, device))

    def write(self, send: Send) -> None:
        """Publish, as soon as the broker takes it; on the event loop."""
        if self._outbox.put(send):
            self._notes.leave(self._publish)

    def stop(self) -> None:
        """End the connection; on the event loop."""
        self._notes.leave(self._say_goodbye)

    def change(self, topics: Topics, again: frozenset[str]) -> None:
        """Hear these from now on, and `again` what is retained for those devices; on the thread."""
        self._topics = topics
        if self._accepted:
            self._agree(again)

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
            self._outbox.close()
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
        self._publish()
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

    def _publish(self) -> None:
        """Hand to paho what waits for the broker; what it cannot write at once stays with us, where it is bounded."""
        while not self._client.want_write() and (send := self._outbox.take()) is not None:
            sent = self._client.publish(send.topic, send.data, qos=send.qos)
            if sent.rc != paho.MQTT_ERR_SUCCESS:
                self._outbox.lost()

    def _say_goodbye(self) -> None:
        if self._sparkplug is not None and self._accepted:
            self._client.publish(self._sparkplug.topic, self._sparkplug.death(), qos=1, retain=True)
        self._finish("stopped", "the gateway stops")

    # --- what paho tells --------------------------------------------------------------------------

    def _on_connect(self, client: paho.Client, data: None, flags: Any, code: ReasonCode, properties: Any) -> None:
        if code.is_failure:
            self._finish("not_allowed", f"{self.where} refuses us: {code}: are username, password and client id right?")
            return
        self._accepted = True
        if not flags.session_present:
            self._held.clear()
        self._agree(frozenset())

    def _agree(self, again: frozenset[str]) -> None:
        """Have the broker hold what is wanted, no more and no less; asking anew brings retained messages again."""
        for topic_filter, devices in self._topics.subscriptions.items():
            if topic_filter in self._held and again.isdisjoint(devices):
                self._hear(topic_filter)
                continue
            number = self._client.subscribe(topic_filter, qos=1)[1]
            if number is not None:
                self._asked[number] = topic_filter
        self._forget()
        self._look_whether_agreed()

    def _forget(self) -> None:
        for topic_filter in self._held - self._topics.subscriptions.keys():
            self._client.unsubscribe(topic_filter)
            self._held.discard(topic_filter)

    def _look_whether_agreed(self) -> None:
        if self._asked or self._answered:
            return
        self._answered = True
        if self._sparkplug is not None:  # the standard wants the subscriptions first
            self._client.publish(self._sparkplug.topic, self._sparkplug.birth, qos=1, retain=True)

    def _on_subscribe(
        self, client: paho.Client, data: None, number: int, codes: list[ReasonCode], properties: Any
    ) -> None:
        topic_filter = self._asked.pop(number)
        if any(code.is_failure for code in codes):
            for device in self._topics.subscriptions.get(topic_filter, ()):
                self._listener.refused(device, f"{self.where} does not let us subscribe to {topic_filter}")
        else:
            self._held.add(topic_filter)
            self._hear(topic_filter)
            self._forget()  # it may be wanted no more by now
        self._look_whether_agreed()

    def _hear(self, topic_filter: str) -> None:
        for device in self._topics.subscriptions.get(topic_filter, ()):
            self._listener.heard(device)

    def _on_message(self, client: paho.Client, data: None, message: paho.MQTTMessage) -> None:
        self._messages += 1
        settle = partial(self._notes.leave, partial(client.ack, message.mid, 1)) if message.qos else None
        try:
            topic = message.topic
        except UnicodeDecodeError:  # the standard forbids it; brokers refuse it
            topic = ""
        if self._sparkplug is not None and self._sparkplug.is_contradicted_by(topic, bytes(message.payload)):
            client.publish(self._sparkplug.topic, self._sparkplug.birth, qos=1, retain=True)
        self._listener.message(topic, bytes(message.payload), settle)


def _make_client(mqtt: Mqtt, password: str | None, *, tls: bool) -> paho.Client:
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=mqtt.client_id,
        clean_session=not mqtt.client_id,  # without a name, as in a trial, the broker forgets us when we leave
        manual_ack=True,
        reconnect_on_failure=False,
    )
    client.connect_timeout = ANSWER_S
    client.max_queued_messages_set(MOST_UNSENT)
    client.max_inflight_messages_set(0)  # within that bound: else QoS 0 would overtake what waits with QoS 1
    if mqtt.username is not None:
        client.username_pw_set(mqtt.username, password)
    if tls:
        client.tls_set()
    return client
