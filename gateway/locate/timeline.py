"""An asset's short history: facts ordered by when they were true, never by when they came.

The present place is a fold over the facts, and the newest facts of a set are the same in whatever
order the set was told. So late, early and repeated data end in one and the same place.
"""

from __future__ import annotations

from gateway.locate.state import AssetState, Fact, Nest
from gateway.model import Micros

KEPT = 8  # facts; older ones live on in the journal's events


def facts_of(state: AssetState) -> tuple[Fact, ...]:
    """The asset's facts, oldest first."""
    if state.facts or state.since_us == 0:
        return state.facts
    return (Fact(state.since_us, inside=True, place=state.place),)


def fact_at(facts: tuple[Fact, ...], at_us: Micros) -> Fact | None:
    """The fact that held at a time; None before the first."""
    return next((fact for fact in reversed(facts) if fact.at_us <= at_us), None)


def fact_after(facts: tuple[Fact, ...], at_us: Micros) -> Fact | None:
    """The next fact after a time; None after the last."""
    return next((fact for fact in facts if fact.at_us > at_us), None)


def fact_before(facts: tuple[Fact, ...], fact: Fact) -> Fact | None:
    """The fact that another one follows; None where it would be the first."""
    return next((earlier for earlier in reversed(facts) if earlier < fact), None)


def place_of(fact: Fact | None) -> str:
    """Where a fact puts the asset; empty between places and before the first fact."""
    return fact.place if fact is not None and fact.inside else ""


def add_nest(state: AssetState, nest: Nest) -> str:
    """Put a packing or an unpacking in its place in history; return what the asset is in by the whole of it."""
    state.nests = tuple(sorted({*state.nests, nest}))[-KEPT:]
    alone_us = _seen_alone_us(state)
    parent = ""
    for known in state.nests:
        if known.added:
            parent = known.parent if known.at_us >= alone_us else ""
        elif known.parent in ("", parent):
            parent = ""
    return parent


def is_past(state: AssetState, nest: Nest) -> bool:
    """Whether more is known of a later time: another packing, or a place where the asset was seen by itself."""
    return any(nest < known for known in state.nests) or nest.at_us < _seen_alone_us(state)


def _seen_alone_us(state: AssetState) -> Micros:
    """When the asset was last seen to be at a place itself, not through what it is in."""
    return max((fact.at_us for fact in facts_of(state) if fact.inside), default=0)


def is_forgotten(facts: tuple[Fact, ...], at_us: Micros) -> bool:
    """Whether a time lies before all we still remember, so that nothing can be said about it."""
    return len(facts) >= KEPT and at_us < facts[0].at_us


def add_fact(state: AssetState, fact: Fact) -> None:
    """Put a fact in its place in history, and let place and since follow from the whole."""
    facts = tuple(sorted({*facts_of(state), fact}))[-KEPT:]
    state.place = place_of(facts[-1])
    state.since_us = _began_us(facts)
    alone = len(facts) == 1 and facts[0].inside
    state.facts = () if alone else facts


def _began_us(facts: tuple[Fact, ...]) -> Micros:
    """When the present stay began: what says the same place again does not begin it anew."""
    present, began_us = place_of(facts[-1]), facts[-1].at_us
    for fact in reversed(facts):
        if place_of(fact) != present:
            break
        began_us = fact.at_us
    return began_us
