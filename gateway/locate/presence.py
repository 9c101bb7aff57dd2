"""When a tag that was read counts as being there: EdgeX's rule, with Rifidi's floor under it.

From app-rfid-llrp-inventory (EdgeX): RSSI means in a ring per read point; a tag moves when the new mean
leads the present one by more than an offset, which falls while the present place does not read it.
From Rifidi: a least count of reads within a time, a least RSSI, and a gap to the second best, since
EdgeX arrives on one stray read.

Ours: when the lead comes only from the fallen offset, the reads that confirm the new place must all be
younger than the last read at the present one. Two readers that see a tag alternately and equally
strong then do not toss it to and fro.

Without RSSI both sides count as equally strong; time alone decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.config.model import Presence, ReadPoint
from gateway.locate.state import AssetState, Ring
from gateway.model import Micros, TagRead

MOST_WAITING = 8  # reads kept beyond the least count: those that come in disorder find each other
MOST_RINGS = 8  # read points of other places at which one asset is remembered at a time


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What reads at one read point must have to be believed."""

    least_reads: int
    least_rssi_dbm: float


class PresenceRule:
    """The settings of `locating.presence`, applied to an asset's rings; `place_of` names a read point's place."""

    def __init__(self, settings: Presence, read_points: tuple[ReadPoint, ...], place_of: Callable[[str], str]) -> None:
        self.within_us = round(settings.within_s * 1_000_000)
        self._window = settings.window
        self._gap_db = settings.gap_db
        self._offset_db = settings.offset_db
        self._hold_us = settings.offset_hold_s * 1_000_000
        self._fall_db_per_us = settings.offset_fall_db_per_s / 1_000_000
        self._place_of = place_of
        self._floor = Floor(least_reads=settings.least_reads, least_rssi_dbm=settings.least_rssi_dbm)
        self._floors = {point.name: _floor(settings, point) for point in read_points}

    def is_too_weak(self, read_point: str, rssi_dbm: float | None) -> bool:
        """Whether a read is below the floor of its read point; one without RSSI never is."""
        return rssi_dbm is not None and not rssi_dbm >= self._floors.get(read_point, self._floor).least_rssi_dbm

    def hear(self, ring: Ring, at_us: Micros, rssi_dbm: float | None) -> None:
        """Put a read into the ring; the caller has made sure that it is none of the past."""
        ring.last_us = at_us
        if rssi_dbm is not None:
            half_db = int(min(255.0, max(0.0, 0.5 - 2.0 * rssi_dbm)))
            ring.rssi = (ring.rssi + _ONE_BYTE[half_db])[-self._window :]

    def count(self, ring: Ring, reading: TagRead, at_us: Micros) -> bool:
        """Add a read to those that wait to be believed; False for a repeat, which changes nothing."""
        if at_us in ring.times:
            return False
        least = self.least_reads(ring)
        # A report that stands for several reads brings them all, at its time.
        new = (at_us,) * min(least, max(1, reading.count))
        ring.times = (ring.times + new)[-(least + MOST_WAITING) :]
        if at_us > ring.last_us:
            self.hear(ring, at_us, reading.rssi_dbm)
        return True

    def least_reads(self, ring: Ring) -> int:
        """How many reads at this read point confirm one another."""
        return self._floors.get(ring.read_point, self._floor).least_reads

    def confirmed_us(self, ring: Ring, at_us: Micros) -> Micros | None:
        """Time of the first of the reads that confirm the one at `at_us`, the newest of them; None if too few."""
        least = self.least_reads(ring)
        if len(ring.times) < least:
            return None
        times = sorted(ring.times)
        last = len(times) - times[::-1].index(at_us)  # one past the read itself, in whatever order they came
        for end in range(min(len(times), last + least - 1), last - 1, -1):
            if end >= least and times[end - 1] - times[end - least] <= self.within_us:
                return times[end - least]
        return None

    def believe(self, ring: Ring, first_us: Micros) -> None:
        """Take the reads that were believed from those that wait; reads of other times wait on."""
        ring.times = tuple(time for time in ring.times if not first_us <= time <= first_us + self.within_us)

    def moved_us(self, state: AssetState, present: str, ring: Ring, at_us: Micros) -> Micros | None:
        """When the asset came from `present` (empty: from nowhere known) to the ring's place; None while it did not."""
        if not self._leads_others(state, present, ring, at_us):
            return None
        return self.won_us(ring, self.rivals(state, ring, present) if present else [], at_us)

    def rivals(self, state: AssetState, ring: Ring, place: str) -> list[Ring]:
        """The other rings of an asset at a place."""
        return [other for other in state.rings if other is not ring and self._place_of(other.read_point) == place]

    def won_us(self, ring: Ring, rivals: list[Ring], at_us: Micros) -> Micros | None:
        """When the reads of a ring were enough, and strong enough against its rivals; None while they are not."""
        first_us = self.confirmed_us(ring, at_us)
        if first_us is None or not rivals:
            return first_us
        last_us = max(rival.last_us for rival in rivals)
        lead_db = _lead_db(ring, rivals)
        unseen_us = max(0.0, at_us - last_us - self._hold_us)
        if lead_db > self._offset_db:
            return first_us if first_us > last_us else at_us
        silent = first_us > last_us and lead_db > self._offset_db - self._fall_db_per_us * unseen_us
        return first_us if silent else None

    def ring_of(self, state: AssetState, read_point: str, at_us: Micros) -> Ring:
        """The asset's ring at a read point, new where it was not read there lately."""
        for ring in state.rings:
            if ring.read_point == read_point:
                return ring
        self._forget_old(state, at_us)
        ring = Ring(read_point)
        state.rings.append(ring)
        return ring

    def _forget_old(self, state: AssetState, at_us: Micros) -> None:
        """Drop rings that decide nothing any more, and above a bound those that were not read for longest.

        A ring with waiting reads stays: they may be late ones, which wait for more of their own time.
        """
        here = [ring for ring in state.rings if self._place_of(ring.read_point) == state.place]
        others = [ring for ring in state.rings if ring not in here]
        alive = [ring for ring in others if ring.times or at_us - ring.last_us <= self.within_us]
        alive.sort(key=lambda ring: ring.last_us)
        state.rings = here + alive[-MOST_RINGS:]

    def _leads_others(self, state: AssetState, present: str, ring: Ring, at_us: Micros) -> bool:
        """Rifidi's gap: third places that read the asset lately must be weaker by it."""
        if self._gap_db == 0:
            return True
        skipped = {present, self._place_of(ring.read_point)}
        others = [
            other
            for other in state.rings
            if at_us - other.last_us <= self.within_us and self._place_of(other.read_point) not in skipped
        ]
        return not others or _lead_db(ring, others) >= self._gap_db


def mean_dbm(ring: Ring) -> float | None:
    """Mean RSSI of a ring; None where the reader does not say it."""
    return -sum(ring.rssi) / (2 * len(ring.rssi)) if ring.rssi else None


def _lead_db(ring: Ring, others: list[Ring]) -> float:
    """By how much a ring is stronger than the strongest of others; 0 where either is not known."""
    mean = mean_dbm(ring)
    known = [strength for other in others if (strength := mean_dbm(other)) is not None]
    return mean - max(known) if known and mean is not None else 0.0


def _floor(settings: Presence, point: ReadPoint) -> Floor:
    return Floor(
        least_reads=settings.least_reads if point.least_reads is None else point.least_reads,
        least_rssi_dbm=settings.least_rssi_dbm if point.least_rssi_dbm is None else point.least_rssi_dbm,
    )


_ONE_BYTE = [bytes([value]) for value in range(256)]
