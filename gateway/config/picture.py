"""Pictures that people configure: what kind, how large, by their first bytes alone. Pure but for `read_picture`.

SVG is refused: it may hold scripts, and fonts and pictures of other hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import BadInput

MOST_BYTES = 2_000_000
MOST_SIDE = 8192  # pixels: a browser holds four bytes of each, however well the file is packed
KINDS = "a PNG, JPEG or WebP picture"
JPEG_FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended and progressive: those that browsers show
JPEG_BARE = {0x01, *range(0xD0, 0xD8)}  # markers without a length


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture's bytes and what they are."""

    media_type: str
    width: int  # pixels
    height: int
    data: bytes


def read_picture(path: Path) -> Picture:
    """Read a file that should be a picture. Raises BadInput where it is none, too large or cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"expected {KINDS}, came a file that cannot be read: {error.strerror}") from error
    return picture_of(data)


def picture_of(data: bytes) -> Picture:
    """Tell what picture these bytes are. Raises BadInput where they are none that is taken."""
    if len(data) > MOST_BYTES:
        raise BadInput(f"expected {KINDS} of at most {MOST_BYTES:,} bytes, came a larger one")
    form = next((form for magic, form in _FORMS.items() if data.startswith(magic)), None)
    if form is None:
        raise BadInput(f"expected {KINDS}, came something else")
    media_type, size = form
    width, height = size(data)
    if not (1 <= width <= MOST_SIDE and 1 <= height <= MOST_SIDE):
        raise BadInput(f"expected a picture of at most {MOST_SIDE} pixels a side, came {width} by {height}")
    return Picture(media_type=media_type, width=width, height=height, data=data)


def _png(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or len(data) < 24:
        raise _broken("PNG")
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def _jpeg(data: bytes) -> tuple[int, int]:
    """Walk the segments up to the frame, which says the size."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in JPEG_FRAMES:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        if marker == 0xFF:  # fill
            at += 1
        elif marker in JPEG_BARE:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    raise _broken("JPEG")


def _webp(data: bytes) -> tuple[int, int]:
    """The three forms of the container, by their first chunk."""
    form, body = data[12:16], data[20:]
    if data[8:12] != b"WEBP" or len(body) < 10:
        raise _broken("WebP")
    if form == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if form == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise _broken("WebP")


def _broken(kind: str) -> BadInput:
    return BadInput(f"expected {KINDS}, came a {kind} whose head does not tell its size")


_FORMS: Mapping[bytes, tuple[str, Callable[[bytes], tuple[int, int]]]] = {
    b"\x89PNG\r\n\x1a\n": ("image/png", _png),
    b"\xff\xd8\xff": ("image/jpeg", _jpeg),
    b"RIFF": ("image/webp", _webp),
}
