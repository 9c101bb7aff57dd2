"""The page in Chromium while trucks drive about on its map: what it sends at first, and how long its frames take.

Each truck tells its position every ten seconds, spread evenly; a fiftieth of them are late. Two gateways are looked at,
one with few trucks, which is what the page costs at least. Without a graphics card Chromium draws in software, on the
processors that the gateway, the broker and the trucks share with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import httpx

from tests.bench.brokers import Broker, iotcore, mosquitto
from tests.bench.children import Child
from tests.bench.contest import Contender, Contest, Measured, Role
from tests.bench.gateway import started
from tests.bench.generator import generator
from tests.bench.machine import mosquitto_program
from tests.bench.page_site import late_plans, trucks
from tests.bench.page_watch import Watched, watch
from tests.bench.shipments_plan import fill
from tests.bench.size import Size
from tests.e2e.running import free_port

EACH_S = 10.0  # between two positions of a truck
FEW = 100  # times fewer, beside them
READY_S = 120.0
MEET_RATE = 1000.0  # positions a second while each truck is met first
AROUND_S = 30.0  # for the browser to start, and to look around


def contest(size: Size) -> Contest:
    """Many trucks beside few."""
    few = max(2, size.moving // FEW)
    contenders = [
        Contender(name=f"{count:,} trucks that move", role=role, measure=partial(_measure, size, count))
        for count, role in ((size.moving, Role.OURS), (few, Role.FLOOR))
    ]
    return Contest(
        name="page",
        title="frames of the page's map while trucks move",
        unit="frames",
        contenders=contenders,
        clock=time.perf_counter,
        paced=True,
    )


def _measure(size: Size, count: int) -> Measured:
    open_broker = mosquitto if mosquitto_program() else iotcore
    with TemporaryDirectory(prefix="tierview-bench-") as name, open_broker(Path(name)) as broker:
        folder, port = Path(name), free_port()
        token = fill(folder / "journal", late_plans(count, time.time_ns() // 1000), time.time_ns() // 1000)
        with started(trucks(http_port=port, mqtt=broker.mqtt), folder) as child:
            _until_ready(child, port)
            with _driving(broker, folder, count, size.watched_s):
                return _measured(watch(port, token, count, size.watched_s), count, child, size.watched_s)


def _until_ready(child: Child, port: int) -> None:
    deadline_s = time.monotonic() + READY_S
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        while time.monotonic() < deadline_s:
            child.check()
            try:
                if client.get("/health").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    raise TimeoutError(f"the gateway was not ready within {READY_S:g} s")


@contextmanager
def _driving(broker: Broker, folder: Path, count: int, watched_s: float) -> Iterator[None]:
    """Every truck is met, then all drive while the block runs."""
    with generator(
        broker.mqtt.url, folder, name="meet", count=count, tags=count, rate=MEET_RATE, kind="position"
    ) as met:
        met.go()
        met.finish()
    rate = count / EACH_S
    messages = round(rate * (2 * watched_s + AROUND_S))
    with generator(
        broker.mqtt.url, folder, name="drive", count=messages, tags=count, rate=rate, kind="position"
    ) as load:
        load.go()
        yield


def _measured(watched: Watched, count: int, child: Child, watched_s: float) -> Measured:
    cuts = quantiles(watched.frames_ms, n=100, method="inclusive")
    around = quantiles(watched.around_ms, n=100, method="inclusive")
    return Measured(
        units=len(watched.frames_ms),
        seconds=watched_s,
        cpu_s=watched.script_s,
        missing=count - watched.trucks,
        p50_ms=cuts[49],
        p99_ms=cuts[98],
        beside={
            "frame, p95 ms": cuts[94],
            "frame while looking around, p50 ms": around[49],
            "frame while looking around, p95 ms": around[94],
            "frame while looking around, p99 ms": around[98],
            "first paint, ms": watched.first_paint_ms,
            "places and trucks drawn, ms": watched.drawn_ms,
            "transferred at first, KB": watched.transferred_bytes / 1000,
            "files at first": float(watched.files),
            "positions that came a second": watched.updates_per_s,
            "the page's scripts, % of a processor": watched.script_s / watched_s * 100,
            "gateway, MB": child.memory_mb(),
        },
    )
