"""All that has been learned, and its bytes: one row a lane, so that a restart reads what is needed and no more."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from gateway.errors import BadInput
from gateway.eta.memory import VERSION, Memory

ALL_LANES = ""  # the name under which what all lanes share is kept
MOST_TRIPS = 400.0  # of a lane that count; what is older fades
MOST_TRIPS_IN_ALL = 20_000.0


class Learned:
    """What each lane has taught, and what all of them together have."""

    def __init__(self, memories: dict[str, Memory] | None = None) -> None:
        self.memories: dict[str, Memory] = memories or {}
        self.site = self.memories.setdefault(ALL_LANES, Memory())

    def of(self, lane: str) -> Memory:
        """What a lane has taught, to be added to."""
        return self.memories.setdefault(lane, Memory())

    def known(self, lane: str) -> Memory:
        """What a lane has taught, for reading: empty where it is new."""
        return self.memories.get(lane, NOTHING)

    def copy(self) -> Learned:
        """Another one that learns apart."""
        return Learned({lane: unpacked(packed(memory)) for lane, memory in self.memories.items()})

    def forget(self, lanes: set[str]) -> None:
        """Let old trips of these lanes fade."""
        for lane in sorted(lanes):
            self.of(lane).forget(MOST_TRIPS)
        self.site.forget(MOST_TRIPS_IN_ALL)


NOTHING = Memory()
NO_MEMORIES: Mapping[str, Memory] = MappingProxyType({})  # of a new gateway


class _Page(msgspec.Struct, kw_only=True, array_like=True):
    version: int
    memory: Memory


def packed(memory: Memory) -> bytes:
    """A lane's memory as bytes, for the journal."""
    return msgspec.msgpack.encode(_Page(version=VERSION, memory=memory))


def unpacked(data: bytes) -> Memory:
    """A lane's memory from its bytes; `BadInput` where they are another version's, or no memory: learn anew then."""
    try:
        version = msgspec.msgpack.decode(data, type=tuple[int, msgspec.Raw])[0]
        if version != VERSION:
            raise BadInput(f"what was learned of a lane has version {version}; this is tierview's {VERSION}")
        return msgspec.msgpack.decode(data, type=_Page).memory
    except msgspec.MsgspecError as fault:
        raise BadInput(f"what was learned of a lane cannot be read: {fault}") from fault
