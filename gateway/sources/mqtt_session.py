"""One connection to an MQTT broker, from CONNECT to its end.

A session is used for one connection and then thrown away: an acknowledgement can never go out on a later
connection, where the same number may mean another message.

MQTT 3.1.1 with a persistent session and QoS 1: what was not acknowledged comes again, marked DUP. While the
gateway is full nothing is read, and the broker keeps what waits; pings go out all the same.

Why our own packets and not a client library: paho takes four system calls to read a message and one to acknowledge
it, 42 µs of CPU in all, which was two thirds of what a reading cost (`make bench ARGS="--only mqtt"`).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Protocol
from urllib.parse import urlsplit

from gateway.config.model import Mqtt
from gateway.sources.mqtt_packets import (
    DISCONNECT,
    PINGREQ,
    REFUSED,
    Connack,
    Message,
    NoMqtt,
    PacketReader,
    Suback,
    connect,
    pubacks,
    subscribe,
)
from gateway.sources.topics import Topics
from gateway.sources.words import why_not

KEEP_ALIVE_S = 15
ANSWER_S = 10.0  # for the TCP connection, and again for CONNACK and SUBACK
READ_BYTES = 262_144
SUBSCRIBE_NUMBER = 1  # of our only SUBSCRIBE; numbers of messages are the broker's own

REFUSALS = {  # CONNACK's codes, section 3.2.2.3
    1: "it does not speak MQTT 3.1.1",
    2: "it does not like our client id",
    3: "it is not available",
    4: "bad username or password",
    5: "not authorised",
}


class Listener(Protocol):
    """What a session tells."""

    def heard(self, device: str) -> None:
        """The device's messages come from now on."""

    def refused(self, device: str, text: str) -> None:
        """The broker does not let us subscribe for this device."""

    async def messages(self, messages: Sequence[Message], acknowledge: Callable[[int], None]) -> None:
        """Messages came, in order. Waits while the gateway is full: then no more is read."""


class Session:
    """See the module; `run` it once."""

    def __init__(
        self, *, mqtt: Mqtt, password: str | None, topics: Topics, subscribed: bool, listener: Listener
    ) -> None:
        url = urlsplit(mqtt.url)
        self._tls = ssl.create_default_context() if url.scheme == "mqtts" else None
        self._host = url.hostname or "127.0.0.1"
        self._port = url.port or (8883 if self._tls else 1883)
        self.where = f"{self._host}:{self._port}"
        self._connect = connect(mqtt.client_id, KEEP_ALIVE_S, mqtt.username, password)
        self._client_id = mqtt.client_id
        self._topics = topics
        self._subscribed = subscribed
        self._listener = listener
        self._writer: asyncio.StreamWriter | None = None
        self._end: tuple[str, str] | None = None
        self._answered = False
        self._handing_on = False  # waiting until the gateway has room
        self._heard_s = 0.0  # when the broker last said something
        self._safe: list[int] = []  # messages to be acknowledged in the loop's next turn

    async def run(self) -> tuple[str, str]:
        """Connect, and work until the end of the connection; why it ended, as a stable word and in words."""
        try:
            async with asyncio.timeout(ANSWER_S):
                reader, self._writer = await asyncio.open_connection(
                    self._host, self._port, ssl=self._tls, limit=READ_BYTES
                )
        except OSError as error:
            return why_not(error, self.where)
        keeping = asyncio.create_task(self._keep_alive(), name="mqtt-keep-alive")
        try:
            self._send(self._connect)
            await self._listen(reader)
        except OSError:
            self._lost()
        except NoMqtt as error:
            self._finish("not_mqtt", f"{self.where} does not answer as a broker: {error}")
        finally:
            keeping.cancel()
            self._close()
        assert self._end is not None
        return self._end

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        packets = PacketReader()
        while data := await reader.read(READ_BYTES):
            self._heard_s = monotonic()
            messages = []
            for packet in packets.feed(data):
                if type(packet) is Message:
                    messages.append(packet)
                elif type(packet) is Connack:
                    self._connected(packet)
                elif type(packet) is Suback:
                    self._subscriptions(packet)
            if messages:
                self._handing_on = True
                await self._listener.messages(messages, self._acknowledge)
                self._handing_on = False
        self._lost()

    # --- what the broker tells --------------------------------------------------------------------

    def _connected(self, connack: Connack) -> None:
        if connack.code:
            word = REFUSALS.get(connack.code, f"code {connack.code}")
            text = f"{self.where} refuses us: {word}: are username, password and client id right?"
            self._finish("not_allowed", text)
        elif connack.session_present and self._subscribed:
            self._answered = True  # subscribing anew would bring all retained messages again
            for devices in self._topics.subscriptions.values():
                for device in devices:
                    self._listener.heard(device)
        else:
            self._send(subscribe(SUBSCRIBE_NUMBER, self._topics.subscriptions))

    def _subscriptions(self, suback: Suback) -> None:
        self._answered = True
        for topic_filter, code in zip(self._topics.subscriptions, suback.codes, strict=False):
            for device in self._topics.subscriptions[topic_filter]:
                if code >= REFUSED:
                    self._listener.refused(device, f"{self.where} does not let us subscribe to {topic_filter}")
                else:
                    self._listener.heard(device)

    # --- what we tell the broker ------------------------------------------------------------------

    def _acknowledge(self, number: int) -> None:
        """A message is safe. What is safe within one turn of the loop goes out together."""
        if not self._safe:
            asyncio.get_running_loop().call_soon(self._send_acknowledgements)
        self._safe.append(number)

    def _send_acknowledgements(self) -> None:
        safe, self._safe = self._safe, []
        self._send(pubacks(safe))

    async def _keep_alive(self) -> None:
        await asyncio.sleep(ANSWER_S)
        if not self._answered:
            self._finish("timeout", f"{self.where} accepts connections but does not answer as a broker")
        while True:
            pinged_s = monotonic()
            self._send(PINGREQ)
            await asyncio.sleep(KEEP_ALIVE_S)
            if self._heard_s < pinged_s and not self._handing_on:
                self._lost()

    def _send(self, data: bytes) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(data)

    # --- the end ----------------------------------------------------------------------------------

    def _lost(self) -> None:
        doubt = f"does another program use the client id {self._client_id!r}?"
        self._finish("closed", f"{self.where} closed the connection or did not answer in time: {doubt}")

    def _finish(self, reason: str, text: str) -> None:
        self._end = self._end or (reason, text)
        if self._writer is not None:
            self._writer.transport.abort()

    def _close(self) -> None:
        self._send(DISCONNECT)
        if self._writer is not None:
            self._writer.close()
