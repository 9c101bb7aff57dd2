"""The scanner driver: one line, one label; what scanners put around it, and what is no scan."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.scanner import MAX_PENDING_BYTES, MOST_SCAN_BYTES, Decoder, Settings
from gateway.model import Label, Output, Rejected

NOW_US = 1_767_225_600_000_000


def _feed(data: bytes, **settings: Any) -> list[Output]:
    return Decoder(Settings(**settings)).feed(data, NOW_US)


def _rejected(data: bytes, **settings: Any) -> Rejected:
    decoder = Decoder(Settings(**settings))
    assert decoder.feed(data, NOW_US) == []
    (rejected,) = decoder.tick(NOW_US + 2_000_000)
    assert isinstance(rejected, Rejected)
    assert rejected.data == data
    return rejected


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\x03", b"\x03\r\n"])
def test_any_usual_end_of_a_scan(end: bytes) -> None:
    assert _feed((b"\x02]C10100" + end) * 2) == [Label(text="]C10100")] * 2


def test_a_tab_belongs_to_no_scan_and_may_end_one() -> None:
    assert _rejected(b"A\tB\r").reason == "no_text"
    assert _feed(b"A\tB\t", tab_ends=True) == [Label(text="A"), Label(text="B")]


def test_spaces_belong_to_the_label() -> None:
    assert _feed(b" A B \r") == [Label(text=" A B ")]


@given(st.text(st.characters(min_codepoint=32, categories=("L", "N", "P", "S")), min_size=1, max_size=50))
def test_what_is_printed_is_read(text: str) -> None:
    assert _feed(f"<{text}>\r".encode(), prefix="<", suffix=">") == [Label(text=text)]


@pytest.mark.parametrize(
    ("data", "settings", "reason"),
    [
        (b"ABC\r", {"prefix": "@"}, "no_match"),
        (b"@ABC\r", {"prefix": "@", "suffix": "#"}, "no_match"),
        (b"@\r", {"prefix": "@"}, "length"),
        (b"   \r", {}, "length"),
        (b"\x00\x01\r", {}, "no_text"),
        (b"ABC\r", {"least_chars": 4}, "length"),
    ],
)
def test_what_is_no_scan_is_rejected(data: bytes, settings: dict[str, Any], reason: str) -> None:
    assert _rejected(data, **settings).reason == reason


def test_a_scan_without_an_end_does_not_fill_the_memory() -> None:
    decoder = Decoder(Settings())
    for _ in range(100):
        decoder.feed(b"A" * 1000, NOW_US)
        assert decoder.pending_bytes <= MAX_PENDING_BYTES
    assert decoder.feed(b"\rlabel\r", NOW_US)[-1] == Label(text="label")


def test_the_longest_scan_is_read() -> None:
    assert _feed(b"7" * MOST_SCAN_BYTES + b"\r") == [Label(text="7" * MOST_SCAN_BYTES)]


@pytest.mark.parametrize("wrong", [{"least_chars": 0}, {"prefix": "\x02"}, {"suffix": "\r"}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)
