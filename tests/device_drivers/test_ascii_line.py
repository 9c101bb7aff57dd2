"""The ASCII line driver: its pattern language, one pass over hostile lines, and what is no line."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.ascii_line import MAX_PENDING_BYTES, MOST_LINE_BYTES, Decoder, Settings
from device_drivers.ascii_line_pattern import Pattern
from gateway.model import Output, Rejected, TagRead

NOW_US = 1_767_225_600_000_000
EPC = "E28011606000020E8A58E4DB"
READ = TagRead(epc=bytes.fromhex(EPC))
MOST_MATCH_S = 0.010  # FAULTS F21
HOSTILE = [
    "A" * 10_000,
    "A" * 9_999 + "!",
    "A " * 5_000,
    "A-" * 4_999 + "!",
    "1" * 10_000 + "x",
    "-1." * 3_333,
    "," * 10_000,
    " " * 10_000,
    f"{EPC} " * 400,
    "a;" * 5_000 + EPC,
]
PATTERNS = [
    "{epc}",
    "{epc} {antenna} {rssi}",
    "{skip},{skip},{skip},{skip},{epc}",
    "{skip} {epc} {skip};{tid};{skip}",
    "A{skip}A{epc}",
    "tag={epc};tid={tid};n={count};rssi={rssi};{skip}",
    "{pc}{epc:24}{antenna:2}",
]


def _feed(data: bytes, **settings: Any) -> list[Output]:
    return Decoder(Settings(**settings)).feed(data, NOW_US)


# --- the pattern language --------------------------------------------------------------------------


@pytest.mark.parametrize("written", PATTERNS)
def test_a_hostile_line_is_read_in_one_pass_by_any_pattern(written: str) -> None:
    pattern = Pattern(written, " -:")
    for line in HOSTILE:
        begun = time.perf_counter()
        pattern.read(line)
        assert time.perf_counter() - begun < MOST_MATCH_S, line[:20]


@given(st.text(alphabet="{}:epcrsikntda 0123,;A", max_size=40), st.text(alphabet="A0 -,;\t.", max_size=200))
def test_any_pattern_is_refused_as_such_or_reads_any_line(written: str, line: str) -> None:
    try:
        pattern = Pattern(written, " -:")
    except ValueError:
        return
    pattern.read(line)


@pytest.mark.parametrize(
    ("written", "line", "found"),
    [
        ("{epc}", "E280", {"epc": "E280"}),
        ("{epc}", "E280 1160", {"epc": "E280 1160"}),
        ("{epc} {antenna}", "E280 \t 2", {"epc": "E280", "antenna": "2"}),
        ("{epc} {antenna}", "E280 11 60", None),
        ("{{{epc}}}", "{E280}", {"epc": "E280"}),
        ("{skip};{epc}", "a;b;E280", None),  # skip ends at the first `;`
        ("{skip};{skip};{epc}", "a;b;E280", {"epc": "E280"}),
        ("{epc:4}{skip:4}", "E2801160", {"epc": "E280"}),
        ("{epc:4}{skip:4}", "E28011", None),
        ("{epc}.*", "E280.*", {"epc": "E280"}),  # no regular expression
    ],
)
def test_what_patterns_mean(written: str, line: str, found: dict[str, str] | None) -> None:
    assert Pattern(written, " -:").read(line) == found


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"pattern": "{tid}"}, "pattern: expected the field epc"),
        ({"pattern": "{epc"}, "pattern: expected names in braces"),
        ({"pattern": "{epc} {epc}"}, "'epc' stands twice"),
        ({"pattern": "{epc} {size}"}, "came 'size'"),
        ({"pattern": "{epc!r}"}, "came 'epc'"),
        ({"pattern": "{epc:x}"}, "width of 1 to"),
        ({"pattern": "{epc}{antenna}"}, "between epc and"),
        ({"pattern": "{epc}A{antenna}"}, "one of the field's own characters"),
        ({"pattern": "{epc}" + ",{skip}" * 40}, "at most 32 fields"),
        ({"ignore": ("{",)}, "ignore[0]"),
        ({"separators": "-x"}, "separators"),
    ],
)
def test_patterns_that_cannot_be_read_in_one_pass_are_refused_in_words(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        Settings(**settings)


# --- lines -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\x03", b"\x03\r\n"])
@pytest.mark.parametrize("begin", [b"", b"\x02", b"\0 ", b"\r\n"])
def test_any_usual_end_and_begin_of_a_line(begin: bytes, end: bytes) -> None:
    line = begin + EPC.encode() + end
    assert _feed(line * 3) == [READ] * 3


def test_lines_that_mean_nothing_are_passed_over_and_others_rejected() -> None:
    outputs = _feed(f"HELLO 1\r{EPC}\rBYE\r{EPC}\r".encode(), ignore=("HELLO {skip}",))
    assert outputs[:1] == [READ]
    assert isinstance(outputs[1], Rejected)
    assert (outputs[1].data, outputs[1].reason) == (b"BYE\r", "no_match")
    assert outputs[2:] == [READ]


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        (EPC[:-1], "{epc}"),
        ("E280", "{epc}"),
        ("E2" * 63, "{epc}"),
        ("-" * 20, "{epc}"),
        (f"{EPC} 300", "{epc} {antenna}"),
        (f"{EPC} {'9' * 900}", "{epc} {antenna}"),
        (f"{EPC} 5e3", "{epc} {rssi}"),
        (f"{EPC} 500", "{epc} {rssi}"),
        (f"{EPC} -", "{epc} {rssi}"),
        (f"{EPC}\xe9", "{epc}"),
    ],
)
def test_a_line_with_an_impossible_value_is_rejected_whole(line: str, pattern: str) -> None:
    decoder = Decoder(Settings(pattern=pattern))
    data = line.encode("latin-1") + b"\r"
    assert decoder.feed(data, NOW_US) == []
    (rejected,) = decoder.tick(NOW_US + 2_000_000)
    assert isinstance(rejected, Rejected)
    assert rejected.data == data


def test_a_line_without_an_end_is_rejected_and_does_not_fill_the_memory() -> None:
    decoder = Decoder(Settings())
    outputs = [output for _ in range(200) for output in decoder.feed(b"A" * 1000, NOW_US)]
    assert decoder.pending_bytes <= MAX_PENDING_BYTES
    assert all(isinstance(output, Rejected) and output.reason == "overlong" for output in outputs)
    assert decoder.feed(b"\r" + EPC.encode() + b"\r", NOW_US)[-1] == READ


def test_a_line_of_just_the_bound_is_read() -> None:
    padded = EPC.encode().ljust(MOST_LINE_BYTES) + b"\r"
    assert _feed(padded) == [READ]
