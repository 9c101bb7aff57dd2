"""The parts of an expression that was read. Each knows where in the text it begins and ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where it stands."""

    at: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Part):
    """A value as it is written."""

    value: bool | int | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Part):
    """A variable."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Part):
    """A field of what stands before the dot."""

    of: Node
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Part):
    """An item of a list."""

    of: Node
    key: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Part):
    """A function, or, with `of`, what is asked of the part before the dot."""

    name: str
    of: Node | None
    given: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Part):
    """A list as it is written."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary(Part):
    """`!` or `-`."""

    sign: str
    of: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(Part):
    """Two parts and the sign between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Part):
    """One part or another, as the first says."""

    asks: Node
    yes: Node
    no: Node


Node: TypeAlias = Literal | Name | Select | Index | Call | Items | Unary | Binary | Choice
