"""What AIS messages mean for us: where a ship is, and what it is called. Decoded by pyais; see `ais`."""

from __future__ import annotations

from typing import Any

import msgspec
import pyais
from pyais.exceptions import AISBaseException

CLASS_A, CLASS_B, LONG_RANGE = frozenset({1, 2, 3}), frozenset({18, 19}), 27
WITH_NAME = frozenset({5, 19, 24})
KNOT_MPS = 1852 / 3600
UNKNOWN_KNOTS = {LONG_RANGE: 63.0}  # of the others 102.3
UNKNOWN_KNOTS_OTHERWISE = 102.3
MOST_SECOND = 59  # 60 unknown, 61 entered by hand, 62 dead reckoning, 63 out of work
GOOD_M = 10.0  # the accuracy flag promises better than this; without it, nothing is promised


class Position(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a ship is."""

    lat: float
    lon: float
    speed_mps: float | None
    course_deg: float | None
    accuracy_m: float | None
    second: int | None  # of the minute in which it was taken


class Told(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a message tells of a ship."""

    mmsi: int
    position: Position | None = None
    name: str = ""


def meaning(sentences: list[bytes]) -> Told | None:
    """What one message in all its sentences tells; None for what tells of no ship. Raises ValueError."""
    try:
        message: Any = pyais.decode(*sentences)
    except AISBaseException as error:
        raise ValueError(f"expected an AIS message, came {type(error).__name__}") from error
    kind, mmsi = message.msg_type, message.mmsi
    has_position = kind in CLASS_A or kind in CLASS_B or kind == LONG_RANGE
    position = _position(message) if has_position else None
    name = str(getattr(message, "shipname", None) or "").strip() if kind in WITH_NAME else ""
    return Told(mmsi=int(mmsi), position=position, name=name) if position or name else None


def _position(message: Any) -> Position | None:
    """None where the ship does not know, as it says by 91 and 181 degrees, or by anything else off the globe."""
    lat, lon, knots, course = message.lat, message.lon, message.speed, message.course
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    unknown_knots = UNKNOWN_KNOTS.get(message.msg_type, UNKNOWN_KNOTS_OTHERWISE)
    second = getattr(message, "second", None)
    return Position(
        lat=lat,
        lon=lon,
        speed_mps=None if knots is None or knots >= unknown_knots else round(knots * KNOT_MPS, 4),
        course_deg=course if course is not None and 0 <= course < 360 else None,
        accuracy_m=GOOD_M if message.accuracy else None,
        second=second if second is not None and second <= MOST_SECOND else None,
    )
