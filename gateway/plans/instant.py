"""Times that people write: ISO 8601 with a zone, or without one in the time zone of the place meant."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from gateway.model import Micros

EARLIEST_YEAR = 2000  # before it stand the zeros of spreadsheets (1899-12-30) and of Unix (1970)
LATEST_YEAR = 2100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FORM = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}(?::?\d{2})?)?", re.ASCII
)


class BadTime(Exception):
    """A text is no time that a plan can hold; `reason` is a stable word."""

    def __init__(self, reason: str, text: str, fix: str = "") -> None:
        self.reason = reason
        self.fix = fix
        super().__init__(text)


def read_instant(text: str, zone: str) -> Micros:
    """Read a time; without an offset of its own it is local time in this IANA zone.

    Raises BadTime: `bad_time`, `impossible_date`, and for local times that summer time skips or repeats,
    `skipped_local_time` and `repeated_local_time`.
    """
    match = _FORM.fullmatch(text.strip())
    if not match:
        fix = "write 2026-11-22T14:30 in local time, or 2026-11-22T14:30:00+01:00"
        raise BadTime("bad_time", f"expected a date and time, came '{text[:40]}'", fix)
    day, clock, fraction, offset = match.groups()
    try:
        local = datetime.fromisoformat(f"{day}T{clock}").replace(microsecond=int((fraction or "0").ljust(6, "0")[:6]))
        shift = _offset(offset) if offset else None
    except ValueError as error:
        raise BadTime("bad_time", f"expected a date and time, came '{text[:40]}': {error}") from error
    _believable(local, text)
    aware = local.replace(tzinfo=shift) if shift else _in_zone(local, ZoneInfo(zone))
    return (aware - _EPOCH) // _MICROSECOND


def read_day(text: str, zone: str) -> tuple[Micros, Micros]:
    """The first and the last second of a day (2026-11-22) in this IANA zone. Raises BadTime."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadTime("bad_time", f"expected a date, came '{text[:40]}': {error}") from error
    _believable(day, text)
    # Where summer time skips midnight, the day begins behind it; where it repeats it, with the first.
    first, behind = (datetime.combine(one, time(), ZoneInfo(zone)) for one in (day, day + timedelta(days=1)))
    return (first - _EPOCH) // _MICROSECOND, (behind - _EPOCH - timedelta(seconds=1)) // _MICROSECOND


def _believable(day: date, text: str) -> None:
    if not EARLIEST_YEAR <= day.year < LATEST_YEAR:
        expected = f"expected a date from {EARLIEST_YEAR} to {LATEST_YEAR - 1}"
        raise BadTime("impossible_date", f"{expected}, came '{text[:40]}'", "mend the date where it comes from")


def _offset(text: str) -> tzinfo:
    offset = datetime.strptime(text if len(text) != 3 else text + "00", "%z").tzinfo
    assert offset is not None
    return offset


def _in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    skipped = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local
    came = f"came {local:%Y-%m-%d %H:%M} in {zone.key}, which the change of summer time"
    if skipped:
        raise BadTime("skipped_local_time", f"expected a time that exists, {came} skips", "write another time")
    fix = f"write the offset: {_offset_of(first)} or {_offset_of(second)}"
    raise BadTime("repeated_local_time", f"expected a time that happens once, {came} repeats", fix)


def _offset_of(moment: datetime) -> str:
    return moment.isoformat()[-6:]
