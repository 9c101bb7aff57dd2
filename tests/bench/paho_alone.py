"""A child: paho receives at QoS 1 and does nothing with it. `python -m tests.bench.paho_alone HOST:PORT TOPIC`."""

from __future__ import annotations

import sys
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.bench.arrivals import seen_us_of
from tests.bench.counted import Counted


def main(address: str, topic: str) -> None:
    """Subscribe, count, answer."""
    counted = Counted(lambda body: [seen_us_of(body)])
    host, _, port = address.partition(":")
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="paho-alone")

    def on_message(client: paho.Client, data: Any, message: paho.MQTTMessage) -> None:
        counted.note(bytes(message.payload), 1)

    def on_subscribe(*_: Any) -> None:
        subscribed.append(True)

    subscribed: list[bool] = []
    client.on_message = on_message
    client.on_subscribe = on_subscribe
    client.connect(host, int(port))
    client.subscribe(topic, qos=1)
    while not subscribed:
        client.loop()
    client.loop_start()
    counted.answer_controller()


if __name__ == "__main__":
    main(*sys.argv[1:3])
