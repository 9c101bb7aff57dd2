"""Reads of tags: present where they were read often and strongly enough, in or out at one-way gates and doors.

Order of arrival does not matter for stays further apart than `within_s`. The limit: reads at B that come
after the asset was read at A both before and after them are taken for what they mostly are, a second reader that
overhears a tag at A; a short visit to B told that late stays untold.
"""

from __future__ import annotations

from gateway.locate.containment import CARRIERS, GOODS, is_still_there
from gateway.locate.presence import PresenceRule
from gateway.locate.state import AssetState, Fact, Ring
from gateway.locate.through_doors import come_out, go_in
from gateway.locate.timeline import fact_after, fact_at, facts_of, is_forgotten, place_of
from gateway.locate.whereabouts import Whereabouts
from gateway.model import Micros, Observation, TagRead


class TagReads:
    """Follows tags from read point to read point."""

    def __init__(self, whereabouts: Whereabouts, presence: PresenceRule) -> None:
        self._whereabouts = whereabouts
        self._places = whereabouts.places
        self._doors = whereabouts.doors
        self._presence = presence

    def observe(self, observation: Observation) -> None:
        """Take one read. The first lines are the path of nearly all reads: a tag is still where it was."""
        reading = observation.reading
        assert type(reading) is TagRead
        read_point = observation.read_point or observation.device
        if self._presence.is_too_weak(read_point, reading.rssi_dbm):
            return
        state, at_us, place = self._whereabouts.state(observation), observation.at_us, observation.place
        if state.parent and state.kind in CARRIERS and self._places.kind(place) == "gate":
            observation, state = self._whereabouts.for_outermost(observation, state)
        if at_us < state.since_us:
            self._late(observation, reading, state, read_point)
            return
        ring = self._presence.ring_of(state, read_point, at_us)
        if state.place == place and not (observation.direction or state.parent or self._doors.is_taken(place)):
            self._refresh(observation, reading, state, ring)
        elif observation.direction:
            self._one_way(observation, reading, state, ring)
        elif state.parent:
            self._goods_inside(observation, reading, state, ring)
        elif state.place == place:
            self._at_taken_door(observation, reading, state, ring)
        else:
            self._elsewhere(observation, reading, state, ring, state.place)

    def _one_way(self, observation: Observation, reading: TagRead, state: AssetState, ring: Ring) -> None:
        """At a gate all pass; at a door goods pass, and what carries them stands."""
        if self._places.kind(observation.place) != "door":
            self._passing(observation, reading, state, ring)
        elif state.kind in GOODS:
            self._one_way_door(observation, reading, state, ring)
        elif state.place == observation.place:
            self._refresh(observation, reading, state, ring)
        else:
            self._elsewhere(observation, reading, state, ring, state.place)

    def _refresh(self, observation: Observation, reading: TagRead, state: AssetState, ring: Ring) -> None:
        """The asset is where it was; a repeat, or a read older than the last one there, changes nothing."""
        at_us = observation.at_us
        if at_us > ring.last_us:
            self._presence.hear(ring, at_us, reading.rssi_dbm)
            self._whereabouts.seen(observation.asset, state, at_us)

    def _wait(self, observation: Observation, reading: TagRead, state: AssetState, ring: Ring) -> bool:
        """Add a read to those that wait to be believed; False for a repeat."""
        if not self._presence.count(ring, reading, observation.at_us):
            return False
        self._whereabouts.seen(observation.asset, state, observation.at_us)
        if len(ring.times) <= self._presence.least_reads(ring) + 1:  # beyond, a restart misses nothing but freshness
            self._whereabouts.changed(observation.asset)
        return True

    def _elsewhere(
        self, observation: Observation, reading: TagRead, state: AssetState, ring: Ring, present: str
    ) -> None:
        """A read at another place than `present`, where the asset is known to be (empty: nowhere)."""
        if not self._wait(observation, reading, state, ring):
            return
        at_us = self._presence.moved_us(state, present, ring, observation.at_us)
        if at_us is None:
            return
        self._presence.believe(ring, at_us)
        fact = Fact(max(at_us, state.since_us), inside=True, place=observation.place)
        carrier = self._doors.carrier_at(fact.place, observation.at_us) if state.kind in GOODS else ""
        if state.parent:
            self._whereabouts.unload(observation, state, fact, state.parent)
        elif carrier and self._doors.goes_in(state, carrier, fact.place):
            self._whereabouts.load(observation, state, carrier, fact.place)
            return
        elif carrier:
            self._doors.came_out(state, carrier, fact.place, observation.at_us)
        self._whereabouts.settle(observation, state, fact)

    def _at_taken_door(self, observation: Observation, reading: TagRead, state: AssetState, ring: Ring) -> None:
        """Goods are read at the door where they are known to be, and a trailer stands there."""
        carrier = self._doors.carrier_at(state.place, observation.at_us) if state.kind in GOODS else ""
        repeated = observation.at_us <= ring.last_us
        self._refresh(observation, reading, state, ring)
        if carrier and not repeated and self._doors.goes_in(state, carrier, state.place):
            self._whereabouts.load(observation, state, carrier, state.place)

    def _goods_inside(self, observation: Observation, reading: TagRead, state: AssetState, ring: Ring) -> None:
        """Goods in a trailer are read: still in it at the door, on their way past a gate, or out of it."""
        carrier = self._whereabouts.outermost(state)
        here = state.place if is_still_there(state.loading, carrier) else ""
        passes = self._places.kind(observation.place) == "gate"
        if passes or observation.place == here:
            self._refresh(observation, reading, state, ring)
        else:
            self._elsewhere(observation, reading, state, ring, here)

    def _one_way_door(self, observation: Observation, reading: TagRead, state: AssetState, ring: Ring) -> None:
        """Goods pass a door: out of the trailer that stands there, or into it, however often they are read."""
        door, inwards = observation.place, observation.direction == "in"
        carrier = self._doors.carrier_at(door, observation.at_us)
        if self._is_through(state, door, carrier, inwards=inwards):
            self._refresh(observation, reading, state, ring)
            return
        if not self._wait(observation, reading, state, ring):
            return
        at_us = self._presence.moved_us(state, self._decided_at(state, door), ring, observation.at_us)
        if at_us is None:
            return
        self._presence.believe(ring, at_us)
        fact = Fact(max(at_us, state.since_us), inside=True, place=door)
        if inwards:
            come_out(self._whereabouts, observation, state, fact, carrier)
        elif carrier:
            go_in(self._whereabouts, observation, state, fact, carrier)
        else:  # they wait here for a trailer, or it is not known yet
            self._whereabouts.settle(observation, state, fact)

    def _is_through(self, state: AssetState, door: str, carrier: str, *, inwards: bool) -> bool:
        """Whether goods have passed a one-way door already: they are out and here, or in the trailer that stands here.

        Where no trailer is known at an outbound door, what is in one is taken to be in it still.
        """
        out_and_here = not state.parent and state.place == door
        if inwards:
            return out_and_here
        if not carrier:
            return out_and_here or state.parent != ""
        return any(name == carrier for name, _ in self._whereabouts.carriers(state))

    def _decided_at(self, state: AssetState, door: str) -> str:
        """Whose other readers a read at a door must beat: the door's, where both of its lanes hear the goods."""
        if state.place == door or (state.loading is not None and state.loading.door == door):
            return door
        return "" if state.parent else state.place

    def _passing(self, observation: Observation, reading: TagRead, state: AssetState, ring: Ring) -> None:
        """A read at a one-way gate: once believed, the asset came in or went out, once."""
        place, inside = self._places.beyond_gate(observation.place), observation.direction == "in"
        known = self._places.is_within(state.place, place) if inside else not state.place and state.since_us > 0
        if state.parent or known:  # goods in a trailer pass with it
            self._refresh(observation, reading, state, ring)
            return
        if not self._wait(observation, reading, state, ring):
            return
        newest = facts_of(state)[-1:]
        decided_here = newest != () and self._places.is_within(newest[0].place, place)
        # Both lanes overhear what stands between them: the other lane must be weaker, or have fallen silent.
        rivals = self._presence.rivals(state, ring, observation.place) if decided_here else []
        at_us = self._presence.won_us(ring, rivals, observation.at_us)
        if at_us is not None:
            self._presence.believe(ring, at_us)
            self._whereabouts.settle(observation, state, Fact(max(at_us, state.since_us), inside, place))

    def _late(self, observation: Observation, reading: TagRead, state: AssetState, read_point: str) -> None:
        """A read from before the present stay: does it prove a stay, or a leaving, that we do not know of?

        Within `within_s` of the present stay's begin it does not: readers disagree for that long.
        """
        at_us, place = observation.at_us, observation.place
        facts = facts_of(state)
        if state.since_us - at_us <= self._presence.within_us or is_forgotten(facts, at_us):
            return
        passes = observation.direction != "" and self._places.kind(place) != "door"  # at a door it was in any case
        inside = not passes or observation.direction == "in"
        target = self._places.beyond_gate(place) if passes else place
        if self._is_known(Fact(at_us, inside, target), state):
            return
        ring = self._presence.ring_of(state, read_point, at_us)
        if not self._presence.count(ring, reading, at_us):
            return
        self._whereabouts.changed(observation.asset)
        first_us = self._presence.confirmed_us(ring, at_us)
        if first_us is not None:
            self._presence.believe(ring, first_us)
            self._whereabouts.settle(observation, state, Fact(first_us, inside, target))

    def _is_known(self, fact: Fact, state: AssetState) -> bool:
        """Whether history holds this already: it was there then, or came there a moment later."""
        facts = facts_of(state)
        was_at = place_of(fact_at(facts, fact.at_us))
        after = fact_after(facts, fact.at_us)
        if _is_close(after, fact, self._presence.within_us):
            return True
        there = self._places.is_within(was_at, fact.place)
        return there if fact.inside else not there


def _is_close(after: Fact | None, fact: Fact, within_us: Micros) -> bool:
    return (
        after is not None
        and (after.inside, after.place) == (fact.inside, fact.place)
        and after.at_us - fact.at_us <= within_us
    )
