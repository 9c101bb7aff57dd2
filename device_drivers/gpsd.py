"""gpsd, the daemon that reads nearly every GNSS receiver and tells it as JSON over TCP (port 2947).

Document: gpsd_json(5), protocol 3. Verified with the reports that gpsd itself gave for captured logs of 18 receivers;
DEVICES, DEVICE and ERROR by the document alone. A report is one line, an object whose first key is `class`:

    {"class": "TPV", "device": "/dev/ttyUSB0", "mode": 3, "time": "2017-07-19T08:50:01.000Z", "lat": -34.9062266,
     "lon": 138.6081199, "altMSL": 28.849, "track": 31.4718, "speed": 0.016, "eph": 1.133}

`start` asks for reports with ?WATCH. TPV gives positions, where mode is 2 (no altitude) or 3; SKY the satellites used,
which stand in the fixes after it. gpsd also relays AIS; the driver `ais` on gpsd's raw feed takes that. NMEA lines,
as gpsd writes when another client asks it to, are passed over.

`accuracy_m` is eph, or what epx and epy come to. gpsd does not say of how many standard deviations.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import hypot
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from device_drivers.bounded_json import BadJson, read_json
from device_drivers.fix_changes import FixChanges
from device_drivers.framing import Framer, Read, Refused
from gateway.model import Fix, Micros, Notice, Output, Rejected, Send

NAME = "gpsd"
TRANSPORT: Literal["stream", "message"] = "stream"

WATCH = b'?WATCH={"enable":true,"json":true};\n'
MOST_LINE_BYTES = 16_384  # gpsd's own bound is 10,240
REJECTED_BLOCK_BYTES = 1024
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + MOST_LINE_BYTES
BEGIN = b'{"class":'
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Take: TypeAlias = Callable[[dict[str, Any]], list[Output]]

_BEGINS = re.compile(rb'\{"class":|[\r\n$!]')
_PASSED = re.compile(rb"[\r\n]+|[$!][A-Z][\x20-\x7a|}~]{0,510}\r?\n")  # without {, so that none hides a report
_PASSED_BEGINS = re.compile(rb"[$!](?:[A-Z][\x20-\x7a|}~]{0,510}\r?)?")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is taken of what gpsd tells."""

    device: str = ""  # the receiver's path at gpsd, such as /dev/ttyUSB0; empty: whichever it reads


Altitude = Annotated[float, Meta(ge=-100_000, le=100_000)]  # metres
Metres = Annotated[float, Meta(ge=0, le=1e8)]


class Tpv(msgspec.Struct, frozen=True, gc=False):
    """The part of a TPV report that is used."""

    mode: int = 0  # 0 unknown, 1 no fix, 2 2D, 3 3D
    time: Annotated[datetime, Meta(tz=True)] | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    altMSL: Altitude | None = None  # noqa: N815
    alt: Altitude | None = None  # of gpsd before 3.20
    speed: Annotated[float, Meta(ge=0, le=10_000)] | None = None  # metres per second
    track: Annotated[float, Meta(ge=0, le=360)] | None = None  # degrees, true
    eph: Metres | None = None
    epx: Metres | None = None
    epy: Metres | None = None


class Sky(msgspec.Struct, frozen=True, gc=False):
    """The part of a SKY report that is used."""

    uSat: Annotated[int, Meta(ge=0, le=1000)] | None = None  # noqa: N815 - satellites used


