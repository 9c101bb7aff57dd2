"""MQTT out: each party has a topic of its own, where its standing alerts are retained.

    tierview/v1/PARTY/alert/ALERT_ID

A standing alert is retained, so that whoever subscribes finds it. When it ends, its last state is published
without being retained and the retained one is taken away by an empty message, so that a broker does not
gather alerts for ever. Accepted means handed to the broker, which is not yet the subscriber. When the subscription or
its party ends, what is retained for it is taken away, too (`gateway.deliver.emptying`).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from gateway.config.model import Mqtt
from gateway.deliver.channel import Message, Outcome
from gateway.deliver.envelope import render
from gateway.model import AlertState

DEADLINE_S = 15.0
MOST_ENDED = 10_000  # alerts; a notice is rendered seconds before it is published, not so many alerts


def topic(party: str, alert_id: str) -> str:
    """Where a party reads an alert. Both parts are of a safe alphabet: config codes and content ids."""
    return f"tierview/v1/{party}/alert/{alert_id}"


class MqttOut:
    """One connection to the broker for all parties' notices."""

    slots = 64
    groups = False  # each alert has its own topic, where it stands

    def __init__(
        self, settings: Mqtt, password: str | None, *, counts: Callable[[str], bool] = lambda subscription: True
    ) -> None:
        self.counts = counts  # whether a subscription does still: for one that does not, nothing is left standing
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._ended: dict[str, None] = {}  # topics of alerts that ended lately, the longest ago first
        self._stood: set[str] | None = None  # topics where an alert came to stand since `watch_standing`
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"{settings.client_id}-out")
        url = urlsplit(settings.url)
        if settings.username is not None:
            self._client.username_pw_set(settings.username, password)
        if url.scheme == "mqtts":
            self._client.tls_set()
        self._client.on_publish = self._published
        self._client.on_socket_open = _at_once
        self._client.reconnect_delay_set(1, 30)
        self._client.connect_async(url.hostname or "127.0.0.1", url.port or (8883 if url.scheme == "mqtts" else 1883))
        self._client.loop_start()

    async def prepare(self, message: Message) -> PreparedMessage:
        return PreparedMessage(self, message)

    async def stand(self, topic: str, body: bytes, *, anew: bool) -> None:
        """Publish a standing alert, retained; not so where it has ended since it was rendered, unless it is `anew`."""
        if anew:
            self._ended.pop(topic, None)
        if self._stood is not None:
            self._stood.add(topic)
        await self.publish(topic, body, retain=topic not in self._ended)

    async def end(self, topic: str, body: bytes) -> None:
        """Publish the last state of an alert, and take the retained one away."""
        self._note_end(topic)
        await self.publish(topic, body, retain=False)
        await self.publish(topic, b"", retain=True)

    async def take_away(self, topic: str) -> None:
        """Take away the retained state of an alert of which another topic tells now: it was corrected."""
        self._note_end(topic)
        await self.publish(topic, b"", retain=True)

    def watch_standing(self) -> None:
        """Note from now on where alerts come to stand: `empty` leaves them there."""
        self._stood = set()

    async def empty(self, topic: str) -> None:
        """Take away what is retained for a party that reads it no more, unless it came to stand there just now.

        Returns with the broker's PUBACK. Raises ConnectionError while it is away.
        """
        if self._stood is None or topic not in self._stood:
            await self.publish(topic, b"", retain=True)

    def _note_end(self, topic: str) -> None:
        self._ended[topic] = None
        if len(self._ended) > MOST_ENDED:
            del self._ended[next(iter(self._ended))]

    async def publish(self, topic: str, body: bytes, *, retain: bool) -> None:
        """Hand a message to the broker at QoS 1; returns with its PUBACK. Raises ConnectionError while it is away."""
        if not self._client.is_connected():
            raise ConnectionError("the broker is away")
        accepted = self._loop.create_future()
        sent = self._client.publish(topic, body, qos=1, retain=retain)
        self._waiting[sent.mid] = accepted  # the callback reaches the loop only after this line
        try:
            await accepted
        finally:
            self._waiting.pop(sent.mid, None)

    async def close(self) -> None:
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def _published(
        self, client: paho.Client, userdata: object, mid: int, reason: ReasonCode, properties: Properties
    ) -> None:
        self._loop.call_soon_threadsafe(self._accept, mid)

    def _accept(self, mid: int) -> None:
        waiting = self._waiting.get(mid)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)


def _at_once(_client: paho.Client, _userdata: object, connection: paho.SocketLike) -> None:
    """Small packets wait for no acknowledgement of those before them: with Nagle's rule that is 40 ms."""
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class PreparedMessage:
    """A rendered notice that waits for the release."""

    def __init__(self, out: MqttOut, message: Message) -> None:
        self._out = out
        self._topic = topic(message.delivery.party, message.alert.alert_id)
        self._subscription = message.delivery.subscription
        self._body = render(message)
        self._standing = message.alert.state is AlertState.OPEN and not message.sample  # that does not stay there
        self._anew = message.delivery.notice == "raised"
        before = message.alert.supersedes
        self._before = topic(message.delivery.party, before) if before and self._anew else ""

    async def send(self) -> Outcome:
        if self._standing and not self._out.counts(self._subscription):
            return Outcome(accepted=False, reason="no_such_subscription", again=False)
        try:
            async with asyncio.timeout(DEADLINE_S):
                if self._before:
                    await self._out.take_away(self._before)
                if self._standing:
                    await self._out.stand(self._topic, self._body, anew=self._anew)
                else:
                    await self._out.end(self._topic, self._body)
        except TimeoutError:
            return Outcome(accepted=False, reason="timeout")
        except ConnectionError:
            return Outcome(accepted=False, reason="broker_away")
        return Outcome(accepted=True, reason="accepted")
