"""Finds the subject that a key names: an alert and a timer know their subject by its key."""

from __future__ import annotations

from gateway.engine.expected import Expectations
from gateway.engine.followed import Following
from gateway.engine.loads import Loads
from gateway.engine.stays import Stays
from gateway.engine.subjects import Trips
from gateway.hearing import Hearing
from gateway.model import Subject


class Lookup:
    """Over all that holds subjects."""

    def __init__(
        self,
        *,
        trips: Trips,
        stays: Stays,
        loads: Loads,
        expectations: Expectations,
        following: Following,
        hearing: Hearing,
    ) -> None:
        self._trips = trips
        self._stays = stays
        self._loads = loads
        self._expectations = expectations
        self._following = following
        self._hearing = hearing

    def find(self, key: str) -> Subject | None:
        """The subject as it is now; None where it is no longer held."""
        kind, _, name = key.partition(":")
        if kind == "shipment":
            return self._trips.get(name)
        if kind == "device":
            return self._hearing.find(name)
        if kind in ("journey", "track", "condition"):
            return self._following.find(key)
        asset, _, place = name.rpartition("@")
        if kind == "load":
            load = self._loads.get(asset)
            return self._expectations.of(load) if load is not None and load.site == place else None
        return self._stays.at(asset, place)
