"""JSON within bounds: what parsers disagree on, or what could hurt, is refused in words (FAULTS F22).

NaN and infinities, numbers beyond a double, a key that stands twice, half a surrogate pair, text that is not
UTF-8, more than MOST_DEPTH levels and more than MOST_BYTES.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

MOST_BYTES = 1 << 20  # of one message
MOST_DEPTH = 32  # of its objects and lists


class BadJson(Exception):
    """Not JSON, or beyond the bounds; the text says what was expected and what came."""


def read_json(data: bytes) -> Any:
    """A JSON value within bounds; raises BadJson for anything that parsers disagree on or that could hurt."""
    if len(data) > MOST_BYTES:
        raise BadJson(f"expected at most {MOST_BYTES} bytes, came {len(data)}")
    try:
        value = READER.decode(data.decode("utf-8"))
    except RecursionError:
        raise BadJson(f"expected at most {MOST_DEPTH} levels, came far more") from None
    except ValueError as error:  # bad JSON, bad UTF-8, an integer of thousands of digits
        raise BadJson(f"expected JSON; {error}") from None
    if data.count(b"{") + data.count(b"[") > MOST_DEPTH or b"\\u" in data:
        _check(value, 1)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return found


def _finite(written: str) -> float:
    value = float(written)
    if not isfinite(value):
        raise ValueError(f"the number {written[:20]} is out of range")
    return value


def _no_constant(written: str) -> float:
    raise ValueError(f"{written} is not JSON")


READER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_no_constant)


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise BadJson("expected Unicode text, came half a surrogate pair")
        return
    if not isinstance(value, (dict, list)):
        return
    if depth > MOST_DEPTH:
        raise BadJson(f"expected at most {MOST_DEPTH} levels, came more")
    parts = value if isinstance(value, list) else [*value, *value.values()]
    for part in parts:
        _check(part, depth + 1)
