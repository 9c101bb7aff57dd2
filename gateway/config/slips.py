"""What a person most likely meant by what cannot be used: the fix behind a fault, from habits and slips of the hand."""

from __future__ import annotations

import re
from difflib import get_close_matches

from gateway.config.nodes import Items, Node, Scalar, Table, shown

_FLAGS = dict.fromkeys(("yes", "on", "y", "true"), "true") | dict.fromkeys(("no", "off", "n", "false"), "false")
_NUMBERS = ("int_type", "float_type")  # pydantic's names of what was expected
_LISTS = ("tuple_type", "list_type")
_SYNTAX = {  # what ruamel says -> what helps
    "\\t": "indent with spaces, not tabs",
    "mapping values are not allowed": "indent this key as its neighbours, and quote a text that holds `: `",
    "cannot start any token": "put the text in quotes",
    "expected <block end>": "indent this line as its neighbours",
    "parsing a flow": "close the bracket, and quote a text that holds `: `, commas or quotes",
    "could not find expected ':'": "write `key: value`",
}
_NO_BREAK = "\N{NO-BREAK SPACE}"
_MERGE_MARKS = ("<<<<<<<", "=======", ">>>>>>>")


def nearest(word: str, known: list[str]) -> str:
    """Give the known word most like this one, or nothing where none is like it."""
    by_lower = {name.lower(): name for name in reversed(known)}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else ""


def write(word: str) -> str:
    """Say the fix `write WORD`, or nothing where there is no such word."""
    return f"write `{word}`" if word else ""


def of_key(name: str, known: list[str]) -> str:
    """What to do with a key that is none of the known ones."""
    head, colon, rest = name.partition(":")
    if colon and head in known:
        said = rest.strip() or "..."
        return f"write `{head}: {said}`, with an ordinary blank behind the colon"
    if close := nearest(name, known):
        return write(close)
    return "write it under `settings`, or remove it" if "settings" in known else "remove it"


def of_type(expected: str, node: Node) -> str:
    """What a value was meant to be that is not of the expected type (pydantic's name of the error)."""
    if expected in _LISTS:
        return _as_list(node)
    if expected == "too_long":
        whole = isinstance(node, Items) and all(
            isinstance(one, Scalar) and type(one.value) is int for one in node.nodes
        )
        return "write decimals with a point" if whole else ""
    text = node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""
    if expected == "bool_type":
        return write(_FLAGS.get(text.lower(), ""))
    return _as_number(text) if expected in _NUMBERS else ""


def _as_list(node: Node) -> str:
    if isinstance(node, Table):
        return "begin each entry with `- `"
    return write(f"[{shown(node)}]") if isinstance(node, Scalar) and node.value is not None else ""


def _as_number(text: str) -> str:
    """From YAML's older habits, and from lands that write decimals with a comma."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return "write it without quotes or leading zeros"
    if re.fullmatch(r"\d+(:\d+)+", text):
        return "write one number, durations in seconds"
    return write(text.replace(",", ".")) if re.fullmatch(r"-?\d{1,18},\d{1,18}", text) else ""


def of_syntax(problem: str, text: str, line: int) -> str:
    """What helps where the scanner gave up, at a line (1-based) of the file's text."""
    near = text.split("\n")[max(0, line - 2) : line]
    if any(one.startswith(_MERGE_MARKS) for one in near):
        return "take out the marks that a merge left"
    if any(_NO_BREAK in one for one in near):
        return "put ordinary blanks where no-break spaces stand"
    return next((fix for said, fix in _SYNTAX.items() if said in problem), "")
