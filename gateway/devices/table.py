"""What was read by one device since someone looks, by tag and antenna; and what its sensors said last. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from gateway.model import Fix, Label, Measurement, Micros, Output, Passage, TagRead

MOST_TAGS = 500  # the one read longest ago makes room
MOST_ANTENNAS = 64  # of one tag
MOST_NAMES = 100  # measurements
MOST_TOLD = 20  # labels and passages


class Heard:
    """One tag at one antenna; 0 stands for devices that name none."""

    __slots__ = ("count", "last_us", "rssi_dbm")

    def __init__(self) -> None:
        self.count = 0
        self.last_us: Micros = 0
        self.rssi_dbm: float | None = None


class Tag:
    """One tag."""

    __slots__ = ("antennas", "count", "epc", "first_us", "last_us", "pc")

    def __init__(self, epc: bytes, first_us: Micros) -> None:
        self.epc = epc
        self.pc: int | None = None
        self.first_us = first_us
        self.last_us = first_us
        self.count = 0
        self.antennas: dict[int, Heard] = {}


class Table:
    """An `Onlooker` that counts. `version` differs whenever something in it does."""

    def __init__(self) -> None:
        self.version = 0
        self.tags: dict[bytes, Tag] = {}  # the one read last stands last
        self.measurements: dict[tuple[str, str], tuple[Micros, Measurement]] = {}  # by asset and name
        self.fix: tuple[Micros, Fix] | None = None
        self.told_of: deque[tuple[Micros, Label | Passage]] = deque(maxlen=MOST_TOLD)

    def told(self, outputs: Sequence[Output], at_us: Micros, size: int = 0) -> None:
        """Count what a driver made of a chunk."""
        self.version += 1
        for output in outputs:
            if type(output) is TagRead:
                self._tag(output, at_us)
            elif type(output) is Measurement:
                self._measurement(output, at_us)
            elif type(output) is Fix:
                self.fix = (at_us, output)
            elif type(output) is Label or type(output) is Passage:
                self.told_of.append((at_us, output))

    def away(self, trouble: object) -> None:
        """What was read stays."""

    def back(self) -> None:
        """What was read stays."""

    def _tag(self, read: TagRead, at_us: Micros) -> None:
        tag = self.tags.pop(read.epc, None)
        if tag is None:
            tag = Tag(read.epc, at_us)
            if len(self.tags) >= MOST_TAGS:
                del self.tags[next(iter(self.tags))]
        self.tags[read.epc] = tag
        tag.last_us = at_us
        tag.count += read.count
        if read.pc is not None:
            tag.pc = read.pc
        heard = tag.antennas.get(read.antenna)
        if heard is None:
            heard = Heard()
            if len(tag.antennas) < MOST_ANTENNAS:
                tag.antennas[read.antenna] = heard
        heard.count += read.count
        heard.last_us = at_us
        if read.rssi_dbm is not None:
            heard.rssi_dbm = read.rssi_dbm

    def _measurement(self, said: Measurement, at_us: Micros) -> None:
        key = (said.asset, said.name)
        if key in self.measurements or len(self.measurements) < MOST_NAMES:
            self.measurements[key] = (at_us, said)
