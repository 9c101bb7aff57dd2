"""What systems say about what is in what: packed and unpacked, to any depth, in any order of arrival.

A packing is a fact, like a passage: told even where it comes late, and believed unless something later is known of
the asset: another packing, or a place where it was seen by itself. What it was packed into is where the packing says
it happened, or else, where nobody knew of it, where the packed asset is.
"""

from __future__ import annotations

from msgspec.structs import replace

from gateway.locate.state import AssetState, Fact, Nest
from gateway.locate.timeline import is_past
from gateway.locate.whereabouts import DEEPEST, Whereabouts
from gateway.model import EventKind, Observation, Packing


class Packings:
    """Follows packings and unpackings."""

    def __init__(self, whereabouts: Whereabouts) -> None:
        self._whereabouts = whereabouts
        self._places = whereabouts.places

    def observe(self, observation: Observation) -> None:
        """Take one; one that would put a thing into itself is refused."""
        packing = observation.reading
        assert type(packing) is Packing
        if packing.action == "ADD":
            parent = self._whereabouts.meet(observation.parent, observation.parent_kind)
            if not self._fits(observation, parent):
                return
            self._whereabouts.changed(observation.parent)
            state = self._whereabouts.state(observation)
            self._pack(observation, state, parent)
        else:
            state = self._whereabouts.state(observation)
            self._unpack(observation, state)
        self._whereabouts.seen(observation.asset, state, observation.at_us)

    def _fits(self, observation: Observation, parent: AssetState) -> bool:
        chain = [observation.parent, *(name for name, _ in self._whereabouts.carriers(parent))]
        asset, into = observation.asset, observation.parent
        if asset in chain:
            way = " in ".join(chain[: chain.index(asset) + 1])
            text = (
                f"{observation.device} packed {asset} into {into}, but {way}"
                if asset != into
                else f"{into} into itself"
            )
            self._whereabouts.refuse(observation, "packed_into_itself", text)
            return False
        if len(chain) >= DEEPEST:
            text = f"{observation.device} packed {asset} into {into}, which would make it deeper than {DEEPEST}"
            self._whereabouts.refuse(observation, "packed_too_deep", text)
            return False
        return True

    def _pack(self, observation: Observation, state: AssetState, parent: AssetState) -> None:
        nest = Nest(observation.at_us, added=True, parent=observation.parent)
        if is_past(state, nest):
            place = observation.place or self._whereabouts.place_then(parent, observation.at_us)
            self._note(observation, state, nest, place)
            return
        if state.parent == observation.parent:
            self._whereabouts.nest(observation.asset, state, nest)
            return
        place = self._meet(observation, state, parent)
        if state.parent:  # nobody saw it come out of there
            fact = Fact(observation.at_us, inside=place != "", place=place or state.place)
            self._whereabouts.unload(observation, state, fact, state.parent)
        self._whereabouts.load(observation, state, observation.parent, place)

    def _meet(self, observation: Observation, state: AssetState, parent: AssetState) -> str:
        """Where an asset and what it is packed into came together; tells where the latter is, if that is news."""
        at_us, into = observation.at_us, replace(observation, asset=observation.parent, kind=observation.parent_kind)
        carrying, carrier = self._whereabouts.for_outermost(into, parent)
        place = observation.place
        if not self._whereabouts.outermost(parent).since_us:  # nobody knew where it is: it is here
            place = place or self._whereabouts.place_then(state, at_us)
        if place and at_us >= carrier.since_us and not self._places.is_within(carrier.place, place):
            self._whereabouts.settle(carrying, carrier, Fact(at_us, inside=True, place=place))
        return self._whereabouts.place_then(parent, at_us)

    def _unpack(self, observation: Observation, state: AssetState) -> None:
        at_us, parent = observation.at_us, observation.parent
        chain = [name for name, _ in self._whereabouts.carriers(state)]
        place = observation.place or self._whereabouts.place_then(state, at_us)
        nest = Nest(at_us, added=False, parent=parent)
        if is_past(state, nest) or (state.parent and parent not in chain):
            self._note(observation, state, nest, place)
            return
        fact = Fact(at_us, inside=place != "", place=place or state.place)
        self._whereabouts.unload(observation, state, fact, parent)
        if state.place != place:
            self._whereabouts.settle(observation, state, fact)

    def _note(self, observation: Observation, state: AssetState, nest: Nest, place: str) -> None:
        """Something that was so, and moves nothing now."""
        late = is_past(state, nest)
        self._whereabouts.nest(observation.asset, state, nest)
        kind = EventKind.LOADED if nest.added else EventKind.UNLOADED
        fact = Fact(nest.at_us, inside=place != "", place=place)
        self._whereabouts.tell(
            self._whereabouts.event(observation, kind, fact, "", None, late=late, parent=observation.parent)
        )
