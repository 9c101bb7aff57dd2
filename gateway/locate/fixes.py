"""Positions: believed or refused, kept at a bearable rate, and turned into arrivals and departures at fences."""

from __future__ import annotations

from msgspec.structs import replace

from gateway.event_id import event_id
from gateway.locate.fences import FenceRule
from gateway.locate.motion import MotionRule
from gateway.locate.plausibility import PlausibilityRule, Refusal
from gateway.locate.state import AssetState, Fact, FenceRun, Moving, Position
from gateway.locate.timeline import fact_at, facts_of, is_forgotten, place_of
from gateway.locate.whereabouts import Whereabouts
from gateway.model import Fix, Micros, Observation, PositionEvent

SILENT_US = 900 * 1_000_000  # a carrier that told no position for so long is where what it carries says


class Fixes:
    """Follows positions from fence to fence."""

    def __init__(
        self, whereabouts: Whereabouts, fences: FenceRule, plausibility: PlausibilityRule, motion: MotionRule
    ) -> None:
        self._whereabouts = whereabouts
        self._fences = fences
        self._plausibility = plausibility
        self._motion = motion

    def observe(self, observation: Observation) -> None:
        """Take one position; one that is refused is counted and changes nothing."""
        fix = observation.reading
        assert type(fix) is Fix
        reason = self._plausibility.unfit(observation, fix)
        if reason is None:
            state = self._whereabouts.state(observation)
            reason = (self._aboard if state.parent else self._take)(observation, fix, state)
        if reason is not None:
            self._plausibility.refuse(observation.device, reason)

    def _take(self, observation: Observation, fix: Fix, state: AssetState) -> Refusal | None:
        """Take a position that is sound in itself; why not, where what is known speaks against it."""
        at_us = observation.at_us
        newest_us = state.position.at_us if state.position else 0
        if at_us == newest_us:
            return "duplicate"
        leap = self._plausibility.is_too_fast(state.position, fix, at_us)
        if at_us < max(newest_us, state.since_us):
            if leap:
                return "impossible_speed"
            self._late(observation, fix, state)
            return None
        if leap:
            state.doubt = self._plausibility.doubt(state.doubt, fix, at_us)
            self._whereabouts.changed(observation.asset)
            if not self._plausibility.is_overcome(state.doubt):
                return "impossible_speed"
            state.motion = None  # it was never at its anchor
        state.doubt = None
        self._now(observation, fix, state)
        return None

    def _aboard(self, observation: Observation, fix: Fix, state: AssetState) -> Refusal | None:
        """A position of what is in something else: its own, and that of what carries it where that one tells none."""
        if state.position is not None and observation.at_us == state.position.at_us:
            return "duplicate"
        carrying, carrier = self._whereabouts.for_outermost(observation, state)
        told = carrier.position
        if told is None or told.told_by == observation.asset or observation.at_us - told.at_us > SILENT_US:
            reason = self._take(carrying, fix, carrier)
            if reason is None and carrier.position is not None:
                carrier.position = replace(carrier.position, told_by=observation.asset)
                self._whereabouts.changed(carrying.asset)
            if reason is not None:
                return reason
        if state.position is None or observation.at_us > state.position.at_us:
            self._note(observation, fix, state, carrier.place, moved=False)
        return None

    def _now(self, observation: Observation, fix: Fix, state: AssetState) -> None:
        at_us, before = observation.at_us, state.place
        place = self._fences.place_of(before, fix.lat, fix.lon)
        run = None if place == before else self._fences.extend(state.run, place, fix, at_us)
        motion = self._motion.follow(state.motion, fix, at_us)
        if run != state.run or _turned(state.motion, motion):
            self._whereabouts.changed(observation.asset)
        state.run, state.motion = run, motion
        if run is not None and self._fences.is_confirmed(run) and not self._is_drift(motion, before, run.place):
            self._settle(observation, state, run, before)
            state.run = None
        self._note(observation, fix, state, state.place, moved=state.place != before)

    def _note(self, observation: Observation, fix: Fix, state: AssetState, place: str, *, moved: bool) -> None:
        """Take the newest position; it is told now and then, and always where the asset came to another place."""
        at_us = observation.at_us
        position = state.position or Position(fix.lat, fix.lon, at_us)
        keep = moved or at_us - position.kept_us >= self._fences.keep_every_us
        kept_us = at_us if keep else position.kept_us
        state.position = Position(fix.lat, fix.lon, at_us, kept_us, position.late_kept_us)
        self._whereabouts.seen(observation.asset, state, at_us)
        if keep:
            self._whereabouts.changed(observation.asset)
            self._tell(observation, fix, place)

    def _is_drift(self, motion: Moving, before: str, place: str) -> bool:
        """Whether only the receiver has left a place: nothing leaves while it stands, though it may be found inside."""
        return motion.moving is False and before != "" and not self._whereabouts.places.is_within(place, before)

    def _late(self, observation: Observation, fix: Fix, state: AssetState) -> None:
        """A position from the past, such as a tracker stores while it has no network: it completes history."""
        at_us, facts = observation.at_us, facts_of(state)
        then = fact_at(facts, at_us)
        known = place_of(then)
        place = self._fences.place_of(known, fix.lat, fix.lon)
        if not is_forgotten(facts, at_us):
            run = None if place == known else self._late_run(state, then, place, fix, at_us)
            if run != state.late_run:
                self._whereabouts.changed(observation.asset)
            state.late_run = run
            if run is not None and self._fences.is_confirmed(run):
                state.late_run = None
                self._settle(observation, state, run, known)
                known = place
        position = state.position
        if position is None or position.at_us < at_us:  # late against a read of its tag, not against positions
            position = Position(
                fix.lat, fix.lon, at_us, *((position.kept_us, position.late_kept_us) if position else ())
            )
        if abs(at_us - position.late_kept_us) >= self._fences.keep_every_us:
            position = Position(position.lat, position.lon, position.at_us, position.kept_us, at_us)
            self._whereabouts.changed(observation.asset)
            self._tell(observation, fix, known)
        state.position = position

    def _late_run(self, state: AssetState, then: Fact | None, place: str, fix: Fix, at_us: Micros) -> FenceRun:
        """A run must lie between the same two facts: across one, the asset was elsewhere in between."""
        run = state.late_run
        if run is not None and fact_at(facts_of(state), run.first_us) != then:
            run = None
        return self._fences.extend(run, place, fix, at_us)

    def _settle(self, observation: Observation, state: AssetState, run: FenceRun, before: str) -> None:
        fact = Fact(run.first_us, inside=run.place != "", place=run.place or before)
        self._whereabouts.settle(observation, state, fact, point=(run.lat, run.lon))

    def _tell(self, observation: Observation, fix: Fix, place: str) -> None:
        at = f"{fix.lat!r},{fix.lon!r}"
        self._whereabouts.tell(
            PositionEvent(
                event_id=event_id("position", observation.asset, at, observation.at_us, observation.device),
                asset=observation.asset,
                asset_kind=observation.kind,
                lat=fix.lat,
                lon=fix.lon,
                speed_mps=fix.speed_mps,
                course_deg=fix.course_deg,
                accuracy_m=fix.accuracy_m,
                place=place,
                tier=self._whereabouts.places.tier(place),
                device=observation.device,
                at_us=observation.at_us,
                device_us=observation.device_us,
                received_us=observation.received_us,
                recorded_us=self._whereabouts.recorded_us,
                time_fixed=observation.time_fixed,
            )
        )


def _turned(before: Moving | None, now: Moving) -> bool:
    """Whether a restart would miss more of the movement than a moment."""
    return before is None or (before.moving, before.came_us, before.away) != (now.moving, now.came_us, now.away)
