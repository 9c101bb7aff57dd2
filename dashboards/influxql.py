"""InfluxQL from the schema: names in braces are columns of the measurement, and a name that it lacks stops the build.

One set for InfluxDB 1.x, 2.x (by its DBRP mapping) and 3.x: no policies but that of the hourly sums, nothing of Flux
or SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from gateway.influx.schema import Form, Measurement
from gateway.influx.wanted import HOURLY, Rollup

Source: TypeAlias = Measurement | Rollup

SITE, PARTY = "site", "party"  # what the writer of lines adds to a measurement's own tags
SCOPES = (SITE, "tier", "lane", PARTY)  # the variables that every dashboard means alike
TIME_FILTER = "$timeFilter"
OVER_TIME = "time($__interval)"  # as fine as the panel is wide


def name(word: str) -> str:
    """An identifier as InfluxQL quotes it."""
    return f'"{word}"'


def tags(of: Source) -> tuple[str, ...]:
    """All tags on the points of a measurement, those of the writer of lines among them."""
    measurement = of.source if isinstance(of, Rollup) else of
    party = (PARTY,) if measurement.place is not None else ()
    return (SITE, *party, *measurement.names(Form.TAG))


def columns(of: Source) -> tuple[str, ...]:
    """All tags and fields that a query may name."""
    fields = [one.name for one in of.sums] if isinstance(of, Rollup) else of.names(*(set(Form) - {Form.TAG}))
    return (*tags(of), *fields)


def column(of: Source, word: str) -> str:
    """A column's name as results carry it. Raises ValueError where the schema has no such column."""
    if word not in columns(of):
        raise ValueError(f"{of.name} has no column {word}: the schema has {', '.join(sorted(columns(of)))}")
    return word


def scope(of: Source, free: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What holds a query to the time shown and to the variables of its dashboard, as far as the points carry them.

    `free` are the variables that it is not held to: a sum over all lanes says nothing of the chosen one.

    The variable `All` is `.*`, which in InfluxQL also matches points without the tag.
    """
    held = [f"{name(tag)} =~ /^${{{tag}:regex}}$/" for tag in SCOPES if tag in tags(of) and tag not in free]
    return (TIME_FILTER, *held)


def select(
    what: str,
    of: Source,
    *conditions: str,
    by: str = "",
    fill: str = "",
    tail: str = "",
    free: tuple[str, ...] = (),
) -> str:
    """A query, held to the scope: `what`, `conditions` and `by` name columns in braces."""
    where = [*scope(of, free), *(filled(condition, of) for condition in conditions)]
    return _query(filled(what, of), table(of), where, filled(by, of), fill, tail)


def select_always(what: str, of: Source, *conditions: str, since: str, by: str, fill: str = "") -> str:
    """A query of the last while, held to no variable: `since` is InfluxQL's, such as 10m."""
    where = [f"time > now() - {since}", "time < now()", *(filled(condition, of) for condition in conditions)]
    return _query(filled(what, of), table(of), where, filled(by, of), fill, "")


def select_from(what: str, inner: str, *, by: str = "", fill: str = "") -> str:
    """A query over the rows of another, which says what they are called."""
    return _query(what, f"({inner})", [TIME_FILTER], by, fill, "")


def filled(text: str, of: Source) -> str:
    """A text with the names in braces quoted. Raises ValueError where the schema has no such column."""
    return text.format_map(_Columns(of))


def table(of: Source) -> str:
    """What stands after FROM."""
    return f"{name(HOURLY)}.{name(of.name)}" if isinstance(of, Rollup) else name(of.name)


def tag_values(tag: str, *of: Measurement) -> str:
    """The query of a variable: which values a tag has, in some measurements or in all."""
    held = f"FROM {', '.join(table(one) for one in of)} " if of else ""
    return f"SHOW TAG VALUES {held}WITH KEY = {name(tag)}"


class _Columns(dict[str, str]):
    def __init__(self, of: Source) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, word: str) -> str:
        return name(column(self._of, word))


def _query(what: str, source: str, where: Iterable[str], by: str, fill: str, tail: str) -> str:
    text = f"SELECT {what} FROM {source} WHERE {' AND '.join(where)}"  # noqa: S608 - names of the schema, quoted
    grouped = f" GROUP BY {by}" if by else ""
    filling = f" fill({fill})" if fill else ""
    return f"{text}{grouped}{filling}{f' {tail}' if tail else ''}"
