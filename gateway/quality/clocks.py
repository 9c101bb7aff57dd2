"""Clocks of devices that are off: repaired reading by reading in `resolve`, or behind by ever the same.

A device that says times from long ago may be emptying its buffer, and then it is right. Its clock is behind when
all that it says is old by the same amount, for longer than any buffer would take: a backlog drains, a clock does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from gateway.config.model import Quality
from gateway.model import Micros, Observation
from gateway.quality.flaw import Flaw, Tally, shown

SECOND_US = 1_000_000
UNSTEADY_US = 60 * SECOND_US  # by how much a lag may vary and still be a clock's

REASONS: Mapping[str, str] = MappingProxyType(  # of the repairs in `Observation.time_fixed`
    {
        "future": "clock_ahead",
        "ancient": "clock_behind",
        "gps_week": "clock_gps_week",
        "no_clock": "clock_not_set",
    }
)


class _Lag(msgspec.Struct):
    since_us: Micros  # received
    least_us: Micros
    most_us: Micros


class ClockWatch:
    """Remembers of each device since when it has been behind, and by how much."""

    def __init__(self, limits: Quality) -> None:
        self._lag_us = round(limits.lag_s * SECOND_US)
        self._steady_us = round(limits.lag_steady_s * SECOND_US)
        self._lags: dict[str, _Lag] = {}

    def watch(self, observations: Sequence[Observation], owner_of: Mapping[str, str]) -> Iterator[Tally]:
        """The clocks that this batch shows to be off: one tally a device and reason."""
        yield from _repaired((o for o in observations if o.time_fixed), owner_of)
        newest = {o.device: o for o in observations if o.device_us is not None and not o.time_fixed}
        behind = [o for o in newest.values() if self._is_behind(o)]
        if behind:
            counts = Counter(o.device for o in observations)
            for observation in behind:
                yield _tally(observation, "clock_behind", owner_of, counts[observation.device])

    def _is_behind(self, observation: Observation) -> bool:
        lag_us = observation.received_us - observation.at_us
        if lag_us < self._lag_us:
            self._lags.pop(observation.device, None)
            return False
        lag = self._lags.get(observation.device)
        if lag is None or max(lag.most_us, lag_us) - min(lag.least_us, lag_us) > UNSTEADY_US:
            self._lags[observation.device] = _Lag(observation.received_us, lag_us, lag_us)
            return False
        lag.least_us, lag.most_us = min(lag.least_us, lag_us), max(lag.most_us, lag_us)
        return observation.received_us - lag.since_us >= self._steady_us


def _repaired(observations: Iterable[Observation], owner_of: Mapping[str, str]) -> Iterator[Tally]:
    groups: dict[tuple[str, str], list[Observation]] = {}
    for observation in observations:
        groups.setdefault((observation.device, REASONS[observation.time_fixed]), []).append(observation)
    for (_, reason), group in groups.items():
        yield _tally(group[0], reason, owner_of, len(group))


def _tally(observation: Observation, reason: str, owner_of: Mapping[str, str], count: int) -> Tally:
    device_us, received_us = observation.device_us, observation.received_us
    assert device_us is not None  # without a clock there is nothing to repair
    off_s = (device_us - received_us) / SECOND_US
    text = f"expected the time of day, came one {abs(off_s):.0f} s {'ahead' if off_s > 0 else 'behind'}"
    flaw = Flaw(
        reason=reason,
        owner=owner_of[observation.device],
        source=observation.device,
        subject=observation.device,
        text=text,
        example=shown(msgspec.json.encode(observation.reading)),
        at_us=received_us,
    )
    return Tally(flaw=flaw, count=count, first_us=received_us, last_us=received_us)
