"""AIS receivers at a port or on a ship: `!AIVDM` and `!AIVDO` sentences, over a serial line or TCP.

Documents: ITU-R M.1371-5 (messages), IEC 61162-1 (sentences) as in "AIVDM/AIVDO protocol decoding" of gpsd; tag blocks
of NMEA 4.10. Messages are decoded by pyais. Verified with captured sentences of every kind that is used, against gpsd's
own decoding; tag blocks by the document alone.

Positions come from messages 1 to 3 (class A), 18 and 19 (class B) and 27 (long range, via satellite), under
`mmsi:<nine digits>`. The names of ships (5, 19, 24) are told as the measurement `ship_name` when they are new. Shore
stations, aids to navigation, aircraft and texts are passed over. A receiver at a port hears thousands of ships: `only`
names those that matter.

A message has no time, but positions (other than 27) say the second of the minute at which they were taken. The time of
a position is the latest moment with that second before it was received: by the tag block's or the trailing time stamp
where the line has one, else by the gateway. So two receivers that hear one message, or a relay that repeats it, give
one event. A second more than `MOST_AGE_S` ago is not believed, and the position counts as of its receipt.

A message of several sentences is joined by its sequence number and channel. Parts that stay alone for `MOST_WAIT_S` or
are displaced by newer ones are forgotten without a word: on a radio channel that is everyday life.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from device_drivers.ais_messages import Position, Told, meaning
from device_drivers.ais_wire import MAX_PENDING_BYTES as MOST_SENTENCES_BYTES
from device_drivers.ais_wire import Joiner, Sentence, seek, sentence_at
from device_drivers.framing import Framer
from gateway.model import Fix, Measurement, Micros, Output, Rejected

NAME = "ais"
TRANSPORT: Literal["stream", "message"] = "stream"

REJECTED_BLOCK_BYTES = 1024
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + MOST_SENTENCES_BYTES
MOST_NAMES = 4096  # ships whose names are known as told; beyond, the one told first is told again
MOST_AGE_S = 30
MINUTE_US = 60_000_000
AHEAD_US = 2_000_000  # how far a sender's second may be ahead of the receiver's clock
MOST_MMSI = 999_999_999


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Which ships are told of."""

    only: list[int] = field(default_factory=list)  # MMSI numbers; empty: all that are heard
    names: bool = True  # False: leave out the names of ships

    def __post_init__(self) -> None:
        for mmsi in self.only:
            if not 0 < mmsi <= MOST_MMSI:
                raise ValueError(f"only: expected MMSI numbers of nine digits, came {mmsi}")


class Decoder:
    """Sentences of one receiver to the positions and names of ships."""

    def __init__(self, settings: Settings) -> None:
        self._only = frozenset(settings.only)
        self._wants_names = settings.names
        self._framer = Framer(self._read, seek, REJECTED_BLOCK_BYTES)
        self._joiner = Joiner()
        self._names: dict[int, str] = {}
        self._now_us: Micros = 0  # of the present call

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their message; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes + self._joiner.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """A receiver speaks by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes as they came; give the positions of ships in them."""
        self._now_us = now_us
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Tell what was no sentence once the line is quiet."""
        return self._framer.flush_quiet(now_us)

    def _read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        found = sentence_at(buffer, at)
        if found is None:
            return None
        end, sentence = found
        if sentence is None:
            return end, []
        message = self._joiner.join(sentence, self._now_us)
        return end, self._message(message) if message else []

    def _message(self, message: tuple[Sentence, ...]) -> list[Output]:
        try:
            told = meaning([sentence.plain for sentence in message])
        except ValueError as error:
            data = b"\r\n".join(sentence.plain for sentence in message)
            return [Rejected(data=data, reason="message", text=str(error))]
        if told is None or (self._only and told.mmsi not in self._only):
            return []
        stamped_us = next((sentence.received_us for sentence in message if sentence.received_us is not None), None)
        out: list[Output] = []
        if told.position is not None:
            out.append(_fix(told.mmsi, told.position, self._now_us, stamped_us))
        if told.name and self._wants_names:
            out += self._name(told)
        return out

    def _name(self, told: Told) -> list[Output]:
        if self._names.get(told.mmsi) == told.name:
            return []
        if told.mmsi not in self._names and len(self._names) >= MOST_NAMES:
            del self._names[next(iter(self._names))]
        self._names[told.mmsi] = told.name
        return [Measurement(name="ship_name", value=told.name, asset=asset_of(told.mmsi))]


def asset_of(mmsi: int) -> str:
    """The name of a ship."""
    return f"mmsi:{mmsi:09d}"


def _fix(mmsi: int, position: Position, now_us: Micros, stamped_us: Micros | None) -> Fix:
    return Fix(
        lat=position.lat,
        lon=position.lon,
        seen_us=_taken_us(position.second, now_us if stamped_us is None else stamped_us, stamped_us),
        speed_mps=position.speed_mps,
        course_deg=position.course_deg,
        accuracy_m=position.accuracy_m,
        asset=asset_of(mmsi),
    )


def _taken_us(second: int | None, received_us: Micros, stamped_us: Micros | None) -> Micros | None:
    """The latest moment with this second before it was received; without one, the time stamp of the line or None."""
    if second is None:
        return stamped_us
    latest_us = received_us + AHEAD_US
    age_us = (latest_us - second * 1_000_000) % MINUTE_US
    return stamped_us if age_us > MOST_AGE_S * 1_000_000 + AHEAD_US else latest_us - age_us
