"""Patterns of text lines: literal text with named fields, matched in one pass over the line (FAULTS F21).

    {epc} {antenna} {rssi}            E2801160600002AB 2 -61.5
    tag={epc};rssi={rssi};{skip}      tag=E280-1160-6000-02AB;rssi=-61;crc ok
    {pc}{epc:24}                      3000E28011606000020E8A58E4DB

Fields are `epc`, `tid` (hex, with separators between the digits), `pc` (four hex digits), `antenna`, `count` (whole
numbers), `rssi` (dBm) and `skip` (anything). `:24` behind a name gives the field's exact width; without it a field goes
on as long as its characters do, and what follows must begin with another character. A space stands for any blanks, {{
and }} for braces. There are no repetitions, choices or options: a pattern becomes a regular expression whose parts are
all possessive, so a line is read once from its begin, whatever it says.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TypeAlias

HEX = "0-9A-Fa-f"
MOST_FIELDS = 32
MOST_WIDTH = 1024

_CLASSES = {  # the characters of a field, as a regular expression's class
    "epc": HEX,
    "tid": HEX,
    "pc": HEX,
    "antenna": "0-9",
    "count": "0-9",
    "rssi": "0-9.+-",
    "skip": "",
}
_SEPARATED = ("epc", "tid")
_WIDTHS = {"pc": 4}

Found: TypeAlias = dict[str, str]  # field: its text


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a pattern, and the literal text behind it."""

    name: str  # empty: only the text behind it counts, at the pattern's begin
    width: int | None
    behind: str


class Pattern:
    """A compiled pattern; raises ValueError for one that cannot be read in one pass."""

    def __init__(self, written: str, separators: str = "") -> None:
        fields = _fields(written)
        names = [field.name for field in fields if field.name not in ("", "skip")]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"expected each field once, {twice!r} stands twice in {written!r}")
        self.names = frozenset(names)
        self._expression = re.compile("".join(_expression(*pair, separators) for pair in _with_next(fields)))

    def read(self, line: str) -> Found | None:
        """The fields of a line, or None where it does not fit."""
        found = self._expression.fullmatch(line)
        return None if found is None else found.groupdict()


def _fields(written: str) -> list[Field]:
    try:
        parts = list(string.Formatter().parse(written))
    except ValueError as error:
        raise ValueError(f"expected names in braces, came {written!r}: {error}") from None
    fields: list[Field] = []
    text = ""
    name: str | None = None
    width: int | None = None
    for literal, next_name, next_width, conversion in parts:
        text += literal
        if next_name is None:
            continue
        if conversion or next_name not in _CLASSES:
            raise ValueError(f"expected one of {', '.join(_CLASSES)} in braces, came {next_name!r} in {written!r}")
        fields.append(Field(name=name or "", width=width, behind=text))
        name, width, text = next_name, _width(next_name, next_width or "", written), ""
    fields.append(Field(name=name or "", width=width, behind=text))
    if len(fields) > MOST_FIELDS:
        raise ValueError(f"expected at most {MOST_FIELDS} fields, came {len(fields)}")
    return fields


def _width(name: str, written: str, pattern: str) -> int | None:
    if not written:
        return _WIDTHS.get(name)
    if not written.isascii() or not written.isdigit() or not 0 < int(written[:5]) <= MOST_WIDTH:
        raise ValueError(f"expected a width of 1 to {MOST_WIDTH} behind {name}, came {written!r} in {pattern!r}")
    return int(written)


def _with_next(fields: list[Field]) -> list[tuple[Field, bool]]:
    """Each field, and whether another one follows it."""
    return [(field, at + 1 < len(fields)) for at, field in enumerate(fields)]


def _expression(field: Field, followed: bool, separators: str) -> str:
    behind = "".join("[ \\t]++" if char == " " else re.escape(char) for char in re.sub(" +", " ", field.behind))
    if not field.name:
        return behind
    stop = field.behind[:1]
    if field.width is None and followed and not stop:
        raise ValueError(f"expected text, or a width, between {field.name} and the field behind it")
    group = f"?P<{field.name}>" if field.name != "skip" else "?:"
    amount = f"{{{field.width}}}+" if field.width else "*+" if field.name == "skip" else "++"
    return f"({group}{_characters(field, stop, separators)}{amount}){behind}"


def _characters(field: Field, stop: str, separators: str) -> str:
    """The characters of a field; what stands behind it ends it, so that no character can be of both."""
    if field.name == "skip":
        return f"[^{_stop(stop)}]" if stop and field.width is None else "(?s:.)"
    own = _CLASSES[field.name]
    if field.width is None and stop and re.fullmatch(f"[{own}]", stop):
        raise ValueError(f"expected no {stop!r} behind {field.name}: it is one of the field's own characters")
    between = separators if field.name in _SEPARATED and field.width is None else ""
    return f"[{own}{''.join(re.escape(char) for char in between if char != stop)}]"


def _stop(stop: str) -> str:
    return " \\t" if stop == " " else re.escape(stop)
