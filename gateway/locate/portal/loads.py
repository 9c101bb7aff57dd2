"""Which crossings belong together, and when a load is complete: Rifidi's stable set.

Tags of one door and direction are one load where they passed about the same time, or moved alike.
A load is complete when no further tag has joined it for a while, or when the next one begins at its door.
"""

from __future__ import annotations

import msgspec

from gateway.locate.portal.company import LEAST_ALIKE, likeness
from gateway.locate.portal.crossing import Direction, Load
from gateway.locate.portal.evidence import Evidence
from gateway.model import Micros

TOGETHER_US = 3_000_000  # crossings of one load lie this close to its latest or its earliest
STABLE_US = 10_000_000  # no tag joined for this long


class _Open(msgspec.Struct):
    """A load that may still grow."""

    load: str
    direction: Direction
    began_us: Micros
    ended_us: Micros
    joined_us: Micros  # by the gateway's clock
    last: Evidence  # of the tag that joined last
    assets: list[str]


class Loads:
    """The loads of one wall: at most one open for each door."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}
        self._complete: list[Load] = []

    def join(self, asset: str, direction: Direction, evidence: Evidence, at_us: Micros, now_us: Micros) -> str:
        """Add a tag that crossed at `at_us`; answer the name of its load."""
        door = evidence.door
        load = self._open.get(door)
        if load is None or load.direction != direction or not _belongs(load, evidence, at_us):
            if load is not None:
                self._close(door, load, now_us)
            load = self._open[door] = _Open(f"{door}@{at_us}", direction, at_us, at_us, now_us, evidence, [])
        load.assets.append(asset)
        load.began_us, load.ended_us = min(load.began_us, at_us), max(load.ended_us, at_us)
        load.joined_us, load.last = now_us, evidence
        return load.load

    def complete(self, now_us: Micros) -> list[Load]:
        """The loads that have become complete since this was asked last."""
        for door, load in list(self._open.items()):
            if abs(now_us - load.joined_us) >= STABLE_US:
                self._close(door, load, now_us)
        complete, self._complete = self._complete, []
        return complete

    def __len__(self) -> int:
        return len(self._open) + len(self._complete)

    def _close(self, door: str, load: _Open, now_us: Micros) -> None:
        del self._open[door]
        self._complete.append(
            Load(
                load=load.load,
                door=door,
                direction=load.direction,
                assets=tuple(load.assets),
                began_us=load.began_us,
                ended_us=load.ended_us,
                completed_us=now_us,
            )
        )


def _belongs(load: _Open, evidence: Evidence, at_us: Micros) -> bool:
    close = load.began_us - TOGETHER_US <= at_us <= load.ended_us + TOGETHER_US
    return close or likeness(load.last, evidence) >= LEAST_ALIKE
