"""Bar code scanners that send a line for each scan, on a serial line (RS-232, USB-COM) or a TCP port.

A scan is what stands between CR, LF, STX and ETX (and TAB, where a scanner ends scans with it), without a prefix and a
suffix that the scanner may put around it. FNC1 within GS1 symbols comes as the character GS (0x1D); scanners that send
something else for it are set by `group_separator`. Let the scanner send the AIM identifier (]C1, ]d2, ]Q3): it says
which symbols follow GS1's rules. What the text means is left to `gateway.identity`.

A line carries no check: noise that happens to be printable passes for a scan. Where lines are bad, set a prefix in the
scanner and here.

By document only: no capture was at hand; framing as in the programming guides of Zebra, Honeywell and Datalogic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from device_drivers.framing import Framer, Refused
from device_drivers.lines import ENDS, ENDS_AND_TAB, line_at, seek_line
from gateway.model import Label, Micros, Output

NAME = "scanner"
TRANSPORT: Literal["stream", "message"] = "stream"

MOST_SCAN_BYTES = 8192  # the largest QR code has 7,089 digits
REJECTED_BLOCK_BYTES = 1024
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + 2 * MOST_SCAN_BYTES
GS = "\x1d"
WITHIN = frozenset("\x1c\x1d\x1e\x04")  # FS, GS, RS and EOT: ISO 15434 messages have them


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one scanner, as it is set in the scanner itself."""

    prefix: str = ""  # text before each scan; a line without it is rejected
    suffix: str = ""  # text behind each scan; a line without it is rejected
    group_separator: str = ""  # what stands for FNC1 where the scanner does not send GS (0x1D)
    tab_ends: bool = False  # True: a scan also ends at TAB
    least_chars: int = 1  # shorter scans are rejected

    def __post_init__(self) -> None:
        if not 1 <= self.least_chars <= MOST_SCAN_BYTES:
            raise ValueError(f"least_chars: expected 1 to {MOST_SCAN_BYTES}, came {self.least_chars}")
        for name, text in (("prefix", self.prefix), ("suffix", self.suffix)):
            if ENDS.search(text.encode("utf-8", "replace")):
                raise ValueError(f"{name}: CR, LF, STX and ETX end a scan in any case, leave them out")


class Decoder:
    """Lines of one scanner to labels."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ends = ENDS_AND_TAB if settings.tab_ends else ENDS
        self._framer = Framer(self._read, seek_line, REJECTED_BLOCK_BYTES)

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the end of their line; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """The scanner speaks by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes as they came; give the labels of the lines that they end."""
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Give out what was rejected and waits for more of its kind."""
        return self._framer.flush_quiet(now_us)

    def _read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        found = line_at(buffer, at, MOST_SCAN_BYTES, self._ends)
        if found is None:
            return None
        line, end = found
        if not line:
            return end, []
        try:
            return end, [Label(text=self._text(line))]
        except Refused as refused:
            raise Refused(refused.reason, str(refused), resume=end - at) from None

    def _text(self, line: bytes) -> str:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            text = line.decode("latin-1")  # what a Code 128 or QR code holds unless it says otherwise
        settings = self._settings
        if settings.group_separator:
            text = text.replace(settings.group_separator, GS)
        if not (text.startswith(settings.prefix) and text.endswith(settings.suffix)):
            expected = f"a scan between {settings.prefix!r} and {settings.suffix!r}"
            raise Refused("no_match", f"expected {expected}, came {text[:80]!r}")
        text = text[len(settings.prefix) : len(text) - len(settings.suffix)]
        if odd := next((char for char in text if not char.isprintable() and char not in WITHIN), None):
            raise Refused("no_text", f"expected printable characters, came {odd!r} in {text[:80]!r}")
        if len(text.strip()) < settings.least_chars:
            raise Refused("length", f"expected {settings.least_chars} characters or more, came {text!r}")
        return text
