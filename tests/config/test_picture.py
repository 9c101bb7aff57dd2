"""Pictures by their first bytes: what is taken, what is refused."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from gateway.config.picture import MOST_BYTES, picture_of, read_picture
from gateway.demo_plan import HEIGHT, WIDTH, draw
from gateway.errors import BadInput

JPEG = b"\xff\xd8\xff\xe0\x00\x04AB\xff\xff\xc2\x00\x0b\x08\x01\x90\x02\x80\x01\x01\x11\x00"
VP8X = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + (639).to_bytes(3, "little") + b"\x8f\x01\x00"
VP8L = b"RIFF\x00\x00\x00\x00WEBPVP8L\x0a\x00\x00\x00\x2f" + (639 | 399 << 14).to_bytes(4, "little") + bytes(5)
VP8 = b"RIFF\x00\x00\x00\x00WEBPVP8 \x0a\x00\x00\x00\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 640, 400)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(JPEG, "image/jpeg"), (VP8X, "image/webp"), (VP8L, "image/webp"), (VP8, "image/webp")],
    ids=["jpeg, progressive", "webp, extended", "webp, lossless", "webp, lossy"],
)
def test_the_size_is_read_from_the_head(data: bytes, media_type: str) -> None:
    picture = picture_of(data)
    assert (picture.media_type, picture.width, picture.height) == (media_type, 640, 400)


def test_the_plan_of_the_demo_is_a_small_picture() -> None:
    picture = picture_of(draw())
    assert (picture.media_type, picture.width, picture.height) == ("image/png", WIDTH, HEIGHT)
    assert len(picture.data) < 10_000


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "something else"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "something else"),
        (b"GIF89a", "something else"),
        (JPEG[:-8], "JPEG whose head"),
        (b"\xff\xd8\xff\xe0\xff\xff", "JPEG whose head"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt " + bytes(20), "WebP whose head"),
        (draw()[:20], "PNG whose head"),
        (draw()[:16] + struct.pack(">II", 30_000, 30_000) + draw()[24:], "at most 8192 pixels"),
        (draw()[:16] + struct.pack(">II", 0, 5) + draw()[24:], "at most 8192 pixels"),
        (draw() + bytes(MOST_BYTES), "at most 2,000,000 bytes"),
    ],
)
def test_what_is_no_such_picture_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        picture_of(data)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_picture(tmp_path / "none.png")
