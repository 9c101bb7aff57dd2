"""The types of expressions, and what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Kind(StrEnum):
    """CEL's names of types, as far as expressions here have them."""

    BOOL = "bool"
    INT = "int"
    DOUBLE = "double"
    STRING = "string"
    LIST = "list"
    RECORD = "record"


@dataclass(frozen=True, kw_only=True)
class Type:
    """What a part of an expression gives."""

    kind: Kind
    words: tuple[str, ...] = ()  # STRING: it is one of these; none: any text
    of: Type | None = None  # LIST: its items
    fields: tuple[tuple[str, Type], ...] = ()  # RECORD
    timed: str = ""  # the variable that changes as time passes

    @property
    def is_number(self) -> bool:
        return self.kind in (Kind.INT, Kind.DOUBLE)

    def __str__(self) -> str:
        """As people read it."""
        if self.of is not None:
            return f"list of {self.of}"
        if self.fields:
            return "{" + ", ".join(f"{name}: {kind}" for name, kind in self.fields) + "}"
        return str(self.kind)


BOOL = Type(kind=Kind.BOOL)
INT = Type(kind=Kind.INT)
DOUBLE = Type(kind=Kind.DOUBLE)
STRING = Type(kind=Kind.STRING)
STRINGS = Type(kind=Kind.LIST, of=STRING)


def one_of(*words: str) -> Type:
    """A text that is one of these."""
    return Type(kind=Kind.STRING, words=words)


def records(**fields: Type) -> Type:
    """A list of records."""
    return Type(kind=Kind.LIST, of=Type(kind=Kind.RECORD, fields=tuple(fields.items())))


class WrongExpression(ValueError):
    """An expression that cannot be used: what was expected and came, where in its text, and what to write."""

    def __init__(self, at: int, text: str, fix: str = "") -> None:
        super().__init__(text)
        self.at = at  # characters before it
        self.text = text
        self.fix = fix


def like(word: str, known: tuple[str, ...]) -> str:
    """The fix that writes the known word most like this one; empty where none is like it."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"write `{close[0]}`" if close else ""
