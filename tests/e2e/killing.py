"""Kill a gateway again and again while it is sent readings, and take stock of its journal afterwards.

Two producers publish unique messages at QoS 1 to a mosquitto that survives: tag reads, each of another tag, and
passages, each of another truck. A message counts from the moment at which the broker acknowledged it to its
producer. From there on it must reach the journal, whatever happens to the gateway: the broker keeps it until the
gateway acknowledges it, and the gateway does so after COMMIT.

Every other kill waits until the gateway has caught up with what came while it was away: so it is killed both in
the middle of a backlog and in its everyday work, and the backlog does not grow from kill to kill.

A gateway that is killed between COMMIT and its acknowledgement gets the message again. So the tape, which holds what
came as it came, may have a message twice; events may not.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from gateway.journal.journal import FILE
from gateway.model import Micros
from tests.conftest import ROOT
from tests.e2e.running import DEADLINE_S, answers, free_port
from tests.e2e.stock import PLACE, Sent, Stock, open_journal_file, take_stock
from tests.servers import Mosquitto

SOONEST_S, LATEST_S = 0.005, 0.5  # of a kill, after the first message since the start was stored
CATCH_UP_S, DRAIN_S = 30.0, 120.0  # at most, before an every-day kill and at the end
MOST_S, MOST_S_A_KILL = 90, 10  # messages are made for so long
SHARES = {"impinj": 0.9, "passage": 0.1}  # of the rate
DEVICES = ("reader", "tms")

CONFIG = """
site: {{name: killed, operator: OEM}}
journal: {{folder: journal}}
http: {{listen: "127.0.0.1:{http_port}"}}
mqtt: {{url: "mqtt://127.0.0.1:{mqtt_port}", embedded: false}}
parties:
  - {{code: OEM, name: Elbe Motors, tier: oem}}
places:
  - {{code: PLANT, name: Plant, party: OEM, tier: oem}}
devices:
  - {{name: reader, driver: impinj_iot, connect: "mqtt:readers/load/events", place: PLANT}}
  - name: tms
    driver: json_mqtt
    connect: mqtt:tms/load/events
    settings:
      yields: passage
      fields: {{asset: truck, place: location, direction: status | values, time: at | iso}}
      values: {{departed: out, arrived: in}}
locating:
  presence: {{least_reads: 1}}
"""


@dataclass
class Producer:
    """A process of `simulators.load`."""

    kind: str
    count: int
    base_us: Micros
    account: Path
    process: Process

    async def stop(self) -> Sent:
        """End it, and read its account."""
        self.process.terminate()
        assert self.process.stdout is not None
        told = json.loads(await self.process.stdout.readline())
        await self.process.wait()
        acked = frozenset(int(line.split()[0]) for line in self.account.read_text().splitlines())
        return Sent(kind=self.kind, count=self.count, base_us=self.base_us, sent=told["sent"], acked=acked)


@dataclass
class Victim:
    """The gateway that is killed and started again."""

    config: Path
    process: Process | None = None
    ready_s: list[float] = field(default_factory=list)

    async def start(self) -> None:
        """Start it; it may still take a second until it works."""
        command = (sys.executable, "-m", "tests.e2e.child", str(self.config))
        self.process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, cwd=ROOT)

    async def first_stored(self) -> None:
        """Return when it has stored a message since its start."""
        assert self.process is not None
        assert self.process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            line = await self.process.stdout.readline()
        assert line, "the gateway ended by itself"

    async def restart(self) -> None:
        """Start it, and measure how long it takes until it stores what comes."""
        began_s = time.monotonic()
        await self.start()
        await self.first_stored()
        self.ready_s.append(time.monotonic() - began_s)

    async def end(self, number: signal.Signals) -> None:
        """Send it a signal and wait for its end."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)
            await self.process.wait()


