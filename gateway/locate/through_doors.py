"""Goods that are known to pass a door: out of the trailer that stands there, or into it."""

from __future__ import annotations

from gateway.locate.state import AssetState, Fact
from gateway.locate.whereabouts import Whereabouts
from gateway.model import Observation


def come_out(whereabouts: Whereabouts, observation: Observation, state: AssetState, fact: Fact, carrier: str) -> None:
    """Goods came in at a door: out of the trailer they are in, or of the one there if they come from afar."""
    doors = whereabouts.doors
    source = state.parent or ("" if doors.is_on_site(state, fact.place) else carrier)
    if source:
        whereabouts.unload(observation, state, fact, source)
    elif carrier:
        doors.came_out(state, carrier, fact.place, observation.at_us)
    if state.place != fact.place:
        whereabouts.settle(observation, state, fact)


def go_in(whereabouts: Whereabouts, observation: Observation, state: AssetState, fact: Fact, carrier: str) -> None:
    """Goods went into the trailer at a door; nobody saw them come out of the one that they were in."""
    if state.parent:
        whereabouts.unload(observation, state, fact, state.parent)
    whereabouts.load(observation, state, carrier, fact.place)
