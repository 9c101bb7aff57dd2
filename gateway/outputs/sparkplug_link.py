"""The edge node's connection to the broker: will, births, data, and rebirth where a host asks for it.

Sparkplug wants data at QoS 0, which nobody acknowledges. MQTT brokers answer what a connection says in order, so after
each batch the node subscribes to its commands once more: with that SUBACK the broker has taken all before it, and
the cursor moves. What a broken connection swallowed is told again after the next birth, marked historical.

Each connection has the next bdSeq (0 to 255), stored before the broker hears of it.

With a primary host the node is born when that host's STATE says that it is online, and not before; when it says that it
went, the node dies and connects anew (tck-id-message-flow-edge-node-birth-publish-phid-wait and -offline). What happens
meanwhile waits in the journal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import paho.mqtt.client as paho
import structlog
from google.protobuf.message import DecodeError
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from gateway.config.model import Mqtt
from gateway.model import Clock
from gateway.outputs.feed import Rows
from gateway.outputs.lane import Away
from gateway.outputs.sparkplug_node import SEQUENCE, EdgeNode, Message
from gateway.outputs.sparkplug_primary import PrimaryHost

ANSWER_S = 15.0
LAST_ANSWER_S = 2.0  # of a connection that is let go of
SECURE, PLAIN = 8883, 1883

log = structlog.get_logger("sparkplug")


class SparkplugLink:
    """One connection, shared by the logs of one node."""

    def __init__(
        self,
        settings: Mqtt,
        password: str | None,
        node: EdgeNode,
        clock: Clock,
        *,
        load: Callable[[], Awaitable[int]],
        save: Callable[[int], Awaitable[None]],
        primary_host: PrimaryHost | None = None,
    ) -> None:
        """`load` and `save` keep the last bdSeq plus one; 0: none was used yet."""
        self.rebirths = 0  # asked for by hosts
        self._settings = settings
        self._password = password
        self._node = node
        self._clock = clock
        self._load = load
        self._save = save
        self._primary_host = primary_host
        self._client: paho.Client | None = None
        self._is_born = False  # over this connection
        self._starting_over: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._connecting = asyncio.Lock()
        self._refused = ""
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._loop = asyncio.get_running_loop()

    async def open(self) -> None:
        """Nothing yet: the node is born with the first entry."""

    async def put(self, rows: Rows) -> Mapping[str, int]:
        """Tell all of them, and wait until the broker has taken them. Raises Away."""
        client = await self._born()
        now_us = self._clock.now_us()
        for _, item in rows:
            if item is not None:
                self._say(client, self._node.tell(item, now_us))
        await self._taken(client)
        return {}

    async def close(self) -> None:
        """Die as the specification wants it: NDEATH is published before the connection is closed."""
        if self._starting_over is not None:
            self._starting_over.cancel()
            await asyncio.gather(self._starting_over, return_exceptions=True)
        if self._client is not None:
            self._die(self._client)
        await self._drop()

    async def _born(self) -> paho.Client:
        """A connection whose node is born. Raises Away."""
        async with self._connecting:
            stands = self._client is not None and self._connected.is_set()
            if not stands or (not self._is_born and self._primary_host is None):
                await self._begin()
            if self._client is None or not self._is_born:
                raise Away("host_offline", "the primary host is not online")
            return self._client

    async def _begin(self) -> None:
        """A new connection with the next bdSeq; born, unless a host is waited for that is not there. Raises Away."""
        await self._drop()
        used = await self._load()
        self._node.bd_seq = used % SEQUENCE
        await self._save(used + 1)
        client = self._client = self._made()
        if self._primary_host is not None:
            self._primary_host.forget()
        await self._connect(client)  # after it the host's retained STATE has been heard
        if self._primary_host is None:
            self._bear(client)

    def _bear(self, client: paho.Client) -> None:
        self._say(client, self._node.births(self._clock.now_us()))
        self._is_born = True

    def _die(self, client: paho.Client) -> None:
        if self._is_born:
            client.publish(*self._node.will(), qos=1)
        self._is_born = False

    async def _start_over(self) -> None:
        """Wait for the host over a new connection."""
        async with self._connecting:
            with suppress(Away):  # then the next entry connects
                await self._begin()

    async def _drop(self) -> None:
        """Let go of the connection once the broker has answered: one closed over an unread answer is reset, and then
        the broker tells its will beside our NDEATH."""
        client, self._client = self._client, None
        self._connected.clear()
        self._is_born = False
        if client is None:
            return
        self._end_waits("the connection was given up")
        with suppress(Away, TimeoutError):
            async with asyncio.timeout(LAST_ANSWER_S):
                await self._taken(client)
        client.disconnect()
        await asyncio.to_thread(client.loop_stop)

    async def _connect(self, client: paho.Client) -> None:
        url = urlsplit(self._settings.url)
        port = url.port or (SECURE if url.scheme == "mqtts" else PLAIN)
        self._refused = ""
        try:
            await asyncio.to_thread(client.connect, url.hostname or "127.0.0.1", port)
            client.loop_start()
            async with asyncio.timeout(ANSWER_S):
                await self._connected.wait()
            if self._primary_host is not None:
                client.subscribe(self._primary_host.topic, qos=1)
            await self._taken(client)  # subscribed to commands, before the birth
        except (OSError, TimeoutError) as error:
            await self._drop()
            raise Away("broker_away", self._refused or str(error) or "no answer") from error

    def _made(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=self._settings.client_id, reconnect_on_failure=False
        )
        if self._settings.username is not None:
            client.username_pw_set(self._settings.username, self._password)
        if self._settings.url.startswith("mqtts"):
            client.tls_set()
        where, said = self._node.will()
        client.will_set(where, said, qos=1, retain=False)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _say(self, client: paho.Client, messages: list[Message]) -> None:
        for where, said in messages:
            client.publish(where, said, qos=0, retain=False)

    async def _taken(self, client: paho.Client) -> None:
        """Return when the broker has taken all that was said before. Raises Away."""
        taken: asyncio.Future[None] = self._loop.create_future()
        code, mid = client.subscribe(self._node.command_topic, qos=1)
        if code is not MQTTErrorCode.MQTT_ERR_SUCCESS or mid is None:
            raise Away("broker_away", paho.error_string(code))
        self._waiting[mid] = taken  # the callback reaches the loop only after this line
        try:
            async with asyncio.timeout(ANSWER_S):
                await taken
        except TimeoutError as error:
            self._connected.clear()  # whoever does not answer is given a new connection
            raise Away("broker_away", "no SUBACK") from error
        except ConnectionError as error:
            raise Away("broker_away", str(error)) from error
        finally:
            self._waiting.pop(mid, None)

    def _on_connect(
        self, client: paho.Client, userdata: object, flags: object, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._refused = str(reason)
        else:
            self._loop.call_soon_threadsafe(self._connected.set)

    def _on_disconnect(
        self, client: paho.Client, userdata: object, flags: object, reason: ReasonCode, properties: Properties | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._lost, client, str(reason))

    def _lost(self, client: paho.Client, why: str) -> None:
        if client is not self._client:
            return  # one that was let go of before
        self._connected.clear()
        self._is_born = False
        self._end_waits(why)

    def _end_waits(self, why: str) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError(why))

    def _on_subscribe(
        self,
        client: paho.Client,
        userdata: object,
        mid: int,
        reasons: list[ReasonCode],
        properties: Properties | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._answered, mid)

    def _answered(self, mid: int) -> None:
        waiting = self._waiting.get(mid)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _on_message(self, client: paho.Client, userdata: object, message: paho.MQTTMessage) -> None:
        self._loop.call_soon_threadsafe(self._heard, client, message.topic, bytes(message.payload))

    def _heard(self, client: paho.Client, topic: str, payload: bytes) -> None:
        if client is not self._client:
            return  # one that was let go of before
        if self._primary_host is not None and topic == self._primary_host.topic:
            self._hear_host(client, self._primary_host.heard(payload))
        elif topic == self._node.command_topic:
            self._command(client, payload)

    def _hear_host(self, client: paho.Client, is_online: bool | None) -> None:
        if is_online and not self._is_born:
            self._bear(client)
        elif is_online is False and self._is_born:
            log.warning("the primary host went: nothing is told until it is back")
            self._die(client)
            self._starting_over = self._loop.create_task(self._start_over())

    def _command(self, client: paho.Client, payload: bytes) -> None:
        try:
            asked = self._node.is_rebirth(payload)
        except DecodeError:
            log.warning("a command that is no Sparkplug payload", topic=self._node.command_topic)
            return
        if asked and self._is_born:
            self.rebirths += 1
            self._bear(client)
