"""What the figures were measured on: versions, processors, and how long this disk takes to make a write safe."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

PACKAGES = ("tierview", "msgspec", "paho-mqtt", "iotcore", "influxdb-client", "llrpkit")
SYNCS = 200
PAGE_BYTES = 4096


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Where and with what."""

    versions: dict[str, str]
    processors: int
    load: float  # of the last minute, before the run
    fsync_p50_ms: float
    fsync_p99_ms: float


def describe() -> Machine:
    """Look at the machine."""
    p50_ms, p99_ms = _fsync_ms()
    return Machine(
        versions={"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "mosquitto": _mosquitto()}
        | {package: version(package) for package in PACKAGES},
        processors=os.cpu_count() or 1,
        load=os.getloadavg()[0],
        fsync_p50_ms=p50_ms,
        fsync_p99_ms=p99_ms,
    )


def words(machine: Machine) -> str:
    """One line for people."""
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    disk = f"fsync {machine.fsync_p50_ms:.2f} ms, p99 {machine.fsync_p99_ms:.2f} ms"
    return f"{machine.processors} processors, load {machine.load:.1f}; {disk}; {versions}"


def mosquitto_program() -> str | None:
    """Where mosquitto is, if it is installed."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _mosquitto() -> str:
    program = mosquitto_program()
    if program is None:
        return "not installed"
    help_text = subprocess.run([program, "-h"], capture_output=True, text=True, check=False).stdout
    return help_text.split("\n")[0].rpartition(" ")[2]


def _fsync_ms() -> tuple[float, float]:
    times = []
    with TemporaryDirectory(prefix="tierview-bench-") as folder, (Path(folder) / "probe").open("wb", 0) as file:
        for _ in range(SYNCS):
            file.write(bytes(PAGE_BYTES))
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    cuts = quantiles(times, n=100)
    return cuts[49], cuts[98]
