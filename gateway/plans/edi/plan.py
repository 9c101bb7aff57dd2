"""A despatch advice as a draft of a plan: names looked up, the best times chosen, units and goods put in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gateway.errors import BadInput
from gateway.plans.draft import Draft, DraftLeg, DraftPart, DraftStop
from gateway.plans.edi.advice import Advice, Event, Goods, Part, Partner, Unit
from gateway.plans.edi.units import common_code
from gateway.plans.fault import Cell, PlanFault, fault_of
from gateway.plans.site import SiteNames

# Who is asked first for each end of the way, and for each role.
_ORIGIN: tuple[Part, ...] = ("ship_from", "consignor", "supplier", "seller")
_DESTINATION: tuple[Part, ...] = ("ship_to", "consignee", "buyer", "ultimate_consignee")
_NEEDED: Mapping[str, tuple[Part, ...]] = MappingProxyType(
    {
        "shipper": ("supplier", "seller", "consignor", "ship_from"),
        "consignee": ("consignee", "ship_to", "buyer"),
    }
)
_FURTHER: Mapping[str, Part] = MappingProxyType(
    {"carrier": "carrier", "buyer": "buyer", "next_tier": "ultimate_consignee"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft, and what was left out of it because this site does not know it."""

    draft: Draft
    notes: tuple[PlanFault, ...]


def draft_of(advice: Advice, site: SiteNames) -> Drafted:
    """What an advice plans, in this site's names; names that nobody knows stay, for the check of plans to tell."""
    notes: list[PlanFault] = []
    parties = (*_needed(advice, site), *_further(advice, site, notes))
    outermost = _outermost(advice.units)
    labels = (label for unit in advice.units if outermost.get(unit.key) == unit.key for label in unit.labels)
    equipment = (_equipment(spellings, site) for spellings in advice.equipment)
    return Drafted(
        draft=Draft(
            shipment_id=advice.shipment_id,
            stops=_stops(advice, site, notes),
            assets=(*equipment, *labels),
            parties=tuple(_once(parties)),
            parts=tuple(_part(goods, advice.units, outermost) for goods in advice.goods),
            legs=_legs(advice),
        ),
        notes=tuple(notes),
    )


def _stops(advice: Advice, site: SiteNames, notes: list[PlanFault]) -> tuple[DraftStop, DraftStop]:
    none = Cell(name="")
    leaves = _window(advice, "departure")
    comes = _window(advice, "arrival")
    return (
        DraftStop(
            place=_place(advice, _ORIGIN, "the place of departure", site, notes),
            arrival_open=none,
            arrival_close=none,
            departure_open=leaves[0],
            departure_close=leaves[1],
        ),
        DraftStop(
            place=_place(advice, _DESTINATION, "the place of arrival", site, notes),
            arrival_open=comes[0],
            arrival_close=comes[1],
            departure_open=none,
            departure_close=none,
        ),
    )


def _window(advice: Advice, event: Event) -> tuple[Cell, Cell]:
    """The surest time; an end of a window counts with its other end."""
    said = sorted((timed for timed in advice.times if timed.event == event), key=lambda timed: timed.rank)
    if not said:
        return Cell(name=f"planned {event}"), Cell(name=f"planned {event}")
    best = said[0]
    if not best.bound:
        return best.opens, best.closes
    ends = {timed.bound: timed for timed in reversed(said) if timed.rank == best.rank}
    opens, closes = ends.get("from"), ends.get("until")
    none = Cell(name=best.closes.name)
    if opens is None and closes is not None:
        return closes.opens, closes.closes  # a deadline
    return opens.opens if opens else none, closes.closes if closes else none


def _place(advice: Advice, order: Sequence[Part], what: str, site: SiteNames, notes: list[PlanFault]) -> Cell:
    """The first place that is named; else the only site of the first party that is: many name no more than that."""
    said = list(_named(advice.partners, order))
    for cell in said:
        place = site.place(cell.text)
        if place is not None:
            return Cell(name=cell.name, text=place.code)
    for cell in said:
        sites = site.places.sites_of(site.party(cell.text)) if site.party(cell.text) else ()
        if len(sites) == 1:
            text = f"expected the code of a place, came a party's '{cell.text[:64]}': taken as its only one, {sites[0]}"
            notes.append(fault_of(cell, "place_of_party", text, subject=cell.text, suggestion=sites[0]))
            return Cell(name=cell.name, text=sites[0])
    return said[0] if said else Cell(name=what)


