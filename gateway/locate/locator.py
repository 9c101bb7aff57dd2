"""Observations become events: the door to locating.

    tag read      present where it was read often and strongly enough          tag_reads, presence
                  at a door of two zones: came in or went out, or neither      passages, portal
    position      in a place's fence, with hysteresis and confirmation         fixes, fences
    label         like a tag read, believed at once                          scans
    passage       believed at once: a system that knows says so                here
    measurement   told with the place of what it rides on; a dock's contact    here, docks
    packing       in another asset, to any depth: that one's place is its own  packing
    goods         inside a trailer from the door on where it stood             containment
    late data     completes an asset's history, never moves it                 timeline

Pure: no clock, no file. The same observations give the same events at any speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gateway.config.model import Config
from gateway.event_id import event_id
from gateway.locate.board import Board
from gateway.locate.docks import Docks
from gateway.locate.fences import FenceRule
from gateway.locate.fixes import Fixes
from gateway.locate.memory import Row
from gateway.locate.motion import MotionRule
from gateway.locate.packing import Packings
from gateway.locate.passages import Passages
from gateway.locate.plausibility import PlausibilityRule
from gateway.locate.presence import PresenceRule
from gateway.locate.reorder import in_order
from gateway.locate.scans import AtOnce, Scans
from gateway.locate.state import Fact
from gateway.locate.tag_reads import TagReads
from gateway.locate.whereabouts import Whereabouts
from gateway.model import (
    Event,
    Fix,
    Label,
    Measurement,
    Micros,
    Observation,
    Packing,
    Passage,
    Quarantined,
    SensorEvent,
    TagRead,
)
from gateway.places import PlaceIndex


class Located(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one batch of observations led to; both belong into one transaction of the journal."""

    events: list[Event]
    rows: list[Row]  # asset and encoded state: replaces what the journal has of these assets
    quarantined: list[Quarantined]  # observations that contradict what is known


class Locator:
    """Where all assets are.

    `observe` has changed what the locator knows by the time it returns. If the journal cannot commit,
    the same Located must be written again later: observing the batch once more would find nothing new.
    """

    def __init__(
        self, config: Config, places: PlaceIndex | None = None, whereabouts: Whereabouts | None = None
    ) -> None:
        self._places = PlaceIndex(config.places) if places is None else places
        self._whereabouts = Whereabouts(self._places) if whereabouts is None else whereabouts
        at_read_point = {device.name: device.place or "" for device in config.devices}
        at_read_point |= {point.name: point.place for point in config.read_points}
        known = config.locating.presence, config.read_points, lambda name: at_read_point.get(name, "")
        rule = PresenceRule(*known)
        geofence = config.locating.geofence
        self._plausibility = PlausibilityRule(config.locating.plausibility, geofence)
        fixes = Fixes(
            self._whereabouts,
            FenceRule(geofence, self._places),
            self._plausibility,
            MotionRule(config.locating.motion),
        )
        tag_reads = TagReads(self._whereabouts, rule)
        self.passages = Passages(self._whereabouts, tag_reads.observe)
        has_zones = any(point.zone for point in config.read_points)
        self._follow = {
            TagRead: self.passages.observe if has_zones else tag_reads.observe,
            Label: Scans(self._whereabouts, AtOnce(*known)).observe,
            Fix: fixes.observe,
            Passage: self._passage,
            Packing: Packings(self._whereabouts).observe,
            Measurement: self._measurement,
        }
        self.docks = Docks(config.inputs, self._whereabouts, self.passages.portals)
        self.board = Board(self._whereabouts)

    def restore(self, rows: Iterable[Row]) -> None:
        """Take back the journal's rows at start, before the first batch."""
        self._whereabouts.restore(rows)
        self.docks.restore()

    def rearranged(self, config: Config) -> Locator:
        """The locator of other devices and read points, that knows all this one knows; this one is used no more.

        A passage that was not decided yet is decided by what is read from now on.
        """
        locator = Locator(config, self._places, self._whereabouts)
        locator.docks.restore()
        return locator

    def __len__(self) -> int:
        return len(self._whereabouts.states)

    @property
    def is_waiting(self) -> bool:
        """Whether time alone will bring events: then `observe` must be called, though with nothing, each second."""
        return self.docks.is_waiting or self.passages.portals.is_waiting

    @property
    def refused(self) -> Mapping[tuple[str, str], int]:
        """How many positions of each device were not believed, by reason, since the start."""
        return self._plausibility.refused

    def observe(self, batch: Sequence[Observation], recorded_us: Micros) -> Located:
        """Take a batch of observations, in any order of their times; `recorded_us` is the gateway's time now."""
        self._whereabouts.recorded_us = recorded_us
        follow = self._follow
        for observation in in_order(batch):
            follow[type(observation.reading)](observation)
        self.docks.advance(recorded_us)
        self.passages.advance(recorded_us)
        events, rows = self._whereabouts.take()
        return Located(events=events, rows=rows, quarantined=self._whereabouts.take_refused())

    def _passage(self, observation: Observation) -> None:
        """A system that knows: always told, and always a fact, even where it comes late."""
        passage = observation.reading
        assert type(passage) is Passage
        state, at_us = self._whereabouts.state(observation), observation.at_us
        fact = Fact(at_us, passage.direction == "in", self._places.beyond_gate(observation.place))
        if state.parent and fact.inside and at_us >= state.since_us:
            self._whereabouts.unload(observation, state, fact, state.parent)  # goods received: they came out
        self._whereabouts.settle(observation, state, fact, shipment=passage.shipment)
        self._whereabouts.seen(observation.asset, state, at_us)

    def _measurement(self, observation: Observation) -> None:
        value = observation.reading
        assert type(value) is Measurement
        self.docks.observe(observation)
        state = self._whereabouts.states.get(observation.asset)
        place = observation.place or ("" if state is None else self._whereabouts.place_then(state, observation.at_us))
        what = f"{value.name}={value.value!r}"
        self._whereabouts.tell(
            SensorEvent(
                event_id=event_id("sensor", observation.asset, what, observation.at_us, observation.device),
                asset=observation.asset,
                name=value.name,
                value=value.value,
                unit=value.unit,
                place=place,
                tier=self._places.tier(place),
                device=observation.device,
                at_us=observation.at_us,
                device_us=observation.device_us,
                received_us=observation.received_us,
                recorded_us=self._whereabouts.recorded_us,
                time_fixed=observation.time_fixed,
            )
        )
