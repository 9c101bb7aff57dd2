"""A checked expression as a program of the CEL library, common-expression-language (Rust).

What costs most is to hand over variables, and records most of all: so a program is given only those that it names,
each under a name without dots, and what it gave for the same values is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from importlib import import_module
from typing import Any

from rules.expressions.abouts import variables
from rules.expressions.check import Checked, Named, check
from rules.expressions.fields import About, Value
from rules.expressions.read import read
from rules.expressions.tree import Binary, Node
from rules.expressions.types import Kind, WrongExpression

REMEMBERED = 1024  # evaluations of one expression: most are of what was evaluated a moment ago

# What the library raises where an evaluation fails: see its docstrings, and tests/rules/test_hostile.py.
_FAILURES = (ValueError, TypeError, KeyError, IndexError, ArithmeticError, RuntimeError)


class CannotEvaluate(Exception):
    """An expression failed on this subject: divided by zero, went beyond a list or beyond what numbers can hold."""


class Program:
    """An expression that can be evaluated."""

    def __init__(self, text: str, checked: Checked) -> None:
        self._text = text
        self._checked = checked
        self.names = tuple(sorted({named.name for named in checked.named}))
        self.thresholds = checked.thresholds
        self.steps = checked.steps
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._execute)

    @cached_property
    def _program(self) -> Any:
        return import_module("cel").compile(_flat(self._text, self._checked.named))  # half a second at its first use

    def evaluate(self, values: Mapping[str, Value]) -> bool:
        """Whether it is so, given its variables by their dotted names. Raises CannotEvaluate."""
        return self._remembered(tuple(values[name] for name in self.names))

    def _execute(self, values: tuple[Value, ...]) -> bool:
        given = {_safe(name): _listed(value) for name, value in zip(self.names, values, strict=True)}
        try:
            found = self._program.execute(given)
        except _FAILURES as error:
            raise CannotEvaluate(f"{type(error).__name__}: {str(error)[:200]}") from error
        if not isinstance(found, bool):
            raise CannotEvaluate(f"expected true or false, came {type(found).__name__}")
        return found


@cache
def program(text: str, about: About) -> Program:
    """Read, check and compile a condition about a kind of subject. Raises WrongExpression."""
    tree = read(text)
    checked = check(tree, variables(about))
    if checked.type.kind is not Kind.BOOL:
        raise WrongExpression(tree.at, f"expected a condition, came a {checked.type}", "compare it with something")
    return Program(text, checked)


@cache
def gate(text: str, about: About) -> Program | None:
    """What must be true at all instants, or the condition never is: those of its parts that name nothing that changes.

    Most subjects are not asked about at all; by this it is known at once.
    """
    fixed = {field.name for field in about.fields if field.fixed}
    parts = []
    for part in _conjuncts(read(text)):
        names = {named.name for named in check(part, variables(about)).named}
        if names and names <= fixed:
            parts.append(f"({text[part.at : part.end]})")
    return program(" && ".join(parts), about) if parts else None


def _conjuncts(tree: Node) -> Iterator[Node]:
    if isinstance(tree, Binary) and tree.sign == "&&":
        yield from _conjuncts(tree.left)
        yield from _conjuncts(tree.right)
    else:
        yield tree


def try_out(tried: Program, values: Mapping[str, Value]) -> None:
    """Evaluate once on a sample. Raises WrongExpression where the library sees it otherwise than we do."""
    try:
        tried.evaluate(values)
    except CannotEvaluate as error:
        raise WrongExpression(0, f"expected a condition that can be evaluated on a sample, came {error}") from error


def _listed(value: Value) -> object:
    """As the library wants lists and records."""
    if not isinstance(value, tuple):
        return value
    return [dict(item) if isinstance(item, tuple) else item for item in value]


def _flat(text: str, named: Iterable[Named]) -> str:
    for one in sorted(named, key=lambda one: one.at, reverse=True):
        text = text[: one.at] + _safe(one.name) + text[one.end :]
    return text


def _safe(name: str) -> str:
    """A name without dots. The ending keeps it from being one of CEL's reserved words."""
    return name.replace(".", "_") + "_"
