"""Readings while the InfluxDB that they go to is slow and full: what the intake notices of it (fault F8)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from gateway.config.model import Influx
from tests.bench.brokers import Broker, iotcore, mosquitto
from tests.bench.children import Child, python
from tests.bench.contest import Contender, Contest, Role
from tests.bench.machine import mosquitto_program
from tests.bench.mqtt_systems import System, tape_of_gateway
from tests.bench.mqtt_through import PACE, pace
from tests.bench.size import Size
from tests.bench.slow_influx import QUICK

ANSWERS_OF = 4  # times the usual length: several answers fall into it


def contest(size: Size) -> Contest:
    """Every reading is of a new tag, so that each leads to a point, too."""
    broker = iotcore if mosquitto_program() is None else mosquitto
    measure = partial(pace, broker, count=size.paced * ANSWERS_OF)
    return Contest(
        name="beside",
        title=f"message to committed reading at {PACE:,} reads/s, QoS 1 MQTT, beside InfluxDB",
        unit="readings",
        contenders=[
            Contender(
                name="tierview, InfluxDB answers after 5 s and 429",
                role=Role.OURS,
                measure=partial(measure, open_system=tape_beside_influx),
            ),
            Contender(
                name="tierview, InfluxDB answers at once",
                role=Role.PEER,
                measure=partial(measure, open_system=partial(tape_beside_influx, how=(QUICK,))),
            ),
            Contender(
                name="tierview without InfluxDB",
                role=Role.FLOOR,
                measure=partial(measure, open_system=tape_of_gateway),
            ),
        ],
        clock=time.perf_counter,
        paced=True,
    )


@contextmanager
def tape_beside_influx(broker: Broker, folder: Path, *, how: tuple[str, ...] = ()) -> Iterator[System]:
    """A gateway that writes to such a server, whose readings count when the tape has them."""
    with Child(python("tests.bench.slow_influx", *how), folder / "influx.log") as server:
        influx = Influx(name="beside", url=f"http://127.0.0.1:{int(server.hear())}")
        with tape_of_gateway(broker, folder, influx=(influx,)) as system:
            yield system
