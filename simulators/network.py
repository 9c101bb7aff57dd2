"""The sites of a configuration as a truck driver knows them: where to wait, which door, what reads there."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.config.model import Config, Place, ReadPoint
from simulators.geo import Point, deep_inside

REFERENCE_EXTENSION = "9"  # of the site's SGLN: what its reference tags say


@dataclass(frozen=True, kw_only=True)
class Door:
    """A read point where goods pass or stand."""

    read_point: str
    place: str  # the innermost place it stands for
    device: str
    antennas: tuple[int, ...]  # 0 where the device has one and does not say


@dataclass(frozen=True, kw_only=True)
class Site:
    """A place that shipments go to, with its yard, its doors and its line."""

    code: str
    alias: str  # what other companies call it: its first other code, else its own
    spot: Point  # where trailers stand at the doors
    yard: str  # code of the yard's place; empty: trucks wait where they unload
    yard_spot: Point
    doors: tuple[Door, ...]
    line: Door | None
    reference: str  # key of the reference tag on its doors; empty: it has no SGLN


@dataclass(frozen=True, kw_only=True)
class Network:
    """What the world takes from a configuration."""

    sites: dict[str, Site]
    tags: dict[str, str]  # a named asset -> key of the tag it wears
    company_prefix: dict[str, str]  # party -> first digits of its GLN
    party_number: dict[str, str]  # party -> its own digits in its GLN
    least_gap_s: float  # reads of one tag must come at least this often to count as presence


def read_network(config: Config, codes: frozenset[str]) -> Network:
    """The sites with these codes and all named assets; KeyError names a code the configuration does not have."""
    places = {place.code: place for place in config.places}
    presence = config.locating.presence
    return Network(
        sites={code: _site(places[code], config) for code in sorted(codes)},
        tags={asset.name: key for asset in config.assets for key in asset.ids if key.startswith("urn:epc:id:")},
        company_prefix={party.code: party.gln[:7] for party in config.parties if party.gln},
        party_number={party.code: party.gln[9:12] for party in config.parties if party.gln},
        least_gap_s=presence.within_s / (presence.least_reads + 1),
    )


def _site(place: Place, config: Config) -> Site:
    inner = [other for other in config.places if _within(other, place, config)]
    yard = next((other for other in inner if other.kind == "yard"), None)
    kinds = {other.code: other.kind for other in [place, *inner]}
    points = [point for point in config.read_points if point.place in kinds]
    line = next((point for point in points if kinds[point.place] == "line"), None)
    spot = _spot(place, [other for other in inner if other.polygon])
    return Site(
        code=place.code,
        alias=next(iter(place.codes), place.code),
        spot=spot,
        yard=yard.code if yard else "",
        yard_spot=_spot(yard, []) if yard else spot,
        doors=tuple(_door(point) for point in points if point is not line),
        line=_door(line) if line else None,
        reference=next((f"{code[:-1]}{REFERENCE_EXTENSION}" for code in place.codes if code.endswith(".0")), ""),
    )


def _within(inner: Place, outer: Place, config: Config) -> bool:
    """True when a place is part of another, at any depth."""
    parents = {place.code: place.inside for place in config.places}
    code = inner.inside
    while code is not None and code != outer.code:
        code = parents.get(code)
    return code == outer.code


def _door(point: ReadPoint) -> Door:
    return Door(read_point=point.name, place=point.place, device=point.device, antennas=point.antennas or (0,))


def _spot(place: Place, holes: list[Place]) -> Point:
    if place.polygon:
        return deep_inside(_ring(place), tuple(_ring(hole) for hole in holes))
    if place.at is None:
        raise ValueError(f"{place.code} has neither a point nor a polygon: nothing can drive there")
    return Point(*place.at)


def _ring(place: Place) -> tuple[Point, ...]:
    return tuple(Point(*corner) for corner in place.polygon)
