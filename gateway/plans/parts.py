"""The goods of a plan: part numbers in their partner's form, quantities, units."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from gateway.errors import BadInput
from gateway.model import PartLine
from gateway.plans.draft import DraftPart
from gateway.plans.fault import Cell, PlanFault, fault_of
from gateway.plans.site import SiteNames
from gateway.quality import units
from gateway.quality.part_numbers import MOST_NUMBER, written

MOST_PARTS = 10_000


def read_parts(
    parts: tuple[DraftPart, ...],
    site: SiteNames,
    by_role: Mapping[str, str],
    assets: Collection[str],
    faults: list[PlanFault],
    notes: list[PlanFault],
) -> tuple[PartLine, ...]:
    """Check the goods. Numbers that were put into form are told in `notes`.

    `by_role` are the shipment's parties, one of which numbers each part; `assets` the keys of what they may be in.
    """
    if len(parts) > MOST_PARTS:
        text = f"expected at most {MOST_PARTS} parts, came {len(parts)}"
        faults.append(fault_of(parts[0].number, "too_many_parts", text))
        return ()
    known = frozenset(assets)
    return tuple(_line(part, site, by_role, known, faults, notes) for part in parts if _is_said(part))


def _is_said(part: DraftPart) -> bool:
    return any(cell.text.strip() for cell in (part.number, part.quantity, part.unit))


def _line(
    part: DraftPart,
    site: SiteNames,
    by_role: Mapping[str, str],
    assets: frozenset[str],
    faults: list[PlanFault],
    notes: list[PlanFault],
) -> PartLine:
    partner = by_role.get(part.numbered_by, site.sender if part.numbered_by == "shipper" else "")
    return PartLine(
        number=_number(part.number, site, partner, faults, notes),
        quantity=_quantity(part.quantity, faults),
        unit=_unit(part.unit, site, faults),
        within=_within(part.within, site, assets, faults),
    )


def _within(cell: Cell, site: SiteNames, assets: frozenset[str], faults: list[PlanFault]) -> str:
    said = cell.text.strip()
    if not said:
        return ""
    try:
        key = site.asset(said)
    except BadInput:
        key = said  # as the asset of this name stands among the others, with a fault of its own
    if key not in assets:
        text = f"expected one of the shipment's assets, came '{said[:40]}'"
        faults.append(fault_of(cell, "not_its_asset", text, "name it among the assets too", said))
    return key


def _number(cell: Cell, site: SiteNames, partner: str, faults: list[PlanFault], notes: list[PlanFault]) -> str:
    said = cell.text.strip()
    if not said:
        faults.append(fault_of(cell, "missing_value", "expected a part number, came nothing"))
    elif len(said) > MOST_NUMBER or not said.isprintable():
        text = f"expected a part number of at most {MOST_NUMBER} printable characters, came {said[:40]!a}"
        faults.append(fault_of(cell, "bad_part_number", text, subject=said))
    pattern = site.part_patterns.get(partner)
    meant = site.part(said)
    if pattern is None or not said:
        return meant
    number = written(meant, pattern)
    if not number:
        text = f"expected a part number of {partner} like {pattern}, came '{said[:MOST_NUMBER]}'"
        faults.append(fault_of(cell, "bad_part_number", text, subject=said))
    elif number != meant:
        text = f"expected {number}, came '{meant}': taken as the same"
        notes.append(fault_of(cell, "part_number_form", text, subject=said, suggestion=number))
    return number or meant


def _quantity(cell: Cell, faults: list[PlanFault]) -> float | None:
    text = cell.text.strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (value >= 0 and math.isfinite(value)):
        faults.append(fault_of(cell, "bad_quantity", f"expected a number, came '{text[:40]}'", "write 12 or 12.5"))
        return None
    return value


def _unit(cell: Cell, site: SiteNames, faults: list[PlanFault]) -> str:
    said = cell.text.strip()
    code = site.unit(said) if said else ""
    if said and not code:
        near = units.suggested(said)
        text = f"expected a common code of UN/ECE Recommendation 20, came '{said[:40]}'"
        faults.append(fault_of(cell, "unknown_unit", text, f"write {near}" if near else "", said, near))
    return code
