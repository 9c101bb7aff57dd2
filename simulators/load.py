"""A load generator: so many readings a second over QoS 1 MQTT, and an exact account of what the broker acknowledged.

    python -m simulators.load --mqtt mqtt://127.0.0.1:1883 --rate 500 --count 10000 --acked acked.txt

Frames are built beforehand and written by hand, so that this process is not what limits a benchmark. Each message
is unique by its device time: message n is tag `epc(n % tags)` read at `base_us + n * apart_us`. The account has a line
`n sent_ns acked_ns` (monotonic clock) for each PUBACK, written as it comes. A lost connection is made again and
what was not acknowledged is sent again, marked DUP.

On standard output: `{"ready": true, "count": N}` once connected, `{"sent": ..., "acked": ..., "reconnects": ...,
"seconds": ...}` at the end. With `--wait` it begins when a line comes on standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from gateway.identity import encode, stored_pc
from gateway.model import Micros
from simulators.impinj_reader import tag_event
from simulators.publisher import Publisher, publish_frame

FIRST_EPC = int.from_bytes(encode("urn:epc:tag:sgtin-96:1.9521141.000042.0"))
GOLDEN_DEG = 137.508
TRUCKS_FROM = (47.5, 6.5, 5.5)  # south, west, and how many degrees they are spread to the north
TRUCK_MPS = 20.0
METRES_A_DEGREE = 111_195.0
APART_US = 1000  # device time between two messages, unless told otherwise


def epc(number: int) -> bytes:
    """The tag of that number: an SGTIN-96 with it as its serial."""
    return (FIRST_EPC + number).to_bytes(12)


def seen_us(number: int, base_us: Micros, apart_us: Micros = APART_US) -> Micros:
    """When message `number` says that it was read."""
    return base_us + number * apart_us


def impinj_message(number: int, tags: int, base_us: Micros, apart_us: Micros = APART_US) -> bytes:
    """A tag event of an R700."""
    tag = epc(number % tags)
    at_us = seen_us(number, base_us, apart_us)
    return tag_event(hostname="load", epc=tag, pc=stored_pc(tag), antenna=1, rssi_dbm=-52.0, seen_us=at_us)


def passage_message(number: int, tags: int, base_us: Micros, place: str) -> bytes:
    """A passage as transport management systems tell it: in and out by turns."""
    at = datetime.fromtimestamp(seen_us(number, base_us) // 1000 / 1000, UTC)
    status = "departed" if number // tags % 2 else "arrived"
    asset = f"LOAD-{number % tags}"
    return json.dumps({"truck": asset, "location": place, "status": status, "at": at.isoformat()}).encode()


def position_message(number: int, tags: int, base_us: Micros, apart_us: Micros = APART_US) -> bytes:
    """Where a truck is that drives on and on: all set out from somewhere in Central Europe, each on its own course."""
    truck, at_us = number % tags, seen_us(number, base_us, apart_us)
    course_deg = truck * GOLDEN_DEG % 360
    way_deg = TRUCK_MPS * (at_us - base_us) / 1e6 / METRES_A_DEGREE
    south, west, spread = TRUCKS_FROM
    lat = south + spread * (truck * 0.754877 % 1) + way_deg * math.cos(math.radians(course_deg))
    lon = west + 1.6 * spread * (truck * 0.569840 % 1) + 1.6 * way_deg * math.sin(math.radians(course_deg))
    said = {"truck": f"LOAD-{truck}", "lat": round(lat, 6), "lon": round(lon, 6), "course": round(course_deg, 1)}
    return json.dumps(said | {"speed": TRUCK_MPS, "ms": at_us // 1000}).encode()


def build(arguments: argparse.Namespace) -> list[bytes]:
    """All frames."""
    tags, base_us, place = arguments.tags or arguments.count, arguments.base_us, arguments.place
    topic = arguments.topic or f"{'readers' if arguments.kind == 'impinj' else 'tms'}/load/events"
    frames = []
    for number in range(arguments.count):
        if arguments.kind == "impinj":
            payload = impinj_message(number, tags, base_us, arguments.apart_us)
        elif arguments.kind == "position":
            payload = position_message(number, tags, base_us, arguments.apart_us)
        else:
            payload = passage_message(number, tags, base_us, place)
        frames.append(publish_frame(topic, number, payload))
    return frames


async def run(arguments: argparse.Namespace) -> None:
    """Build, connect, send, account."""
    frames = build(arguments)
    parts = urlsplit(arguments.mqtt)
    with arguments.acked.open("w") as account:
        publisher = Publisher(frames, window=arguments.window, account=account)
        connection = asyncio.create_task(
            publisher.stay_connected(parts.hostname or "127.0.0.1", parts.port or 1883, arguments.client_id),
            name="connection",
        )
        while publisher.reconnects < 0:  # noqa: ASYNC110 - once, at the start
            await asyncio.sleep(0.01)
        print(json.dumps({"ready": True, "count": len(frames)}), flush=True)
        if arguments.wait:
            await asyncio.to_thread(sys.stdin.readline)
        began = time.monotonic()
        sending = asyncio.create_task(publisher.send_all(arguments.rate), name="sending")
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, sending.cancel)
        await asyncio.wait([sending])
        connection.cancel()
        told = {"sent": publisher.sent, "acked": publisher.acked, "reconnects": publisher.reconnects}
        print(json.dumps(told | {"seconds": round(time.monotonic() - began, 3)}), flush=True)


def read_arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="simulators.load", description="Readings over QoS 1 MQTT, with an account.")
    parser.add_argument("--mqtt", default="mqtt://127.0.0.1:1883")
    parser.add_argument("--kind", choices=("impinj", "passage", "position"), default="impinj")
    parser.add_argument(
        "--topic", default="", help="readers/load/events, or tms/load/events for passages and positions"
    )
    parser.add_argument("--place", default="PLANT", help="of passages")
    parser.add_argument("--rate", type=float, default=500.0, help="messages a second; 0: as fast as acknowledged")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--tags", type=int, default=0, help="different tags; 0: one for each message")
    parser.add_argument("--base-us", type=int, default=time.time_ns() // 1000, help="device time of the first message")
    parser.add_argument(
        "--apart-us", type=int, default=APART_US, help="device time between messages that are tag events"
    )
    parser.add_argument("--window", type=int, default=2000, help="most messages that wait for their PUBACK")
    parser.add_argument("--acked", type=Path, required=True, help="the account: n sent_ns acked_ns")
    parser.add_argument("--client-id", default="tierview-load")
    parser.add_argument("--wait", action="store_true", help="begin when a line comes on standard input")
    return parser.parse_args(given)


if __name__ == "__main__":
    asyncio.run(run(read_arguments()))
