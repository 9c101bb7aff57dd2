"""The names a configuration gives, and whether what refers to them means one that exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.config.model import Influx
from gateway.config.nodes import Spot, Table
from gateway.config.slips import nearest, write
from gateway.errors import Fault

_NAMED_BY = {
    "parties": "code",
    "calendars": "name",
    "places": "code",
    "devices": "name",
    "read_points": "name",
    "assets": "name",
    "rules": "name",
    "maintenance": "name",
    "subscriptions": "name",
    "influx": "name",
}


@dataclass(frozen=True, kw_only=True)
class Names:
    """Every name of a kind, in the file's order; those of faulty parts too, so that one fault makes no others."""

    parties: list[str]
    calendars: list[str]
    places: list[str]
    devices: list[str]
    assets: list[str]
    rules: list[str]
    subscriptions: list[str]

    @classmethod
    def of(cls, root: Table) -> Names:
        return cls(
            parties=_names(root, "parties"),
            calendars=_names(root, "calendars"),
            places=_names(root, "places"),
            devices=_names(root, "devices"),
            assets=_names(root, "assets"),
            rules=_names(root, "rules"),
            subscriptions=_names(root, "subscriptions"),
        )


def refers(table: Table, key: str, known: list[str], what: str) -> Iterator[Fault]:
    """Yield a fault where the text under this key names nothing that is known; `what` is `the code of a place`."""
    name = table.text(key)
    if name:
        yield from means(table.spot(key), name, known, what)


def means(spot: Spot, name: str, known: list[str], what: str) -> Iterator[Fault]:
    """Yield a fault where this name is not known."""
    if name not in known:
        fix = write(nearest(name, known)) or (f"one of {_some(known)}" if known else "there is none yet: add it")
        yield spot.fault(f"expected {what} that exists, came '{name[:64]}'", fix)


def means_lane(spot: Spot, lane: str, names: Names) -> Iterator[Fault]:
    """Yield the faults of what should be ORIGIN>DESTINATION."""
    ends = lane.split(">")
    if len(ends) != 2 or not all(ends):
        yield spot.fault(f"expected a lane, came '{lane[:80]}'", "write ORIGIN>DESTINATION, both codes of places")
        return
    for end in ends:
        yield from means(spot, end, names.places, "the code of a place")


def repeated(root: Table) -> Iterator[Fault]:
    """Yield a fault for each name that is given twice, and for each other name that means two things."""
    for part, key in _NAMED_BY.items():
        yield from _repeated_in(root, part, key)
    yield from _shared(root, "places", "code", "codes")
    yield from _shared(root, "assets", "name", "ids")


def _repeated_in(root: Table, part: str, key: str) -> Iterator[Fault]:
    first: dict[str, int] = {}
    default = Influx.model_fields["name"].default if part == "influx" else ""
    for table in root.tables(part):
        name = table.text(key, default)
        if name.casefold() in first:
            text = f"expected a {key} of its own, came '{name}', which stands in line {first[name.casefold()]} already"
            yield table.spot(key).fault(text, "name it otherwise")
        elif name:
            first[name.casefold()] = table.line


def _shared(root: Table, part: str, key: str, others: str) -> Iterator[Fault]:
    """Upper and lower case are one here, as they are to those who look a name up."""
    owner = {table.text(key).casefold(): table for table in root.tables(part)}
    for table in root.tables(part):
        for spot, name in table.texts(others):
            other = owner.setdefault(name.casefold(), table)
            if other is not table:
                text = f"expected another name of {table.text(key)} alone, came '{name}', which is {other.text(key)}'s"
                yield spot.fault(text, "remove it from one of them")


def _names(root: Table, part: str) -> list[str]:
    return [name for table in root.tables(part) if (name := table.text(_NAMED_BY[part]))]


def _some(known: list[str]) -> str:
    return ", ".join(known[:6]) + (", ..." if len(known) > 6 else "")
