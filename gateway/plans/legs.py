"""The ways between stops: by what, by whom, under which number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast, get_args

from gateway.model import Leg
from gateway.model.plans import Mode
from gateway.plans.draft import DraftLeg
from gateway.plans.fault import Cell, PlanFault, bounded, fault_of
from gateway.plans.site import SiteNames

MOST_TRIP = 64  # characters
MODES: tuple[Mode, ...] = get_args(Mode)


def read_legs(
    legs: tuple[DraftLeg, ...], stops: int, site: SiteNames, by_role: Mapping[str, str], faults: list[PlanFault]
) -> tuple[Leg, ...]:
    """Check the legs: none, or one fewer than stops."""
    if legs and len(legs) != stops - 1:
        text = f"expected {stops - 1} legs for {stops} stops, or none, came {len(legs)}"
        faults.append(fault_of(legs[0].mode, "wrong_number_of_legs", text))
        return ()
    return tuple(_leg(leg, site, by_role, faults) for leg in legs)


def _leg(leg: DraftLeg, site: SiteNames, by_role: Mapping[str, str], faults: list[PlanFault]) -> Leg:
    mode = leg.mode.text.strip()
    if mode not in MODES:
        text = f"expected {', '.join(MODES[1:])} or nothing, came '{mode[:40]}'"
        faults.append(fault_of(leg.mode, "unknown_mode", text))
    bounded(leg.trip, MOST_TRIP, faults)
    carrier = _carrier(leg.carrier, site, by_role, faults)
    return Leg(mode=cast(Mode, mode), carrier=carrier, trip=leg.trip.text.strip())


def _carrier(cell: Cell, site: SiteNames, by_role: Mapping[str, str], faults: list[PlanFault]) -> str:
    """A carrier of one leg must be a party of the shipment: what it sees follows from that."""
    said = cell.text.strip()
    code = site.party(said) if said else ""
    if said and code not in by_role.values():
        text = f"expected the code of one of the shipment's parties, came '{said[:64]}'"
        faults.append(fault_of(cell, "not_its_party", text, "name it among the parties too, as carrier or carrier_2"))
    return code
