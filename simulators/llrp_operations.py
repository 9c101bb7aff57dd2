"""A simulated LLRP reader's ROSpecs and what makes them start and stop; they outlive the connection that added them.

disabled --ENABLE--> inactive --START, immediate trigger or input--> active --STOP, time or input--> inactive
and from any --DISABLE--> disabled
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from enum import Enum

from gateway.model import Micros
from simulators.llrp_frames import FIELD_ERROR, Change, Refused, Rospec, TagSeen
from simulators.llrp_rospec import chosen


class State(Enum):
    """Where a ROSpec stands."""

    DISABLED = "disabled"
    INACTIVE = "inactive"
    ACTIVE = "active"


class Operations:
    """All ROSpecs of one reader. The requests raise Refused."""

    def __init__(self) -> None:
        self._rospecs: dict[int, Rospec] = {}
        self._states: dict[int, State] = {}
        self._since_us: dict[int, Micros] = {}  # when a ROSpec became active

    @property
    def active(self) -> set[int]:
        """The ids of those that read now."""
        return {rospec_id for rospec_id, state in self._states.items() if state is State.ACTIVE}

    def reader_of(self, seen: TagSeen) -> Rospec | None:
        """The ROSpec that reads this tag, if one does."""
        for rospec_id in self.active:
            rospec = self._rospecs[rospec_id]
            listens = not rospec.antennas or seen.antenna in rospec.antennas
            if listens and chosen(rospec, seen.pc, seen.epc):
                return rospec
        return None

    def pass_time(self, now_us: Micros) -> None:
        """Stop what has run for its time."""
        for rospec_id in self.active:
            after_ms = self._rospecs[rospec_id].stops_after_ms
            if after_ms and now_us - self._since_us[rospec_id] >= after_ms * 1000:
                self._states[rospec_id] = State.INACTIVE

    def change(self, change: Change, now_us: Micros) -> None:
        """An input changed: start and stop what waits for it."""
        for rospec_id, rospec in self._rospecs.items():
            state = self._states[rospec_id]
            if state is State.ACTIVE and rospec.stops_on == change:
                self._states[rospec_id] = State.INACTIVE
            elif state is State.INACTIVE and rospec.starts_on == change:
                self._activate(rospec_id, now_us)

    def clear(self) -> None:
        """Forget all, as at a restart."""
        self._rospecs.clear()
        self._states.clear()

    def add(self, rospec: Rospec) -> None:
        if rospec.rospec_id in self._rospecs:
            raise Refused(FIELD_ERROR, f"ROSpec {rospec.rospec_id} exists already")
        self._rospecs[rospec.rospec_id] = rospec
        self._states[rospec.rospec_id] = State.DISABLED

    def delete(self, body: bytes, _now_us: Micros) -> None:
        for rospec_id in self._named(body):
            del self._rospecs[rospec_id], self._states[rospec_id]

    def enable(self, body: bytes, now_us: Micros) -> None:
        for rospec_id in self._named(body):
            if self._states[rospec_id] is State.DISABLED:
                self._states[rospec_id] = State.INACTIVE
                if self._rospecs[rospec_id].starts_at_once:
                    self._activate(rospec_id, now_us)

    def disable(self, body: bytes, _now_us: Micros) -> None:
        for rospec_id in self._named(body):
            self._states[rospec_id] = State.DISABLED

    def start(self, body: bytes, now_us: Micros) -> None:
        for rospec_id in self._named(body):
            if self._states[rospec_id] is State.DISABLED:
                raise Refused(FIELD_ERROR, f"ROSpec {rospec_id} is disabled: enable it first")
            self._activate(rospec_id, now_us)

    def stop(self, body: bytes, _now_us: Micros) -> None:
        for rospec_id in self._named(body):
            if self._states[rospec_id] is not State.ACTIVE:
                raise Refused(FIELD_ERROR, f"ROSpec {rospec_id} is not running")
            self._states[rospec_id] = State.INACTIVE

    def _activate(self, rospec_id: int, now_us: Micros) -> None:
        self._states[rospec_id] = State.ACTIVE
        self._since_us[rospec_id] = now_us

    def _named(self, body: bytes) -> list[int]:
        """The ROSpecs a request names; 0 means all, of which there may be none."""
        (rospec_id,) = struct.unpack_from(">I", body)
        if rospec_id == 0:
            return list(self._rospecs)
        if rospec_id not in self._rospecs:
            raise Refused(FIELD_ERROR, f"there is no ROSpec {rospec_id}")
        return [rospec_id]


REQUESTS: dict[int, tuple[int, Callable[[Operations, bytes, Micros], None]]] = {  # request -> response, what it does
    21: (31, Operations.delete),
    22: (32, Operations.start),
    23: (33, Operations.stop),
    24: (34, Operations.enable),
    25: (35, Operations.disable),
}
