"""The states of all assets, and the one place where they change and where events are told of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gateway.event_id import event_id
from gateway.locate.census import Census
from gateway.locate.containment import CARRIERS, Doors, departure_us
from gateway.locate.memory import AssetStates, Row
from gateway.locate.state import AssetState, Fact, Loading, Nest, decode_gist
from gateway.locate.timeline import add_fact, add_nest, fact_at, fact_before, facts_of, place_of
from gateway.model import AssetKind, Event, EventKind, LocationEvent, Micros, Observation, Quarantined, Tier
from gateway.places import PlaceIndex

DEEPEST = 16  # parents of parents; packings that would make more are refused
TOLD_EVERY_US = 1_000_000  # a state that only says "still seen" is handed out this often
Point = tuple[float, float]


class Whereabouts:
    """States, what follows from them (doors, census), and what the batch under way has to tell."""

    def __init__(self, places: PlaceIndex) -> None:
        self.places = places
        self.states = AssetStates()
        self.doors = Doors(places)
        self.census = Census()
        self.recorded_us: Micros = 0
        self._events: list[Event] = []
        self._changed: set[str] = set()
        self._refused: list[Quarantined] = []

    def restore(self, rows: Iterable[Row]) -> None:
        """Take back the journal's rows at start, before the first batch."""
        for asset, row in rows:
            self.states.restore(asset, row)
            gist = decode_gist(row)
            self.census.enter(gist)
            if gist.kind in CARRIERS and not gist.parent:
                self.doors.follow(asset, "", gist.place, gist.since_us)

    def state(self, observation: Observation) -> AssetState:
        """The state of the observed asset, new where it was never met."""
        return self.meet(observation.asset, observation.kind)

    def meet(self, asset: str, kind: AssetKind) -> AssetState:
        """The state of an asset, new where it was never met."""
        state = self.states.get(asset)
        if state is None:
            state = AssetState(kind)
            self.states.add(asset, state)
        return state

    def carriers(self, state: AssetState) -> Iterator[tuple[str, AssetState]]:
        """What an asset is in, from near to far, each with its state."""
        for _ in range(DEEPEST):
            outer = self.states.get(state.parent) if state.parent else None
            if outer is None:
                return
            yield state.parent, outer
            state = outer

    def for_outermost(self, observation: Observation, state: AssetState) -> tuple[Observation, AssetState]:
        """The observation as one of the outermost of what the asset is in: they pass together."""
        asset = observation.asset
        for outer, outer_state in self.carriers(state):
            asset, state = outer, outer_state
        return msgspec.structs.replace(observation, asset=asset, kind=state.kind), state

    def outermost(self, state: AssetState) -> AssetState:
        """The state that says where an asset is: its own, or the outermost's of what it is in and that is known."""
        for _, outer in self.carriers(state):
            if outer.since_us:
                state = outer
        return state

    def seen(self, asset: str, state: AssetState, at_us: Micros) -> None:
        """Take note of a believed reading; now and then the journal hears of it."""
        if at_us > state.seen_us:
            state.untold_us += at_us - state.seen_us
            state.seen_us = at_us
            if state.untold_us > TOLD_EVERY_US:
                self._changed.add(asset)

    def changed(self, asset: str) -> None:
        """Hand this asset's state out with the batch: what it remembers would be missed after a restart."""
        self._changed.add(asset)

    def tell(self, event: Event) -> None:
        """Add an event to the batch."""
        self._events.append(event)

    def refuse(self, observation: Observation, reason: str, text: str) -> None:
        """Put an observation that contradicts what is known into the batch's quarantine."""
        self._refused.append(
            Quarantined(
                received_us=observation.received_us,
                source=observation.device,
                stage="resolve",
                reason=reason,
                text=text,
                data=msgspec.json.encode(observation.reading),
            )
        )

    def take_refused(self) -> list[Quarantined]:
        """What was refused since the last time; asked once."""
        refused, self._refused = self._refused, []
        return refused

    def take(self) -> tuple[list[Event], list[Row]]:
        """End the batch: its events, and the rows that the journal must have with them."""
        rows = self.states.rows(self._changed)
        rows += self.states.cool()
        events, self._events, self._changed = self._events, [], set()
        return events, rows

    def settle(
        self, observation: Observation, state: AssetState, fact: Fact, point: Point | None = None, shipment: str = ""
    ) -> None:
        """Add a fact to the asset's history and tell what it means: it arrived, moved or left.

        A fact from before the newest one is told as `late`, and does not move the asset.
        """
        facts = facts_of(state)
        before = fact_before(facts, fact)
        late = bool(facts) and fact < facts[-1]
        was_at = place_of(before)
        self._remember(observation.asset, state, fact)
        if not fact.inside:
            kind, was_at = EventKind.LEFT, was_at or fact.place
        elif was_at and was_at != fact.place and not late:
            kind = EventKind.MOVED
        else:
            kind, was_at = EventKind.ARRIVED, was_at if was_at != fact.place else ""
        came_from_transit = before is not None and not before.inside
        tier = self.places.tier(was_at) if was_at else Tier.TRANSIT if came_from_transit else None
        self.tell(self.event(observation, kind, fact, was_at, tier, late=late, point=point, shipment=shipment))

    def load(self, observation: Observation, state: AssetState, carrier: str, door: str) -> None:
        """An asset went into another at a door or any place (empty: on the way): from now on it is where that is."""
        fact = Fact(observation.at_us, inside=door != "", place=door)
        was_at = "" if state.place == door else state.place
        if state.place != door:
            self._remember(
                observation.asset, state, fact if door else Fact(fact.at_us, inside=False, place=state.place)
            )
        newest_us = max((known.at_us for known in facts_of(state)), default=0)
        self.nest(observation.asset, state, Nest(max(newest_us, observation.at_us), added=True, parent=carrier))
        state.loading = Loading(carrier, door, fact.at_us)
        tier = self.places.tier(was_at) if was_at else None
        self.tell(self.event(observation, EventKind.LOADED, fact, was_at, tier, parent=carrier))

    def unload(self, observation: Observation, state: AssetState, fact: Fact, carrier: str) -> None:
        """An asset came out of another, seen going in or not; telling where it then is is left to `settle`."""
        was_at = state.place
        left_us = departure_us(state.loading, self.outermost(state)) if state.parent and was_at else None
        if left_us is not None:
            self._remember(observation.asset, state, Fact(min(left_us, fact.at_us), inside=False, place=was_at))
        out_of = carrier if state.parent == carrier else ""
        self.nest(observation.asset, state, Nest(max(fact.at_us, observation.at_us), added=False, parent=out_of))
        state.loading = Loading(carrier, fact.place, max(fact.at_us, observation.at_us))
        tier = self.places.tier(was_at) if was_at else None
        self.tell(self.event(observation, EventKind.UNLOADED, fact, was_at, tier, parent=carrier))

    def place_then(self, state: AssetState, at_us: Micros) -> str:
        """The place of an asset at a time, through what it is in now; empty between places."""
        return place_of(fact_at(facts_of(self.outermost(state)), at_us))

    def _remember(self, asset: str, state: AssetState, fact: Fact) -> None:
        place = state.place
        self.census.leave(state)
        add_fact(state, fact)
        self.census.enter(state)
        if state.place != place:
            state.run = None  # it spoke against the place that was
        if state.kind in CARRIERS and not state.parent:
            self.doors.follow(asset, place, state.place, state.since_us)
        self._changed.add(asset)

    def nest(self, asset: str, state: AssetState, nest: Nest) -> None:
        """Note a packing or an unpacking; what the asset is in follows from all that are known."""
        self.census.leave(state)
        state.parent = add_nest(state, nest)
        self.census.enter(state)
        if state.kind in CARRIERS:  # what stands on a trailer does not stand at its door
            before, now = (state.place, "") if state.parent else ("", state.place)
            self.doors.follow(asset, before, now, state.since_us)
        self._changed.add(asset)

    def event(
        self,
        observation: Observation,
        kind: EventKind,
        fact: Fact,
        previous: str,
        previous_tier: Tier | None,
        *,
        late: bool = False,
        parent: str = "",
        point: Point | None = None,
        shipment: str = "",
    ) -> LocationEvent:
        """An event of the observed asset, by what it says of its place now."""
        return LocationEvent(
            event_id=event_id(kind, observation.asset, parent or fact.place, fact.at_us, observation.device),
            kind=kind,
            asset=observation.asset,
            asset_kind=observation.kind,
            place=fact.place,
            tier=self.places.tier(fact.place) if fact.inside else Tier.TRANSIT,
            previous_place=previous,
            previous_tier=previous_tier,
            parent=parent,
            read_point=observation.read_point,
            device=observation.device,
            shipment=shipment,
            lat=point[0] if point else None,
            lon=point[1] if point else None,
            at_us=fact.at_us,
            device_us=observation.device_us,
            received_us=observation.received_us,
            recorded_us=self.recorded_us,
            late=late,
            time_fixed=observation.time_fixed,
        )
