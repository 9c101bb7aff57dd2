"""The JSON shapes of figures. See `shapes`."""

from __future__ import annotations

import msgspec

from gateway.web.shapes import Time


class FigureShape(msgspec.Struct, frozen=True, kw_only=True):
    """One number with its definition. Of lane, place and tier at most one is said; none: over all."""

    kpi: str
    lane: str
    place: str
    tier: str
    value: float | None  # null: nothing counts
    unit: str
    good: float | None  # numerator of a share; of CO2e, the shipments that have a number
    counted: float | None  # its denominator, or how many values it rests on
    shipments: int  # in the window
    definition: str


class DefinitionShape(msgspec.Struct, frozen=True, kw_only=True):
    """A definition of on time in full that can be asked for."""

    name: str
    definition: str


class TermsShape(msgspec.Struct, frozen=True, kw_only=True):
    """What the definitions rest on, as configured: for who says them in other words."""

    unloading_h: float  # after its shipment's arrival, in which a unit's read counts as come with it
    free_h: float  # at each visit, before detention begins
    rate_per_h: float  # of detention; 0: none
    currency: str


class KpisShape(msgspec.Struct, frozen=True, kw_only=True):
    window_from: Time
    window_until: Time
    now: Time
    definition: str  # of on time in full: its name, or all
    definitions: list[DefinitionShape]
    terms: TermsShape
    shipments: int
    lanes: list[str]
    items: list[FigureShape]


class LegCarbonShape(msgspec.Struct, frozen=True, kw_only=True):
    origin: str  # empty: not shown
    destination: str
    mode: str | None  # null: the plan says none
    assumed: bool  # the plan says no mode, the configuration does
    km: float | None
    g_per_tkm: float | None
    source: str  # of the factor
    detour: str  # how kilometres follow from where the stops are
    kg_co2e: float | None


class PartCarbonShape(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    quantity: float | None
    unit: str
    kg: float | None
    kg_co2e: float | None


class CarbonShape(msgspec.Struct, frozen=True, kw_only=True):
    shipment_id: str
    definition: str
    kg: float | None  # of the goods
    mass_by: str  # parts, units, or empty: not known
    missing: list[str]  # mass, mode, distance: why there is no number
    kg_co2e: float | None
    legs: list[LegCarbonShape]  # none where the route is hidden
    parts: list[PartCarbonShape]  # likewise
