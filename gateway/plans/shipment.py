"""What was said of a shipment -> a Shipment, or every reason why not.

A refused plan goes to quarantine under its reason word, so that bad dates are data-quality findings and
never alerts.
"""

from __future__ import annotations

from gateway.errors import BadInput
from gateway.model import Micros, Shipment, Stop
from gateway.plans.draft import Draft, DraftStop
from gateway.plans.fault import Cell, PlanFault, bounded, fault_of
from gateway.plans.legs import read_legs
from gateway.plans.parts import read_parts
from gateway.plans.site import SiteNames
from gateway.plans.window import read_window
from gateway.quality import party_ids, place_codes

MOST_ID = 64  # characters
MOST_ASSET = 200  # characters of one asset's name
MOST_ASSETS = 10_000
MOST_CONTENTS = 2_000  # characters


def make_shipment(
    draft: Draft, site: SiteNames, now_us: Micros, notes: list[PlanFault] | None = None
) -> tuple[Shipment | None, list[PlanFault]]:
    """Check all of a draft and give either the shipment or all that is wrong with it.

    What was put right is added to `notes`: it holds up no plan, and its sender should know.
    """
    faults: list[PlanFault] = []
    shipment_id = _shipment_id(draft.shipment_id, faults)
    stops = _stops(draft, site, faults)
    by_role = {role: _party(cell, site, faults) for role, cell in draft.parties if cell.text.strip()}
    assets = _assets(draft, site, faults)
    bounded(draft.contents, MOST_CONTENTS, faults)
    mended: list[PlanFault] = []
    parts = read_parts(draft.parts, site, by_role, assets, faults, mended)
    legs = read_legs(draft.legs, len(draft.stops), site, by_role, faults)
    if faults:
        return None, faults
    if notes is not None:
        notes += mended
    return Shipment(
        shipment_id=shipment_id,
        stops=stops,
        assets=assets,
        parties=by_role,
        created_us=now_us,
        contents=draft.contents.text.strip(),
        parts=parts,
        legs=legs,
    ), []


def _shipment_id(cell: Cell, faults: list[PlanFault]) -> str:
    text = cell.text.strip()
    if not text:
        faults.append(fault_of(cell, "missing_value", "expected a shipment's id, came nothing"))
    bounded(cell, MOST_ID, faults)
    return text


def _stops(draft: Draft, site: SiteNames, faults: list[PlanFault]) -> tuple[Stop, ...]:
    before = len(faults)
    stops = tuple(_stop(stop, site, faults) for stop in draft.stops)
    if len(stops) < 2:
        faults.append(fault_of(draft.shipment_id, "too_few_stops", f"expected two stops or more, came {len(stops)}"))
    elif len(faults) == before:  # times that could not be read have no order
        _ends(draft, stops, faults)
        _order(draft, stops, faults)
    return stops


def _stop(stop: DraftStop, site: SiteNames, faults: list[PlanFault]) -> Stop:
    name = stop.place.text.strip()
    place = site.place(name) if name else None
    if not name:
        faults.append(fault_of(stop.place, "missing_value", "expected the code of a place, came nothing"))
    elif place is None:
        doubt, near = place_codes.judged(name), site.places.nearest_code(name)
        faults.append(fault_of(stop.place, doubt.reason, doubt.text, f"write {near}" if near else "", name, near))
    zone = place.time_zone if place else None
    arrival = read_window(stop.arrival_open, stop.arrival_close, stop.arrival_limits, zone, faults)
    departure = read_window(stop.departure_open, stop.departure_close, stop.departure_limits, zone, faults)
    return Stop(place=place.code if place else name, arrival=arrival, departure=departure)


def _ends(draft: Draft, stops: tuple[Stop, ...], faults: list[PlanFault]) -> None:
    """The first stop is only left and the last only reached; and the last must have a time to be late by."""
    if stops[0].arrival is not None:
        faults.append(fault_of(draft.stops[0].arrival_close, "not_at_this_stop", "expected no arrival at the origin"))
    if stops[-1].departure is not None:
        text = "expected no departure from the destination"
        faults.append(fault_of(draft.stops[-1].departure_close, "not_at_this_stop", text))
    if stops[-1].arrival is None:
        text = "expected the planned arrival at the destination, came nothing"
        faults.append(fault_of(draft.stops[-1].arrival_close, "missing_value", text))


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
                faults.append(fault_of(cell, reason, text))
            if latest is None or window.open_us > latest[0]:
                latest = (window.open_us, cell)


def _party(cell: Cell, site: SiteNames, faults: list[PlanFault]) -> str:
    text = cell.text.strip()
    code = site.party(text)
    if not code:
        doubt, near = party_ids.judged(text), site.parties.nearest(text)
        faults.append(fault_of(cell, doubt.reason, doubt.text, f"write {near}" if near else "", text, near))
    return code or text


def _assets(draft: Draft, site: SiteNames, faults: list[PlanFault]) -> tuple[str, ...]:
    """The key of every asset once, in the order said."""
    if len(draft.assets) > MOST_ASSETS:
        text = f"expected at most {MOST_ASSETS} assets, came {len(draft.assets)}"
        faults.append(fault_of(draft.assets[0], "too_many_assets", text))
        return ()
    keys = [_asset(cell, site, faults) for cell in draft.assets if cell.text.strip()]
    return tuple(dict.fromkeys(keys))


def _asset(cell: Cell, site: SiteNames, faults: list[PlanFault]) -> str:
    name = cell.text.strip()
    bounded(cell, MOST_ASSET, faults)
    try:
        return site.asset(name)
    except BadInput as error:
        faults.append(fault_of(cell, "bad_asset", str(error), subject=name))
        return name
