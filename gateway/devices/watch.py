"""What each device does, noted as it passes through the digest.

Always kept, and next to nothing for each chunk: counts, the link, the last trouble, and the chunks' last readings as
they are. Counting them by tag and antenna waits for someone who looks: an `Onlooker` is told of one device's outputs
from then on. On the event loop.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import msgspec

from gateway.devices.meter import Meter
from gateway.model import Micros, Notice, Output, Rejected
from gateway.sources.inbound import WAITING, Connected, Disconnected

MOST_RECENT = 500  # outputs kept of each device, for who begins to look
MOST_DEVICES = 10_000
NO_FAULT = ("changed", "removed", "stopped", WAITING)  # ends of a link that people asked for


class Trouble(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that went wrong with a device."""

    at_us: Micros
    kind: str  # link: it cannot be heard; data: what came is no use; device: it tells so itself
    reason: str  # a stable word
    text: str  # for people


class Onlooker(Protocol):
    """Someone who looks at one device."""

    def told(self, outputs: Sequence[Output], at_us: Micros, size: int) -> None:
        """The driver made these of a chunk of `size` bytes; of 0 bytes where no chunk came."""

    def away(self, trouble: Trouble) -> None:
        """The link ended, or could not be made."""

    def back(self) -> None:
        """The link stands."""


class Doing:
    """What one device does."""

    __slots__ = (
        "_kept",
        "away",
        "bytes",
        "chunks",
        "faulty_s",
        "faulty_since_us",
        "good_s",
        "meter",
        "onlookers",
        "peers",
        "recent",
        "rejected",
        "since_us",
        "trouble",
    )  # fmt: skip

    def __init__(self) -> None:
        self.meter = Meter()
        self.chunks = 0
        self.bytes = 0
        self.rejected = 0
        self.peers: set[str] = set()  # links that stand; "" where there can be one only
        self.since_us: Micros | None = None  # since when a link stands, or none does; None: nothing was tried yet
        self.away: Trouble | None = None  # why no link stands
        self.trouble: Trouble | None = None  # the last, of whichever kind
        self.good_s = float("-inf")  # when a reading came last, and when something that is none
        self.faulty_s = float("-inf")
        self.faulty_since_us: Micros = 0  # since when nothing came but what is none
        self.recent: deque[tuple[Micros, Sequence[Output]]] = deque()
        self.onlookers: tuple[Onlooker, ...] = ()
        self._kept = 0

    def keep(self, outputs: Sequence[Output], at_us: Micros) -> None:
        """Keep the outputs of a chunk, and let go of the oldest."""
        self.recent.append((at_us, outputs))
        self._kept += len(outputs)
        while self._kept > MOST_RECENT and len(self.recent) > 1:
            self._kept -= len(self.recent.popleft()[1])


class DeviceWatch:
    """What every device does. Rates are meant in real time (`now_s`), also where the gateway's clock runs fast."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self.now_s = now_s
        self._doings: dict[str, Doing] = {}

    def doing(self, device: str) -> Doing:
        """What a device does; nothing yet, where it was never told of."""
        found = self._doings.get(device)
        return Doing() if found is None else found

    def expect(self, devices: Sequence[str]) -> None:
        """Forget what is not among these."""
        self._doings = {name: doing for name, doing in self._doings.items() if name in devices}

    def took(self, device: str, outputs: Sequence[Output], readings: int, at_us: Micros, size: int) -> None:
        """A chunk of `size` bytes was decoded, or time passed (0); `readings` of the outputs tell of something."""
        doing = self._doings.get(device) or self._new(device)
        now_s = self.now_s()
        if size:
            doing.chunks += 1
            doing.bytes += size
        if readings:
            doing.meter.add(readings, now_s)
            doing.good_s = now_s
        if outputs:
            doing.keep(outputs, at_us)
            if readings != len(outputs):
                _look_for_trouble(doing, outputs, at_us, now_s)
        for onlooker in doing.onlookers:
            onlooker.told(outputs, at_us, size)

    def connected(self, link: Connected) -> None:
        """A link stands from now on."""
        doing = self._doings.get(link.device) or self._new(link.device)
        if not doing.peers:
            doing.since_us = link.at_us
        doing.peers.add(link.peer)
        doing.away = None
        for onlooker in doing.onlookers:
            onlooker.back()

    def disconnected(self, end: Disconnected) -> None:
        """A link ended, or could not be made. Of many that dial in, one that hangs up is no trouble."""
        doing = self._doings.get(end.device) or self._new(end.device)
        stood = bool(doing.peers)
        doing.peers.discard(end.peer)
        if (stood and not doing.peers) or doing.since_us is None:
            doing.since_us = end.at_us
        if end.reason == WAITING:
            doing.away = None
        if end.peer or end.reason in NO_FAULT:
            return
        doing.away = doing.trouble = Trouble(at_us=end.at_us, kind="link", reason=end.reason, text=end.text)
        for onlooker in doing.onlookers:
            onlooker.away(doing.away)

    @contextmanager
    def look(self, device: str, onlooker: Onlooker) -> Iterator[None]:
        """Tell someone of a device as long as the block runs."""
        doing = self._doings.get(device) or self._new(device)
        doing.onlookers = (*doing.onlookers, onlooker)
        try:
            yield
        finally:
            doing.onlookers = tuple(one for one in doing.onlookers if one is not onlooker)

    def _new(self, device: str) -> Doing:
        doing = Doing()
        if len(self._doings) < MOST_DEVICES:
            self._doings[device] = doing
        return doing


def _look_for_trouble(doing: Doing, outputs: Sequence[Output], at_us: Micros, now_s: float) -> None:
    for output in outputs:
        if type(output) is Rejected:
            doing.rejected += 1
            if doing.faulty_s <= doing.good_s or doing.rejected == 1:
                doing.faulty_since_us = at_us
            doing.faulty_s = now_s
            doing.trouble = Trouble(at_us=at_us, kind="data", reason=output.reason, text=output.text)
        elif type(output) is Notice and output.fault:
            where = f"antenna {output.antenna}: " if output.antenna else ""
            text = where + (output.text or output.name.replace("_", " "))
            doing.trouble = Trouble(at_us=at_us, kind="device", reason=output.name, text=text)
