"""Dates and times of both syntaxes as the ISO 8601 texts that plans are read from.

What cannot be read stays as it came, so that the check of plans tells it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from gateway.plans.fault import Cell

# Digits of EDIFACT's formats (2379) before any zone.
_DIGITS_OF: Mapping[str, int] = MappingProxyType(
    {
        "101": 6,  # YYMMDD
        "102": 8,  # CCYYMMDD
        "201": 10,  # YYMMDDHHMM
        "203": 12,  # CCYYMMDDHHMM
        "204": 14,  # CCYYMMDDHHMMSS
        "205": 12,  # CCYYMMDDHHMMZHHMM
        "303": 12,  # CCYYMMDDHHMMZZZ
        "304": 14,  # CCYYMMDDHHMMSSZZZ
    }
)
_PERIODS: Mapping[str, str] = MappingProxyType({"713": "201", "717": "101", "718": "102", "719": "203"})
_DIGITS = re.compile(r"(?P<day>\d{8}|\d{6})(?P<time>\d{4}(?:\d{2})?)?(?P<zone>[+-]\d{4}|UTC|GMT|Z)?", re.ASCII)

# X12 623: the standard and summer times that a letter pair fixes, and the zones whose clock a T follows.
_OFFSETS: Mapping[str, str] = MappingProxyType(
    {
        **{"UT": "+00:00", "GM": "+00:00"},
        **{"TS": "-04:00", "TD": "-03:00", "ES": "-05:00", "ED": "-04:00", "CS": "-06:00", "CD": "-05:00"},
        **{"MS": "-07:00", "MD": "-06:00", "PS": "-08:00", "PD": "-07:00", "AS": "-09:00", "AD": "-08:00"},
        **{"HS": "-10:00", "HD": "-09:00", "NS": "-03:30", "ND": "-02:30"},
        **{f"{hours:02}": f"+{hours:02}:00" for hours in range(1, 13)},  # "equivalent to ISO P01" ...
        **{f"{25 - hours:02}": f"-{hours:02}:00" for hours in range(1, 13)},  # ... "to ISO M12", from 13 on
    }
)
_ZONES: Mapping[str, str] = MappingProxyType(
    {
        "ET": "America/New_York",
        "CT": "America/Chicago",
        "MT": "America/Denver",
        "PT": "America/Los_Angeles",
        "AT": "America/Anchorage",
        "HT": "Pacific/Honolulu",
        "TT": "America/Halifax",
        "NT": "America/St_Johns",
    }
)


def edifact_period(where: str, said: str, form: str) -> tuple[Cell, Cell]:
    """When it opens and closes, of a DTM's value (2380) and format (2379); one and the same where it is no period."""
    if form in _PERIODS:
        first, _, last = said.partition("-")
        return _edifact(where, first, _PERIODS[form]), _edifact(where, last, _PERIODS[form])
    one = _edifact(where, said, form)
    return one, one


def _edifact(where: str, said: str, form: str) -> Cell:
    match = _DIGITS.fullmatch(said)
    digits = _DIGITS_OF.get(form)
    if match is None or (digits is not None and len(match["day"] + (match["time"] or "")) != digits):
        return Cell(name=where, text=said)
    zone = match["zone"] or ""
    return _cell(where, match["day"], match["time"] or "", "Z" if zone in ("UTC", "GMT") else zone)


def x12_time(where: str, day: str, time: str, code: str) -> Cell:
    """A DTM's date (373), time (337) and time code (623)."""
    match = _DIGITS.fullmatch(day + time[:6])
    if match is None or len(day) not in (6, 8):
        return Cell(name=where, text=f"{day} {time}".strip())
    plain = _cell(where, match["day"], match["time"] or "", _OFFSETS.get(code, ""))
    return plain if code not in _ZONES or plain.is_day else Cell(name=where, text=_in_zone(plain.text, _ZONES[code]))


def x12_period(where: str, said: str) -> tuple[Cell, Cell]:
    """A DTM's period (1251) by its digits: CCYYMMDD-CCYYMMDD (RD8), one day (D8), a time (DT)."""
    first, _, last = said.partition("-")
    return _edifact(where, first, "") if first else Cell(name=where), _edifact(where, last or first, "")


def _cell(where: str, day: str, time: str, zone: str) -> Cell:
    century = "" if len(day) == 8 else "20"
    date = f"{century}{day[:-4]}-{day[-4:-2]}-{day[-2:]}"
    if not time:
        return Cell(name=where, text=date, is_day=True)
    seconds = f":{time[4:]}" if len(time) == 6 else ""
    return Cell(name=where, text=f"{date}T{time[:2]}:{time[2:4]}{seconds}{zone}")


def _in_zone(text: str, zone: str) -> str:
    """A local time with its offset; of one that summer time repeats the first is meant."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat()
    except ValueError:
        return text
