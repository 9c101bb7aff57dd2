"""A real InfluxDB 1.x on loopback, started with a generated configuration in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

DEADLINE_S = 30.0
QUERY_S = 300.0  # a count of ten million points takes it a while

CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc_port}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:{http_port}"
  log-enabled = false
"""


@dataclass(frozen=True)
class InfluxServer:
    """A running server."""

    url: str

    def query(self, text: str, database: str = "") -> list[dict[str, Any]]:
        """The series that a query answers with, each with name, columns, values and, grouped, tags."""
        answer = httpx.post(
            f"{self.url}/query", data={"q": text, "db": database, "epoch": "ns"}, timeout=QUERY_S, trust_env=False
        )
        answer.raise_for_status()
        result = answer.json()["results"][0]
        assert "error" not in result, result["error"]
        series: list[dict[str, Any]] = result.get("series", [])
        return series

    def count(self, measurement: str, field: str, database: str) -> int:
        """How many points of a measurement have a field."""
        series = self.query(f'SELECT count("{field}") FROM "{measurement}"', database)
        return int(series[0]["values"][0][1]) if series else 0


class Influxd:
    """An influxd with a folder and a port of its own, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._config = folder / "influxdb.conf"
        ports = {"http_port": _free_port(), "rpc_port": _free_port()}
        self._config.write_text(CONFIG.format(folder=folder, **ports))
        self.server = InfluxServer(f"http://127.0.0.1:{ports['http_port']}")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = self._folder / "influxd.log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(["influxd", "-config", str(self._config)], stdout=out, stderr=out)
        _wait_until_ready(self.server.url, self._process, log)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(DEADLINE_S)
            self._process = None


@contextmanager
def running_influxd(folder: Path) -> Iterator[InfluxServer]:
    """Start influxd in `folder` and stop it at the end."""
    influxd = Influxd(folder)
    try:
        influxd.start()
        yield influxd.server
    finally:
        influxd.stop()


def need_influxd() -> None:
    """Skip where influxd is not installed; in CI it must be."""
    if shutil.which("influxd") is None:
        if os.environ.get("CI"):
            pytest.fail("influxd is not installed: apt-get install influxdb")
        pytest.skip("influxd is not installed (apt-get install influxdb)")


@pytest.fixture(scope="session")
def influx_1x(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InfluxServer]:
    """A real InfluxDB 1.x; needed in CI, skipped elsewhere when it is not installed."""
    need_influxd()
    with running_influxd(tmp_path_factory.mktemp("influxd")) as server:
        yield server


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/ping", trust_env=False).status_code == 204:
                return
        except httpx.TransportError:
            time.sleep(0.05)  # the condition is the answer above; this keeps the wait from spinning
    pytest.fail(f"influxd did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