def _needed(advice: Advice, site: SiteNames) -> Iterator[tuple[str, Cell]]:
    """Roles without which a plan is nobody's: what is said of them and unknown is a fault."""
    for role, order in _NEEDED.items():
        said = list(_named(advice.partners, order))
        known = next((found for cell in said if (found := _party(cell, site)) is not None), None)
        if said:
            yield role, known or said[0]


def _further(advice: Advice, site: SiteNames, notes: list[PlanFault]) -> Iterator[tuple[str, Cell]]:
    """Other roles: one that this site does not know could not be told anything, and is left out."""
    for role, part in _FURTHER.items():
        said = list(_named(advice.partners, (part,)))
        known = next((found for cell in said if (found := _party(cell, site)) is not None), None)
        if known is not None:
            yield role, known
        elif said:
            text = f"expected a {part.replace('_', ' ')} that is a party here, came '{said[0].text[:64]}': left out"
            notes.append(fault_of(said[0], "unknown_partner", text, subject=said[0].text))


def _once(parties: Sequence[tuple[str, Cell]]) -> Iterator[tuple[str, Cell]]:
    """A buyer beside the consignee only where it is another party."""
    codes = {role: cell.text for role, cell in parties}
    for role, cell in parties:
        if role != "buyer" or cell.text not in (codes.get("consignee"), codes.get("shipper")):
            yield role, cell


def _named(partners: Sequence[Partner], order: Sequence[Part]) -> Iterator[Cell]:
    for part in order:
        for partner in partners:
            if partner.part == part:
                yield from (cell for cell in partner.names if cell.text)


def _party(cell: Cell, site: SiteNames) -> Cell | None:
    """The party of an id or a name, or whose place it names."""
    place = None if site.party(cell.text) else site.place(cell.text)
    code = site.party(cell.text) or (place.party if place else "")
    return Cell(name=cell.name, text=code) if code else None


def _equipment(spellings: Sequence[Cell], site: SiteNames) -> Cell:
    """The spelling that this site knows, else a container's whole number, else the first."""
    for cell in spellings:
        try:
            if site.asset(cell.text) != cell.text:
                return cell
        except BadInput:
            continue
    whole = spellings[-1]
    return whole if len(whole.text) == 11 and whole.text[3:4] in ("U", "J", "Z") else spellings[0]


def _outermost(units: Sequence[Unit]) -> dict[int, int]:
    """For each unit the outermost labelled one around it, or itself; those around which none has a label are left out.

    What is read at a door is the pallet: the boxes in it are not expected one by one.
    """
    by_key = {unit.key: unit for unit in units}
    found: dict[int, int] = {}
    for unit in units:
        outer = found.get(unit.outer)  # units come after those around them
        if outer is not None:
            found[unit.key] = outer
        elif by_key[unit.key].labels:
            found[unit.key] = unit.key
    return found


def _part(goods: Goods, units: Sequence[Unit], outermost: Mapping[int, int]) -> DraftPart:
    labels = next((unit.labels for unit in units if unit.key == outermost.get(goods.within)), ())
    return DraftPart(
        number=goods.number,
        quantity=goods.quantity,
        unit=Cell(name=goods.unit.name, text=common_code(goods.unit.text)),
        numbered_by=goods.numbered_by,
        within=labels[0] if len(labels) == 1 else Cell(name=goods.number.name),
    )


def _legs(advice: Advice) -> tuple[DraftLeg, ...]:
    if not advice.mode and not advice.trip:
        return ()
    where = advice.shipment_id.name
    return (DraftLeg(mode=Cell(name=where, text=advice.mode), trip=Cell(name=where, text=advice.trip)),)
