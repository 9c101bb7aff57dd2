"""The load generator as a process of its own: told what to send, then told when."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.model import Micros
from tests.bench.arrivals import Sent
from tests.bench.children import Child, python

TOPIC = "readers/load/events"
WINDOW = 5_000  # messages that wait for the broker's PUBACK


class Generator:
    """Frames that are built and wait for `go`."""

    def __init__(self, child: Child, account: Path, base_us: Micros, apart_us: Micros) -> None:
        self._child = child
        self._account = account
        self._base_us = base_us
        self._apart_us = apart_us

    def go(self) -> None:
        """Begin to send."""
        self._child.tell("go")

    def finish(self) -> Sent:
        """Wait until the broker has acknowledged everything; then read the account."""
        self._child.hear()
        sent_ns = {}
        for line in self._account.read_text().splitlines():
            number, at_ns, _ = line.split()
            sent_ns[int(number)] = int(at_ns)
        in_order = [sent_ns[number] for number in range(len(sent_ns))]
        return Sent(base_us=self._base_us, apart_us=self._apart_us, sent_ns=in_order)

    def cpu_s(self) -> float:
        """CPU time so far."""
        return self._child.cpu_s()


@contextmanager
def generator(
    url: str, folder: Path, *, name: str, count: int, tags: int, rate: float, kind: str = "impinj"
) -> Iterator[Generator]:
    """A generator that has connected and waits; rate 0 is as fast as the broker acknowledges.

    Its device times have passed already when it begins: the gateway believes no time that lies ahead.
    """
    apart_us = round(1e6 / rate) if rate else 30
    base_us = time.time_ns() // 1000 - count * apart_us
    account = folder / f"{name}.acked"
    command = python(
        "simulators.load",
        *("--mqtt", url, "--kind", kind, "--topic", TOPIC, "--rate", rate, "--count", count, "--tags", tags, "--wait"),
        *("--base-us", base_us, "--apart-us", apart_us, "--window", WINDOW),
        *("--acked", account, "--client-id", f"load-{name}"),
    )
    with Child(command, folder / f"{name}.log") as child:
        child.hear()
        yield Generator(child, account, base_us, apart_us)
