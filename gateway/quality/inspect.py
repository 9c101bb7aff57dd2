"""One batch of the pipeline, doubted: whose records were kept back, which clocks are off, what cannot be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from gateway.config.model import Config
from gateway.model import Event, LocationEvent, Micros, Observation, Quarantined
from gateway.places import PlaceIndex
from gateway.quality.clocks import ClockWatch
from gateway.quality.flaw import Tally, tallied
from gateway.quality.owners import Owners
from gateway.quality.scores import DayCount, day_of
from gateway.quality.two_places import TwoPlaces
from gateway.quality.unplanned import Arrived, arrived


class Inspected(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be stored with a batch. What was kept back is counted where it is stored: see journal.quarantine."""

    tallies: list[Tally]
    arrived: list[Arrived]  # to be looked up in the plans
    days: list[DayCount]


class Inspector:
    """Remembers, within bounds, what one batch alone does not show."""

    def __init__(self, config: Config, places: PlaceIndex) -> None:
        self.owners = Owners(config)
        self._owner_of = _ByDevice(self.owners)
        self._kinds = frozenset(config.quality.unplanned_kinds)
        self._clocks = ClockWatch(config.quality)
        self._two_places = TwoPlaces(config.quality, places, self.owners)

    def owned(self, held: Quarantined) -> Quarantined:
        """The record with its owner: the party whose device it came from."""
        return msgspec.structs.replace(held, owner=self._owner_of[held.source])

    def inspect(
        self, observations: Sequence[Observation], held: Sequence[Quarantined], events: Sequence[Event], now_us: Micros
    ) -> Inspected:
        """Look at what came (not at what is read again), and at what became of all."""
        clocks = list(self._clocks.watch(observations, self._owner_of))
        located = [event for event in events if type(event) is LocationEvent]
        impossible = tallied(self._two_places.watch(located))
        return Inspected(
            tallies=clocks + impossible,
            arrived=arrived(located, self._kinds, self.owners),
            days=self._days(observations, held, clocks, now_us),
        )

    def _days(
        self, observations: Sequence[Observation], held: Sequence[Quarantined], clocks: Sequence[Tally], now_us: Micros
    ) -> list[DayCount]:
        total: Counter[str] = Counter()
        flawed: Counter[str] = Counter()
        for device, count in Counter([observation.device for observation in observations]).items():
            total[self._owner_of[device]] += count
        for one in held:
            total[one.owner] += 1
            flawed[one.owner] += 1
        for tally in clocks:
            flawed[tally.flaw.owner] += tally.count
        day = day_of(now_us) if total else ""
        return [
            DayCount(day=day, party=party, kind="reading", total=count, flawed=min(count, flawed[party]))
            for party, count in total.items()
        ]


class _ByDevice(dict[str, str]):
    """Owners by device, looked up once."""

    def __init__(self, owners: Owners) -> None:
        super().__init__()
        self._owners = owners

    def __missing__(self, device: str) -> str:
        owner = self[device] = self._owners.device(device)
        return owner
