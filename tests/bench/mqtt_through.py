"""Readings through whole systems by QoS 1 MQTT, as fast as they go."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from tests.bench.arrivals import compare
from tests.bench.brokers import Broker, iotcore, mosquitto
from tests.bench.contest import Contender, Contest, Measured, Role
from tests.bench.generator import Generator, generator
from tests.bench.machine import mosquitto_program
from tests.bench.mqtt_systems import Open, System, events_of_gateway, paho_alone, paho_influx, tape_of_gateway
from tests.bench.size import Size

PACE = 1_000  # messages a second where delays are measured

OpenBroker: TypeAlias = Callable[[Path], AbstractContextManager[Broker]]


def contest(size: Size) -> Contest:
    """Reads of known tags; the gateway journals each with FULL and acknowledges it after COMMIT."""

    return Contest(
        name="mqtt",
        title="QoS 1 MQTT to committed readings, end to end",
        unit="readings",
        contenders=_contenders(partial(_blast, size=size), tape_of_gateway),
        clock=time.perf_counter,
    )


def contest_paced(size: Size) -> Contest:
    """Every reading is of a new tag, so that each leads to an event."""

    return Contest(
        name="delay",
        title=f"read to committed event at {PACE:,} reads/s, QoS 1 MQTT",
        unit="readings",
        contenders=_contenders(partial(pace, count=size.paced), events_of_gateway),
        clock=time.perf_counter,
        paced=True,
    )


def _contenders(measure: Callable[[OpenBroker, Open], Measured], ours: Open) -> list[Contender]:
    """Who takes part; without a mosquitto, only the gateway with its own broker."""
    own = Contender(name="tierview with its own broker", role=Role.OURS, measure=partial(measure, iotcore, ours))
    if mosquitto_program() is None:
        return [own]
    behind = partial(measure, mosquitto)
    return [
        Contender(name="tierview behind mosquitto", role=Role.OURS, measure=partial(behind, ours)),
        own,
        Contender(name="paho + influxdb-client, no journal", role=Role.PEER, measure=partial(behind, paho_influx)),
        Contender(name="paho alone, dropping all", role=Role.FLOOR, measure=partial(behind, paho_alone)),
    ]


def _blast(open_broker: OpenBroker, open_system: Open, size: Size) -> Measured:
    """Meet every tag once, then as many messages as fast as they go."""
    with (
        TemporaryDirectory(prefix="tierview-bench-") as name,
        open_broker(Path(name)) as broker,
        open_system(broker, Path(name)) as system,
    ):
        with generator(broker.mqtt.url, Path(name), name="warm", count=size.tags, tags=size.tags, rate=0) as warm:
            warm.go()
            warm.finish()
        system.until(size.tags)
        with generator(broker.mqtt.url, Path(name), name="blast", count=size.messages, tags=size.tags, rate=0) as load:
            return _measure(broker, system, load, size.tags + size.messages)


def pace(open_broker: OpenBroker, open_system: Open, count: int) -> Measured:
    """So many messages at an even rate."""
    with (
        TemporaryDirectory(prefix="tierview-bench-") as name,
        open_broker(Path(name)) as broker,
        open_system(broker, Path(name)) as system,
        generator(broker.mqtt.url, Path(name), name="paced", count=count, tags=count, rate=PACE) as load,
    ):
        return _measure(broker, system, load, count)


def _measure(broker: Broker, system: System, load: Generator, total: int) -> Measured:
    """Let the generator go, and wait until the system has had `total` since its start."""
    cpu_s, around_s = system.cpu_s(), broker.cpu_s(system.pid) + load.cpu_s()
    load.go()
    system.until(total)
    cpu_s = system.cpu_s() - cpu_s
    around_s = broker.cpu_s(system.pid) + load.cpu_s() - around_s
    return compare(load.finish(), system.arrivals(), cpu_s=cpu_s, around_cpu_s=around_s)
