"""CO2e of a shipment, of its legs, and of its part lines: tonnes x kilometres x a factor by mode.

What is not known stays so: without the mass of all goods, or where a stop stands nowhere, there is no number.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from gateway.config.kpis import Carbon, Travel
from gateway.geo import haversine_m
from gateway.kpi.facts import carried
from gateway.kpi.glec import DETOURS, factor
from gateway.model import PartLine, Shipment
from gateway.places import PlaceIndex
from gateway.quality.unit_table import UNITS
from gateway.quality.units import converted

Basis: TypeAlias = Literal["", "parts", "units"]
DEFINITION = (
    "CO2e from well to wheel, by ISO 14083 with default factors: tonnes x kilometres x grams for a tonne and kilometre"
    " of the leg's mode; kilometres as the crow flies with a detour by mode. Of shipments that arrived."
)


class Mass(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a shipment weighs; `kg` None: not known."""

    kg: float | None = None
    basis: Basis = ""
    lines: tuple[float | None, ...] = ()  # kilograms of each part line


class LegCarbon(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One leg."""

    mode: Travel | None  # None: the plan says none
    assumed: bool  # the plan says no mode, the configuration does
    km: float | None
    g_per_tkm: float | None
    source: str
    detour: str
    kg_co2e: float | None


class ShipmentCarbon(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One shipment; `kg_co2e` None where something is not known, which `missing` says."""

    mass: Mass
    legs: tuple[LegCarbon, ...]
    lines: tuple[float | None, ...]  # kg of CO2e of each part line, in proportion to its mass
    missing: tuple[Literal["mass", "mode", "distance"], ...]

    @property
    def kg_co2e(self) -> float | None:
        return None if self.missing else sum(leg.kg_co2e or 0.0 for leg in self.legs)

    @property
    def tkm(self) -> float | None:
        """Tonne-kilometres."""
        if self.missing or self.mass.kg is None:
            return None
        return self.mass.kg / 1000 * sum(leg.km or 0.0 for leg in self.legs)


def carbon_of(shipment: Shipment, carbon: Carbon, places: PlaceIndex) -> ShipmentCarbon:
    """What moving a shipment emits, all its legs."""
    mass = mass_of(shipment, carbon)
    legs = tuple(_leg(shipment, at, mass, carbon, places) for at in range(len(shipment.stops) - 1))
    missing: list[Literal["mass", "mode", "distance"]] = []
    if mass.kg is None:
        missing.append("mass")
    if any(leg.mode is None for leg in legs):
        missing.append("mode")
    if any(leg.km is None and leg.mode is not None for leg in legs):
        missing.append("distance")
    known = not missing and mass.kg
    whole = sum(leg.kg_co2e or 0.0 for leg in legs)
    lines = tuple(whole * kg / mass.kg if known and mass.kg and kg is not None else None for kg in mass.lines)
    return ShipmentCarbon(mass=mass, legs=legs, lines=lines, missing=tuple(missing))


def mass_of(shipment: Shipment, carbon: Carbon) -> Mass:
    """By its part lines where each one's mass is known, else by its units, else not known."""
    lines = tuple(_line_kg(line, carbon) for line in shipment.parts)
    known = [kg for kg in lines if kg is not None]
    if lines and len(known) == len(lines):
        return Mass(kg=sum(known), basis="parts", lines=lines)
    if carbon.kg_per_unit is not None:
        return Mass(kg=carbon.kg_per_unit * len(carried(shipment)), basis="units", lines=(None,) * len(lines))
    return Mass(lines=lines)


def _line_kg(line: PartLine, carbon: Carbon) -> float | None:
    if line.quantity is None:
        return None
    measures = UNITS[line.unit].quantity if line.unit in UNITS else ""
    amount = converted(line.quantity, line.unit)[0] if measures else line.quantity
    if measures == "mass":
        return amount
    each = next((one.kg for one in carbon.parts if one.part == line.number), None)
    return amount * each if each is not None and (measures == "pieces" or not line.unit) else None


def _leg(shipment: Shipment, at: int, mass: Mass, carbon: Carbon, places: PlaceIndex) -> LegCarbon:
    said = shipment.legs[at].mode if at < len(shipment.legs) else ""
    mode: Travel | None = said or carbon.unsaid_mode or None
    if mode is None:
        return LegCarbon(mode=None, assumed=False, km=None, g_per_tkm=None, source="", detour="", kg_co2e=None)
    km = _km(shipment.stops[at].place, shipment.stops[at + 1].place, mode, places)
    default = factor(mode, carbon)
    emitted = None if km is None or mass.kg is None else mass.kg / 1000 * km * default.g_per_tkm / 1000
    return LegCarbon(
        mode=mode,
        assumed=not said,
        km=km,
        g_per_tkm=default.g_per_tkm,
        source=default.source,
        detour=DETOURS[mode].source,
        kg_co2e=emitted,
    )


def _km(origin: str, destination: str, mode: Travel, places: PlaceIndex) -> float | None:
    here, there = places.point(origin), places.point(destination)
    if here is None or there is None:
        return None
    detour = DETOURS[mode]
    return haversine_m(*here, *there) / 1000 * detour.times + detour.plus_km
