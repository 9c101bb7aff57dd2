"""A GPS receiver on a serial line: RMC and GGA for each fix, as u-blox receivers write them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from operator import xor

from gateway.model import Micros
from simulators.lines import Line
from simulators.world import Position

KNOTS = 0.514444  # metres per second


def sentences(fix: Position) -> bytes:
    """Both sentences of one fix, with checksums and line ends."""
    at, day = _time(fix.at_us)
    lat = f"{_degrees(fix.lat, 2)},{'N' if fix.lat >= 0 else 'S'}"
    lon = f"{_degrees(fix.lon, 3)},{'E' if fix.lon >= 0 else 'W'}"
    knots, course = fix.speed_mps / KNOTS, f"{fix.course_deg:.2f}" if fix.speed_mps > 0.5 else ""
    return _sentence(f"GNRMC,{at},A,{lat},{lon},{knots:.3f},{course},{day},,,A") + _sentence(
        f"GNGGA,{at},{lat},{lon},1,10,0.92,71.4,M,45.2,M,,"
    )


def no_fix(at_us: Micros) -> bytes:
    """What it writes while it sees no sky."""
    at, day = _time(at_us)
    return _sentence(f"GNRMC,{at},V,,,,,,,{day},,,N") + _sentence(f"GNGGA,{at},,,,,0,00,99.99,,,,,,")


class NmeaReceiver:
    """A receiver on a line that is only listened to."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def see(self, fix: Position) -> None:
        """The receiver has a fix."""
        self._line.write(sentences(fix))


def _time(at_us: Micros) -> tuple[str, str]:
    at = datetime.fromtimestamp(at_us // 10_000 / 100, UTC)
    return f"{at:%H%M%S}.{at.microsecond // 10_000:02d}", f"{at:%d%m%y}"


def _degrees(value: float, digits: int) -> str:
    """Degrees and minutes, ddmm.mmmmmm; a millionth of a minute is 2 mm."""
    degrees, minutes = divmod(round(abs(value) * 60, 6), 60)
    return f"{int(degrees):0{digits}d}{minutes:09.6f}"


def _sentence(body: str) -> bytes:
    checksum = reduce(xor, body.encode("ascii"))
    return f"${body}*{checksum:02X}\r\n".encode("ascii")
