"""Which shipments stand in the list, and in which order: late and at risk first. Pure.

The list lives while someone reads page after page, so the cursor is no number of a row but the place in the order of
the last shipment read. How late something is grows with each second; when it was due does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from gateway.errors import BadInput
from gateway.model import Micros, Shipment, Trip, TripStatus

State: TypeAlias = Literal["late", "at_risk", "under_way", "planned", "arrived"]  # the loudest first
Rank: TypeAlias = tuple[int, int, str]

STATES: tuple[State, ...] = get_args(State)
LATEST_US = 2**61  # later than any time
MOST_DIGITS = 19


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A shipment of the list, as its reader may see it."""

    view: Trip
    status: TripStatus  # of the whole of it, also where the last stop is hidden
    late_s: int
    risk: str = ""  # reason of the newest open alert about it

    @property
    def state(self) -> State:
        """One word for how it stands; what has arrived is past mending, however late it was."""
        if self.status is TripStatus.ARRIVED:
            return "arrived"
        if self.late_s > 0:
            return "late"
        if self.risk:
            return "at_risk"
        return "under_way" if self.status is TripStatus.UNDER_WAY else "planned"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for; empty: all."""

    state: str = ""
    lane: str = ""
    party: str = ""
    text: str = ""

    def holds(self, one: Listed) -> bool:
        """Whether a shipment, as its reader sees it, is asked for, in whatever state."""
        plan = one.view.shipment
        if self.lane and lane_of(plan) != self.lane:
            return False
        if self.party and self.party not in plan.parties.values():
            return False
        return not self.text or any(self.text.casefold() in said.casefold() for said in _said(plan))


def lane_of(plan: Shipment) -> str:
    """Origin and destination; empty where one of them is hidden."""
    return plan.lane if plan.stops[0].place and plan.stops[-1].place else ""


def rank(one: Listed) -> Rank:
    """Where a shipment stands: by its state, what was due first before the rest; of those arrived the newest."""
    due_us = _due_us(one.view)
    return (
        STATES.index(one.state),
        LATEST_US - due_us if one.state == "arrived" else due_us,
        one.view.shipment.shipment_id,
    )


def states_of(found: Iterable[Listed]) -> dict[str, int]:
    """How many there are in each state."""
    counts = Counter(one.state for one in found)
    return {state: counts[state] for state in STATES}


def page(found: Iterable[Listed], after: Rank | None, limit: int) -> tuple[list[Listed], str | None]:
    """The shipments behind a cursor, in order, and the cursor of the next page; None where there is none."""
    ranked = ((rank(one), one) for one in found)
    ordered = sorted((pair for pair in ranked if after is None or pair[0] > after), key=_first)
    shown = ordered[:limit]
    return [one for _, one in shown], _cursor(shown) if len(ordered) > limit else None


def parse_cursor(text: str) -> Rank | None:
    """`STATE,NUMBER,ID` as it was given out; None for an empty one. Raises BadInput."""
    if not text:
        return None
    state, _, rest = text.partition(",")
    number, comma, shipment_id = rest.partition(",")
    if not (comma and state in STATES and number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
        raise BadInput(f"after: expected `next_after` of the page before, got {text[:80]!r}")
    return STATES.index(state), int(number), shipment_id


def _cursor(shown: Sequence[tuple[Rank, Listed]]) -> str:
    (state, number, shipment_id), _ = shown[-1]
    return f"{STATES[state]},{number},{shipment_id}"


def _first(pair: tuple[Rank, Listed]) -> Rank:
    return pair[0]


def _due_us(view: Trip) -> Micros:
    """The end of the last window that is shown; those without any stand behind the others."""
    windows = [
        window for stop in view.shipment.stops for window in (stop.arrival, stop.departure) if window is not None
    ]
    return windows[-1].close_us if windows else LATEST_US


def _said(plan: Shipment) -> Iterable[str]:
    yield plan.shipment_id
    yield plan.contents
    yield from (stop.place for stop in plan.stops)
    yield from plan.assets
    yield from plan.parties.values()
    yield from (part.number for part in plan.parts)
