"""Which place a position speaks for, with hysteresis, and when enough of them agree.

In at the fence itself, out only `margin_m` beyond it, and `confirm_fixes` in a row for either: a truck that
stands on the line, its positions drifting, arrives once and does not leave.
"""

from __future__ import annotations

from gateway.config.model import Geofence
from gateway.locate.state import FenceRun
from gateway.model import Fix, Micros
from gateway.places import PlaceIndex


class FenceRule:
    """The settings of `locating.geofence`, applied to positions."""

    def __init__(self, settings: Geofence, places: PlaceIndex) -> None:
        self._settings = settings
        self._places = places
        self.keep_every_us = round(settings.keep_every_s * 1_000_000)

    def place_of(self, known: str, lat: float, lon: float) -> str:
        """The place a position speaks for, when the asset is known to be at `known`; empty between places."""
        places, margin_m = self._places, self._settings.margin_m
        inner = places.innermost_at(lat, lon)
        if not known or (inner and places.is_within(inner, known)):
            return inner
        fenced = next((code for code in (known, *places.ancestors(known)) if places.has_fence(code)), None)
        if fenced is None:
            return inner or known  # known by its readers alone: a position cannot say that it left
        if places.fence_distance_m(fenced, lat, lon) > margin_m:
            return inner
        if fenced == known or not inner or places.is_within(known, inner):
            return known
        # Known to be at a door without a fence of its own: only deep inside another fence it is no longer there.
        return inner if places.fence_distance_m(inner, lat, lon) <= -margin_m else known

    def extend(self, run: FenceRun | None, place: str, fix: Fix, at_us: Micros) -> FenceRun:
        """Add a position to the run of those that speak for one place; another place begins a new run."""
        if run is None or run.place != place or at_us <= run.last_us:
            return FenceRun(place, at_us, at_us, 1, fix.lat, fix.lon)
        return FenceRun(place, run.first_us, at_us, run.fixes + 1, run.lat, run.lon)

    def is_confirmed(self, run: FenceRun) -> bool:
        """Whether a run is long enough to be believed."""
        return run.fixes >= self._settings.confirm_fixes
