"""Types, ranges and keys: what pydantic found wrong, said at its line and column with the nearest right word."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any, TypeAlias, TypeVar, get_args, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError

from gateway.config.nodes import Items, Node, Scalar, Table, plain, shown
from gateway.config.slips import nearest, of_key, of_type, write
from gateway.errors import Fault
from gateway.model import BadSettings

T = TypeVar("T")
Loc: TypeAlias = tuple[int | str, ...]

_EXPECTED = {  # pydantic's stable error types -> what was expected
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "dataclass_type": "a mapping",
    "none_required": "nothing",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
    "too_long": "at most {max_length} values",
    "too_short": "at least {min_length} values",
    "literal_error": "{expected}",
    "enum": "{expected}",
}
PATTERNS = {  # of the models in gateway/config: what they mean, and what to write
    r"^[A-Za-z0-9][A-Za-z0-9_.:\-]{0,63}$": (
        "a code: at most 64 letters, digits and _ . : -, the first a letter or digit",
        "leave out blanks and other signs: codes stand in topics, addresses and tags",
    ),
    r"^[0-9]{9}$": ("a D-U-N-S number of 9 digits", "leave out the hyphens"),
    r"^[A-Za-z0-9#@?._/ \-]{1,64}\*?(\|[A-Za-z0-9#@?._/ \-]{1,64}\*?){0,9}$": (
        "a form of part numbers: letters, digits and . _ / - as they stand, # for a digit, @ a letter, ? either",
        "write several forms with | between them; * ends a form that goes on",
    ),
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": ("a time of day", "write it like 06:00"),
    r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$": ("a time of day, 24:00 at the latest", "write it like 22:00"),
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": ("a date", "write it like 2026-12-24"),
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2}(\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})?|[0-9]{2}-[0-9]{2})$": (
        "a day, a day of every year or a span of days",
        "write it like 2026-12-24, 12-24 or 2026-12-24..2026-12-31",
    ),
    r"^[A-Z]{3}$": ("a currency", "write its three letters, like EUR"),
    r"^[^+/#\x00-\x1f]{1,64}$": ("a name of at most 64 signs", "leave out + / and #: it stands in topics"),
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,251}[A-Za-z0-9])?$": (
        "a mail address",
        "write it like name@example.com, without a person's name or brackets",
    ),
    r"^mqtts?://": ("an address that begins with mqtt:// or mqtts://", "write mqtt://HOST:PORT"),
    r"^https?://": ("an address that begins with http:// or https://", "write https://HOST:PORT"),
    r"^[^:\s]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$": ("HOST:PORT", "write 127.0.0.1:8080 or [::1]:8080"),
}


def build(kind: type[T], table: Table) -> tuple[T | None, list[Fault]]:
    """Build a model or a settings dataclass from its mapping, or say every fault of it.

    Keys that the type does not know are faults at every depth. JSON's rules hold: a list may become a
    tuple and a text an enumeration, and nothing else changes its type.
    """
    try:
        value = TypeAdapter(kind).validate_json(json.dumps(plain(table)), strict=True, extra="forbid")
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [fault for item in _without_branches(found, table) for fault in _faults(kind, table, dict(item))]
    return value, []


def _without_branches(found: list[Any], table: Table) -> list[Any]:
    """Keep one error of each value: a union reports every branch it tried."""
    kept: dict[Loc, Any] = {}
    for item in found:
        loc: Loc = item["loc"]
        depth = _reach(table, loc)[1]
        whole = loc if item["type"] in ("missing", "extra_forbidden", "unexpected_keyword_argument") else loc[:depth]
        kept.setdefault(whole, item)
    return list(kept.values())


def _reach(table: Node, loc: Loc) -> tuple[Node, int]:
    """Walk the tree as far as the location goes; give the node and the number of steps made."""
    node: Node = table
    for depth, step in enumerate(loc):
        following: Node | None = None
        if isinstance(node, Items) and isinstance(step, int) and step < len(node.nodes):
            following = node.nodes[step]
        elif isinstance(node, Table) and isinstance(step, str):
            following = node.get(step)
        if following is None:
            return node, depth
        node = following
    return node, len(loc)


def _faults(kind: type, table: Table, error: dict[str, Any]) -> list[Fault]:
    """One, or what settings say of themselves, each thing at its key."""
    cause = error.get("ctx", {}).get("error")
    if not isinstance(cause, BadSettings):
        return [_fault(kind, table, error, error["loc"])]
    own, _ = _reach(table, error["loc"])
    return [_reach(own, tuple(one.key.split(".")))[0].fault(one.text, one.fix) for one in cause.wrong]


def _fault(kind: type, table: Table, error: dict[str, Any], loc: Loc) -> Fault:
    node, _ = _reach(table, loc)
    match error["type"]:
        case "missing" | "missing_argument" | "missing_keyword_only_argument":
            return _missing(node, loc)
        case "extra_forbidden" | "unexpected_keyword_argument":
            return _unknown(kind, table, loc)
        case "string_pattern_mismatch":
            expected, fix = PATTERNS.get(error["ctx"]["pattern"], (f"a text like {error['ctx']['pattern']}", ""))
        case "value_error":
            return _own_words(node, str(error["ctx"]["error"]))
        case "literal_error" | "enum":
            expected = _choices(error["ctx"]["expected"])
            words = re.findall(r"'([^']+)'", error["ctx"]["expected"])
            fix = write(nearest(shown(node).strip("'"), words))
        case "string_type":
            expected = "a text"
            fix = "put it in quotes" if isinstance(node, Scalar) and node.value is not None else ""
        case name:
            expected = _EXPECTED.get(name, str(error["msg"])).format(**error.get("ctx", {}))
            fix = of_type(name, node)
    return node.fault(f"expected {expected}, came {shown(node)}", fix)


def _choices(expected: str) -> str:
    return "nothing, " + expected.removeprefix("'', ") if expected.startswith("'', ") else expected


def _missing(node: Node, loc: Loc) -> Fault:
    if isinstance(node, Items):
        return node.fault(f"expected {int(loc[-1]) + 1} values or more, came {shown(node)}")
    return node.fault(f"expected the key `{loc[-1]}`, came none", f"add `{loc[-1]}: ...`")


def _unknown(kind: type, table: Table, loc: Loc) -> Fault:
    parent, _ = _reach(table, loc[:-1])
    name = str(loc[-1])
    known = _keys(_type_at(kind, loc[:-1]))
    entry = parent.entry(name) if isinstance(parent, Table) else None
    spot = entry.key if entry else parent
    return spot.fault(f"expected one of {', '.join(known) or 'no keys'}, came `{name}`", of_key(name, known))


def _own_words(node: Node, text: str) -> Fault:
    """A check of the type itself speaks; where it begins with the path of a key, that key is the place."""
    path, colon, rest = text.partition(": ")
    steps = tuple(path.split("."))
    if not colon or not isinstance(node, Table):
        return node.fault(text)
    inner, depth = _reach(node, steps)
    return inner.fault(rest if depth == len(steps) else text)


def _type_at(kind: Any, loc: Loc) -> Any:
    for step in loc:
        inner = hints(kind).get(str(step)) if isinstance(step, str) else None
        kind = record(inner) if inner is not None else kind
    return kind


def record(hint: Any) -> Any:
    """Find the model or dataclass inside tuple[X, ...], X | None and the like; None where there is none."""
    if isinstance(hint, type) and (dataclasses.is_dataclass(hint) or issubclass(hint, BaseModel)):
        return hint
    return next(filter(None, (record(inner) for inner in get_args(hint))), None)


def hints(kind: Any) -> dict[str, Any]:
    """Give the fields of a model or dataclass with their types."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    return get_type_hints(kind) if dataclasses.is_dataclass(kind) else {}


def _keys(kind: Any) -> list[str]:
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind)]
    return list(hints(kind))