class Decoder:
    """Reports of one gpsd to fixes and notices."""

    def __init__(self, settings: Settings) -> None:
        self._device = settings.device
        self._framer = Framer(_reader(self._report), _seek, REJECTED_BLOCK_BYTES)
        self._fix_changes = FixChanges()
        self._satellites: int | None = None

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their line; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """Ask for reports."""
        return [Send(data=WATCH)]

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes as they came; give the fixes of the reports in them."""
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Tell what was no report once gpsd is quiet."""
        return self._framer.flush_quiet(now_us)

    def _report(self, report: dict[str, Any]) -> list[Output]:
        kind = report["class"]
        if kind in ("TPV", "SKY") and self._device and report.get("device") != self._device:
            return []
        if kind == "TPV":
            return self._position(msgspec.convert(report, Tpv))
        if kind == "SKY":
            used = msgspec.convert(report, Sky).uSat
            self._satellites = self._satellites if used is None else used
            return []
        return _notices(report)

    def _position(self, said: Tpv) -> list[Output]:
        at_us = None if said.time is None else (said.time - EPOCH) // MICROSECOND
        has_fix = said.mode in (2, 3) and None not in (said.lat, said.lon)
        out = self._fix_changes.told("the receiver", at_us, has_fix=has_fix)
        return [*out, self._fix(said, at_us)] if has_fix else out

    def _fix(self, said: Tpv, at_us: Micros | None) -> Fix:
        assert said.lat is not None, "mode and position were looked at before"
        assert said.lon is not None, "mode and position were looked at before"
        accuracy_m = said.eph
        if accuracy_m is None and said.epx is not None and said.epy is not None:
            accuracy_m = round(hypot(said.epx, said.epy), 3)
        altitude_m = said.alt if said.altMSL is None else said.altMSL
        return Fix(
            lat=said.lat,
            lon=said.lon,
            seen_us=at_us,
            speed_mps=said.speed,
            course_deg=said.track,
            alt_m=altitude_m if said.mode == 3 else None,
            accuracy_m=accuracy_m,
            satellites=self._satellites,
        )


def _notices(report: dict[str, Any]) -> list[Output]:
    """What gpsd tells of itself; classes that are not named here mean nothing to us."""
    kind = report["class"]
    if kind == "VERSION":
        return [Notice(name="identified", text=f"gpsd {report.get('release', 'of unknown release')}")]
    if kind == "ERROR":
        return [Notice(name="gpsd_error", text=f"gpsd says: {report.get('message', 'nothing')}", fault=True)]
    if kind == "DEVICE" and report.get("activated") == 0:
        return [Notice(name="receiver_gone", text=f"gpsd lost {report.get('path', 'its receiver')}", fault=True)]
    if kind == "DEVICES":
        listed = report.get("devices")
        paths = (
            [str(one.get("path", "?")) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        )
        text = f"gpsd reads {', '.join(paths)}" if paths else "gpsd has no receiver"
        return [Notice(name="receivers", text=text, fault=not paths)]
    return []


def _reader(take: Take) -> Read:
    """How the framer reads one line: a report, or a line that is passed over."""

    def read(buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        passed = _PASSED.match(buffer, at)
        if passed:
            return passed.end(), []
        if not BEGIN.startswith(bytes(buffer[at : at + len(BEGIN)])):
            if _PASSED_BEGINS.fullmatch(buffer, at):
                return None
            raise Refused("noise", "expected a report of gpsd, came other bytes")
        end = buffer.find(b"\n", at, at + MOST_LINE_BYTES)
        if end < 0:
            if len(buffer) - at < MOST_LINE_BYTES:
                return None
            raise Refused("length", f"expected a line of at most {MOST_LINE_BYTES} bytes, came more")
        return end + 1, _outputs(bytes(buffer[at:end]), take)

    return read


def _outputs(line: bytes, take: Take) -> list[Output]:
    try:
        report = read_json(line)
    except BadJson as error:
        raise Refused("json", str(error)) from None
    if not (isinstance(report, dict) and isinstance(report.get("class"), str)):
        raise Refused("json", "expected an object whose class is a text")
    try:
        return take(report)
    except msgspec.ValidationError as error:
        return [Rejected(data=line, reason="field", text=f"{report['class']}: {error}")]


def _seek(buffer: bytearray, at: int) -> int:
    """The next place where a line may begin, or where it cannot be told yet."""
    found = _BEGINS.search(buffer, at)
    undecided = buffer.find(b"{", max(at, len(buffer) - len(BEGIN) + 1))
    places = [place for place in (found.start() if found else -1, undecided) if place >= 0]
    return min(places, default=len(buffer))
