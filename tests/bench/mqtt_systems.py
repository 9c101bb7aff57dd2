"""The systems that take readings by MQTT: each in processes of its own, each telling what came and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, TypeAlias

from gateway.config.model import Influx
from tests.bench.arrivals import Arrival, seen_us_of
from tests.bench.brokers import Broker
from tests.bench.children import Child, python
from tests.bench.gateway import gateway
from tests.bench.generator import TOPIC
from tests.bench.journal_watch import JournalWatch, Weigh, chunks_on_tape, location_events
from tests.bench.site import site
from tests.e2e.running import free_port


class System(Protocol):
    """Something that takes readings."""

    pid: int

    def until(self, count: int) -> None:
        """Return once so many readings since the start are where the system keeps them, or nothing more comes."""

    def cpu_s(self) -> float:
        """CPU time of the system so far."""

    def arrivals(self) -> list[Arrival]:
        """Everything that came."""


Open: TypeAlias = Callable[[Broker, Path], AbstractContextManager[System]]


@contextmanager
def tape_of_gateway(broker: Broker, folder: Path, influx: tuple[Influx, ...] = ()) -> Iterator[System]:
    """A gateway, whose readings count when the tape has them: each is acknowledged to the broker only after it."""
    with _gateway(broker, folder, chunks_on_tape, influx) as (child, watch):
        yield Gateway(child, watch, lambda: [(seen_us_of(data), watch.when_ns(seq)) for seq, data in watch.taped()])


@contextmanager
def events_of_gateway(broker: Broker, folder: Path) -> Iterator[System]:
    """A gateway, whose readings count when the event that they lead to can be read in the journal."""
    with _gateway(broker, folder, location_events) as (child, watch):
        yield Gateway(child, watch, lambda: [(event.at_us, watch.when_ns(seq)) for seq, event in watch.located()])


@contextmanager
def _gateway(
    broker: Broker, folder: Path, weigh: Weigh, influx: tuple[Influx, ...] = ()
) -> Iterator[tuple[Child, JournalWatch]]:
    config = site(connect=f"mqtt:{TOPIC}", driver="impinj_iot", broker=broker.mqtt, http_port=free_port())
    with gateway(config.model_copy(update={"influx": influx}), folder, weigh) as running:
        yield running


class Gateway:
    """See `System`."""

    def __init__(self, child: Child, watch: JournalWatch, arrivals: Callable[[], list[Arrival]]) -> None:
        self.pid = child.pid
        self.until = watch.until
        self.cpu_s = child.cpu_s
        self.arrivals = arrivals


@contextmanager
def paho_influx(broker: Broker, folder: Path) -> Iterator[System]:
    """paho and influxdb-client, whose readings count when the sink has them."""
    address = broker.mqtt.url.removeprefix("mqtt://")
    with Child(python("tests.bench.sink"), folder / "sink.log") as sink:
        url = f"http://127.0.0.1:{int(sink.hear())}"
        sink.hear()
        with Child(python("tests.bench.paho_influx", address, TOPIC, url), folder / "peer.log") as peer:
            peer.hear()
            yield Receiver(peer, sink, folder)


@contextmanager
def paho_alone(broker: Broker, folder: Path) -> Iterator[System]:
    """paho, whose readings count when its callback has them."""
    address = broker.mqtt.url.removeprefix("mqtt://")
    with Child(python("tests.bench.paho_alone", address, TOPIC), folder / "paho.log") as child:
        child.hear()
        yield Receiver(child, child, folder)


class Receiver:
    """See `System`: what works, and what counts (see `counted`)."""

    def __init__(self, works: Child, counts: Child, folder: Path) -> None:
        self.pid = works.pid
        self.cpu_s = works.cpu_s
        self._counts = counts
        self._file = folder / "arrivals"

    def until(self, count: int) -> None:
        self._counts.tell(f"until {count}")
        self._counts.hear()

    def arrivals(self) -> list[Arrival]:
        self._counts.tell(f"save {self._file}")
        self._counts.hear()
        pairs = (line.split() for line in self._file.read_text().splitlines())
        return [(int(at_us), int(came_ns)) for at_us, came_ns in pairs]
