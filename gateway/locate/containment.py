"""What is in what: goods read at a door while a trailer stands there are loaded, or come out.

Where goods pass a door one way only, its read points say so (`passing`): what is read at an inbound one comes
out of the trailer; at an outbound one it goes in, or waits there until a trailer is known. Any other reader over a
door cannot see which way a pallet goes, so what we know of the pallet decides: what comes from inside the site
(or was never met) goes into the trailer; what is known to be in the trailer, or was last seen at another site,
comes out. That decision is made once for each stay of a trailer at a door, so that goods read on and on do not
go in and out. Trailers that arrive late in the data catch up with the next read of the goods.
"""

from __future__ import annotations

from gateway.locate.state import AssetState, Loading
from gateway.locate.timeline import facts_of, place_of
from gateway.model import AssetKind, Micros
from gateway.places import PlaceIndex

GOODS = frozenset({AssetKind.PART, AssetKind.PALLET, AssetKind.RTI})
CARRIERS = frozenset({AssetKind.TRAILER, AssetKind.CONTAINER})


class Doors:
    """Which trailers and containers stand at which doors."""

    def __init__(self, places: PlaceIndex) -> None:
        self._places = places
        self._standing: dict[str, dict[str, Micros]] = {}

    def follow(self, carrier: str, before: str, now: str, since_us: Micros) -> None:
        """Take note that a trailer or container is now at a place."""
        if before in self._standing:
            self._standing[before].pop(carrier, None)
            if not self._standing[before]:
                del self._standing[before]
        if self._places.kind(now) == "door":
            self._standing.setdefault(now, {})[carrier] = since_us

    def is_taken(self, place: str) -> bool:
        """Whether a trailer stands at this place, and it is a door."""
        return place in self._standing

    def standing_at(self, door: str) -> list[str]:
        """The trailers and containers that stand at a door."""
        return list(self._standing.get(door, ()))

    def carrier_at(self, door: str, at_us: Micros) -> str:
        """The trailer that came last to a door and stood there at a time; empty for none."""
        standing = [(since_us, name) for name, since_us in self._standing.get(door, {}).items() if since_us <= at_us]
        return max(standing)[1] if standing else ""

    def goes_in(self, state: AssetState, carrier: str, door: str) -> bool:
        """Whether goods that are in no trailer go into this one: they come from inside the site, or nowhere known."""
        if self._is_decided(state.loading, carrier, door):
            return False
        return state.since_us == 0 or self.is_on_site(state, door)

    def is_on_site(self, state: AssetState, door: str) -> bool:
        """Whether goods that are in no trailer were last known on the site of a door."""
        return state.place != "" and self._places.site(state.place) == self._places.site(door)

    def came_out(self, state: AssetState, carrier: str, door: str, at_us: Micros) -> None:
        """Settle that goods came from afar, thus out of the trailer that stands here; we did not see them go in."""
        state.loading = Loading(carrier, door, at_us)

    def _is_decided(self, loading: Loading | None, carrier: str, door: str) -> bool:
        """Whether this stay of this trailer has seen these goods go in or come out already."""
        if loading is None or (loading.parent, loading.door) != (carrier, door):
            return False
        return self._standing[door][carrier] <= loading.at_us


def is_still_there(loading: Loading | None, carrier: AssetState | None) -> bool:
    """Whether a trailer has not moved since goods were loaded into it."""
    return (
        loading is not None
        and carrier is not None
        and carrier.place == loading.door
        and carrier.since_us <= loading.at_us
    )


def departure_us(loading: Loading | None, carrier: AssetState | None) -> Micros | None:
    """When a trailer left the door where goods were loaded into it; None while it stands there."""
    if loading is None or is_still_there(loading, carrier):
        return None
    facts = () if carrier is None else facts_of(carrier)
    later = (fact.at_us for fact in facts if fact.at_us > loading.at_us and place_of(fact) != loading.door)
    return next(later, loading.at_us)
