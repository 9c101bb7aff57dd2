"""What came from a device while it was tried, counted."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from statistics import fmean

from gateway.model import Fix, Label, Measurement, Micros, Notice, Output, Passage, Reading, Rejected, Send, TagRead

RECENT = 500  # signal strengths kept per antenna
MOST_TAGS = 10_000  # different tags counted per antenna
MOST_NAMES = 200  # measurements and notices kept
SHOWN = 12  # latest readings kept to be shown
SECOND_US = 1_000_000


class Antenna:
    """What one antenna has read; 0 stands for devices that name none."""

    def __init__(self) -> None:
        self.reads = 0
        self.tags: set[bytes] = set()
        self.first_us: Micros = 0
        self.last_us: Micros = 0
        self._rssi: deque[float] = deque(maxlen=RECENT)

    def add(self, read: TagRead, now_us: Micros) -> None:
        """Count a read that came at a time."""
        self.first_us = self.first_us or now_us
        self.last_us = now_us
        self.reads += read.count
        if len(self.tags) < MOST_TAGS:
            self.tags.add(read.epc)
        if read.rssi_dbm is not None:
            self._rssi.append(read.rssi_dbm)

    @property
    def rssi_dbm(self) -> tuple[float, float, float] | None:
        """Weakest, mean and strongest of the latest reads; None where the device does not say."""
        return (min(self._rssi), fmean(self._rssi), max(self._rssi)) if self._rssi else None

    def rate(self, now_us: Micros) -> float:
        """Reads a second since its first."""
        return self.reads * SECOND_US / max(SECOND_US, now_us - self.first_us)


class Tally:
    """Everything that a trial needs to say."""

    def __init__(self) -> None:
        self.chunks = 0
        self.bytes = 0
        self.readings: Counter[str] = Counter()  # by kind of reading, without notices
        self.antennas: dict[int, Antenna] = {}
        self.measurements: dict[str, Measurement] = {}
        self.fix: Fix | None = None
        self.notices: dict[tuple[str, int], Notice] = {}  # the newest of each word and antenna
        self.rejected: Counter[str] = Counter()  # by reason
        self.rejected_bytes = 0
        self.example: Rejected | None = None  # the newest
        self.latest: deque[Reading] = deque(maxlen=SHOWN)
        self.sent = 0

    def feed(self, outputs: Iterable[Output], now_us: Micros, size: int = 0) -> list[Send]:
        """Count what a driver made of a chunk of `size` bytes; return what is to be written to the device."""
        self.chunks += size > 0
        self.bytes += size
        sends = []
        for output in outputs:
            if isinstance(output, Send):
                sends.append(output)
            elif isinstance(output, Rejected):
                self.rejected[output.reason] += 1
                self.rejected_bytes += len(output.data)
                self.example = output
            elif isinstance(output, Notice):
                self._notice(output)
            else:
                self._reading(output, now_us)
        self.sent += len(sends)
        return sends

    @property
    def total(self) -> int:
        """Readings of every kind."""
        return self.readings.total()

    @property
    def framing_errors(self) -> float:
        """The share of all bytes that was no frame, 0 to 1."""
        return self.rejected_bytes / self.bytes if self.bytes else 0.0

    def _notice(self, notice: Notice) -> None:
        if len(self.notices) < MOST_NAMES or (notice.name, notice.antenna) in self.notices:
            self.notices[notice.name, notice.antenna] = notice

    def _reading(self, reading: TagRead | Label | Fix | Measurement | Passage | Reading, now_us: Micros) -> None:
        self.readings[_kind(reading)] += 1
        self.latest.append(reading)
        if isinstance(reading, TagRead):
            self.antennas.setdefault(reading.antenna, Antenna()).add(reading, now_us)
        elif isinstance(reading, Fix):
            self.fix = reading
        elif isinstance(reading, Measurement) and (
            len(self.measurements) < MOST_NAMES or reading.name in self.measurements
        ):
            self.measurements[reading.name] = reading


def _kind(reading: Reading) -> str:
    """The stable word of a reading's type: tag_read, fix, ..."""
    return str(type(reading).__struct_config__.tag)
