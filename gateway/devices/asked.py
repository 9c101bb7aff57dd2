"""What the operator may ask about devices, and what is answered: a test of one, and a search for others."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

import msgspec

from gateway.errors import TierviewError
from gateway.model import Micros

LEAST_TEST_S, MOST_TEST_S = 1.0, 60.0

Grade: TypeAlias = Literal["ok", "hint", "fault"]
Kind: TypeAlias = Literal["link", "data", "device", "read"]  # of the connection, of what came, its own, of its reads
How: TypeAlias = Literal["watched", "connected"]  # its own link was watched; it had none, and one was tried
Obstacle: TypeAlias = Literal["", "no_permission", "in_use"]  # another client uses it
SearchState: TypeAlias = Literal["none", "running", "done", "cancelled", "overdue"]
Step: TypeAlias = Literal["", "serial", "attempt", "subnet", "mdns"]


class Busy(TierviewError):
    """Another test or search runs: there is one at a time; `reason` says which, in a stable word."""

    def __init__(self, text: str, *, reason: Literal["search_runs", "test_runs"]) -> None:
        super().__init__(text)
        self.reason = reason


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence about a device, and what it is made of, for who says it in another language."""

    grade: Grade
    text: str
    kind: Kind
    reason: str  # a stable word, of its kind
    where: str = ""  # port, topic, host and port, or address
    baud: int = 0  # of a serial port
    is_asked: bool = False  # the driver asked, and nothing answered
    share: float | None = None  # of the bytes that came: what was no use
    antenna: int = 0  # 0: of none, or the device names none
    rssi_dbm: float | None = None  # in the mean
    detail: str = ""  # of the driver, or the device: its own words


class AntennaTally(msgspec.Struct, frozen=True, kw_only=True):
    """What one antenna read while the device was tested; 0 stands for devices that name none."""

    antenna: int
    reads: int
    tags: int
    per_s: float
    rssi_dbm: tuple[float, float, float] | None  # weakest, mean and strongest


class TrialResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a test found."""

    device: str
    how: How
    seconds: float
    bytes: int
    readings: int
    rejected: int
    antennas: tuple[AntennaTally, ...]
    says: tuple[Saying, ...]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Where to search."""

    serial: bool = True  # the serial ports of this box
    attempt: bool = False  # listen on those that no device uses, with one driver after another; readers are asked
    mdns: bool = False  # ask the link who announces itself
    subnet: str = ""  # ask each address for an LLRP reader; empty: none


class Find(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could be a device."""

    address: str  # serial port, or host and port
    driver: str  # in an attempt it understood what came; else by what the find says of itself, or a guess
    description: str
    note: str  # what stands in the way, in words; empty: nothing
    obstacle: Obstacle  # the same in a stable word
    device: str  # the configured device that it is; empty: none
    entry: str  # for `devices` of config.yaml


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """How a search stands."""

    state: SearchState = "none"
    step: Step = ""
    asked: int = 0  # addresses of the subnet, or ports in an attempt
    to_ask: int = 0
    began_us: Micros | None = None
    finds: tuple[Find, ...] = ()
    faults: tuple[str, ...] = ()  # steps that could not be done, in words


class DeviceDesk(Protocol):
    """Tests devices and searches for others, one at a time each."""

    async def test(self, device: str, seconds: float) -> TrialResult:
        """Try a device. Raises Busy, and BadInput where it cannot be tried."""

    def begin(self, wish: Wish) -> Search:
        """Begin a search. Raises Busy, and BadInput where the subnet may not be asked."""

    def search(self) -> Search:
        """How the search stands that was begun last."""

    def cancel(self) -> Search:
        """End the search that runs; what it found stays."""
