"""Scans of labels: someone held the scanner to the thing, so it is there, at once and whatever readers overhear."""

from __future__ import annotations

import msgspec

from gateway.locate.presence import PresenceRule
from gateway.locate.state import AssetState, Ring
from gateway.locate.tag_reads import TagReads
from gateway.locate.whereabouts import Whereabouts
from gateway.model import Micros, Observation, TagRead

_SCAN = TagRead(epc=b"")  # a scan to TagReads: one read without a strength


class AtOnce(PresenceRule):
    """Believes each read when it comes."""

    def count(self, ring: Ring, reading: TagRead, at_us: Micros) -> bool:
        """Take note of a scan; none is a repeat that changes nothing, since rules ask for what changed themselves."""
        if at_us > ring.last_us:
            self.hear(ring, at_us, None)
        return True

    def least_reads(self, ring: Ring) -> int:
        """One scan is enough."""
        return 1

    def confirmed_us(self, ring: Ring, at_us: Micros) -> Micros | None:
        """The scan confirms itself."""
        return at_us

    def moved_us(self, state: AssetState, present: str, ring: Ring, at_us: Micros) -> Micros | None:
        """It moved, by the time of the scan."""
        return at_us

    def won_us(self, ring: Ring, rivals: list[Ring], at_us: Micros) -> Micros | None:
        """It won, whatever others read."""
        return at_us


class Scans:
    """Labels go the way of tags from read point to read point, doors and trailers with them; none waits."""

    def __init__(self, whereabouts: Whereabouts, rule: AtOnce) -> None:
        self._reads = TagReads(whereabouts, rule)

    def observe(self, observation: Observation) -> None:
        """Take one scan."""
        self._reads.observe(msgspec.structs.replace(observation, reading=_SCAN))
