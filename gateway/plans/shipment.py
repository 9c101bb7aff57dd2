"""What was said of a shipment -> a Shipment, or every reason why not.

A refused plan goes to quarantine under its reason word, so that bad dates are data-quality findings and
never alerts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Protocol

from gateway.errors import BadInput
from gateway.model import Micros, Shipment, Stop, Window
from gateway.plans.instant import BadTime, read_instant

MOST_ID = 64  # characters
MOST_ASSET = 200  # characters of one asset's name
MOST_ASSETS = 10_000
MOST_CONTENTS = 2_000  # characters


class PlaceFound(Protocol):
    """What a plan needs of a place."""

    @property
    def code(self) -> str: ...
    @property
    def time_zone(self) -> str: ...


class PlaceLookup(Protocol):
    """Places by code or alias; `gateway.places.PlaceIndex` is one."""

    def find(self, name: str) -> PlaceFound | None: ...
    def nearest_code(self, name: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNames:
    """What the site calls its places, parties and assets: whoever sends a plan may use any of these."""

    places: PlaceLookup
    parties: Collection[str]  # codes
    asset_key: Callable[[str], str]  # any spelling to the key by which events know it; raises BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A text as it came, and the name under which it came: a column, or a path in a JSON body."""

    name: str
    text: str = ""  # empty: not said


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStop:
    """One stop as it was said; open and close may be the same cell."""

    place: Cell
    arrival_open: Cell
    arrival_close: Cell
    departure_open: Cell
    departure_close: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A shipment as it was said, before anything is believed."""

    shipment_id: Cell
    stops: tuple[DraftStop, ...]
    assets: tuple[Cell, ...] = ()
    parties: tuple[tuple[str, Cell], ...] = ()  # role, code of a party; empty texts are left out
    contents: Cell = field(default_factory=lambda: Cell(name="contents"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFault:
    """One reason why a plan cannot be used."""

    field: str  # the column or path it stands in
    reason: str  # a stable word: unknown_place, window_ends_before_it_begins, ...
    text: str  # what was expected, what came, and the fix


def make_shipment(draft: Draft, site: SiteNames, now_us: Micros) -> tuple[Shipment | None, list[PlanFault]]:
    """Check all of a draft and give either the shipment or all that is wrong with it."""
    faults: list[PlanFault] = []
    shipment_id = _shipment_id(draft.shipment_id, faults)
    stops = _stops(draft, site.places, faults)
    by_role = {role: _party(cell, site.parties, faults) for role, cell in draft.parties if cell.text.strip()}
    assets = _assets(draft, site.asset_key, faults)
    _bounded(draft.contents, MOST_CONTENTS, faults)
    if faults:
        return None, faults
    contents = draft.contents.text.strip()
    return Shipment(
        shipment_id=shipment_id, stops=stops, assets=assets, parties=by_role, created_us=now_us, contents=contents
    ), []


def _fault(cell: Cell, reason: str, text: str, fix: str = "") -> PlanFault:
    return PlanFault(field=cell.name, reason=reason, text=text + (f" — {fix}" if fix else ""))


def _shipment_id(cell: Cell, faults: list[PlanFault]) -> str:
    text = cell.text.strip()
    if not text:
        faults.append(_fault(cell, "missing_value", "expected a shipment's id, came nothing"))
    _bounded(cell, MOST_ID, faults)
    return text


def _bounded(cell: Cell, most: int, faults: list[PlanFault]) -> None:
    text = cell.text.strip()
    if len(text) > most:
        faults.append(_fault(cell, "too_long", f"expected at most {most} characters, came {len(text)}"))
    elif text and not text.isprintable():
        faults.append(_fault(cell, "unprintable", f"expected printable text, came {text[:40]!a}"))


def _stops(draft: Draft, places: PlaceLookup, faults: list[PlanFault]) -> tuple[Stop, ...]:
    before = len(faults)
    stops = tuple(_stop(stop, places, faults) for stop in draft.stops)
    if len(stops) < 2:
        faults.append(_fault(draft.shipment_id, "too_few_stops", f"expected two stops or more, came {len(stops)}"))
    elif len(faults) == before:  # times that could not be read have no order
        _ends(draft, stops, faults)
        _order(draft, stops, faults)
    return stops


def _stop(stop: DraftStop, places: PlaceLookup, faults: list[PlanFault]) -> Stop:
    name = stop.place.text.strip()
    place = places.find(name) if name else None
    if not name:
        faults.append(_fault(stop.place, "missing_value", "expected the code of a place, came nothing"))
    elif place is None:
        near = places.nearest_code(name)
        text = f"expected the code of a place, came '{name[:64]}'"
        faults.append(_fault(stop.place, "unknown_place", text, f"write {near}" if near else ""))
    zone = place.time_zone if place else None
    arrival = _window(stop.arrival_open, stop.arrival_close, zone, faults)
    departure = _window(stop.departure_open, stop.departure_close, zone, faults)
    return Stop(place=place.code if place else name, arrival=arrival, departure=departure)


def _window(opens: Cell, closes: Cell, zone: str | None, faults: list[PlanFault]) -> Window | None:
    """A close alone is a deadline; an open alone is no window, for nothing could be late by it."""
    if opens.text.strip() and not closes.text.strip():
        faults.append(_fault(closes, "missing_value", "expected the end of the window, came its beginning alone"))
        return None
    close_us = _instant(closes, zone, faults)
    open_us = _instant(opens, zone, faults) if opens.text.strip() and opens is not closes else close_us
    if open_us is None or close_us is None:
        return None
    if close_us < open_us:
        text = f"expected a window that ends after it begins, came {opens.text} to {closes.text}"
        faults.append(_fault(closes, "window_ends_before_it_begins", text))
        return None
    return Window(open_us=open_us, close_us=close_us)


def _instant(cell: Cell, zone: str | None, faults: list[PlanFault]) -> Micros | None:
    """Read a time; without a known place only its form is checked, as if it were UTC."""
    if not cell.text.strip():
        return None
    try:
        return read_instant(cell.text, zone or "UTC")
    except BadTime as error:
        faults.append(_fault(cell, error.reason, str(error), error.fix))
        return None


def _ends(draft: Draft, stops: tuple[Stop, ...], faults: list[PlanFault]) -> None:
    """The first stop is only left and the last only reached; and the last must have a time to be late by."""
    if stops[0].arrival is not None:
        faults.append(_fault(draft.stops[0].arrival_close, "not_at_this_stop", "expected no arrival at the origin"))
    if stops[-1].departure is not None:
        text = "expected no departure from the destination"
        faults.append(_fault(draft.stops[-1].departure_close, "not_at_this_stop", text))
    if stops[-1].arrival is None:
        text = "expected the planned arrival at the destination, came nothing"
        faults.append(_fault(draft.stops[-1].arrival_close, "missing_value", text))


def _order(draft: Draft, stops: tuple[Stop, ...], faults: list[PlanFault]) -> None:
    """Along the way no window may close before an earlier one opens."""
    latest: tuple[Micros, Cell] | None = None
    for said, stop in zip(draft.stops, stops, strict=True):
        for window, cell, reason in (
            (stop.arrival, said.arrival_close, "arrives_before_it_departs"),
            (stop.departure, said.departure_close, "departs_before_it_arrives"),
        ):
            if window is None:
                continue
            if latest and window.close_us < latest[0]:
                text = f"expected a time after {latest[1].name} ({latest[1].text}), came {cell.text}"
                faults.append(_fault(cell, reason, text))
            if latest is None or window.open_us > latest[0]:
                latest = (window.open_us, cell)


def _party(cell: Cell, parties: Collection[str], faults: list[PlanFault]) -> str:
    code = cell.text.strip()
    if code not in parties:
        close = get_close_matches(code[:64], parties, n=1, cutoff=0.6)
        text = f"expected the code of a party, came '{code[:64]}'"
        faults.append(_fault(cell, "unknown_party", text, f"write {close[0]}" if close else ""))
    return code


def _assets(draft: Draft, asset_key: Callable[[str], str], faults: list[PlanFault]) -> tuple[str, ...]:
    """The key of every asset once, in the order said."""
    if len(draft.assets) > MOST_ASSETS:
        text = f"expected at most {MOST_ASSETS} assets, came {len(draft.assets)}"
        faults.append(_fault(draft.assets[0], "too_many_assets", text))
        return ()
    keys = [_asset(cell, asset_key, faults) for cell in draft.assets if cell.text.strip()]
    return tuple(dict.fromkeys(keys))


def _asset(cell: Cell, asset_key: Callable[[str], str], faults: list[PlanFault]) -> str:
    name = cell.text.strip()
    _bounded(cell, MOST_ASSET, faults)
    try:
        return asset_key(name)
    except BadInput as error:
        faults.append(_fault(cell, "bad_asset", str(error)))
        return name
