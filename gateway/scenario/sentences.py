"""One sentence of a scenario -> what happens, and when.

S1: T1 from A 10:00 to B 12:00                   a plan: shipment, asset, departure and arrival by
S1: T1+G1+G2 from A 10:00 via X 11:00 to B 12:00 the same with goods, and a stop between
S1: T1 from A 10:00 to B 12:00 with 4711-A x 40  the same with parts
10:00 S1: T1+G1 from A 10:00 ...                 the plan came, or was changed, at that time
13:00 T1 arrived B                               recorded at, asset, what, where; also `left`
13:00 T1 moved A to B                            from one place to another
09:00 G1 loaded A-DOOR in T1                     goods went into a trailer at a door; also `unloaded`
13:00 T1 arrived B at 11:50                      of an earlier time: late data
13:00 T1 arrived B of S1                         its sender named the shipment
10:00 T1 at 52.25,10.02                          a position between places
10:00 T1 says temperature 9.5 in P               a sensor, at a place or, without `in`, between places
10:00 gps-1 heard                                a device
until 15:00                                      time passes and nothing happens
"""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import NamedTuple, TypeAlias

from gateway.model import (
    Event,
    EventKind,
    LocationEvent,
    Micros,
    PartLine,
    PositionEvent,
    SensorEvent,
    Shipment,
    Stop,
    Tier,
    Window,
)
from gateway.scenario.world import MINUTE_US, World

OPEN_US = 30 * MINUTE_US  # a window opens so long before it closes
KNOWN_US = 3 * 60 * MINUTE_US  # a plan counts as made so long before its first window closes

_TIME = r"\d{2,3}:[0-5]\d"
_PLAN = re.compile(
    rf"(?P<name>\S+): (?P<assets>\S+) from (?P<origin>\S+) (?P<leaves>{_TIME})"
    rf"(?: via (?P<via>\S+) (?P<by>{_TIME}))? to (?P<destination>\S+) (?P<due>{_TIME})(?: with (?P<parts>\S.*))?"
)
_PART = re.compile(r"(?P<number>\S+)(?: x (?P<quantity>\d+(?:\.\d+)?))?")
_LATER = rf"(?: at (?P<seen>{_TIME}))?"
_FORMS = {  # verb -> how it goes on, and an example
    "arrived": (rf"(?P<place>\S+){_LATER}(?: of (?P<of>\S+))?", "09:30 T1 arrived A"),
    "left": (rf"(?P<place>\S+){_LATER}(?: of (?P<of>\S+))?", "09:30 T1 left A"),
    "moved": (rf"(?P<place>\S+) to (?P<onward>\S+){_LATER}(?: of (?P<of>\S+))?", "09:30 T1 moved A to B"),
    "loaded": (rf"(?P<place>\S+)(?: in (?P<parent>\S+))?{_LATER}(?: of (?P<of>\S+))?", "09:30 G1 loaded A-DOOR in T1"),
    "unloaded": (rf"(?P<place>\S+)(?: in (?P<parent>\S+))?{_LATER}(?: of (?P<of>\S+))?", "09:30 G1 unloaded B in T1"),
    "at": (rf"(?P<lat>-?[\d.]+),(?P<lon>-?[\d.]+){_LATER}", "09:30 T1 at 52.25,10.02"),
    "says": (rf"(?P<measured>\S+) (?P<value>\S+)(?: in (?P<place>\S+))?{_LATER}", "09:30 T1 says temperature 9.5 in P"),
    "heard": ("", "09:30 gps-1 heard"),
}
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?")


class Heard(NamedTuple):
    """A device was heard."""

    device: str


What: TypeAlias = Shipment | Event | Heard | None  # None: nothing


class Said(NamedTuple):
    """What a sentence says."""

    at_us: Micros
    what: What


class BadSentence(ValueError):
    """A sentence that says nothing: what was expected and came, and what to write."""

    def __init__(self, text: str, fix: str = "") -> None:
        super().__init__(text)
        self.text, self.fix = text, fix


def said(sentence: str, world: World) -> Said:
    """Read a sentence of what happens. Raises BadSentence."""
    first, _, rest = sentence.partition(" ")
    if first == "until":
        return Said(_time(rest, world), None)
    at_us = _time(first, world)
    if ": " in rest:
        return Said(at_us, planned(rest, world))
    asset, _, goes_on = rest.partition(" ")
    verb, _, more = goes_on.partition(" ")
    if verb not in _FORMS:
        came = f"came `{verb[:40]}`" if verb else "came the end"
        raise BadSentence(f"expected one of {', '.join(_FORMS)} after `{asset[:40]}`, {came}", _like(verb, _FORMS))
    form, example = _FORMS[verb]
    found = re.fullmatch(form, more)
    if found is None:
        raise BadSentence(f"expected a sentence like `{example}`, came `{sentence[:80]}`")
    return Said(at_us, _happening(at_us, asset, verb, found.groupdict(), world))


