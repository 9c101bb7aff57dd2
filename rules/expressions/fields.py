"""What an expression may name of a subject, as it stood at an instant.

A subject is what is known now. To find since when something is so, it is looked at as of earlier instants: what had
not happened by then is left out. What only the plan says, and what cannot be dated, counts all the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from gateway.model import Micros, Subject
from rules.expressions.check import MOST_ITEMS
from rules.expressions.types import Type

MINUTE_US = 60_000_000
NEVER = 1_000_000_000  # minutes until something that will not be

Plain: TypeAlias = bool | int | float | str
Record: TypeAlias = tuple[tuple[str, Plain], ...]  # names and values, in order
Value: TypeAlias = Plain | tuple[str, ...] | tuple[Record, ...]  # hashable: evaluations are remembered by these


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Whole minutes that change as time passes: since an instant, or until one."""

    base_us: Micros
    from_us: Micros = 0  # 0 minutes before
    least: int = 0  # since: never fewer
    until: bool = False  # counts down, and on below 0; begun minutes count

    def value(self, at_us: Micros) -> int:
        """How many minutes it is then."""
        passed = (at_us - self.base_us) // MINUTE_US
        if self.until:
            return -passed
        return self.least if at_us < self.from_us else max(self.least, passed, 0)

    def flips(self, number: int) -> Iterable[Micros]:
        """When it becomes this many minutes, and when it is so no longer."""
        if self.until:
            return (self.base_us - number * MINUTE_US, self.base_us - (number - 1) * MINUTE_US)
        times = (self.base_us + number * MINUTE_US, self.base_us + (number + 1) * MINUTE_US)
        return (*times, self.from_us) if self.from_us else times


Get: TypeAlias = Callable[[Any, Micros], Value | Running]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One variable."""

    name: str  # shipment.late_min
    type: Type
    says: str  # for people: what it is, and what where nothing is known
    fixed: bool = False  # it is the same at all instants, and `get` takes the subject itself, too
    private: bool = False  # it may be asked about, and not told: not all parties of an alert may see it
    get: Get  # from what `About.then` gives, and the instant

    def value(self, then: Any, at_us: Micros) -> Value:
        """What it was at that instant."""
        found = self.get(then, at_us)
        if isinstance(found, Running):
            return found.value(at_us)
        return found[:MOST_ITEMS] if isinstance(found, tuple) else found


@dataclass(frozen=True, kw_only=True, eq=False)
class About:
    """A kind of subject, as expressions see it."""

    name: Literal["shipment", "stay", "device", "journey", "condition", "load"]
    says: str
    judges: type[Subject]
    fields: tuple[Field, ...]
    begins: Callable[[Any], Micros | None]  # before that it is not asked; None: there is nothing to ask about yet
    changes: Callable[[Any], Iterable[Micros]]  # the instants at which something became true of it
    sample: Subject
    then: Callable[[Any, Micros], Any] = lambda subject, _: subject  # the subject as of an instant, for the fields
    present: Callable[[Any], Micros] = lambda _: 0  # what was true before that is another matter
    ends: Callable[[Any], Micros | None] = lambda _: None  # nothing is true of it after that
    unseen_at: Callable[[Any, Micros], str] = lambda _, __: ""  # where what is waited for has not been seen
    remembers: bool = True  # False: what was true before may be forgotten, and is not disproved by not being known
    waits: tuple[str, ...] = ()  # variables that rest on not having seen something

    def field(self, name: str) -> Field:
        """The variable of that name."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}


def record(**values: Plain) -> Record:
    """One item of a list of records."""
    return tuple(values.items())


def minutes(since_us: Micros, until_us: Micros) -> int:
    """Whole minutes between."""
    return (until_us - since_us) // MINUTE_US
