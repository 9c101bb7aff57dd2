"""GPS and GNSS receivers that speak NMEA 0183, on a serial line or a TCP port.

Document: NMEA 0183 (as described by gpsd's "NMEA Revealed"). A sentence is `$`, talker (2), type (3), fields
after commas, `*`, two hex digits of the XOR of all between `$` and `*`, CR LF. Positions come from RMC, GGA,
GNS and GLL of any talker; ZDA and RMC give the date. All other sentences (satellites, AIS, makers' own) are
checked and passed over.

Theory of operation. Sentences of equal time are one epoch and give one `Fix`. An epoch is complete with RMC
and GGA (or GNS), or with all kinds the epoch before it had, or when another time begins; `tick` ends an epoch
after silence. Only the stream decides, so any cutting gives the same fixes. What is said after an epoch was
given out is noted but changes nothing. One sentence that says "no fix" makes its epoch one without a fix.

Framing is by line, and a sentence may begin anywhere in a line: receivers mix in binary, and a connection
begins mid-sentence. Bytes outside sentences are noise: expected in small runs, rejected only when `MOST_NOISE`
of them came without one good sentence (a wrong baud rate, or a receiver set to a binary protocol).

A GPS week rollover puts the date 1024 weeks back. It is passed on as the receiver says it; the clock repair
behind the drivers knows the gateway's time and mends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import xor
from typing import Any, Literal

from device_drivers.nmea0183_wire import MOST_FIELDS_READ, PARSERS, BadField, Said, day_of, time_us
from gateway.model import Fix, Micros, Notice, Output, Rejected

NAME = "nmea0183"
TRANSPORT: Literal["stream", "message"] = "stream"

MOST_LINE = 1024  # bytes; the standard says 82, high-precision and makers' own sentences reach some 200
MOST_NOISE = 1024  # bytes outside sentences before they are worth telling
MAX_PENDING_BYTES = MOST_LINE + MOST_NOISE
DAY_US = 86_400_000_000
EPOCH = date(1970, 1, 1)
HALF_DAY_US = DAY_US // 2

BEST_FIRST = ("GGA", "GNS", "RMC", "GLL")  # who is believed for what several sentences say

ADDRESS = re.compile(rb"[$!]([A-Z][A-Z0-9]{2,9}),")
CLOSED = re.compile(rb"[$!]([\x20-\x7e]*?)\*([0-9A-Fa-f]{2})")
STARTS = re.compile(rb"(?=[$!])")
CHANGES = {True: ("fix", "the receiver has a position again"), False: ("no_fix", "the receiver has no position")}
WRONG_RATE = "check the baud rate, and that the receiver is set to NMEA"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one receiver."""

    checksum_required: bool = True  # False: also take position sentences that carry none
    range_error_m: float = 5.0  # accuracy_m is HDOP times this: an assumed one-sigma ranging error without corrections
    silence_s: float = 2.0  # after this, an epoch that waits for a sentence that does not come is given out

    def __post_init__(self) -> None:
        if self.silence_s <= 0:
            raise ValueError(f"silence_s: expected seconds above 0, came {self.silence_s}")
        if not 0 < self.range_error_m < 1000:
            raise ValueError(f"range_error_m: expected metres above 0 and below 1000, came {self.range_error_m}")


