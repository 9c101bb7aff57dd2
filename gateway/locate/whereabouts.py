"""The states of all assets, and the one place where they change and where events are told of it."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.event_id import event_id
from gateway.locate.census import Census
from gateway.locate.containment import CARRIERS, Doors, departure_us
from gateway.locate.memory import AssetStates, Row
from gateway.locate.state import AssetState, Fact, Loading, decode_gist
from gateway.locate.timeline import add_fact, fact_at, fact_before, facts_of, place_of
from gateway.model import Event, EventKind, LocationEvent, Micros, Observation, Tier
from gateway.places import PlaceIndex

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

    def restore(self, rows: Iterable[Row]) -> None:
        """Take back the journal's rows at start, before the first batch."""
        for asset, row in rows:
            self.states.restore(asset, row)
            gist = decode_gist(row)
            self.census.enter(gist)
            if gist.kind in CARRIERS:
                self.doors.follow(asset, "", gist.place, gist.since_us)

    def state(self, observation: Observation) -> AssetState:
        """The state of the observed asset, new where it was never met."""
        state = self.states.get(observation.asset)
        if state is None:
            state = AssetState(observation.kind)
            self.states.add(observation.asset, state)
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
        self.tell(self._event(observation, kind, fact, was_at, tier, late=late, point=point, shipment=shipment))

    def load(self, observation: Observation, state: AssetState, carrier: str, door: str) -> None:
        """Goods went into a trailer at a door: from now on they are where it is."""
        fact = Fact(observation.at_us, inside=True, place=door)
        was_at = "" if state.place == door else state.place
        if state.place != door:
            self._remember(observation.asset, state, fact)
        self._put_into(observation.asset, state, carrier)
        state.loading = Loading(carrier, door, fact.at_us)
        tier = self.places.tier(was_at) if was_at else None
        self.tell(self._event(observation, EventKind.LOADED, fact, was_at, tier, parent=carrier))

    def unload(self, observation: Observation, state: AssetState, fact: Fact, carrier: str) -> None:
        """Goods came out of a trailer, seen going in or not; telling where they then are is left to `settle`."""
        was_at = state.place
        left_us = departure_us(state.loading, self.states.get(carrier)) if state.parent else None
        if left_us is not None:
            self._remember(observation.asset, state, Fact(min(left_us, fact.at_us), inside=False, place=was_at))
        self._put_into(observation.asset, state, "")
        state.loading = Loading(carrier, fact.place, max(fact.at_us, observation.at_us))
        tier = self.places.tier(was_at) if was_at else None
        self.tell(self._event(observation, EventKind.UNLOADED, fact, was_at, tier, parent=carrier))

    def place_then(self, state: AssetState, at_us: Micros) -> str:
        """The place of an asset at a time, through what it is in now; empty between places."""
        carrier = self.states.get(state.parent) if state.parent else None
        return place_of(fact_at(facts_of(carrier or state), at_us))

    def _remember(self, asset: str, state: AssetState, fact: Fact) -> None:
        place = state.place
        self.census.leave(state)
        add_fact(state, fact)
        self.census.enter(state)
        if state.place != place:
            state.run = None  # it spoke against the place that was
        if state.kind in CARRIERS:
            self.doors.follow(asset, place, state.place, state.since_us)
        self._changed.add(asset)

    def _put_into(self, asset: str, state: AssetState, carrier: str) -> None:
        self.census.leave(state)
        state.parent = carrier
        self.census.enter(state)
        self._changed.add(asset)

    def _event(
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
