"""LLRP: what is plugged into a reader, by GET_READER_CONFIG_RESPONSE: antennas and general purpose inputs."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct

import msgspec

from device_drivers.llrp_events import antenna_notice
from device_drivers.llrp_wire import ParameterType, parameters, unpack
from gateway.model import Measurement, Notice

_ANTENNA = Struct(">BHh")  # connected in the top bit, number, gain
_INPUT = Struct(">HBB")  # port, enabled in the top bit, state
LEVELS = {0: False, 1: True}  # GPIPortState; 2: unknown


class Ports(msgspec.Struct, frozen=True, kw_only=True):
    """The part of GET_READER_CONFIG_RESPONSE that we use."""

    antennas: dict[int, bool]  # number -> connected
    inputs: dict[int, bool]  # port -> high; without those that are off

    @classmethod
    def of(cls, body: bytes) -> Ports:
        """Read a response's body; raises Malformed."""
        told = list(parameters(body, 0, len(body)))
        antennas = [unpack(_ANTENNA, body, one) for one in told if one.type == ParameterType.AntennaProperties]
        inputs = [unpack(_INPUT, body, one) for one in told if one.type == ParameterType.GPIPortCurrentState]
        return cls(
            antennas={number: bool(flags & 0x80) for flags, number, _ in antennas},
            inputs={port: LEVELS[state] for port, _, state in inputs if state in LEVELS},
        )

    def measurements(self) -> list[Measurement]:
        """Return the inputs' present levels."""
        return [Measurement(name=f"gpi_{port}", value=high) for port, high in self.inputs.items()]


class AntennaWatch:
    """Says where an antenna that shall read is missing, and where none is left that could."""

    def __init__(self, wanted: Sequence[int]) -> None:
        self._wanted = wanted  # 1-based; empty: whichever are connected
        self._connected: set[int] | None = None  # None: the reader does not say

    def begin(self, antennas: dict[int, bool]) -> list[Notice]:
        """Take what the reader says at the beginning; without a say of it nothing is claimed."""
        shall_read = {number: state for number, state in antennas.items() if not self._wanted or number in self._wanted}
        if not shall_read:
            return []
        self._connected = {number for number, state in shall_read.items() if state}
        if not self._connected:
            return [_none_left()]
        lost = [number for number in self._wanted if shall_read.get(number) is False]
        return [antenna_notice(number, connected=False) for number in lost]

    def change(self, number: int, *, connected: bool) -> list[Notice]:
        """Take what an event says."""
        if self._connected is None or (self._wanted and number not in self._wanted):
            return []
        before, self._connected = (
            self._connected,
            self._connected | {number} if connected else self._connected - {number},
        )
        return [_none_left()] if before and not self._connected else []


def _none_left() -> Notice:
    text = "no antenna connected: nothing can be read"
    return Notice(name="no_antenna_connected", text=text, fault=True)
