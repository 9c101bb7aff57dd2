"""Readers that print one tag a line: keyboard-wedge and ASCII readers, on a serial line or a TCP port.

A line is what stands between CR, LF, STX and ETX. As delivered a line is one EPC in hex, upper or lower case, with
spaces, dashes or colons between its digits or without; `pattern` says how lines of other forms are read (see
`ascii_line_pattern`):

    driver: ascii_line
    settings:
      pattern: "TAG,{antenna},{epc},{rssi}"
      ignore: ["HB{skip}", "OK"]

What is no line of the pattern, and none to ignore, is rejected. Such lines carry no check: a digit that was lost or
turned on the wire can pass for another tag, unless it makes the length odd.

By document only: no capture was at hand; forms are those of makers' manuals for keyboard-wedge readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from device_drivers.ascii_line_pattern import Found, Pattern
from device_drivers.framing import Framer, Refused
from device_drivers.lines import line_at, seek_line
from gateway.model import Micros, Output, TagRead

NAME = "ascii_line"
TRANSPORT: Literal["stream", "message"] = "stream"

MOST_LINE_BYTES = 1024
REJECTED_BLOCK_BYTES = 1024
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + 2 * MOST_LINE_BYTES
LEAST_EPC_BYTES, MOST_EPC_BYTES = (
    4,
    62,
)  # below, a line is rather a word than a tag; 31 words are what a PC word can say
MOST_TID_BYTES = 64
BLANKS = "".join(map(chr, range(33)))  # control characters and space


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this reader's lines are read."""

    pattern: str = "{epc}"  # a tag's line: text with fields epc, tid, pc, antenna, rssi, count, skip in braces
    separators: str = " -:"  # characters that may stand between the hex digits of epc and tid
    ignore: tuple[str, ...] = ()  # patterns of lines that mean nothing

    def __post_init__(self) -> None:
        Forms(self)


class Forms:
    """The settings, compiled; raises ValueError with the setting that is wrong."""

    def __init__(self, settings: Settings) -> None:
        if any(char.isalnum() for char in settings.separators):
            raise ValueError(f"separators: expected no letters or digits, came {settings.separators!r}")
        self._separators = str.maketrans("", "", settings.separators)
        self._tag = _pattern("pattern", settings.pattern, settings.separators)
        if "epc" not in self._tag.names:
            raise ValueError(f"pattern: expected the field epc, came {settings.pattern!r}")
        self._ignored = [
            _pattern(f"ignore[{at}]", written, settings.separators) for at, written in enumerate(settings.ignore)
        ]

    def read(self, line: str) -> list[Output]:
        """What a line means; raises Refused where it is no line of the device."""
        found = self._tag.read(line)
        if found is not None:
            return [self._tag_read(found)]
        if any(pattern.read(line) is not None for pattern in self._ignored):
            return []
        raise Refused("no_match", f"expected a line of the pattern, came {line[:80]!r}")

    def _tag_read(self, found: Found) -> TagRead:
        epc, tid = self._bytes(found, "epc"), self._bytes(found, "tid")
        if not LEAST_EPC_BYTES <= len(epc) <= MOST_EPC_BYTES or len(tid) > MOST_TID_BYTES:
            text = (
                f"expected an EPC of {LEAST_EPC_BYTES} to {MOST_EPC_BYTES} bytes, came {len(epc)}, and TID {len(tid)}"
            )
            raise Refused("field", text)
        return TagRead(
            epc=epc,
            tid=tid,
            antenna=_whole(found, "antenna", 0, 255),
            count=_whole(found, "count", 1, 65_535),
            rssi_dbm=_rssi(found["rssi"]) if "rssi" in found else None,
            pc=int(found["pc"], 16) if "pc" in found else None,
        )

    def _bytes(self, found: Found, name: str) -> bytes:
        digits = found.get(name, "").translate(self._separators)
        if len(digits) % 2:
            raise Refused("field", f"expected an even count of hex digits in {name}, came {len(digits)}")
        return bytes.fromhex(digits)


class Decoder:
    """Lines of one reader to tag reads."""

    def __init__(self, settings: Settings) -> None:
        self._forms = Forms(settings)
        self._framer = Framer(self._read, seek_line, REJECTED_BLOCK_BYTES)

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the end of their line; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """The reader speaks by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes as they came; give the reads of the lines that they end."""
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Give out what was rejected and waits for more of its kind."""
        return self._framer.flush_quiet(now_us)

    def _read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        found = line_at(buffer, at, MOST_LINE_BYTES)
        if found is None:
            return None
        line, end = found
        text = line.decode("ascii", "replace").strip(BLANKS)
        if not text:
            return end, []
        try:
            return end, self._forms.read(text)
        except Refused as refused:
            raise Refused(refused.reason, str(refused), resume=end - at) from None


def _pattern(setting: str, written: str, separators: str) -> Pattern:
    try:
        return Pattern(written, separators)
    except ValueError as error:
        raise ValueError(f"{setting}: {error}") from None


def _whole(found: Found, name: str, otherwise: int, most: int) -> int:
    written = found.get(name)
    if written is None:
        return otherwise
    value = int(written) if len(written) <= 6 else most + 1
    if value > most:
        raise Refused("field", f"expected {name} of at most {most}, came {written[:20]}")
    return value


def _rssi(written: str) -> float:
    try:
        value = float(written) if len(written) <= 10 else float("nan")
    except ValueError:
        value = float("nan")
    if not -200 <= value <= 100:
        raise Refused("field", f"expected an RSSI of -200 to 100 dBm, came {written[:20]!r}")
    return value
