"""The load generator: every message once, every acknowledgement accounted for, through a broker that dies."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers import impinj_iot, json_mqtt
from gateway.model import Passage, TagRead
from simulators.load import epc, passage_message, seen_us
from tests.simulators.waiting import until
from tests.simulators.worlds import EPOCH_US, ROOT

COMMAND = [sys.executable, "-m", "simulators.load", "--base-us", str(EPOCH_US)]


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(*COMMAND, *arguments, stdout=asyncio.subprocess.PIPE, cwd=ROOT)


async def said(process: asyncio.subprocess.Process) -> dict[str, float]:
    """The next line of a process's output."""
    assert process.stdout is not None
    async with asyncio.timeout(20):
        found = json.loads(await process.stdout.readline())
    assert isinstance(found, dict)
    return found


def account(path: Path) -> dict[int, tuple[int, int]]:
    """Message number -> when sent, when acknowledged."""
    lines = [tuple(map(int, line.split())) for line in path.read_text().splitlines()]
    assert len({number for number, _, _ in lines}) == len(lines)
    return {number: (sent_ns, acked_ns) for number, sent_ns, acked_ns in lines}


async def test_every_message_arrives_as_it_was_numbered(broker_url: str, tmp_path: Path) -> None:
    heard: list[bytes] = []
    parts = urlsplit(broker_url)
    client = Client(CallbackAPIVersion.VERSION2)

    def hear(_client: Client, _data: object, message: MQTTMessage) -> None:
        heard.append(bytes(message.payload))

    client.on_message = hear
    client.connect(parts.hostname or "", parts.port or 0)
    client.subscribe("readers/load/events", 1)
    client.loop_start()
    process = await start("--mqtt", broker_url, "--count", "3000", "--rate", "0", "--acked", str(tmp_path / "acked"))
    assert await said(process) == {"ready": True, "count": 3000}
    told = await said(process)
    await process.wait()
    assert (told["sent"], told["acked"], told["reconnects"]) == (3000, 3000, 0)
    acked = account(tmp_path / "acked")
    assert sorted(acked) == list(range(3000))
    assert all(sent_ns < acked_ns for sent_ns, acked_ns in acked.values())
    await until(lambda: len(heard) == 3000)
    client.disconnect()
    client.loop_stop()
    decoder = impinj_iot.Decoder(impinj_iot.Settings())
    reads = [read for message in heard for read in decoder.feed(message, 0) if isinstance(read, TagRead)]
    expected = {(epc(number), seen_us(number, EPOCH_US)) for number in range(3000)}
    assert {(read.epc, read.seen_us) for read in reads} == expected


async def test_it_keeps_to_its_rate_and_stops_when_told(broker_url: str, tmp_path: Path) -> None:
    process = await start(
        "--mqtt", broker_url, "--count", "100000", "--rate", "1000", "--acked", str(tmp_path / "acked")
    )
    await said(process)
    await until(lambda: (tmp_path / "acked").read_text().count("\n") >= 500)
    process.terminate()
    told = await said(process)
    await process.wait()
    assert 500 <= told["acked"] <= told["sent"] < 100_000
    assert told["sent"] / told["seconds"] < 1100


async def test_what_was_not_acknowledged_is_sent_again_after_a_cut(free_port: int, tmp_path: Path) -> None:
    """A broker of ten lines that dies after the first messages, acknowledges nothing of them, and comes back."""
    seen: list[tuple[int, bool]] = []  # packet identifier, DUP

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first_life = not seen
        await frame(reader)
        writer.write(b"\x20\x02\x00\x00")
        while True:
            try:
                head, body = await frame(reader)
            except asyncio.IncompleteReadError:
                break
            topic_bytes = int.from_bytes(body[:2])
            ident = int.from_bytes(body[2 + topic_bytes : 4 + topic_bytes])
            seen.append((ident, bool(head & 0x08)))
            if first_life and len(seen) == 10:
                break
            if not first_life:
                writer.write(b"\x40\x02" + ident.to_bytes(2))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", free_port)
    url = f"mqtt://127.0.0.1:{free_port}"
    process = await start(
        "--mqtt", url, "--count", "50", "--rate", "0", "--window", "20", "--acked", str(tmp_path / "a")
    )
    await said(process)
    told = await said(process)
    await process.wait()
    server.close()
    assert (told["sent"], told["acked"], told["reconnects"]) == (50, 50, 1)
    assert sorted(account(tmp_path / "a")) == list(range(50))
    assert seen[:10] == [(number + 1, False) for number in range(10)]
    assert seen[10:30] == [(number + 1, True) for number in range(20)]
    assert seen[30:] == [(number + 1, False) for number in range(20, 50)]


async def frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """One MQTT packet: its first byte and its body."""
    head, length, shift = (await reader.readexactly(1))[0], 0, 0
    while True:
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return head, await reader.readexactly(length)


def test_passages_are_read_by_the_settings_that_the_driver_documents() -> None:
    settings = json_mqtt.Settings(
        yields="passage",
        fields={"asset": "truck", "place": "location", "direction": "status | values", "time": "at | iso"},
        values={"departed": "out", "arrived": "in"},
    )
    decoder = json_mqtt.Decoder(settings)
    passages = [decoder.feed(passage_message(number, 2, EPOCH_US, "PLANT"), 0)[0] for number in range(4)]
    assert [(p.asset, p.direction, p.seen_us) for p in passages if isinstance(p, Passage)] == [
        ("LOAD-0", "in", EPOCH_US),
        ("LOAD-1", "in", EPOCH_US + 1000),
        ("LOAD-0", "out", EPOCH_US + 2000),
        ("LOAD-1", "out", EPOCH_US + 3000),
    ]
