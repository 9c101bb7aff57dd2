"""What came out of a system and when, compared with what went in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles
from typing import TypeAlias

from gateway.model import Micros
from tests.bench.contest import Measured

Arrival: TypeAlias = tuple[Micros, int]  # the device's time in the message, by which it is known; when it came, in ns

_LAST_SEEN = re.compile(rb'"lastSeenTime":"([^"]+)"')
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One run of the generator: message n carries the device time `base_us + n * apart_us`."""

    base_us: Micros
    apart_us: Micros
    sent_ns: Sequence[int]


def seen_us_of(payload: bytes) -> Micros:
    """The device's time in a message of the generator."""
    found = _LAST_SEEN.search(payload)
    assert found is not None, payload
    return (datetime.fromisoformat(found[1].decode()) - _EPOCH) // timedelta(microseconds=1)


def compare(sent: Sent, arrivals: Iterable[Arrival], *, cpu_s: float, around_cpu_s: float) -> Measured:
    """Count what came, each message once, from the first sending to the last arrival."""
    came_ns: dict[int, int] = {}
    times: Counter[int] = Counter()
    for at_us, at_ns in arrivals:
        number, rest = divmod(at_us - sent.base_us, sent.apart_us)
        if rest or not 0 <= number < len(sent.sent_ns):
            continue  # of another run
        times[number] += 1
        came_ns.setdefault(number, at_ns)
    delays_ms = [(at_ns - sent.sent_ns[number]) / 1e6 for number, at_ns in came_ns.items()]
    cuts = quantiles(delays_ms, n=100)
    return Measured(
        units=len(came_ns),
        seconds=(max(came_ns.values()) - min(sent.sent_ns)) / 1e9,
        cpu_s=cpu_s,
        around_cpu_s=around_cpu_s,
        missing=len(sent.sent_ns) - len(came_ns),
        repeated=times.total() - len(times),
        p50_ms=cuts[49],
        p99_ms=cuts[98],
    )
