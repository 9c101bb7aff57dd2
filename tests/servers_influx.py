"""A real InfluxDB 1.x on loopback, started with a generated configuration in a folder of its own."""

from __future__ import annotations

import os
import shutil
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
        answer = httpx.post(f"{self.url}/query", data={"q": text, "db": database, "epoch": "ns"}, trust_env=False)
        answer.raise_for_status()
        result = answer.json()["results"][0]
        assert "error" not in result, result["error"]
        series: list[dict[str, Any]] = result.get("series", [])
        return series

    def count(self, measurement: str, field: str, database: str) -> int:
        """How many points of a measurement have a field."""
        series = self.query(f'SELECT count("{field}") FROM "{measurement}"', database)
        return int(series[0]["values"][0][1]) if series else 0


@contextmanager
def running_influxd(folder: Path) -> Iterator[InfluxServer]:
    """Start influxd in `folder` and stop it at the end."""
    config = folder / "influxdb.conf"
    ports = {"http_port": _free_port(), "rpc_port": _free_port()}
    config.write_text(CONFIG.format(folder=folder, **ports))
    with (folder / "influxd.log").open("wb") as log:
        process = subprocess.Popen(["influxd", "-config", str(config)], stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{ports['http_port']}"
        _wait_until_ready(url, process, folder / "influxd.log")
        yield InfluxServer(url)
    finally:
        process.terminate()
        process.wait(DEADLINE_S)


@pytest.fixture(scope="session")
def influx_1x(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InfluxServer]:
    """A real InfluxDB 1.x; needed in CI, skipped elsewhere when it is not installed."""
    if shutil.which("influxd") is None:
        if os.environ.get("CI"):
            pytest.fail("influxd is not installed: apt-get install influxdb")
        pytest.skip("influxd is not installed (apt-get install influxdb)")
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
