"""YAML, read strictly: what a person wrote is what they get, and what is hostile is refused fast and small."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.nodes import Items, Scalar, Table, plain
from gateway.config.strict_yaml import MOST_BYTES, MOST_DEPTH, MOST_FAULTS, parse

BAD = Path(__file__).resolve().parent.parent / "bad_config"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("True", "True"),
        ("~", "~"),
        ("12:30", "12:30"),
        ("08:30", "08:30"),
        ("14:05:30", "14:05:30"),
        ("0123", "0123"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("+5", "+5"),
        (".5", ".5"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("2026-11-22", "2026-11-22"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("|\n  5", "5"),
        ("9" * 19, "9" * 19),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("0", 0),
        ("-17", -17),
        ("9" * 18, 10**18 - 1),
        ("52.30", 52.3),
        ("-1.5e3", -1500.0),
        ("1e5", 100_000.0),
    ],
)
def test_only_words_and_decimal_numbers_are_more_than_text(written: str, value: object) -> None:
    root, faults = parse(f"key: {written}".encode())
    assert faults == []
    node = root.get("key")
    assert isinstance(node, Scalar)
    assert (type(node.value), node.value) == (type(value), value)


def test_keys_are_texts() -> None:
    assert plain(parse(b"on: 1\n5: 2\nnull: 3\n12:30: 4")[0]) == {"on": 1, "5": 2, "null": 3, "12:30": 4}


def test_every_value_knows_its_place() -> None:
    root, _ = parse(b"places:\n  - code: A\n    at: [52.5, 13.4]\n  - {code: B}\n")
    first, second = root.tables("places")
    at = first.get("at")
    assert isinstance(at, Items)
    spots = [first, at, at.nodes[1], second.spot("code")]
    assert [(spot.line, spot.column, spot.path) for spot in spots] == [
        (2, 5, "places[0]"),
        (3, 9, "places[0].at"),
        (3, 16, "places[0].at[1]"),
        (4, 12, "places[1].code"),
    ]


def test_a_byte_order_mark_and_an_empty_file_are_fine() -> None:
    assert parse(b"\xef\xbb\xbfsite: {}")[1] == []
    for empty in (b"", b"# nothing\n", b"---\n"):
        root, faults = parse(empty)
        assert isinstance(root, Table)
        assert (root.entries, faults) == ((), [])


def test_faults_do_not_stop_the_reading() -> None:
    root, faults = parse(b"a: 1\na: 2\nb: !!int 3\nc: &x 4\nd: *x\ne: 5\n")
    assert [(fault.line, fault.column) for fault in faults] == [(2, 1), (3, 4), (4, 4), (5, 4)]
    assert root.get("e") is not None


def test_nesting_is_bounded_exactly() -> None:
    deepest = b"[" * (MOST_DEPTH - 2) + b"]" * (MOST_DEPTH - 2)
    assert parse(b"a: " + deepest)[1] == []
    assert len(parse(b"a: [" + deepest + b"]")[1]) == 0
    assert "levels of nesting" in parse(b"a: [[" + deepest + b"]]")[1][0].text


def test_size_is_bounded_exactly() -> None:
    assert parse(b"#" * MOST_BYTES)[1] == []
    (fault,) = parse(b"#" * (MOST_BYTES + 1))[1]
    assert f"at most {MOST_BYTES} bytes" in fault.text


HOSTILE = {
    "aliases": (BAD / "aliases_a_billion.yaml").read_bytes(),
    "brackets": b"a: " + b"[" * 100_000,
    "braces": b"a: " + b"{" * 100_000,
    "dashes": b"- " * 100_000,
    "questions": b"? " * 100_000,
    "mappings in brackets": b"[a: " * 100_000,
    "anchors": b"a: [" + b"&x 1, " * 100_000,
    "many aliases": b"a: [&x 1, " + b"*x, " * 100_000,
    "equal keys": b"a: 1\n" * 100_000,
    "colons": b"a: " * 100_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_hostile_is_refused_fast_and_small(data: bytes) -> None:
    parse(b"a: [1]")  # imports and first calls are not what is measured
    started = time.process_time()
    _, faults = parse(data)
    seconds = time.process_time() - started
    assert 1 <= len(faults) <= MOST_FAULTS + 1
    assert all(len(str(fault)) < 400 for fault in faults)
    assert seconds < 0.1


def test_a_bomb_takes_no_memory() -> None:
    tracemalloc.start()
    for data in (HOSTILE["aliases"], HOSTILE["brackets"]):
        parse(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="a1:-?[]{}&*!|>'\"%@`#,\n\t \\é\0\ufeff", max_size=60)))
def test_any_bytes_give_a_tree_or_faults(data: bytes | str) -> None:
    root, faults = parse(data if isinstance(data, bytes) else data.encode())
    assert isinstance(root, Table)
    assert all(fault.line >= 1 and fault.column >= 1 for fault in faults)
