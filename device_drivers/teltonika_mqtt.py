"""Teltonika trackers (FMB, FMC, TAT, ...) that publish JSON over MQTT, at `<...>/<IMEI>/data`.

Document: "MQTT" of the Teltonika Telematics Wiki; I/O elements: see `teltonika_io`. Verified with a captured message;
answers to commands by the document alone.

    {"state": {"reported": {"ts": 1769610760000, "pr": 0, "latlng": "55.661378,12.584098", "alt": 0, "ang": 0,
                            "sat": 0, "sp": 0, "evt": 240, "239": 1, "240": 0}}}

I/O elements stand beside the position under their numbers. A record without satellites repeats where the device last
was sure; it has no position here unless `stale_positions` says so. Which trackers may publish is the broker's affair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from device_drivers.bounded_json import BadJson, read_json
from device_drivers.fix_changes import FixChanges
from device_drivers.imei import asset_in
from device_drivers.teltonika_io import LATEST_MS, Element, measurements, seen_us, table
from gateway.model import Fix, Micros, Notice, Output, Rejected

NAME = "teltonika_mqtt"
TRANSPORT: Literal["stream", "message"] = "message"

KMH = 1 / 3.6  # metres per second
LATLNG = re.compile(r"(-?\d{1,2}(?:\.\d{1,12})?),\s*(-?\d{1,3}(?:\.\d{1,12})?)", re.ASCII)
MOST_NUMBER = 2**64


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How records are read."""

    io: dict[str, Element] = field(default_factory=dict)  # I/O elements beyond the usual: number -> what it means
    stale_positions: bool = False  # True: also take positions of records without satellites: the last known ones

    def __post_init__(self) -> None:
        table(self.io)


class Record(msgspec.Struct, frozen=True, gc=False):
    """The part of a record that is used, but for its I/O elements."""

    ts: Annotated[int, Meta(ge=0, le=LATEST_MS)]
    latlng: str = ""
    sat: Annotated[int, Meta(ge=0, le=255)] | None = None
    alt: Annotated[float, Meta(ge=-100_000, le=100_000)] | None = None  # metres
    ang: Annotated[float, Meta(ge=0, le=360)] | None = None
    sp: Annotated[float, Meta(ge=0, le=10_000)] | None = None  # kilometres per hour


class Decoder:
    """Messages of any number of trackers to positions and measurements."""

    def __init__(self, settings: Settings) -> None:
        self._stale = settings.stale_positions
        self._known = table(settings.io)
        self._fix_changes = FixChanges()

    def start(self, now_us: Micros) -> list[Output]:
        """Trackers publish by themselves: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give its position and measurements."""
        try:
            message = read_json(data)
        except BadJson as error:
            return [Rejected(data=data, reason="json", text=str(error))]
        asset = asset_in(topic)
        if isinstance(message, dict) and isinstance(message.get("RSP"), str):
            return [Notice(name="command_response", text=f"{asset or topic}: {message['RSP']}")]
        try:
            return self._record(_reported(message), asset)
        except msgspec.ValidationError as error:
            return [Rejected(data=data, reason="field", text=str(error))]

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []

    def _record(self, reported: Mapping[str, Any], asset: str) -> list[Output]:
        record = msgspec.convert(reported, Record)
        at_us = seen_us(record.ts)
        position = _position(record.latlng)
        elements = [
            (int(name), value)
            for name, value in reported.items()
            if name.isascii() and name.isdigit() and len(name) <= 5 and _is_number(value)
        ]
        told = measurements(elements, self._known, asset, at_us)
        if position == (0, 0) or (record.sat == 0 and not self._stale):
            position = None
        changed = self._fix_changes.told(asset or "the tracker", at_us, has_fix=position is not None)
        if position is None:
            return [*changed, *told]
        moves = record.sat != 0  # without satellites, speed and course are zeros that mean nothing
        fix = Fix(
            lat=position[0],
            lon=position[1],
            seen_us=at_us,
            speed_mps=round(record.sp * KMH, 4) if moves and record.sp is not None else None,
            course_deg=record.ang if moves else None,
            alt_m=record.alt,
            satellites=record.sat,
            asset=asset,
        )
        return [*changed, fix, *told]


def _reported(message: Any) -> Mapping[str, Any]:
    state = message.get("state") if isinstance(message, dict) else None
    reported = state.get("reported") if isinstance(state, dict) else None
    if not isinstance(reported, dict):
        raise msgspec.ValidationError("expected an object at state.reported")
    return reported


def _position(latlng: str) -> tuple[float, float] | None:
    if not latlng:
        return None
    found = LATLNG.fullmatch(latlng)
    if found is None or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        raise msgspec.ValidationError(f"expected `lat,lon` in degrees at latlng, came {latlng[:40]!r}")
    return float(found[1]), float(found[2])


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST_NUMBER