class Calendar:
    """Which day a time of day belongs to: the last date heard, carried over midnight."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._time_us: Micros = 0

    def learn(self, day: date | None, time_us: Micros | None) -> None:
        if day is not None and time_us is not None:
            self._day, self._time_us = day, time_us

    def at_us(self, time_us: Micros | None) -> Micros | None:
        """Microseconds since 1970, or None while no date was heard; the day turns with the times asked for."""
        if time_us is None or self._day is None:
            return None
        apart = time_us - self._time_us
        turn = (apart < -HALF_DAY_US) - (apart > HALF_DAY_US)
        self._day, self._time_us = self._day + timedelta(days=turn), time_us
        return (self._day - EPOCH).days * DAY_US + time_us


class Epoch:
    """The sentences of one time, as they come in."""

    def __init__(self, time_us: Micros | None, wanted: frozenset[str]) -> None:
        self.time_us = time_us
        self.given_out = False
        self._wanted = wanted
        self._said: dict[str, Said] = {}

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self._said)

    def takes(self, said: Said) -> bool:
        """Whether this sentence belongs here: the same time; without any time, a kind not heard yet."""
        return said.time_us == self.time_us and (said.time_us is not None or said.kind not in self._said)

    def add(self, said: Said) -> None:
        self._said.setdefault(said.kind, said)

    @property
    def complete(self) -> bool:
        kinds = self.kinds
        joined = "RMC" in kinds and not kinds.isdisjoint(("GGA", "GNS"))
        return joined or (bool(self._wanted) and kinds >= self._wanted)

    @property
    def valid(self) -> bool:
        return all(said.valid for said in self._said.values()) and None not in (self.best("lat"), self.best("lon"))

    def best(self, name: str) -> Any:
        """The value of the most believed sentence that has one."""
        for kind in BEST_FIRST:
            value = getattr(self._said.get(kind), name, None)
            if value is not None:
                return value
        return None


class Decoder:
    """Bytes of one receiver to fixes, and a notice when it loses or finds its position."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tail = b""
        self._noise = bytearray()
        self._calendar = Calendar()
        self._epoch = Epoch(None, frozenset())
        self._epoch.given_out = True
        self._has_fix: bool | None = None
        self._heard_us: Micros = 0

    @property
    def pending_bytes(self) -> int:
        """Bytes kept for later: at most a line and a run of noise."""
        return len(self._tail) + len(self._noise)

    def start(self, now_us: Micros) -> list[Output]:
        """A receiver speaks by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes as they came; give the fixes of the epochs that they complete."""
        self._heard_us = now_us
        *lines, self._tail = (self._tail + data).replace(b"\r", b"\n").split(b"\n")
        out: list[Output] = []
        for line in lines:
            for piece in _cut(line):
                self._line(piece, out)
        *pieces, self._tail = _cut(self._tail)
        for piece in pieces:
            self._line(piece, out)
        return out

    def tick(self, now_us: Micros) -> list[Output]:
        """Give out an epoch whose missing sentence did not come."""
        out: list[Output] = []
        if now_us - self._heard_us >= self._settings.silence_s * 1_000_000:
            self._give_out(out)
        return out

    def _line(self, line: bytes, out: list[Output]) -> None:
        before, *pieces = STARTS.split(line)
        if before.startswith(b"#"):  # a comment, as in gpsd's logs: it may quote pieces of sentences
            pieces = [piece for piece in pieces if CLOSED.match(piece)]
        else:
            self._add_noise(before, out)
        for piece in pieces:
            self._piece(piece, out)

    def _piece(self, piece: bytes, out: list[Output]) -> None:
        address = ADDRESS.match(piece)
        if address is None:
            self._add_noise(piece, out)
            return
        closed = CLOSED.match(piece)
        if closed is None:
            self._unclosed(piece, address[1], out)
            return
        came, counted = int(closed[2], 16), reduce(xor, closed[1])
        if came != counted:
            out.append(_rejected(piece, "checksum", f"expected checksum {counted:02X}, came {came:02X}"))
            return
        self._sentence(piece, closed[1], out)
        self._add_noise(piece[closed.end() :], out)

    def _unclosed(self, piece: bytes, address: bytes, out: list[Output]) -> None:
        plain = piece.isascii() and b"*" not in piece
        if plain and not self._settings.checksum_required:
            self._sentence(piece, piece[1:], out)
        elif not (plain and address.startswith(b"P")):  # makers' own sentences without one carry no position either
            out.append(_rejected(piece, "no_checksum", "expected printable characters, then * and two hex digits"))

    def _sentence(self, piece: bytes, body: bytes, out: list[Output]) -> None:
        self._noise.clear()
        address, *fields = body.decode("ascii").split(",")
        if len(address) != 5 or address[0] == "P":
            return
        kind = address[2:]
        if kind not in PARSERS and kind != "ZDA":
            return
        fields += [""] * (MOST_FIELDS_READ - len(fields))
        try:
            if kind == "ZDA":
                self._calendar.learn(day_of(*fields[1:4]), time_us(fields[0]))
            else:
                self._join(PARSERS[kind](fields), out)
        except BadField as error:
            out.append(_rejected(piece, "field", f"{kind}: {error}"))

    def _join(self, said: Said, out: list[Output]) -> None:
        if not self._epoch.takes(said):
            self._give_out(out)
            self._epoch = Epoch(said.time_us, self._epoch.kinds)
        self._calendar.learn(said.day, said.time_us)
        self._epoch.add(said)
        if self._epoch.complete:
            self._give_out(out)

    def _give_out(self, out: list[Output]) -> None:
        epoch = self._epoch
        if epoch.given_out:
            return
        epoch.given_out = True
        seen_us = self._calendar.at_us(epoch.time_us)
        if epoch.valid != self._has_fix:
            if self._has_fix is not None or not epoch.valid:  # to begin with a position is no news
                name, text = CHANGES[epoch.valid]
                out.append(Notice(name=name, text=text, seen_us=seen_us))
            self._has_fix = epoch.valid
        if epoch.valid:
            out.append(self._fix(epoch, seen_us))

    def _fix(self, epoch: Epoch, seen_us: Micros | None) -> Fix:
        hdop = epoch.best("hdop")
        return Fix(
            lat=epoch.best("lat"),
            lon=epoch.best("lon"),
            seen_us=seen_us,
            speed_mps=epoch.best("speed_mps"),
            course_deg=epoch.best("course_deg"),
            alt_m=epoch.best("alt_m"),
            accuracy_m=round(hdop * self._settings.range_error_m, 2) if hdop else None,
            satellites=epoch.best("satellites"),
        )

    def _add_noise(self, data: bytes, out: list[Output]) -> None:
        self._noise += data
        if len(self._noise) >= MOST_NOISE:
            text = f"expected lines that start with $, came {len(self._noise)} bytes without a sentence: {WRONG_RATE}"
            out.append(_rejected(bytes(self._noise), "noise", text))
            self._noise.clear()


def _cut(line: bytes) -> list[bytes]:
    """A line in pieces of at most MOST_LINE; a sentence that may begin in a piece is kept whole in the next."""
    pieces = []
    while len(line) > MOST_LINE:
        at = line.rfind(b"$", 1, MOST_LINE)
        at = MOST_LINE if at < 0 else at
        pieces.append(line[:at])
        line = line[at:]
    return [*pieces, line]


def _rejected(data: bytes, reason: str, text: str) -> Rejected:
    return Rejected(data=data, reason=reason, text=text)
