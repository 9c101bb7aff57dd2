"""A shipment as it was said, before anything is believed: what every way in makes of its input."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.plans.fault import Cell

_NOTHING = Cell(name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLimits:
    """What a window says beyond open and close."""

    hard_open: Cell = _NOTHING
    hard_close: Cell = _NOTHING
    tolerance_s: Cell = _NOTHING
    grace_s: Cell = _NOTHING


NO_LIMITS = DraftLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStop:
    """One stop as it was said; open and close may be the same cell."""

    place: Cell
    arrival_open: Cell
    arrival_close: Cell
    departure_open: Cell
    departure_close: Cell
    arrival_limits: DraftLimits = NO_LIMITS
    departure_limits: DraftLimits = NO_LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLeg:
    """The way from one stop to the next as it was said."""

    mode: Cell
    trip: Cell
    carrier: Cell = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPart:
    """One line of goods as it was said."""

    number: Cell
    quantity: Cell
    unit: Cell
    numbered_by: str = "shipper"  # role of the party whose number it is; empty: nobody's here, such as a GTIN
    within: Cell = _NOTHING  # one of the shipment's assets, as it was said


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A shipment as it was said, before anything is believed."""

    shipment_id: Cell
    stops: tuple[DraftStop, ...]
    assets: tuple[Cell, ...] = ()
    parties: tuple[tuple[str, Cell], ...] = ()  # role, code of a party; empty texts are left out
    contents: Cell = field(default_factory=lambda: Cell(name="contents"))
    parts: tuple[DraftPart, ...] = ()
    legs: tuple[DraftLeg, ...] = ()
