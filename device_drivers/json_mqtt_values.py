"""Values out of JSON, checked and converted: the closed list of transforms of the `json_mqtt` driver.

Each transform takes a value and gives one, or raises `Unfit` with what was expected and what came.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any, TypeAlias

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LEAP_SECOND = re.compile(r"(T\d\d:?\d\d:?)60")  # it is the first of the next minute: time of day has no name for it
LATEST_US = 7_258_118_400_000_000  # the year 2200
URL_SAFE = str.maketrans("-_", "+/")
IGNORE = "ignore"  # what `values` maps to for words that mean nothing to us

Transform: TypeAlias = Callable[[Any], Any]


class Unfit(Exception):
    """A value of a message is not what the settings say; the text says what was expected and what came."""


class Ignored(Exception):
    """`values` says that this message means nothing to us."""


def shown(value: Any) -> str:
    """A value for an error's text, cut short."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def number(value: Any) -> float:
    """A finite number; raises Unfit for anything else, also for true and false."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unfit(f"expected a number, came {shown(value)}")
    if abs(value) > 1e300 or not isfinite(value):
        raise Unfit(f"expected a finite number, came {shown(value)}")
    return float(value)


def text(value: Any) -> str:
    """A text; raises Unfit for anything else."""
    if not isinstance(value, str):
        raise Unfit(f"expected a text, came {shown(value)}")
    return value


def _parse_number(value: Any) -> float:
    try:
        return number(float(text(value)) if isinstance(value, str) else value)
    except ValueError:
        raise Unfit(f"expected a number in a text, came {shown(value)}") from None


def from_hex(value: Any) -> bytes:
    """Bytes of a text of hex digits."""
    try:
        return bytes.fromhex(text(value))
    except ValueError:
        raise Unfit(f"expected hex digits, came {shown(value)}") from None


def _base64url(value: Any) -> bytes:
    plain = text(value).translate(URL_SAFE)
    try:
        return a2b_base64(plain + "==="[: -len(plain) % 4], strict_mode=True)
    except ValueError:
        raise Unfit(f"expected base64 or base64url, came {shown(value)}") from None


def _instant(unit_us: float) -> Transform:
    def convert(value: Any) -> int:
        return instant_us(round(number(value) * unit_us))

    return convert


def instant_us(value: int) -> int:
    """Microseconds since 1970 in a range that means something."""
    if not 0 <= value < LATEST_US:
        raise Unfit(f"expected a time between 1970 and 2200, came {value / 1e6:g} s: is the unit right?")
    return value


def iso_us(value: Any) -> int:
    """Microseconds since 1970 of an ISO 8601 text with a zone."""
    if not isinstance(value, str):
        raise Unfit(f"expected an ISO 8601 time as text, came {shown(value)}: numbers need s, ms or us")
    try:
        text, leaps = LEAP_SECOND.subn(r"\g<1>59", value)
        at = datetime.fromisoformat(text) + timedelta(seconds=leaps)
    except ValueError:
        raise Unfit(f"expected an ISO 8601 time, came {shown(value)}") from None
    if at.tzinfo is None:
        raise Unfit(f"expected a time with its zone, came {shown(value)}")
    return instant_us((at - EPOCH) // MICROSECOND)


def _invert(value: Any) -> bool | float:
    if isinstance(value, bool):
        return not value
    if number(value) in (0, 1):
        return 1 - float(value)
    raise Unfit(f"expected true, false, 0 or 1, came {shown(value)}")


def _linear(factor: float, offset: float = 0.0) -> Transform:
    def convert(value: Any) -> float:
        return round(number(value) * factor + offset, 9)

    return convert


def _part(index: float) -> Transform:
    def convert(value: Any) -> float | str | None:
        parts = text(value).split(",")
        if int(index) >= len(parts):
            raise Unfit(f"expected at least {int(index) + 1} parts between commas, came {shown(value)}")
        return parts[int(index)].strip()

    return convert


def mapped(values: Mapping[str, Any]) -> Transform:
    """The transform `values`: a word of the message to a value of ours."""

    def convert(value: Any) -> Any:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        word = str(value).lower() if isinstance(value, bool) else str(value)
        if word not in values:
            raise Unfit(f"expected one of {', '.join(values)}, came {shown(value)}")
        if values[word] == IGNORE:
            raise Ignored
        return values[word]

    return convert


PLAIN: dict[str, Transform] = {
    "hex": from_hex,  # text to bytes
    "base64url": _base64url,  # text to bytes; takes plain base64 as well
    "number": _parse_number,  # "21.5" to 21.5
    "centi": _linear(0.01),  # hundredths
    "kelvin": _linear(1, -273.15),  # to degrees Celsius
    "fahrenheit": _linear(5 / 9, -160 / 9),  # to degrees Celsius
    "knots": _linear(1852 / 3600),  # to metres per second
    "kmh": _linear(1 / 3.6),  # to metres per second
    "s": _instant(1e6),  # seconds since 1970 ...
    "ms": _instant(1e3),
    "us": _instant(1),
    "iso": iso_us,  # ... or ISO 8601 with its zone
    "invert": _invert,  # true to false, 1 to 0
}
WITH_NUMBER: dict[str, Callable[[float], Transform]] = {
    "scale": _linear,  # scale:0.1
    "offset": lambda offset: _linear(1, offset),  # offset:-40
    "part": _part,  # part:1 is the second of "a,b"
}
TRANSFORMS = (*PLAIN, *WITH_NUMBER, "values")
TIME_TRANSFORMS = frozenset({"s", "ms", "us", "iso"})
UNITS = {"kelvin": "CEL", "fahrenheit": "CEL", "knots": "MTS", "kmh": "MTS"}  # UN/ECE Rec 20, of what they give
