"""What contacts at doors and gates say of them: open or shut, trailer there or not, light barriers.

A trailer that its reader or tracker brought to a door is no longer there once the door's own sensor has said so for
`hold_s`: it stands on the site then, since no position can tell. That something is there names no trailer, and does
nothing but end the waiting. Beams go to whoever decides directions (`Beams`).

What a dock says is kept in the states of `memory`, under a name that no asset has, so that it survives a kill.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, Protocol

from msgspec.structs import replace

from gateway.config.model import DockInput
from gateway.locate.state import DOCK, AssetState, Dock, Fact
from gateway.locate.whereabouts import Whereabouts
from gateway.model import AssetKind, Measurement, Micros, Observation


class Beams(Protocol):
    """Who hears of light barriers: the part that tells which way goods went."""

    def barrier(self, door: str, side: Literal["outer", "inner"], at_us: Micros, *, on: bool) -> None:
        """A beam on this side of a door was broken (`on`), or is free again."""


class Docks:
    """The dock inputs of the configuration, and what they said last."""

    def __init__(self, inputs: Iterable[DockInput], whereabouts: Whereabouts, beams: Beams | None = None) -> None:
        self._whereabouts = whereabouts
        self._beams = beams
        self._inputs: dict[tuple[str, str], list[DockInput]] = defaultdict(list)
        self._hold_us: dict[str, tuple[Micros, str]] = {}  # door: how long it must be empty, and whose word that is
        for entry in inputs:
            self._inputs[entry.device, entry.name].append(entry)
            if entry.means == "trailer_present":
                self._hold_us[entry.place] = round(entry.hold_s * 1_000_000), entry.device
        self._waiting: set[str] = set()  # doors of which a trailer may be gone

    def restore(self) -> None:
        """Take up what was being waited for; after the states were restored."""
        self._waiting = {place for place in self._hold_us if (dock := self.at(place)) is not None and dock.gone_us}

    def at(self, place: str) -> Dock | None:
        """What the contacts of a place said last; None where it has none, or they said nothing yet."""
        state = self._whereabouts.states.look(DOCK + place)
        return None if state is None else state.dock

    @property
    def is_waiting(self) -> bool:
        """Whether time alone may bring news."""
        return bool(self._waiting)

    def observe(self, observation: Observation) -> None:
        """Take a measurement, which may be an input of a dock, or of two."""
        value = observation.reading
        assert type(value) is Measurement
        if isinstance(value.value, str):
            return
        for entry in self._inputs.get((observation.device, value.name), ()):
            self._take(entry, observation, on=bool(value.value) != entry.inverted)

    def advance(self, now_us: Micros) -> None:
        """Let time pass: believe of doors that were empty for long enough that their trailer is gone."""
        for place in sorted(self._waiting):
            dock = self.at(place)
            assert dock is not None
            if now_us - dock.gone_us >= self._hold_us[place][0]:
                self._keep(place, replace(dock, gone_us=0))
                self._waiting.discard(place)
                self._clear(place, dock.trailer_us, now_us)

    def _take(self, entry: DockInput, observation: Observation, *, on: bool) -> None:
        at_us = observation.at_us
        dock = self.at(entry.place) or Dock()
        if entry.means == "barrier_outer" or entry.means == "barrier_inner":
            if self._beams is not None:
                self._beams.barrier(entry.place, "outer" if entry.means == "barrier_outer" else "inner", at_us, on=on)
        elif entry.means == "door_open":
            if at_us >= dock.door_us:
                self._keep(entry.place, replace(dock, door_open=on, door_us=at_us))
        elif at_us >= dock.trailer_us and on != dock.trailer:
            gone_us = 0 if on else observation.received_us
            self._keep(entry.place, replace(dock, trailer=on, trailer_us=at_us, gone_us=gone_us))
            (self._waiting.discard if on else self._waiting.add)(entry.place)

    def _keep(self, place: str, dock: Dock) -> None:
        name = DOCK + place
        state = self._whereabouts.meet(name, AssetKind.PLACE)
        if state.dock != dock:
            state.dock = dock
            self._whereabouts.changed(name)

    def _clear(self, door: str, empty_us: Micros, now_us: Micros) -> None:
        """Whatever was known to stand at a door has gone from it, to the place around the door."""
        for carrier in self._whereabouts.doors.standing_at(door):
            state = self._whereabouts.states.get(carrier)
            if state is not None and state.since_us <= empty_us:
                self._gone(carrier, state, door, empty_us, now_us)

    def _gone(self, carrier: str, state: AssetState, door: str, empty_us: Micros, now_us: Micros) -> None:
        around = self._whereabouts.places.ancestors(door)
        fact = Fact(empty_us, inside=bool(around), place=around[0] if around else door)
        observation = Observation(
            asset=carrier,
            kind=state.kind,
            device=self._hold_us[door][1],
            reading=Measurement(name="trailer_present", value=False, seen_us=empty_us),
            at_us=empty_us,
            received_us=now_us,
            device_us=empty_us,
            place=door,
        )
        self._whereabouts.settle(observation, state, fact)
