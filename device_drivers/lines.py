"""Lines of text in a stream of bytes, for drivers of devices that speak text; used with `framing.Framer`.

A line ends at CR, LF, STX or ETX, whatever combination of them a device puts around what it says.
"""

from __future__ import annotations

import re

from device_drivers.framing import Refused

ENDS = re.compile(rb"[\r\n\x02\x03]")
ENDS_AND_TAB = re.compile(rb"[\r\n\x02\x03\t]")


def line_at(buffer: bytearray, at: int, most_bytes: int, ends: re.Pattern[bytes] = ENDS) -> tuple[bytes, int] | None:
    """The line that begins at `at` and where the next one begins; None while it is not all there.

    Raises Refused for a line longer than `most_bytes`: a wrong baud rate, or a device that never ends a line.
    """
    found = ends.search(buffer, at, at + most_bytes + 1)
    if found:
        return bytes(buffer[at : found.start()]), found.end()
    if len(buffer) - at > most_bytes:
        text = f"expected a line of at most {most_bytes} bytes, came no end of it"
        raise Refused("overlong", text, resume=most_bytes)
    return None


def seek_line(buffer: bytearray, at: int) -> int:
    """Behind a line, or a piece of one, another may begin at once."""
    return min(at, len(buffer))
