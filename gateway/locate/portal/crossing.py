"""What a portal says: one tag crossed a door, and a load of them is complete."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from gateway.model import Micros, Observation

Side: TypeAlias = Literal["outer", "inner"]
Direction: TypeAlias = Literal["in", "out"]


class Crossing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A tag passed a door. Told once, when it is silent at the door or has moved away from it."""

    asset: str
    door: str
    direction: Direction
    at_us: Micros  # when it was in the door, by the readers' clock
    decided_us: Micros  # by the gateway's clock
    load: str  # which tags belong together: the same text for all of a load
    nats: float  # log-odds that it crossed at all
    barrier: bool  # a light barrier told the direction
    observation: Observation  # the last read in the zone where it ended


class Load(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The stable set: tags that crossed together, told when no further one has joined for a while."""

    load: str
    door: str
    direction: Direction
    assets: tuple[str, ...]  # in the order in which they were told
    began_us: Micros  # the first and the last crossing, by the readers' clock
    ended_us: Micros
    completed_us: Micros  # by the gateway's clock
