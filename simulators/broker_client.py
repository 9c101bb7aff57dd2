"""The simulated devices' way to the broker: QoS 1, over one connection, kept until the broker takes it."""

from __future__ import annotations

from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

MOST_WAITING = 5000  # messages while the broker is away; more are refused and counted
FIRST_RETRY_S, LAST_RETRY_S = 1, 5


class BrokerClient:
    """Publishes without blocking. Use as a context; the broker may come later."""

    def __init__(self, url: str, client_id: str = "tierview-simulators") -> None:
        parts = urlsplit(url)
        self.lost = 0
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 1883
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id)
        self._client.max_queued_messages_set(MOST_WAITING)
        self._client.reconnect_delay_set(FIRST_RETRY_S, LAST_RETRY_S)
        if parts.username:
            self._client.username_pw_set(parts.username, parts.password)

    def __enter__(self) -> BrokerClient:
        self._client.connect_async(self._host, self._port)
        self._client.loop_start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes) -> None:
        """Hand a message over."""
        if self._client.publish(topic, payload, qos=1).rc == mqtt.MQTT_ERR_QUEUE_SIZE:
            self.lost += 1
