"""Which positions are believed at all: Traccar's chain of filters, each refusal with its name.

    zero              at 0, 0 in the Gulf of Guinea: the receiver knows nothing and does not say so
    future, outdated  its clock was beyond repair: a position of an unknown time says nothing of now
    poor_accuracy     vaguer than `geofence.worst_accuracy_m` by its own account
    duplicate         the newest one once more
    impossible_speed  farther away than anything drives in the time; believed once enough in a row agree on it

An invalid fix is no Fix (drivers make it a Notice), and degrees out of range wait in quarantine since `resolve`.
Static drift is no refusal: `motion` believes such a position and does not take it for movement. Nothing refused is
lost: the reading stays on the tape, and its reason is counted for each device.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal, TypeAlias

from gateway.config.model import Geofence, Plausibility
from gateway.geo import haversine_m
from gateway.locate.state import Doubt, Position
from gateway.model import Fix, Micros, Observation

Refusal: TypeAlias = Literal["zero", "future", "outdated", "poor_accuracy", "duplicate", "impossible_speed"]

_CLOCK_WAS: dict[str, Refusal] = {"future": "future", "ancient": "outdated"}


class PlausibilityRule:
    """The settings of `locating.plausibility`, applied to positions one by one."""

    def __init__(self, settings: Plausibility, geofence: Geofence) -> None:
        self._settings = settings
        self._worst_accuracy_m = geofence.worst_accuracy_m
        self.refused: Counter[tuple[str, str]] = Counter()  # by device; as many as devices times reasons

    def refuse(self, device: str, reason: Refusal) -> None:
        """Count a refusal."""
        self.refused[device, reason] += 1

    def unfit(self, observation: Observation, fix: Fix) -> Refusal | None:
        """Why a position by itself is not to be believed; None where nothing speaks against it."""
        if haversine_m(0.0, 0.0, fix.lat, fix.lon) < self._settings.zero_island_m:
            return "zero"
        if fix.accuracy_m is not None and not fix.accuracy_m <= self._worst_accuracy_m:  # also true for NaN
            return "poor_accuracy"
        return _CLOCK_WAS.get(observation.time_fixed)

    def is_too_fast(self, known: Position | None, fix: Fix, at_us: Micros) -> bool:
        """Whether nothing drives from the last believed position to this one, or back, in the time between."""
        return known is not None and self._is_leap(known.lat, known.lon, known.at_us, fix, at_us)

    def doubt(self, doubt: Doubt | None, fix: Fix, at_us: Micros) -> Doubt:
        """Note a position that was too far away: one more that agrees with those before it, or the first of others."""
        if doubt is None or at_us <= doubt.at_us or self._is_leap(doubt.lat, doubt.lon, doubt.at_us, fix, at_us):
            return Doubt(fix.lat, fix.lon, at_us, 1)
        return Doubt(fix.lat, fix.lon, at_us, doubt.fixes + 1)

    def is_overcome(self, doubt: Doubt) -> bool:
        """Whether so many agree that the position believed before must have been the wrong one."""
        return doubt.fixes >= self._settings.recover_fixes

    def _is_leap(self, lat: float, lon: float, then_us: Micros, fix: Fix, at_us: Micros) -> bool:
        way_m = haversine_m(lat, lon, fix.lat, fix.lon)
        return way_m > self._settings.jump_m and way_m * 1e6 > self._settings.fastest_mps * abs(at_us - then_us)
