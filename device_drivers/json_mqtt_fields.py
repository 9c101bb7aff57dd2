"""Expressions of the `json_mqtt` driver: where a value stands in a message, and how it is changed.

    path | transform | transform:number

A path walks from the message, or from the item of `each`: `a.b[0].c`, `["a key with dots"].c`, `[-1]` from the
end, `.` the item itself, `$.a` from the message even inside `each`, `$` all of it, `$topic[2]` a level of the
topic (from 0), `=GATE-7` a constant. Transforms are the closed list in `json_mqtt_values`; nothing is ever
evaluated as code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Any

from device_drivers.json_mqtt_values import PLAIN, TRANSFORMS, WITH_NUMBER, Transform, Unfit, mapped

STEP = re.compile(
    r"""\.?(?P<key>[^\s.\[\]|"'$=]+)|\[(?P<index>-?\d{1,6})\]|\[(?P<quote>["'])(?P<quoted>.+?)(?P=quote)\]"""
)
NO_VALUE = None  # absent and null are the same: devices use both to say nothing


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a path may walk from."""

    item: Any
    message: Any
    topic: str


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A compiled path and its transforms."""

    text: str
    root: str  # item, message, topic or constant
    steps: tuple[str | int, ...] = ()
    constant: str = ""
    names: tuple[str, ...] = ()  # of the transforms
    transforms: tuple[Transform, ...] = ()

    def of(self, source: Source) -> Any:
        """The value, or None where the message does not say it; raises Unfit and Ignored."""
        if self.root == "constant":
            value: Any = self.constant
        elif self.root == "topic":
            value = _walk(source.topic.split("/"), self.steps) if self.steps else source.topic
        else:
            value = _walk(source.item if self.root == "item" else source.message, self.steps)
        if value is NO_VALUE:
            return NO_VALUE
        try:
            for transform in self.transforms:
                value = transform(value)
        except Unfit as error:
            raise Unfit(f"{self.text}: {error}") from None
        return value


def _walk(value: Any, steps: tuple[str | int, ...]) -> Any:
    for step in steps:
        if isinstance(step, int):
            if not isinstance(value, list) or not -len(value) <= step < len(value):
                return NO_VALUE
            value = value[step]
        else:
            value = value.get(step) if isinstance(value, dict) else NO_VALUE
    return value


def nearest(word: str, known: tuple[str, ...]) -> str:
    """`; did you mean 'x'`, or what is known."""
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}" if close else f"known are {', '.join(known)}"


def compile_expression(where: str, written: str, values: Mapping[str, Any]) -> Expression:
    """Read an expression; raises ValueError that names `where` and what is wrong with it."""
    path, *names = (part.strip() for part in str(written).split("|"))
    if not path:
        raise ValueError(f"{where}: {written!r}: expected a path; `.` is the item itself, `$` the whole message")
    transforms = tuple(_transform(where, name, values) for name in names)
    bare = tuple(name.partition(":")[0] for name in names)
    if path.startswith("="):
        return Expression(text=written, root="constant", constant=path[1:], names=bare, transforms=transforms)
    root, rest = _root(path)
    return Expression(text=written, root=root, steps=_steps(where, written, rest), names=bare, transforms=transforms)


def _root(path: str) -> tuple[str, str]:
    if path == "$topic" or path.startswith("$topic["):
        return "topic", path.removeprefix("$topic")
    if path == "$" or path.startswith(("$.", "$[")):
        return "message", path[1:]
    return "item", path if path != "." else ""


def _steps(where: str, written: str, path: str) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    at = 0
    while at < len(path):
        match = STEP.match(path, at)
        if match is None:
            raise ValueError(
                f"{where}: {written!r}: expected a path such as a.b[0].c, $.a, $topic[1] or =constant, "
                f"stuck at {path[at:]!r}"
            )
        index = match["index"]
        steps.append(int(index) if index is not None else match["key"] or match["quoted"])
        at = match.end()
    return tuple(steps)


def _transform(where: str, written: str, values: Mapping[str, Any]) -> Transform:
    name, colon, argument = written.partition(":")
    if name == "values":
        if not values:
            raise ValueError(f"{where}: the transform 'values' needs the setting `values`, a mapping of words")
        return mapped(values)
    if name not in TRANSFORMS:
        raise ValueError(f"{where}: unknown transform {name!r}; {nearest(name, TRANSFORMS)}")
    if name in PLAIN:
        if colon:
            raise ValueError(f"{where}: the transform {name!r} takes no number, came {written!r}")
        return PLAIN[name]
    try:
        value = float(argument)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or (name == "part" and (value < 0 or value != int(value))):
        raise ValueError(f"{where}: the transform {name!r} needs a number, as in {name}:2, came {written!r}")
    return WITH_NUMBER[name](value)
