"""Teltonika trackers (FMB, FMC, FMM, TAT, TMT, ...) that dial in over TCP: `connect: listen:tcp://0.0.0.0:5027`.

Document: "Codec" and "AVL ID List" (Teltonika Telematics Wiki); frames: see `teltonika_wire`, I/O elements: see
`teltonika_io`. Verified with captured frames of Codec 8 and 8 Extended; Codec 12 and 16 with the document's examples;
Codec 13 and 14, the keep-alive byte and the Bluetooth temperatures' fault values by the document alone.

Theory of operation. A tracker opens a connection, says its IMEI and waits for one byte: 01, go on, or 00. Only those
that the settings list may go on; the notice about another one names its IMEI, so that it can be pasted into them. A
TCP connection proves nothing: put trackers into a private APN, or listen with TLS.

Then it sends frames of records and waits after each for their count. Until it has it, it keeps them and sends them
again. So the count is an acknowledgement: it goes out once the records are committed. A gateway that is killed before
gets them again, and as record and time are the same, the events are the same. A frame with a right checksum whose
records cannot be read is acknowledged too, as it is safe in quarantine and the device would send it for ever. One with
a wrong checksum is not.

A record without satellites has no position: the device repeats where it last was sure, and an hour in a tunnel or in
a ship's hull is no hour at its mouth. `stale_positions` takes them all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from device_drivers.fix_changes import FixChanges
from device_drivers.framing import Framer, Refused
from device_drivers.imei import IMEI, asset_of
from device_drivers.teltonika_io import Element, measurements, seen_us, table
from device_drivers.teltonika_wire import (
    ACCEPT,
    HANDSHAKE,
    HANDSHAKE_BEGINS,
    MOST_FRAME_BYTES,
    RECORDS,
    REFUSE,
    BadData,
    Record,
    data_at,
    records_of,
    seek_frame,
    seek_handshake,
    text_of,
)
from gateway.model import Fix, Micros, Notice, Output, Rejected, Send

NAME = "teltonika"
TRANSPORT: Literal["stream", "message"] = "stream"

REJECTED_BLOCK_BYTES = 1024
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + MOST_FRAME_BYTES
KEEP_ALIVE = 0xFF  # a byte between frames that holds the connection open
KMH = 1 / 3.6  # metres per second
GIVE_UP = "give_up"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for the trackers that dial in at one address."""

    imeis: dict[str, str] = field(default_factory=dict)  # who may: IMEI -> asset; empty asset: imei:<IMEI>
    io: dict[str, Element] = field(default_factory=dict)  # I/O elements beyond the usual: number -> what it means
    stale_positions: bool = False  # True: also take positions of records without satellites: the last known ones
    handshake_s: float = 30.0  # who has not said an IMEI by then is cut off

    def __post_init__(self) -> None:
        for imei in self.imeis:
            if IMEI.fullmatch(imei) is None:
                raise ValueError(f"imeis: expected IMEIs of 15 digits, came {imei!r}")
        table(self.io)
        if self.handshake_s <= 0:
            raise ValueError(f"handshake_s: expected seconds above 0, came {self.handshake_s}")


class Decoder:
    """One connection of one tracker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known = table(settings.io)
        self._framer = Framer(self._read, self._seek, REJECTED_BLOCK_BYTES)
        self._imei = ""
        self._asset = ""
        self._is_refused = False
        self._is_astray = False  # amid bytes that are no frame; a keep-alive stands only where a frame may
        self._fix_changes = FixChanges()
        self._due_us: Micros | None = None  # of the handshake

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their frame; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """The tracker speaks first."""
        self._due_us = now_us + round(self._settings.handshake_s * 1e6)
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes from the connection; return what the frames in them meant, each with its acknowledgement."""
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Cut off who connects and does not say who it is."""
        out = self._framer.flush_quiet(now_us)
        if self._due_us is not None and now_us >= self._due_us:
            self._due_us = None
            text = f"connected and said no IMEI within {self._settings.handshake_s:g} s"
            out += [Notice(name="no_handshake", text=text, fault=True), Notice(name=GIVE_UP, text=text, fault=True)]
        return out

    def _seek(self, buffer: bytearray, at: int) -> int:
        return seek_frame(buffer, at) if self._imei else seek_handshake(buffer, at)

    def _read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        if self._is_refused:
            return len(buffer), []  # it was told to go; what it still says is not ours
        if not self._imei:
            return self._handshake(buffer, at)
        if buffer[at] == KEEP_ALIVE and not self._is_astray:
            return at + 1, []
        try:
            found = data_at(buffer, at)
        except Refused:
            self._is_astray = True
            raise
        if found is None:
            return None
        self._is_astray = False
        return found[0], self._outputs(found[1])

    def _handshake(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        said = HANDSHAKE.match(buffer, at)
        if said is None:
            if HANDSHAKE_BEGINS.fullmatch(buffer, at):
                return None
            raise Refused("handshake", "expected 00 0F and the 15 digits of an IMEI, came other bytes")
        self._imei, self._due_us = said[1].decode("ascii"), None
        if self._imei not in self._settings.imeis:
            return said.end(), self._refuse()
        self._asset = self._settings.imeis[self._imei] or asset_of(self._imei)
        text = f"the tracker with IMEI {self._imei} is {self._asset}"
        return said.end(), [Send(data=ACCEPT), Notice(name="identified", text=text)]

    def _refuse(self) -> list[Output]:
        self._is_refused = True
        text = f"a tracker with IMEI {self._imei} dialled in and is not listed: to take it, add it to imeis"
        return [
            Send(data=REFUSE),
            Notice(name="unknown_imei", text=text, fault=True),
            Notice(name=GIVE_UP, text=text, fault=True),
        ]

    def _outputs(self, data: bytes) -> list[Output]:
        try:
            return self._records(data) if data[0] in RECORDS else self._text(data)
        except BadData as error:
            bad = Rejected(data=data, reason="records", text=f"IMEI {self._imei}: {error}")
            return [bad, _acknowledge(data[1])] if data[0] in RECORDS else [bad]

    def _records(self, data: bytes) -> list[Output]:
        records = records_of(data)
        out: list[Output] = []
        for record in records:
            self._record(record, out)
        return [*out, _acknowledge(len(records))]

    def _record(self, record: Record, out: list[Output]) -> None:
        at_us = seen_us(record.at_ms)
        stale = self._settings.stale_positions and (record.lat, record.lon) != (0, 0)
        has_fix = record.satellites > 0 or stale
        out += self._fix_changes.told(self._asset, at_us, has_fix=has_fix)
        if has_fix:
            out.append(_fix(record, self._asset, at_us))
        out += measurements(record.io, self._known, self._asset, at_us)

    def _text(self, data: bytes) -> list[Output]:
        said = text_of(data)
        text = f"{self._asset}: {said.text or 'no text'}"
        return [Notice(name=f"command_{said.kind}", text=text, fault=said.kind == "refused")]


def _fix(record: Record, asset: str, at_us: Micros | None) -> Fix:
    """A position; one off the globe is refused behind the drivers, with its asset."""
    moves = record.satellites > 0  # without satellites, speed and course are zeros that mean nothing
    return Fix(
        lat=record.lat,
        lon=record.lon,
        seen_us=at_us,
        speed_mps=round(record.speed_kmh * KMH, 4) if moves else None,
        course_deg=float(record.course_deg) if moves and record.course_deg <= 360 else None,
        alt_m=float(record.alt_m),
        satellites=record.satellites,
        asset=asset,
    )


def _acknowledge(records: int) -> Send:
    return Send(data=records.to_bytes(4, "big"), when_safe=True)
