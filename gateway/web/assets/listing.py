"""Which assets stand in a list, and in which order. Pure.

A list lives: assets come and go while someone reads page after page. So the cursor is no number of a row but the
place in the order of the last asset read: nobody who stays where he is is told twice or left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gateway.clock import SECOND_US
from gateway.errors import BadInput
from gateway.model import Micros
from gateway.web.assets.labels import label
from gateway.web.ports import Whereabouts

Order: TypeAlias = Literal["late", "longest", "newest", "name"]
Rank: TypeAlias = tuple[int, str, str]
Within: TypeAlias = Callable[[str, str], bool]  # whether being at one place is being at the other

LATEST_US = 2**61  # later than any time
MOST_DIGITS = 19


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An asset of a list, as its reader may see it."""

    where: Whereabouts
    parent: str = ""
    shipment: str = ""
    late_s: int = 0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of a tier is asked for; empty: all."""

    place: str = ""
    kind: str = ""
    text: str = ""

    def holds(self, one: Listed, within: Within) -> bool:
        """Whether an asset is at the place or inside it, of the kind, and has the text in what it is called."""
        where = one.where
        if self.kind and where.kind.value != self.kind:
            return False
        if self.place and not (where.place and within(where.place, self.place)):
            return False
        said = (where.asset, label(where.asset), where.place, one.parent, label(one.parent), one.shipment)
        return not self.text or any(self.text.casefold() in each.casefold() for each in said)


def rank(one: Listed, order: Order, now_us: Micros) -> Rank:
    """Where an asset stands in an order: first what is most behind its plan, or longest there, or newest, or by name.

    How late something is grows with each second; since when it is late does not.
    """
    where = one.where
    number = {
        "late": now_us // SECOND_US - one.late_s if one.late_s else LATEST_US + where.since_us,
        "longest": where.since_us,
        "newest": LATEST_US - where.since_us,
        "name": 0,
    }[order]
    return max(0, number), label(where.asset).casefold(), where.asset


def page(found: Iterable[tuple[Rank, Listed]], after: Rank | None, limit: int) -> tuple[list[Listed], str | None]:
    """The assets behind a cursor, in order, and the cursor of the next page; None where there is none."""
    ordered = sorted((pair for pair in found if after is None or pair[0] > after), key=_first)
    shown = ordered[:limit]
    return [one for _, one in shown], _cursor(shown) if len(ordered) > limit else None


def parse_cursor(text: str) -> Rank | None:
    """`NUMBER,ASSET` as it was given out; None for an empty one. Raises BadInput."""
    if not text:
        return None
    number, comma, asset = text.partition(",")
    if not (comma and number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
        raise BadInput(f"after: expected `next_after` of the page before, got {text[:80]!r}")
    return int(number), label(asset).casefold(), asset


def _cursor(shown: Sequence[tuple[Rank, Listed]]) -> str:
    (number, _, asset), _ = shown[-1]
    return f"{number},{asset}"


def _first(pair: tuple[Rank, Listed]) -> Rank:
    return pair[0]
