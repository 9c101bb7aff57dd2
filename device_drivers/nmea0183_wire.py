"""NMEA 0183 sentences with a position: fields of text to what they say. See `nmea0183` for the document."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import msgspec

from gateway.model import Micros

KNOT_MPS = 0.514444  # 1852 m / 3600 s
FIRST_YEAR = 1980  # of GPS: two-digit years from 80 on are 19xx

NO_FIX_MODES = frozenset("NMS")  # none, manual input, simulator; A, D, E, F, P, R are positions
NO_FIX_QUALITIES = frozenset({"", "0", "7", "8"})  # GGA's words for the same three

TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d|60)(?:\.(\d*))?", re.ASCII)
ANGLE = re.compile(r"(\d{1,3})([0-5]\d(?:\.\d*)?)", re.ASCII)
NUMBER = re.compile(r"-?(?:\d{1,12}\.?\d*|\.\d+)", re.ASCII)


class BadField(Exception):
    """A field is not what the standard says; the text says what was expected and what came."""


class Said(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one position sentence says; None where it says nothing."""

    kind: str
    time_us: Micros | None  # since midnight UTC
    valid: bool
    lat: float | None = None
    lon: float | None = None
    day: date | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    alt_m: float | None = None
    hdop: float | None = None
    satellites: int | None = None


# --- fields ---------------------------------------------------------------------------------------


def time_us(text: str) -> Micros | None:
    if not text:
        return None
    match = TIME.fullmatch(text)
    if match is None:
        raise BadField(f"expected a time hhmmss.sss, came {text!r}")
    hours, minutes, seconds, fraction = match.groups()
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1_000_000 + int((fraction or "")[:6].ljust(6, "0"))


def _angle(text: str, side: str, *, sides: str, most: int) -> float | None:
    """Degrees from dddmm.mmmm and a letter; south and west are negative."""
    if not text and not side:
        return None
    match = ANGLE.fullmatch(text)
    if match is None or len(side) != 1 or side not in sides:
        raise BadField(f"expected degrees and minutes with one of {'/'.join(sides)}, came {text!r} {side!r}")
    degrees = round(int(match[1]) + float(match[2]) / 60, 9)
    if degrees > most:
        raise BadField(f"expected at most {most} degrees, came {text!r}")
    return -degrees if side == sides[1] else degrees


def _number(text: str, what: str, *, least: float = 0, most: float = 1e6) -> float | None:
    if not text:
        return None
    if NUMBER.fullmatch(text) is None or not least <= float(text) <= most:
        raise BadField(f"expected {what} from {least:g} to {most:g}, came {text!r}")
    return float(text)


def day_of(day: str, month: str, year: str) -> date | None:
    """A date, with a two- or four-digit year; None for an empty one or the 00 of receivers that do not know yet."""
    if not (day and month and year) or (day, month) == ("00", "00"):
        return None
    try:
        century = 0 if len(year) == 4 else 1900 if int(year) >= FIRST_YEAR % 100 else 2000
        said = date(int(year) + century, int(month), int(day))
    except ValueError as error:
        raise BadField(f"expected a date, came day {day!r} month {month!r} year {year!r}") from error
    if not FIRST_YEAR <= said.year < FIRST_YEAR + 200:
        raise BadField(f"expected a year in the time of GPS, came {said.year}")
    return said


def _position(fields: list[str], *, valid: bool) -> tuple[float | None, float | None]:
    if not valid:  # receivers without a fix fill in what they like, such as 8960.000000
        return None, None
    lat = _angle(fields[0], fields[1], sides="NS", most=90)
    return lat, _angle(fields[2], fields[3], sides="EW", most=180)


# --- sentences: fields without the address, padded so that short old forms can be indexed ----------


def _rmc(fields: list[str]) -> Said:
    valid = fields[1] in ("A", "D") and fields[11] not in NO_FIX_MODES
    lat, lon = _position(fields[2:6], valid=valid)
    day, knots = fields[8], _number(fields[6], "knots")
    return Said(
        kind="RMC",
        time_us=time_us(fields[0]),
        valid=valid,
        lat=lat,
        lon=lon,
        day=day_of(day[:2], day[2:4], day[4:]),
        speed_mps=None if knots is None else round(knots * KNOT_MPS, 4),
        course_deg=_number(fields[7], "a course", most=360),
    )


def _gga(fields: list[str]) -> Said:
    return _with_altitude("GGA", fields, valid=fields[5] not in NO_FIX_QUALITIES)


def _gns(fields: list[str]) -> Said:
    modes = fields[5]  # one letter per satellite system
    return _with_altitude("GNS", fields, valid=any(mode not in NO_FIX_MODES for mode in modes))


def _with_altitude(kind: str, fields: list[str], *, valid: bool) -> Said:
    lat, lon = _position(fields[1:5], valid=valid)
    satellites = _number(fields[6], "satellites used", most=200)
    return Said(
        kind=kind,
        time_us=time_us(fields[0]),
        valid=valid,
        lat=lat,
        lon=lon,
        satellites=None if satellites is None else int(satellites),
        hdop=_number(fields[7], "an HDOP"),
        alt_m=_number(fields[8], "an altitude", least=-1e5),
    )


def _gll(fields: list[str]) -> Said:
    valid = fields[5] == "A" and fields[6] not in NO_FIX_MODES
    lat, lon = _position(fields[0:4], valid=valid)
    return Said(kind="GLL", time_us=time_us(fields[4]), valid=valid, lat=lat, lon=lon)


PARSERS: dict[str, Callable[[list[str]], Said]] = {"RMC": _rmc, "GGA": _gga, "GNS": _gns, "GLL": _gll}
MOST_FIELDS_READ = 12
