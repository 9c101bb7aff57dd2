"""Parties, places and assets: GLNs, who owns what, what is inside what, fences, time zones."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator

from gateway.config.names import Names, refers
from gateway.config.nodes import Items, Node, Spot, Table, number, shown
from gateway.config.slips import nearest, write
from gateway.errors import Fault

LEAST_CORNERS = 3


def check_parties(root: Table) -> Iterator[Fault]:
    """Yield a fault for each party whose GLN is none."""
    for party in root.tables("parties"):
        if party.text("gln"):
            yield from _gln(party.spot("gln"), party.text("gln"))


def check_places(root: Table, names: Names) -> Iterator[Fault]:
    """Yield the faults of each place and of the order they stand in."""
    for place in root.tables("places"):
        yield from refers(place, "party", names.parties, "the code of a party")
        yield from refers(place, "inside", names.places, "the code of a place")
        yield from refers(place, "calendar", names.calendars, "the name of a calendar")
        yield from _fence(place)
        yield from _time_zone(place)
        for spot, code in place.texts("codes"):
            if len(code) == 13 and code.isdecimal():
                yield from _gln(spot, code)
    yield from _circles(root)


def check_assets(root: Table, names: Names) -> Iterator[Fault]:
    """Yield a fault for each asset whose owner is no party of the file."""
    for asset in root.tables("assets"):
        yield from refers(asset, "owner", names.parties, "the code of a party")


def check_digit(body: str) -> str:
    """Give GS1's check digit of a key without it: weights 3, 1, 3, 1 from the right."""
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(body)))
    return str(-total % 10)


def _gln(spot: Spot, gln: str) -> Iterator[Fault]:
    if len(gln) != 13 or not (gln.isascii() and gln.isdecimal()):
        yield spot.fault(f"expected a GLN of 13 digits, came '{gln[:40]}'")
    elif check_digit(gln[:12]) != gln[12]:
        text = f"expected a GLN with the check digit {check_digit(gln[:12])}, came {gln}"
        yield spot.fault(text, "look the number up: one of its digits is wrong")


def _circles(root: Table) -> Iterator[Fault]:
    """A place inside itself, directly or through others; told once, at the first of the circle."""
    inside = {place.text("code"): place for place in root.tables("places")}
    told: set[str] = set()
    for code in inside:
        way = [code]
        while (outer := inside[way[-1]].text("inside")) in inside and outer not in way:
            way.append(outer)
        if outer in way and told.isdisjoint(way):
            told.update(way)
            circle = " > ".join([*way[way.index(outer) :], outer])
            place = inside[outer]
            yield place.spot("inside").fault(f"expected a place around it, came the circle {circle}", "open the circle")


def _fence(place: Table) -> Iterator[Fault]:
    yield from check_position(place.get("at"))
    polygon = place.get("polygon")
    if not isinstance(polygon, Items):
        return
    corners = [tuple(map(number, corner.nodes)) for corner in polygon.nodes if isinstance(corner, Items)]
    for corner in polygon.nodes:
        yield from check_position(corner)
    closed = len(corners) > 1 and corners[0] == corners[-1]
    if len(set(corners)) < LEAST_CORNERS and polygon.nodes:
        text = f"expected {LEAST_CORNERS} different corners or more, came {len(set(corners))}"
        yield polygon.fault(text, "add the corners, or write `at` and `radius_m`")
    elif closed:
        yield polygon.nodes[-1].fault("expected each corner once, came the first again", "remove it: the fence closes")


def check_position(node: Node | None) -> Iterator[Fault]:
    """Yield the faults of a pair of degrees: latitude first; a longitude in its place is the usual mistake."""
    if not isinstance(node, Items) or len(node.nodes) != 2:
        return  # the shape check tells
    lat, lon = map(number, node.nodes)
    if lat is not None and abs(lat) > 90:
        fix = "write latitude first, then longitude" if lon is not None and abs(lon) <= 90 else ""
        yield node.nodes[0].fault(f"expected a latitude from -90 to 90, came {shown(node.nodes[0])}", fix)
    if lon is not None and abs(lon) > 180:
        yield node.nodes[1].fault(f"expected a longitude from -180 to 180, came {shown(node.nodes[1])}")


def _time_zone(place: Table) -> Iterator[Fault]:
    name = place.text("time_zone")
    if not name:
        return
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = sorted(zoneinfo.available_timezones())
        fix = (write(_zone_like(name, known)) or "write Area/City") if known else "install the package tzdata"
        yield place.spot("time_zone").fault(f"expected an IANA time zone, came '{name[:64]}'", fix)


def _zone_like(name: str, known: list[str]) -> str:
    city = name.replace(" ", "_").lower()
    return next((zone for zone in known if zone.lower().endswith("/" + city)), "") or nearest(name, known)
