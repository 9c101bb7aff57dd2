"""A driver with a bug, beside the configuration: what it failed at waits and is told, and the rest goes on.

The gateway is a process of its own, at a broker that would deliver again whatever is not acknowledged.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import aiomqtt

from gateway.errors import TierviewError
from gateway.journal import beside
from gateway.model import DeviceEvent
from tests.conftest import ROOT
from tests.e2e.running import DEADLINE_S, all_events, all_quarantined, chunks, free_port
from tests.servers import Mosquitto

FRAIL = '''\
"""Shares as plain numbers; zero is more than it can bear."""

from dataclasses import dataclass

from gateway.model import Measurement

NAME = "frail"
TRANSPORT = "message"


@dataclass(frozen=True, kw_only=True)
class Settings:
    pass


class Decoder:
    def __init__(self, settings):
        self._fed = 0

    def start(self, now_us):
        return []

    def feed(self, data, now_us, topic=""):
        self._fed += 1
        return [Measurement(name="share", value=self._fed / int(data))]

    def tick(self, now_us):
        return []
'''
CONFIG = """\
site: {{operator: OEM}}
http: {{listen: "127.0.0.1:{http}"}}
mqtt: {{url: "{broker}", embedded: false}}
parties: [{{code: OEM, name: Elbe Motors, tier: oem}}]
places: [{{code: PLANT, name: Plant, party: OEM, tier: oem}}]
devices:
  - {{name: frail, driver: frail, connect: "mqtt:frail", place: PLANT}}
  - {{name: sound, driver: json_mqtt, connect: "mqtt:sound", place: PLANT, settings: {{fields: {{share: t}}}}}}
"""
SAID = (b"1", b"0", b"x", b"2")

Found = TypeVar("Found")


async def test_a_driver_with_a_bug_stops_nobody_else(mosquitto: Mosquitto, tmp_path: Path) -> None:
    (tmp_path / "drivers").mkdir()
    (tmp_path / "drivers" / "frail.py").write_text(FRAIL)
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(http=free_port(), broker=mosquitto.url))
    gateway = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", "run", str(config), stdout=-1, stderr=asyncio.subprocess.STDOUT, cwd=ROOT
    )
    try:
        async with asyncio.timeout(DEADLINE_S):
            await _until(tmp_path, _told_of("connected"), lambda told: len(told) == 2)
            await _publish(mosquitto, SAID)
            said = await _until(tmp_path, lambda c: [chunk.data for chunk in chunks(c)], lambda data: len(data) == 5)
            rows = await _until(tmp_path, all_quarantined, lambda rows: len(rows) == 2)
            told = await _until(tmp_path, _told_of("driver_failed"), bool)
    finally:
        with suppress(ProcessLookupError):  # it should not have ended, and then its log says why
            gateway.terminate()
        log, _ = await gateway.communicate()
    assert gateway.returncode == 0, log.decode()
    assert said == [*SAID, b'{"t": 20.5}'], "each once: the broker was told that they are safe"
    assert [(row.source, row.stage, row.reason, row.data, row.topic) for row in rows] == [
        ("frail", "decode", "driver_failed", b"0", "frail"),
        ("frail", "decode", "driver_failed", b"x", "frail"),
    ]
    assert rows[0].text == "frail: the driver failed: ZeroDivisionError: division by zero"
    assert [(event.device, event.fault) for event in told] == [("frail", True)], "not at each message"
    assert b"Traceback" in log


async def _publish(broker: Mosquitto, messages: tuple[bytes, ...]) -> None:
    host, _, port = broker.url.removeprefix("mqtt://").partition(":")
    async with aiomqtt.Client(host, int(port)) as client:
        for message in messages:
            await client.publish("frail", message, qos=1)
        await client.publish("sound", b'{"t": 20.5}', qos=1)


def _told_of(name: str) -> Callable[[sqlite3.Connection], list[DeviceEvent]]:
    def query(connection: sqlite3.Connection) -> list[DeviceEvent]:
        return [e for e in all_events(connection) if isinstance(e, DeviceEvent) and e.name == name]

    return query


async def _until(folder: Path, query: Callable[[sqlite3.Connection], Found], met: Callable[[Found], bool]) -> Found:
    """What a reader beside the gateway finds in its journal once a condition of it holds."""
    while True:
        with suppress(TierviewError, sqlite3.Error), beside.reading(folder / "data") as connection:
            if met(found := query(connection)):
                return found
        await asyncio.sleep(0.05)
