"""A child: paho and influxdb-client in batches, as people write it.

    python -m tests.bench.paho_influx HOST:PORT TOPIC SINK_URL

No journal: what waits in its batch is lost when it ends, and the broker has been told that it is safe.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

import paho.mqtt.client as paho
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write.point import Point
from paho.mqtt.enums import CallbackAPIVersion


def main(address: str, topic: str, sink: str) -> None:
    """Subscribe and write until ended; a line says when the subscription stands."""
    host, _, port = address.partition(":")
    new_point: Any = Point  # untyped
    write_api = InfluxDBClient(url=sink, token="t", org="bench").write_api()  # batches of 1,000, or each second

    def on_message(client: paho.Client, data: Any, message: paho.MQTTMessage) -> None:
        event = json.loads(message.payload)
        tag = event["tagInventoryEvent"]
        point = (
            new_point("tag_read")
            .tag("reader", event["hostname"])
            .tag("antenna", tag["antennaPort"])
            .tag("epc", tag["epc"])
            .field("rssi_dbm", tag["peakRssiCdbm"] / 100)
            .time(datetime.fromisoformat(tag["lastSeenTime"]))
        )
        write_api.write(bucket="bench", record=point)

    def on_subscribe(*_: Any) -> None:
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="paho-influx")
    client.on_message = on_message
    client.on_subscribe = on_subscribe
    client.connect(host, int(port))
    client.subscribe(topic, qos=1)
    client.loop_forever()


if __name__ == "__main__":
    main(*sys.argv[1:4])
