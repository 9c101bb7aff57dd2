"""Doors with two zones: what passed them came in or went out, and nothing else that their readers hear counts.

What came in is at the door now, and out of the trailer that stands there, if it was in it or comes from afar. What
went out is in the trailer that stands there; where none is known it has left the site, and stays so though a trailer
becomes known later. A tag that nobody knew and that stays in range inside for minutes is on the site, by no door.
Trailers and containers are read here as anywhere.

A passage under way when the gateway is killed is not remembered: what is read after the restart is judged alone,
and half a passage is taken for none.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from gateway.locate.containment import CARRIERS
from gateway.locate.portal import Crossing, Load, Portals
from gateway.locate.state import AssetState, Fact
from gateway.locate.through_doors import come_out, go_in
from gateway.locate.timeline import facts_of, is_forgotten
from gateway.locate.whereabouts import Whereabouts
from gateway.model import Micros, Observation

TOGETHER_US = 30_000_000  # tags of one pallet that cross within this time say one thing


class Passages:
    """Tells the portals what is read at zones, and turns what they decide into events."""

    def __init__(self, whereabouts: Whereabouts, elsewhere: Callable[[Observation], None]) -> None:
        self._whereabouts = whereabouts
        self._doors = whereabouts.doors
        self._elsewhere = elsewhere
        self.portals = Portals(whereabouts.places.site)
        self.complete: list[Load] = []  # loads that became complete with the last `advance`

    def observe(self, observation: Observation) -> None:
        """Take one read of a tag; those of no zone go their usual way."""
        if not observation.zone or observation.kind in CARRIERS:
            self._elsewhere(observation)
            return
        self.portals.observe(observation)
        state = self._whereabouts.states.get(observation.asset)
        if state is not None:
            self._whereabouts.seen(observation.asset, state, observation.at_us)

    def advance(self, now_us: Micros) -> None:
        """Let time pass: tell of what crossed, and of what stays in range."""
        for crossing in self.portals.advance(now_us):
            self._cross(crossing)
        for observation in self.portals.staying(now_us):
            self._stay(observation)
        self.complete = self.portals.complete(now_us)

    def _cross(self, crossing: Crossing) -> None:
        observation, state = self._bearer(replace(crossing.observation, at_us=crossing.at_us))
        at_us, inwards = crossing.at_us, crossing.direction == "in"
        fact = Fact(at_us, inside=inwards, place=crossing.door)
        carrier = self._doors.carrier_at(crossing.door, at_us)
        if _is_known(state, fact):
            return  # another tag of the same pallet said so
        if at_us < state.since_us:
            if not is_forgotten(facts_of(state), at_us):
                self._whereabouts.settle(observation, state, fact)  # it was read elsewhere since: history, told as late
        elif inwards:
            come_out(self._whereabouts, observation, state, fact, carrier)
        elif not carrier:
            self._leave(observation, state, fact)
        elif state.parent != carrier:
            go_in(self._whereabouts, observation, state, Fact(at_us, inside=True, place=crossing.door), carrier)
        self._whereabouts.seen(observation.asset, state, at_us)

    def _leave(self, observation: Observation, state: AssetState, fact: Fact) -> None:
        if state.parent:
            self._whereabouts.unload(observation, state, fact, state.parent)
        self._whereabouts.settle(observation, state, fact)

    def _bearer(self, observation: Observation) -> tuple[Observation, AssetState]:
        """The observation as one of what carries the tag through the door: the outermost short of a trailer."""
        state = self._whereabouts.state(observation)
        for name, outer in self._whereabouts.carriers(state):
            if outer.kind in CARRIERS:
                break
            observation, state = replace(observation, asset=name, kind=outer.kind), outer
        return observation, state

    def _stay(self, observation: Observation) -> None:
        """A tag that stays in range inside: told as being on the site where nobody knew of it."""
        state = self._whereabouts.state(observation)
        if state.since_us == 0 and not state.parent:
            around = self._whereabouts.places.ancestors(observation.place)
            fact = Fact(observation.at_us, inside=True, place=around[0] if around else observation.place)
            self._whereabouts.settle(observation, state, fact)


def _is_known(state: AssetState, fact: Fact) -> bool:
    same = (known for known in facts_of(state) if (known.inside, known.place) == (fact.inside, fact.place))
    return any(abs(known.at_us - fact.at_us) < TOGETHER_US for known in same)