async def kill_again_and_again(folder: Path, *, kills: int, rate: float, seed: int) -> Stock:
    """The whole of it; everything that is started is ended."""
    chance = random.Random(seed)
    broker_folder = folder / "mosquitto"
    broker_folder.mkdir()
    mosquitto = Mosquitto(broker_folder, free_port(), saves_changes=False)
    mosquitto.start()
    config, url = write_config(folder, mosquitto.port)
    victim, progress = Victim(config), Progress(folder / "journal" / FILE)
    try:
        await victim.start()
        await until_subscribed(url)
        async with producing(folder, mosquitto.url, kills, rate) as producers:
            await victim.first_stored()
            for number in range(kills):
                if number % 2:
                    await progress.until_stored(sum(map(acknowledged, producers)), CATCH_UP_S)
                await asyncio.sleep(chance.uniform(SOONEST_S, LATEST_S))
                await victim.end(signal.SIGKILL)
                await victim.restart()
            still_producing = all(producer.process.returncode is None for producer in producers)
            assert still_producing, "the producers ended before the last kill"
            sent = [await producer.stop() for producer in producers]
        await progress.until_stored(sum(len(one.acked) for one in sent), DRAIN_S)
        await victim.end(signal.SIGTERM)
    finally:
        await victim.end(signal.SIGKILL)
        mosquitto.stop()
    return take_stock(folder / "journal" / FILE, sent, kills, victim.ready_s)


def write_config(folder: Path, mqtt_port: int) -> tuple[Path, str]:
    """The gateway's configuration, and its URL."""
    http_port = free_port()
    config = folder / "config.yaml"
    config.write_text(CONFIG.format(http_port=http_port, mqtt_port=mqtt_port))
    return config, f"http://127.0.0.1:{http_port}"


async def until_subscribed(url: str) -> None:
    """Before the gateway has subscribed for the first time the broker keeps nothing for it."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http, asyncio.timeout(DEADLINE_S):
        await answers(http)
        while True:
            text = (await http.get("/metrics")).text
            if all(f'tierview_device_connected{{device="{device}"}} 1.0' in text for device in DEVICES):
                return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def producing(folder: Path, mqtt: str, kills: int, rate: float) -> AsyncIterator[list[Producer]]:
    """The producers, as long as the block runs."""
    producers = []
    try:
        for kind, share in SHARES.items():
            producers.append(await _produce(kind, folder / f"{kind}.acked", mqtt, rate * share, kills))
        yield producers
    finally:
        for producer in producers:
            if producer.process.returncode is None:
                producer.process.kill()
                await producer.process.wait()


async def _produce(kind: str, account: Path, mqtt: str, rate: float, kills: int) -> Producer:
    count = int((MOST_S + kills * MOST_S_A_KILL) * rate)
    base_us = time.time_ns() // 1_000_000 * 1000  # whole milliseconds, as passages tell them
    arguments = {
        "--mqtt": mqtt,
        "--kind": kind,
        "--place": PLACE,
        "--rate": str(rate),
        "--count": str(count),
        "--base-us": str(base_us),
        "--acked": str(account),
        "--client-id": f"load-{kind}",
    }
    words = [word for pair in arguments.items() for word in pair]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators.load", *words, stdout=PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    async with asyncio.timeout(DEADLINE_S):
        assert json.loads(await process.stdout.readline())["ready"]
    return Producer(kind=kind, count=count, base_us=base_us, account=account, process=process)


def acknowledged(producer: Producer) -> int:
    """How many messages the broker acknowledged to a producer so far."""
    return producer.account.read_bytes().count(b"\n")


class Progress:
    """How many messages have led to events, counted on from the last look."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seq = self._events = 0

    async def until_stored(self, messages: int, most_s: float) -> None:
        """Wait until there are as many events as messages; where some are lost this ends by its deadline."""
        deadline_s = time.monotonic() + most_s
        while time.monotonic() < deadline_s:
            if self._look() >= messages:
                return
            await asyncio.sleep(0.05)

    def _look(self) -> int:
        with closing(open_journal_file(self._file)) as connection:
            new, seq = connection.execute(
                "SELECT count(CASE type WHEN 'location' THEN 1 END), max(seq) FROM events WHERE seq > ?", (self._seq,)
            ).fetchone()
        self._seq, self._events = seq or self._seq, self._events + new
        return self._events
