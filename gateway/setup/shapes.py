"""What the setup page is answered with."""

from __future__ import annotations

from typing import Literal

import msgspec

from gateway.devices.asked import Obstacle, Saying
from gateway.setup.answers import Answers, DeviceAnswer


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the terminal printed behind the #."""

    code: str


class Search(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to look for devices."""

    mdns: bool = True
    subnet: str = ""  # empty: none


class Attempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of the devices to try."""

    answers: Answers
    device: int  # its number in answers.devices, from 0


class DriverShape(msgspec.Struct, frozen=True, kw_only=True):
    """A driver to choose."""

    name: str
    purpose: str
    transport: Literal["stream", "message"]


class StartShape(msgspec.Struct, frozen=True, kw_only=True):
    """What the page begins with."""

    file: str
    site: str  # this machine's name
    listen: str
    drivers: list[DriverShape]
    time_zones: list[str]


class FindShape(msgspec.Struct, frozen=True, kw_only=True):
    """A device that could be taken in."""

    device: DeviceAnswer
    description: str
    trouble: str  # why it cannot be used as it is; empty: nothing is known
    obstacle: Obstacle  # the same in a stable word


class FaultShape(msgspec.Struct, frozen=True, kw_only=True):
    """A fault of the file."""

    path: str  # parties[0].code
    line: int
    text: str
    fix: str


class CheckedShape(msgspec.Struct, frozen=True, kw_only=True):
    """The file as it would be, and what is wrong with it."""

    text: str
    faults: list[FaultShape]


class AntennaShape(msgspec.Struct, frozen=True, kw_only=True):
    """What an antenna read; 0 where the device names none."""

    number: int
    reads: int
    tags: int
    rssi_dbm: float | None


class TriedShape(msgspec.Struct, frozen=True, kw_only=True):
    """What came of trying a device."""

    says: list[Saying]
    antennas: list[AntennaShape]


class WrittenShape(msgspec.Struct, frozen=True, kw_only=True):
    """The file stands, the gateway starts. The token is shown once."""

    file: str
    token: str
