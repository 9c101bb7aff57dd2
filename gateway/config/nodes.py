"""A configuration file as a tree in which every value knows its line, column and path.

The checks walk this tree and not the validated model: one fault in a part must not hide the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from gateway.errors import Fault

MOST_PATH = 120  # characters of a path in an error text

Plain: TypeAlias = str | int | float | bool | None
Tree: TypeAlias = "Plain | list[Tree] | dict[str, Tree]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where something stands in the file."""

    line: int  # 1-based
    column: int  # 1-based
    path: str  # places[3].tier; empty for the file as a whole

    def fault(self, text: str, fix: str = "") -> Fault:
        path = self.path if len(self.path) <= MOST_PATH else self.path[: MOST_PATH - 3] + "..."
        return Fault(line=self.line, column=self.column, path=path or "(file)", text=text, fix=fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar(Spot):
    """A text, number, flag or nothing."""

    value: Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Spot):
    """A list."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a mapping; the key's path is that of its value."""

    key: Scalar
    name: str
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Spot):
    """A mapping. What is absent or of another type reads as empty: the shape check tells of that."""

    entries: tuple[Entry, ...]

    def entry(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.name == name), None)

    def get(self, name: str) -> Node | None:
        entry = self.entry(name)
        return entry.node if entry else None

    def has(self, name: str) -> bool:
        """Say whether the key stands here with something other than null."""
        node = self.get(name)
        return node is not None and not (isinstance(node, Scalar) and node.value is None)

    def text(self, name: str, default: str = "") -> str:
        node = self.get(name)
        return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else default

    def flag(self, name: str, *, default: bool) -> bool:
        node = self.get(name)
        return node.value if isinstance(node, Scalar) and isinstance(node.value, bool) else default

    def table(self, name: str) -> Table:
        node = self.get(name)
        if isinstance(node, Table):
            return node
        return Table(line=self.line, column=self.column, path=f"{self.path}.{name}".lstrip("."), entries=())

    def tables(self, name: str) -> Iterator[Table]:
        """Walk the mappings of the list under this key."""
        node = self.get(name)
        if isinstance(node, Items):
            yield from (item for item in node.nodes if isinstance(item, Table))

    def texts(self, name: str) -> Iterator[tuple[Scalar, str]]:
        """Walk the texts of the list under this key, each with where it stands."""
        node = self.get(name)
        if isinstance(node, Items):
            for item in node.nodes:
                if isinstance(item, Scalar) and isinstance(item.value, str):
                    yield item, item.value

    def spot(self, name: str) -> Spot:
        """Give the place of the value under this key, or of the mapping where there is none."""
        return self.get(name) or self


Node: TypeAlias = Scalar | Items | Table


def plain(node: Node) -> Tree:
    """Give the value without its places: what a JSON parser would return."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.nodes]
    return {entry.name: plain(entry.node) for entry in node.entries}


def grown(value: Tree, path: str = "") -> Node:
    """Give a value that comes from no file as a tree, so that the same checks read it; all of it in line 1."""
    if isinstance(value, list):
        items = tuple(grown(item, f"{path}[{index}]") for index, item in enumerate(value))
        return Items(line=1, column=1, path=path, nodes=items)
    if isinstance(value, dict):
        return Table(line=1, column=1, path=path, entries=tuple(_entry(name, value[name], path) for name in value))
    return Scalar(line=1, column=1, path=path, value=value)


def _entry(name: str, value: Tree, path: str) -> Entry:
    own = f"{path}.{name}".lstrip(".")
    return Entry(key=Scalar(line=1, column=1, path=own, value=name), name=name, node=grown(value, own))


def number(node: Node | None) -> float | None:
    """Give a finite number as a float, and None for anything else."""
    if not isinstance(node, Scalar) or isinstance(node.value, bool | str) or node.value is None:
        return None
    return float(node.value) if math.isfinite(node.value) else None


SECRET_KEYS = frozenset({"secret", "old_secret", "password", "token"})


def shown(node: Node) -> str:
    """Say what came, in a few words, for an error text; what stands under a secret's key is never shown."""
    if isinstance(node, Items):
        return f"a list of {len(node.nodes)}"
    if isinstance(node, Table):
        return "a mapping"
    if node.path.rsplit(".", 1)[-1] in SECRET_KEYS:
        return "a value not shown here"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    if isinstance(node.value, str):
        return "'" + (node.value if len(node.value) <= 60 else node.value[:57] + "...") + "'"
    return str(node.value)
