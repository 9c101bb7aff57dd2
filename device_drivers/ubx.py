"""u-blox receivers that speak UBX, on a serial line or a TCP port: positions from NAV-PVT.

Document: see `ubx_wire`; NAV-PVT is 32.17.14 there. Verified with captured streams of NEO-M8N, F9 and others, mixed
with NMEA or not; RTCM 3 in between by the document alone. NMEA and RTCM 3 are checked and passed over: NAV-PVT says
all that they do, and more truly. A receiver that says no NAV-PVT within `MOST_WITHOUT` messages is told of once.

A position counts if the receiver says so (gnssFixOK) and names a fix with a position: dead reckoning, 2D, 3D, or both
together; not "time only". Its time counts if date and time are said to be valid. It is the whole second and `nano`,
which may be negative: the receiver rounds to the nearest second. A leap second is the first of the next minute.

The horizontal accuracy is the receiver's own estimate of one standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Literal

from device_drivers.fix_changes import FixChanges
from device_drivers.framing import Framer
from device_drivers.ubx_wire import MOST_FRAME_BYTES, frame_at, seek
from gateway.model import Fix, Micros, Notice, Output, Rejected

NAME = "ubx"
TRANSPORT: Literal["stream", "message"] = "stream"

REJECTED_BLOCK_BYTES = 1024
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + MOST_FRAME_BYTES
MOST_WITHOUT = 300  # messages of any kind without a NAV-PVT before it is told: some 30 s of a default receiver
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

NAV_PVT = b"\x01\x07"
PVT_BYTES = (84, 92)  # of u-blox 7, and since
# year to second, valid | nano | fixType, flags, numSV, lon, lat | hMSL, hAcc | gSpeed, headMot | flags3
PVT = Struct("<4xH6B4xi2BxB2i4xiI16x2i10xH4x")
VALID_DATE_AND_TIME = 0b11
GNSS_FIX_OK = 0b1
INVALID_POSITION = 0b1  # of flags3
FIX_TYPES = frozenset({1, 2, 3, 4})  # dead reckoning, 2D, 3D, both; not 0 none, 5 time only
WITH_ALTITUDE = frozenset({3, 4})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one receiver."""

    least_satellites: int = 0  # positions from fewer satellites are none

    def __post_init__(self) -> None:
        if not 0 <= self.least_satellites <= 50:
            raise ValueError(f"least_satellites: expected 0 to 50, came {self.least_satellites}")


class Decoder:
    """Bytes of one receiver to fixes, and a notice when it loses or finds its position."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._framer = Framer(self._read, seek, REJECTED_BLOCK_BYTES)
        self._fix_changes = FixChanges()
        self._without = 0  # messages since the last NAV-PVT

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their message; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """A receiver speaks by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes as they came; return the fixes and what was no message."""
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Tell what was no message once the line is quiet."""
        return self._framer.flush_quiet(now_us)

    def _read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        frame = frame_at(buffer, at)
        if frame is None:
            return None
        return frame.end, self._position(frame.payload) if frame.kind == NAV_PVT else self._other()

    def _other(self) -> list[Output]:
        self._without += 1
        if self._without != MOST_WITHOUT:
            return []
        text = f"no NAV-PVT among {MOST_WITHOUT} messages: switch UBX-NAV-PVT on, or use the driver nmea0183"
        return [Notice(name="no_nav_pvt", text=text, fault=True)]

    def _position(self, payload: bytes) -> list[Output]:
        self._without = 0
        if len(payload) not in PVT_BYTES:
            text = f"expected NAV-PVT of {' or '.join(map(str, PVT_BYTES))} bytes, came {len(payload)}"
            return [Rejected(data=payload, reason="length", text=text)]
        *time, fix_type, flags, satellites, lon, lat, alt_mm, accuracy_mm, speed_mmps, course, flags3 = PVT.unpack_from(
            payload
        )
        seen_us = _time_us(*time)
        is_sure = bool(flags & GNSS_FIX_OK) and not flags3 & INVALID_POSITION
        has_fix = is_sure and fix_type in FIX_TYPES and satellites >= self._settings.least_satellites
        out = self._fix_changes.told("the receiver", seen_us, has_fix=has_fix)
        if has_fix:
            fix = Fix(
                lat=lat / 1e7,
                lon=lon / 1e7,
                seen_us=seen_us,
                speed_mps=speed_mmps / 1000,
                course_deg=course / 1e5 % 360,
                alt_m=alt_mm / 1000 if fix_type in WITH_ALTITUDE else None,
                accuracy_m=accuracy_mm / 1000,
                satellites=satellites,
            )
            out.append(fix)
        return out


def _time_us(
    year: int, month: int, day: int, hour: int, minute: int, second: int, valid: int, nano: int
) -> Micros | None:
    """Microseconds since 1970; None where the receiver does not know, or says what no calendar has."""
    if valid & VALID_DATE_AND_TIME != VALID_DATE_AND_TIME or second > 60 or minute > 59 or hour > 23:
        return None
    try:
        day_began = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    seconds = (hour * 60 + minute) * 60 + second
    return (day_began - EPOCH) // MICROSECOND + seconds * 1_000_000 + round(nano / 1000)
