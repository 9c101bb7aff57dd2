"""Brokers for a contest: mosquitto as it stands in the field, and the one that a gateway starts itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.config.model import Mqtt
from tests.bench.children import children_of, cpu_s
from tests.bench.machine import mosquitto_program
from tests.e2e.running import free_port
from tests.servers import wait_for_port

# Queues without bounds: a generator that is faster than the system must not make the broker drop messages.
CONF = """
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_inflight_messages 1000
max_queued_messages 0
"""
LOGS = subprocess.DEVNULL


@dataclass(frozen=True, kw_only=True)
class Broker:
    """Where a broker is, or will be."""

    mqtt: Mqtt
    pid: int | None  # None: the gateway will start it

    def cpu_s(self, gateway_pid: int) -> float:
        """CPU time that brokering took so far."""
        pids = children_of(gateway_pid) if self.pid is None else [self.pid]
        return sum(cpu_s(pid) for pid in pids)


@contextmanager
def mosquitto(folder: Path) -> Iterator[Broker]:
    """A mosquitto of our own while the block runs."""
    program, port = mosquitto_program(), free_port()
    if program is None:
        raise FileNotFoundError("mosquitto is not installed")
    conf = folder / "mosquitto.conf"
    conf.write_text(CONF.format(port=port))
    process = subprocess.Popen([program, "-c", str(conf)], stdout=LOGS, stderr=LOGS)
    try:
        wait_for_port(port, process)
        yield Broker(mqtt=Mqtt(url=f"mqtt://127.0.0.1:{port}", embedded=False), pid=process.pid)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def iotcore(folder: Path) -> Iterator[Broker]:
    """The broker that the gateway starts as a child of its own."""
    yield Broker(mqtt=Mqtt(url=f"mqtt://127.0.0.1:{free_port()}", embedded=True), pid=None)