def planned(sentence: str, world: World) -> Shipment:
    """Read a plan. Raises BadSentence."""
    found = _PLAN.fullmatch(sentence)
    if found is None:
        example = "S1: T1 from A 10:00 to B 12:00"
        raise BadSentence(f"expected a plan like `{example}`, came `{sentence[:80]}`")
    told = found.groupdict()
    stops = [Stop(place=_place(told["origin"], world), departure=_window(told["leaves"], world))]
    if told["via"]:
        window = _window(told["by"], world)
        stops.append(Stop(place=_place(told["via"], world), arrival=window, departure=window))
    stops.append(Stop(place=_place(told["destination"], world), arrival=_window(told["due"], world)))
    return Shipment(
        shipment_id=told["name"],
        stops=tuple(stops),
        assets=tuple(told["assets"].split("+")),
        parties=world.parties(told["origin"], told["destination"]),
        created_us=world.at(told["leaves"]) - KNOWN_US,
        parts=tuple(_part(text.strip()) for text in told["parts"].split(",")) if told["parts"] else (),
    )


def _happening(at_us: Micros, asset: str, verb: str, told: dict[str, str | None], world: World) -> Event | Heard:
    if verb == "heard":
        _known(asset, world.devices, "a device")
        return Heard(asset)
    seen = told.get("seen")
    seen_us = at_us if seen is None else world.at(seen)
    if seen_us > at_us:
        raise BadSentence(f"expected a time before that at which it was recorded, came {seen}")
    place = _place(told["place"], world) if told.get("place") else ""
    if verb == "at":
        return _position(at_us, seen_us, asset, told, world)
    if verb == "says":
        return _sensor(at_us, seen_us, asset, told, world, place)
    here = _place(told["onward"], world) if told.get("onward") else place
    return LocationEvent(
        event_id=f"{asset} {verb} {here} {world.clock(seen_us)}",
        kind=EventKind(verb),
        asset=asset,
        asset_kind=world.kind_of(asset),
        place=here,
        tier=Tier.TRANSIT if verb == "left" else world.places.tier(here),
        previous_place=place if verb == "moved" else "",
        parent=told.get("parent") or "",
        shipment=told["of"] or "",
        at_us=seen_us,
        received_us=at_us,
        recorded_us=at_us,
    )


def _position(at_us: Micros, seen_us: Micros, asset: str, told: dict[str, str | None], world: World) -> PositionEvent:
    lat, lon = _number(told["lat"] or "", 90), _number(told["lon"] or "", 180)
    return PositionEvent(
        event_id=f"{asset} at {lat},{lon} {world.clock(seen_us)}",
        asset=asset,
        asset_kind=world.kind_of(asset),
        lat=lat,
        lon=lon,
        device=f"gps-{asset}",
        at_us=seen_us,
        received_us=at_us,
        recorded_us=at_us,
    )


def _sensor(
    at_us: Micros, seen_us: Micros, asset: str, told: dict[str, str | None], world: World, place: str
) -> SensorEvent:
    name, value = told["measured"] or "", told["value"] or ""
    return SensorEvent(
        event_id=f"{asset} says {name} {value} {place} {world.clock(seen_us)}",
        asset=asset,
        name=name,
        value=value == "true" if value in ("true", "false") else _number(value),
        place=place,
        tier=world.places.tier(place),
        device=f"gps-{asset}",
        at_us=seen_us,
        received_us=at_us,
        recorded_us=at_us,
    )


def _time(text: str, world: World) -> Micros:
    if re.fullmatch(_TIME, text) is None:
        raise BadSentence(f"expected a time such as 09:30, came `{text[:40]}`", "hours beyond 24 are of the next days")
    return world.at(text)


def _window(closes: str, world: World) -> Window:
    return Window(open_us=world.at(closes) - OPEN_US, close_us=world.at(closes))


def _part(text: str) -> PartLine:
    found = _PART.fullmatch(text)
    if found is None:
        raise BadSentence(f"expected parts like `4711-A x 40, 4711-B`, came `{text[:40]}`")
    return PartLine(number=found["number"], quantity=float(found["quantity"]) if found["quantity"] else None)


def _number(text: str, most: float | None = None) -> float:
    if _NUMBER.fullmatch(text) is None or (most is not None and abs(float(text)) > most):
        bound = f" of -{most} to {most}" if most is not None else ", true or false"
        raise BadSentence(f"expected a number{bound}, came `{text[:40]}`")
    return float(text)


def _place(code: str | None, world: World) -> str:
    _known(code or "", world.codes, "the code of a place")
    return code or ""


def _known(name: str, known: Collection[str], what: str) -> None:
    if known and name not in known:
        raise BadSentence(f"expected {what} of the configuration, came `{name[:40]}`", _like(name, known))


def _like(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"write `{close[0]}`" if close else ""
