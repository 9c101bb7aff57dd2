"""Does it move or stand, and since when: by distance, with a receiver's drift taken for what it is.

Where it may be standing is the anchor, the mean of the positions since it came there. It stands once it has stayed
within `start_m` of the anchor for `stop_after_s`, since the first of these; it moves once it is farther away for
`start_fixes` in a row (two are enough beyond `sure_m`), since the last position at the anchor. So both begin when
they began and not when we noticed. Its own speed, where the receiver says one, tells a slow tour of the yard from
standing, and a reflected signal from leaving.
"""

from __future__ import annotations

import math

from msgspec.structs import replace

from gateway.config.model import Motion
from gateway.geo import DEGREE_M, on_plane
from gateway.locate.state import Moving
from gateway.model import Fix, Micros

MOST_IN_ANCHOR = 30  # positions that the anchor is the mean of; then it holds, so that a slow creep is noticed
SURE_FIXES = 2


class MotionRule:
    """The settings of `locating.motion`, applied to the positions of one asset in the order of their times."""

    def __init__(self, settings: Motion) -> None:
        self._settings = settings
        self._stop_us = settings.stop_after_s * 1e6

    def follow(self, held: Moving | None, fix: Fix, at_us: Micros) -> Moving:
        """What a new position, later than all before, says of the movement."""
        if held is None:
            return Moving(fix.lat, fix.lon, at_us, at_us, at_us)
        away_m = math.hypot(*on_plane(fix.lat, fix.lon, (held.lat, held.lon)))
        if held.moving is False:
            return self._standing(held, fix, at_us, away_m)
        return self._under_way(held, fix, at_us, away_m)

    def _standing(self, held: Moving, fix: Fix, at_us: Micros, away_m: float) -> Moving:
        if away_m <= self._settings.start_m:
            return _drawn_to(held, fix, at_us)
        if away_m <= self._settings.sure_m and fix.speed_mps is not None and fix.speed_mps < self._settings.still_mps:
            return held  # a reflection: it is elsewhere, and does not move there
        away, sure = held.away + 1, held.sure + 1 if away_m > self._settings.sure_m else 0
        if away >= self._settings.start_fixes or sure >= SURE_FIXES:
            return Moving(fix.lat, fix.lon, at_us, at_us, held.here_us, moving=True)
        return replace(held, away=away, sure=sure)

    def _under_way(self, held: Moving, fix: Fix, at_us: Micros, away_m: float) -> Moving:
        drives = fix.speed_mps is not None and fix.speed_mps >= self._settings.still_mps
        if away_m > self._settings.start_m or drives:
            since_us = held.since_us if held.moving else held.here_us
            return Moving(fix.lat, fix.lon, at_us, at_us, since_us, moving=True)
        here = _drawn_to(held, fix, at_us)
        stood = at_us - held.came_us >= self._stop_us
        return replace(here, moving=False, since_us=held.came_us) if stood else here


def _drawn_to(held: Moving, fix: Fix, at_us: Micros) -> Moving:
    """One more position at the anchor."""
    lat, lon, fixes = held.lat, held.lon, held.fixes
    if fixes < MOST_IN_ANCHOR:
        east_m, north_m = on_plane(fix.lat, fix.lon, (lat, lon))
        fixes += 1
        lat += north_m / fixes / DEGREE_M
        lon += east_m / fixes / (DEGREE_M * max(1e-9, math.cos(math.radians(lat))))
    return replace(held, lat=lat, lon=lon, here_us=at_us, fixes=fixes, away=0, sure=0)
