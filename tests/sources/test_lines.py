"""A stream cut into lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.sources.lines import Lines


@pytest.mark.parametrize(
    ("pieces", "lines", "rest"),
    [
        ([b"a\nb\n"], [b"a", b"b"], []),
        ([b"a", b"b\r", b"\nc"], [b"ab"], [b"c"]),
        ([b"\r\n\n \r\n"], [], []),
        ([b""], [], []),
        ([b"{}"], [], [b"{}"]),
    ],
)
def test_lines_end_where_they_end(pieces: list[bytes], lines: list[bytes], rest: list[bytes]) -> None:
    cut = Lines()
    assert [line for piece in pieces for line in cut.feed(piece)] == lines
    assert cut.end() == rest


def test_a_line_beyond_the_bound_is_handed_on_one_byte_too_long_and_the_rest_is_counted() -> None:
    lines = Lines(4)
    assert lines.feed(b"1234\n12345\n123456789\n") == [b"1234", b"12345", b"12345"]
    assert lines.cut == 4
    for _ in range(1000):
        assert lines.feed(b"x" * 1000) == []
    assert lines.feed(b"\nok\n") == [b"xxxxx", b"ok"]
    assert lines.cut == 4 + 1_000_000 - 5


@given(st.lists(st.binary(max_size=20)))
def test_any_cutting_gives_the_same_lines(pieces: list[bytes]) -> None:
    whole, cut = Lines(8), Lines(8)
    data = b"".join(pieces)
    expected = whole.feed(data) + whole.end()
    assert [line for piece in pieces for line in cut.feed(piece)] + cut.end() == expected
    assert cut.cut == whole.cut
