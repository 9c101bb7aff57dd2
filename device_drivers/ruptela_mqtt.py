"""Ruptela trackers (Eco5, Pro5, HCV5, Plug5, ...) that publish JSON over MQTT.

Documents: DIMO's converter of Ruptela's messages (DIMO-Network/model-garage, pkg/ruptela, Apache-2.0), whose test data
are the messages that this was verified with; the maker's own document was not at hand.

    {"ds": "r/v0/s", "time": "2024-09-27T08:33:26Z",
     "data": {"pos": {"alt": 1048, "dir": 7370, "hdop": 6, "lat": 522721466, "lon": -9014316, "sat": 20, "spd": 0},
              "signals": {"409": "1", "29": "37FF", ...}, "trigger": 7}}

    {"ds": "r/v0/loc", "time": ..., "data": {"location": [{"alt": 1232, "dir": 19730, "hdop": 0, "lat": 432699983,
                                                           "lon": -715014200, "ts": 1727360340}, ...]}}

`lat` and `lon` are 10^-7 degrees, `alt` and `hdop` tenths, `dir` hundredths of a degree, `spd` kilometres per hour;
-2^31 says that a position is not known, 255 that an HDOP is not. Signals are hex digits under their numbers, all ones
where not known. Messages of other kinds (trouble codes, the device's own state) mean nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from device_drivers.bounded_json import BadJson, read_json
from device_drivers.fix_changes import FixChanges
from device_drivers.imei import asset_in
from gateway.model import Fix, Measurement, Micros, Output, Rejected

NAME = "ruptela_mqtt"
TRANSPORT: Literal["stream", "message"] = "message"

KMH = 1 / 3.6  # metres per second
UNKNOWN_DEGREES = -(2**31)
UNKNOWN_HDOP = 255
LATEST_S = 7_258_118_400  # the year 2200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HEX = re.compile(r"[0-9A-Fa-f]{1,16}", re.ASCII)
SIGNALS: Mapping[str, tuple[str, str, float, int]] = {  # number -> name, unit, scale, what says "not known"
    "29": ("external_voltage", "VLT", 0.001, 0xFFFF),
    "30": ("battery_voltage", "VLT", 0.001, 0xFFFF),
}
IGNITION = "409"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How positions are read."""

    range_error_m: float = 5.0  # accuracy_m is HDOP times this: an assumed one-sigma ranging error without corrections

    def __post_init__(self) -> None:
        if not 0 < self.range_error_m < 1000:
            raise ValueError(f"range_error_m: expected metres above 0 and below 1000, came {self.range_error_m}")


Instant = Annotated[datetime, Meta(tz=True)]
Degrees = Annotated[int, Meta(ge=UNKNOWN_DEGREES, le=1_800_000_000)]


class Position(msgspec.Struct, frozen=True, gc=False):
    """A position in the wire's units; a device that is switched off leaves most of it out."""

    lat: Degrees | None = None
    lon: Degrees | None = None
    alt: Annotated[float, Meta(ge=-1_000_000, le=1_000_000)] | None = None
    dir: float | None = None
    hdop: float | None = None
    sat: Annotated[int, Meta(ge=0, le=255)] | None = None
    spd: Annotated[float, Meta(ge=0, le=10_000)] | None = None
    ts: Annotated[float, Meta(ge=0, le=LATEST_S)] | Instant | None = None  # seconds since 1970, or as a text


class Data(msgspec.Struct, frozen=True, gc=False):
    """The part of a message's data that is used."""

    pos: Position | None = None
    location: list[Position] | None = None
    signals: dict[str, str] = {}


class Message(msgspec.Struct, frozen=True, gc=False):
    """The part of a message that is used."""

    data: Data
    time: Instant | None = None


class Decoder:
    """Messages of any number of trackers to positions and measurements."""

    def __init__(self, settings: Settings) -> None:
        self._range_error_m = settings.range_error_m
        self._fix_changes = FixChanges()

    def start(self, now_us: Micros) -> list[Output]:
        """Trackers publish by themselves: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give its positions, oldest first as they come, and measurements."""
        try:
            message = msgspec.convert(read_json(data), Message)
        except BadJson as error:
            return [Rejected(data=data, reason="json", text=str(error))]
        except msgspec.ValidationError as error:
            return [Rejected(data=data, reason="field", text=str(error))]
        asset = asset_in(topic)
        said = message.data
        at_us = None if message.time is None else _us(message.time)
        positions = [*([said.pos] if said.pos else []), *(said.location or [])]
        out: list[Output] = []
        for position in positions:
            out += self._position(position, asset, at_us if position.ts is None else _us(position.ts))
        return [*out, *_measured(said.signals, asset, at_us)]

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []

    def _position(self, said: Position, asset: str, at_us: Micros | None) -> list[Output]:
        is_known = None not in (said.lat, said.lon) and UNKNOWN_DEGREES not in (said.lat, said.lon)
        has_fix = is_known and said.sat != 0
        out = self._fix_changes.told(asset or "the tracker", at_us, has_fix=has_fix)
        return [*out, self._fix(said, asset, at_us)] if has_fix else out

    def _fix(self, said: Position, asset: str, at_us: Micros | None) -> Fix:
        assert said.lat is not None, "asked for known positions alone"
        assert said.lon is not None, "asked for known positions alone"
        hdop = said.hdop if said.hdop and 0 < said.hdop < UNKNOWN_HDOP else None
        return Fix(
            lat=said.lat / 1e7,
            lon=said.lon / 1e7,
            seen_us=at_us,
            speed_mps=None if said.spd is None else round(said.spd * KMH, 4),
            course_deg=said.dir / 100 if said.dir is not None and 0 <= said.dir <= 36_000 else None,
            alt_m=None if said.alt is None else said.alt / 10,
            accuracy_m=None if hdop is None else round(hdop / 10 * self._range_error_m, 2),
            satellites=said.sat,
            asset=asset,
        )


def _us(at: float | datetime) -> Micros:
    return (at - EPOCH) // MICROSECOND if isinstance(at, datetime) else round(at * 1_000_000)


def _measured(signals: Mapping[str, str], asset: str, at_us: Micros | None) -> Iterator[Measurement]:
    if (ignition := _number(signals, IGNITION)) in (0, 1):
        yield Measurement(name="ignition", value=ignition == 1, seen_us=at_us, asset=asset)
    for number, (name, unit, scale, unknown) in SIGNALS.items():
        value = _number(signals, number)
        if value is not None and value != unknown:
            yield Measurement(name=name, value=round(value * scale, 6), unit=unit, seen_us=at_us, asset=asset)


def _number(signals: Mapping[str, str], number: str) -> int | None:
    written = signals.get(number, "")
    return int(written, 16) if HEX.fullmatch(written) else None
