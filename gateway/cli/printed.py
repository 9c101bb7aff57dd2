"""How commands print: JSON lines for machines, text for people, in colour only on a terminal."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from rich.console import Console

    from gateway.errors import ConfigError

_encode = msgspec.json.Encoder().encode

# What JSON lets stand though terminals obey it, as UTF-8: DEL, C1 controls (U+0080-U+009F), separators of lines, and
# what turns the direction of reading.
_STEERING = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xaf]")


def write_json(value: Any) -> None:
    """Write one JSON object as a line."""
    sys.stdout.buffer.write(json_line(value))


def json_line(value: Any) -> bytes:
    """One JSON object as a line that steers no terminal, whatever a device says: what could, is escaped."""
    line = _encode(value)
    if not line.isascii() or b"\x7f" in line:  # the regex alone would cost each line more than the encoding
        line = _STEERING.sub(_escaped, line)
    return line + b"\n"


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(found[0].decode())


def say(text: str, style: str = "") -> None:
    """Print one line for people; `style` is rich's, such as `red` or `dim`, and only terminals get it."""
    safe = printable(text)
    if not style or not sys.stdout.isatty():
        print(safe)
    else:
        console().print(safe, style=style, markup=False, highlight=False, soft_wrap=True)


def warn(text: str) -> None:
    """Print a line beside the output: to the standard error."""
    sys.stderr.write(f"{printable(text)}\n")


def complain(error: ConfigError) -> None:
    """Print every fault of a file, a line each, to the standard error."""
    for line in str(error).split("\n"):
        warn(line)


def write_csv(data: bytes) -> None:
    """Write a CSV file as it came; on a terminal, which it must not steer, without control characters."""
    if not sys.stdout.isatty():
        sys.stdout.buffer.write(data)
        return
    for line in data.decode().splitlines():
        print(printable(line))


def printable(text: str) -> str:
    """The text without control characters: what a device says must not steer a person's terminal."""
    if text.isprintable():
        return text
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


def minute(time: str | None) -> str:
    """A time of the API's answers as tables show it: to the minute, in UTC; nothing for None."""
    return "" if time is None else f"{time[:16].replace('T', ' ')}Z"


def table(columns: list[str], rows: list[list[str]]) -> None:
    """Print a table for people; in a pipe it is as wide as it needs to be."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    laid = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for name in columns:
        laid.add_column(name, overflow="fold")
    for row in rows:
        laid.add_row(*(Text(printable(cell)) for cell in row))
    console().print(laid)


@cache
def console() -> Console:
    """The standard output as rich sees it."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 200)
