"""One thing, many names: links from a name to what it means, entered by people while the gateway runs.

The configuration's names (`assets[].ids`, `places[].codes`) are the base; links come on top and take effect with
the next reading or plan. A link counts for everyone, or for the data of one party alone: one supplier's "D1" need
not be another's. Nothing is edited in place: a link is entered, and may be removed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, TypeAlias, get_args

import msgspec

from gateway.model import Micros

NameKind: TypeAlias = Literal["asset", "place", "party", "unit", "part"]
KINDS: tuple[NameKind, ...] = get_args(NameKind)
MOST_STEPS = 8  # from a name over other names to what it means in the end

_Key: TypeAlias = tuple[NameKind, str, str]  # kind, party, folded name


class Link(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A name and what it means."""

    number: int  # of its row; 0 before it is stored
    kind: NameKind
    name: str  # as it comes: in readings, in plans, in queries
    target: str  # asset's key, place's or party's code, unit's common code, part number
    party: str = ""  # in whose data it counts; empty: in everyone's
    entered_us: Micros
    entered_by: str  # the party that entered it
    source: str  # page, api, csv, cli
    removed_us: Micros | None = None
    removed_by: str = ""


def folded(kind: NameKind, name: str) -> str:
    """The form under which a name is looked up: case and blanks make no difference, but in keys of assets."""
    return name.strip() if kind == "asset" else " ".join(name.split()).casefold()


class NameBook:
    """The links that stand now. Changed and asked on the event loop; may be asked by a thread."""

    def __init__(self, links: Iterable[Link] = ()) -> None:
        self._links: dict[_Key, Link] = {}
        self._leading_to: dict[str, set[tuple[str, str]]] = defaultdict(set)  # target -> party and name of assets
        for link in links:
            self.add(link)

    def __len__(self) -> int:
        return len(self._links)

    def add(self, link: Link) -> None:
        """Let a link count from now on, in place of one of the same name."""
        key = (link.kind, link.party, folded(link.kind, link.name))
        held = self._links.get(key)
        if held is not None:
            self.remove(held)
        self._links[key] = link
        if link.kind == "asset":
            self._leading_to[link.target].add(key[1:])

    def remove(self, link: Link) -> None:
        """Let a link count no longer."""
        key = (link.kind, link.party, folded(link.kind, link.name))
        held = self._links.pop(key, None)
        if held is not None and held.kind == "asset":
            self._leading_to[held.target].discard(key[1:])

    def standing(self) -> tuple[Link, ...]:
        """The links that count now."""
        return tuple(self._links.values())

    def find(self, kind: NameKind, name: str, party: str = "") -> str:
        """What a name means in the data of a party, in the end; empty where no link says it."""
        if not self._links:
            return ""
        way: list[str] = []
        for _ in range(MOST_STEPS):
            step = self._step(kind, folded(kind, way[-1] if way else name), party)
            if step is None or step == (way[-1] if way else name):
                break
            if step in way:  # a circle, of links that came together or from two parties: all in it are one thing
                return min(way[way.index(step) :])
            way.append(step)
        return way[-1] if way else ""

    def asset(self, key: str, party: str = "") -> str:
        """The key of the asset that a name or key means; itself where no link says otherwise."""
        return (self.find("asset", key, party) or key) if self._links else key

    def keys(self, key: str, party: str = "") -> tuple[str, ...]:
        """All keys under which an asset may have been recorded: its own first, then those of its other names.

        Of the names that count for one party alone, only that party's own: nobody puts others' history in question.
        """
        found = {key: None}
        waiting = [key]
        while waiting:
            for scope, name in sorted(self._leading_to.get(waiting.pop(), ())):
                if name not in found and scope in ("", party):
                    found[name] = None
                    waiting.append(name)
        return tuple(found)

    def _step(self, kind: NameKind, name: str, party: str) -> str | None:
        own = self._links.get((kind, party, name)) if party else None
        link = own or self._links.get((kind, "", name))
        return None if link is None else link.target
