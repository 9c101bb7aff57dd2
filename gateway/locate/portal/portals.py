"""The walls of all sites: which door belongs to which, and what they decided."""

from __future__ import annotations

from collections.abc import Callable

from gateway.locate.portal.crossing import Crossing, Load, Side
from gateway.locate.portal.wall import Wall
from gateway.model import Micros, Observation


class Portals:
    """Takes reads as they come and judges them when time passes."""

    def __init__(self, site_of: Callable[[str], str]) -> None:
        self._site_of = site_of
        self._walls: dict[str, Wall] = {}
        self._wall_of: dict[str, Wall] = {}
        self._batch: list[Observation] = []

    def __len__(self) -> int:
        """How many tags are remembered."""
        return sum(map(len, self._walls.values()))

    @property
    def is_waiting(self) -> bool:
        """Whether something will be told though no further read comes."""
        return any(wall.is_waiting for wall in self._walls.values())

    def observe(self, observation: Observation) -> None:
        """Take one read of a tag at a door's zone; judged by the next `advance`."""
        self._batch.append(observation)

    def barrier(self, door: str, side: Side, at_us: Micros, *, on: bool) -> None:
        """A light barrier of a door was broken (`on`) or is free again, by the readers' clock."""
        self._wall(door).barrier(door, side, at_us, on=on)

    def advance(self, now_us: Micros) -> list[Crossing]:
        """Take in the batch, in the order of its times, and tell who crossed; `now_us` is the gateway's time."""
        if self._batch:
            for observation in sorted(self._batch, key=_order):
                self._wall(observation.place).observe(observation, now_us)
            self._batch = []
        return [crossing for wall in self._walls.values() for crossing in wall.advance(now_us)]

    def staying(self, now_us: Micros) -> list[Observation]:
        """The last reads of tags that stay in range inside without having crossed; each is told once."""
        return [observation for wall in self._walls.values() for observation in wall.staying(now_us)]

    def complete(self, now_us: Micros) -> list[Load]:
        """The loads that have become complete since this was asked last."""
        return [load for wall in self._walls.values() for load in wall.complete(now_us)]

    def _wall(self, door: str) -> Wall:
        wall = self._wall_of.get(door)
        if wall is None:
            wall = self._wall_of[door] = self._walls.setdefault(self._site_of(door), Wall())
        return wall


def _order(observation: Observation) -> tuple[Micros, str, str, str, float]:
    """By time; what is at the same time in an order of its own, so that the order of arrival does not matter."""
    rssi_dbm = getattr(observation.reading, "rssi_dbm", None)
    return (observation.at_us, observation.asset, observation.place, observation.zone, -(rssi_dbm or 0.0))
