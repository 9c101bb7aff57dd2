"""OwnTracks: phones and trackers that publish where they are as JSON over MQTT, at `owntracks/<user>/<device>`.

Document: "JSON format" of the OwnTracks Booklet. Verified with captured messages of the iOS and Android apps; all other
kinds than `location` by the document alone.

    {"_type": "location", "lat": 48.85833, "lon": 2.29513, "tst": 1497349316, "acc": 5, "alt": 167, "vel": 61,
     "cog": 271, "batt": 67, "tid": "JJ", "t": "u"}

Only `lat`, `lon` and `tst` are always there; the Greenwich hardware writes numbers as texts. A `lwt` is the broker's
word that a device lost its connection: it becomes a notice. What tells of the app and not of goods (waypoints,
transitions at the app's own fences, cards, commands, steps and others) means nothing here: the fences of the
configuration count, for all devices alike. An encrypted payload is rejected; the key would have to stand in the
gateway, so switch encryption off and use TLS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from device_drivers.bounded_json import BadJson, read_json
from gateway.model import Fix, Measurement, Micros, Notice, Output, Rejected

NAME = "owntracks"
TRANSPORT: Literal["stream", "message"] = "message"

LATEST_S = 7_258_118_400  # the year 2200
MOST = 1e6  # a text may say infinity
KMH = 1 / 3.6  # metres per second
MEANT_FOR_THE_APP = frozenset(
    (
        *("transition", "waypoint", "waypoints", "status", "card", "cmd", "steps", "beacon"),
        *("configuration", "dump", "request", "tour", "tours"),
    )
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How devices are named."""

    name_by: Literal["topic", "tid", "asset"] = "topic"  # owntracks:user/device, owntracks:<tid>, the device's `asset`


Bounded = Annotated[float, Meta(ge=-MOST, le=MOST)]


class Location(msgspec.Struct, frozen=True, gc=False):
    """The part of a location message that is used."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    tst: Annotated[float, Meta(ge=0, le=LATEST_S)]  # seconds since 1970: when the position was found
    acc: Annotated[float, Meta(ge=0, le=MOST)] | None = None  # metres
    alt: Bounded | None = None  # metres
    vel: Bounded | None = None  # kilometres per hour; negative: unknown
    cog: Bounded | None = None  # degrees; negative: unknown
    batt: Bounded | None = None  # per cent; negative: unknown
    tid: str = ""
    topic: str = ""  # where it was published first, by devices that say so


class Lwt(msgspec.Struct, frozen=True, gc=False):
    """A last will: when the device had connected."""

    tst: Annotated[float, Meta(ge=0, le=LATEST_S)] | None = None


class Decoder:
    """Messages of any number of devices to positions and the state of their batteries."""

    def __init__(self, settings: Settings) -> None:
        self._name_by = settings.name_by

    def start(self, now_us: Micros) -> list[Output]:
        """Devices publish by themselves: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give its position."""
        try:
            message = read_json(data)
        except BadJson as error:
            return [Rejected(data=data, reason="json", text=str(error))]
        kind = message.get("_type") if isinstance(message, dict) else None
        try:
            if kind == "location":
                return self._location(msgspec.convert(message, Location, strict=False), topic)
            if kind == "lwt":
                return [_gone(msgspec.convert(message, Lwt, strict=False), topic)]
        except msgspec.ValidationError as error:
            return [Rejected(data=data, reason="field", text=f"{kind}: {error}")]
        if isinstance(kind, str) and kind in MEANT_FOR_THE_APP:
            return []
        if kind == "encrypted":
            text = "expected a message in plain, came an encrypted one: switch the app's encryption off"
            return [Rejected(data=data, reason="encrypted", text=text)]
        return [
            Rejected(data=data, reason="unknown_type", text=f"expected a _type of OwnTracks, came {str(kind)[:40]!r}")
        ]

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []

    def _location(self, said: Location, topic: str) -> list[Output]:
        asset, seen_us = self._asset(said, topic), round(said.tst * 1_000_000)
        fix = Fix(
            lat=said.lat,
            lon=said.lon,
            seen_us=seen_us,
            speed_mps=None if said.vel is None or said.vel < 0 else round(said.vel * KMH, 4),
            course_deg=said.cog if said.cog is not None and 0 <= said.cog <= 360 else None,
            alt_m=said.alt,
            accuracy_m=said.acc,
            asset=asset,
        )
        if said.batt is None or not 0 <= said.batt <= 100:
            return [fix]
        return [fix, Measurement(name="battery", value=said.batt, unit="P1", seen_us=seen_us, asset=asset)]

    def _asset(self, said: Location, topic: str) -> str:
        if self._name_by == "asset":
            return ""
        if self._name_by == "tid" and said.tid:
            return f"owntracks:{said.tid}"
        return f"owntracks:{_device(topic or said.topic)}"


def _device(topic: str) -> str:
    """User and device: the last two levels; the first level, the publisher's base, may be another word."""
    return "/".join(topic.split("/")[-2:])


def _gone(will: Lwt, topic: str) -> Notice:
    seen_us = None if will.tst is None else round(will.tst * 1_000_000)
    return Notice(name="lwt", text=f"{_device(topic) or 'a device'} lost its connection", seen_us=seen_us)
