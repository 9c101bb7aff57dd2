"""Many open shipments with their timers: from the commit of an event to that of the alert that it ends.

Two gateways take the same events, one with few shipments open, which is what it costs at least. Both are filled,
started, told of more plans that soon fall due, ended, and started again; then late shipments arrive one by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import httpx

from tests.bench.brokers import Broker, mosquitto
from tests.bench.children import Child
from tests.bench.contest import Contender, Contest, Measured, Role
from tests.bench.gateway import started
from tests.bench.generator import generator
from tests.bench.machine import mosquitto_program
from tests.bench.shipments_plan import LATE, fill, network, plan_csv, shipments_of
from tests.bench.shipments_watch import AlertWatch
from tests.bench.size import Size
from tests.e2e.running import free_port

RATE = 100.0  # arrivals a second
DUE_APART_US = 10_000
DUE_AFTER_US = 2_000_000  # the first, after the import is sent
READY_S = 300.0
LOOKS = 5
KEPT_S = 0.55  # a look is kept for half a second
WATCHED_S = 5.0
COUNT_S = 0.2
RULE = "late_arrival"
TRIPS = "SELECT count(*) FROM trips"


@dataclass(frozen=True, kw_only=True)
class Site:
    """A gateway's folder, and how to reach it."""

    folder: Path
    port: int
    token: str
    broker: Broker
    late: Mapping[str, str]  # shipment that is late -> its asset, which arrives

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    def api(self) -> httpx.Client:
        headers = {"authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, trust_env=False, timeout=READY_S)


def contest(size: Size) -> Contest:
    """Many beside few."""
    few = max(2 * size.arrivals, size.open_shipments // 100)
    contenders = [_contender(f"{count:,} open", size, count, role) for count, role in _sizes(size.open_shipments, few)]
    return Contest(
        name="shipments",
        title="event to alert while shipments are open",
        unit="arrivals",
        contenders=contenders if mosquitto_program() else contenders[:1],
        clock=time.perf_counter,
        paced=True,
    )


def _sizes(many: int, few: int) -> Iterator[tuple[int, Role]]:
    yield many, Role.OURS
    yield few, Role.FLOOR


def _contender(name: str, size: Size, count: int, role: Role) -> Contender:
    return Contender(name=name, role=role, measure=partial(_measure, size, count))


def _measure(size: Size, count: int) -> Measured:
    with TemporaryDirectory(prefix="tierview-bench-") as name, mosquitto(Path(name)) as broker:
        now_us = time.time_ns() // 1000
        folder, port = Path(name), free_port()
        plans = shipments_of(count, size.arrivals, now_us)
        late = {plan.shipment_id: plan.assets[0] for plan in plans if plan.assets[0].startswith(LATE)}
        token = fill(folder / "journal", plans, now_us)
        site = Site(folder=folder, port=port, token=token, broker=broker, late=late)
        with _gateway(site) as (first, began_s):
            beside = _met(site, count, began_s) | _due(site, first, size.due) | {"first run, MB": first.memory_mb()}
        with _gateway(site) as (again, began_s):
            beside |= {"restart, s": time.monotonic() - began_s, "after a restart, MB": again.memory_mb()}
            return _arrive(site, again, size.arrivals, beside)


@contextmanager
def _gateway(site: Site) -> Iterator[tuple[Child, float]]:
    """A gateway that answers; with when it was started."""
    began_s = time.monotonic()
    with started(network(http_port=site.port, mqtt=site.broker.mqtt), site.folder) as child, site.api() as api:
        while time.monotonic() - began_s < READY_S:
            child.check()
            try:
                if api.get("/health").is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.01)
        yield child, began_s


def _met(site: Site, count: int, began_s: float) -> dict[str, float]:
    """How fast it takes up plans that it has never met."""
    watch = AlertWatch(site.journal, RULE)
    while watch.count(TRIPS) < count and time.monotonic() - began_s < READY_S:
        time.sleep(COUNT_S)
    seconds = time.monotonic() - began_s
    watch.close()
    return {"plans met, a second": count / seconds}


def _due(site: Site, child: Child, count: int) -> dict[str, float]:
    """How much later than due an alert is committed, and what one costs."""
    watch = AlertWatch(site.journal, RULE)
    first_us = time.time_ns() // 1000 + DUE_AFTER_US
    with site.api() as api:
        plans = plan_csv(count, first_us, DUE_APART_US)
        began_s = time.monotonic()
        answer = api.post("/api/v1/shipments/import", content=plans, headers={"content-type": "text/csv"})
        assert answer.raise_for_status().json()["accepted"] == count, answer.text
        imported_s = time.monotonic() - began_s
    watch.until(lambda: len(watch.opened) > 0)
    cpu_s, before = child.cpu_s(), len(watch.opened)
    watch.until(lambda: len(watch.opened) >= count)
    cpu_s, fired = child.cpu_s() - cpu_s, len(watch.opened) - before
    watch.close()
    due_us = {f"ZDUE-{number}": first_us + number * DUE_APART_US for number in range(count)}
    after_ms = [(came.at_us - due_us[came.name]) / 1000 for came in watch.opened if came.name in due_us]
    cuts = quantiles(after_ms, n=100, method="inclusive")
    return {
        "plans by CSV, a second": count / imported_s,
        "due to alert, p50 ms": cuts[49],
        "due to alert, p99 ms": cuts[98],
        "CPU of one that falls due, µs": cpu_s / fired * 1e6,
    }


def _arrive(site: Site, child: Child, count: int, beside: dict[str, float]) -> Measured:
    """Late shipments arrive."""
    beside = beside | _asked(site, child)
    watch = AlertWatch(site.journal, RULE)
    with generator(
        site.broker.mqtt.url, site.folder, name="paced", count=count, tags=count, rate=RATE, kind="passage"
    ) as load:
        cpu_s, began_s = child.cpu_s(), time.monotonic()
        load.go()
        watch.until(lambda: len({came.name for came in watch.ended}) >= count)
        cpu_s, seconds = child.cpu_s() - cpu_s, time.monotonic() - began_s
        load.finish()
    watch.close()
    took_ms = _took_ms(watch, site.late)
    cuts = quantiles(took_ms, n=100, method="inclusive")
    return Measured(
        units=len(took_ms),
        seconds=seconds,
        cpu_s=cpu_s,
        missing=count - len(took_ms),
        p50_ms=cuts[49],
        p99_ms=cuts[98],
        beside=beside,
    )


def _asked(site: Site, child: Child) -> dict[str, float]:
    """What pages take, and what it costs to have the board looked at twice a second."""
    with site.api() as api:
        late = partial(api.get, "/api/v1/shipments", params={"late": "true", "limit": 200})
        held = len(late().raise_for_status().json()["items"])
        board = partial(api.get, "/api/v1/board")
        found = {
            "page of late ones, ms": _median_ms(late),
            "late ones on it": float(held),
            "page of all, ms": _median_ms(partial(api.get, "/api/v1/shipments", params={"limit": 200})),
            "board, ms": _median_ms(board, KEPT_S),
        }
        began_s, cpu_s = time.monotonic(), child.cpu_s()
        while time.monotonic() - began_s < WATCHED_S:
            board().raise_for_status()
            time.sleep(KEPT_S)
        return found | {"CPU while the board is watched, %": (child.cpu_s() - cpu_s) / WATCHED_S * 100}


def _median_ms(ask: Callable[[], httpx.Response], apart_s: float = 0.0) -> float:
    took_ms = []
    for _ in range(LOOKS):
        time.sleep(apart_s)
        began_s = time.perf_counter()
        ask().raise_for_status()
        took_ms.append((time.perf_counter() - began_s) * 1000)
    return median(took_ms)


def _took_ms(watch: AlertWatch, late: Mapping[str, str]) -> list[float]:
    """From each arrival until the first of its shipment's alerts was over."""
    arrived_us = {came.name: came.at_us for came in reversed(watch.events)}
    ended_us = {late[came.name]: came.at_us for came in reversed(watch.ended) if came.name in late}
    return [(ended_us[asset] - arrived_us[asset]) / 1000 for asset in arrived_us if asset in ended_us]
