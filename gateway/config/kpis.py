"""What config.yaml says of the figures (KPIs): see gateway.config.model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.config.part import Part

OtifName = Literal["slot", "day", "line", "unit"]
Travel = Literal["road", "rail", "sea", "air", "barge"]


class PartMass(Part):
    """What one piece of a part weighs."""

    part: str  # number, as shipments name it
    kg: Annotated[float, Field(gt=0)]  # of one unit of its quantity


class ModeFactor(Part):
    """What a mode emits, in place of the default factor: as your carriers measured it."""

    mode: Travel
    g_per_tkm: Annotated[float, Field(ge=0)]  # grams of CO2e for a tonne and kilometre, from well to wheel
    source: Annotated[str, Field(min_length=1)]  # who says so; stands beside each figure


class Carbon(Part):
    """How CO2e is counted."""

    unsaid_mode: Literal["", "road", "rail", "sea", "air", "barge"] = "road"  # of a leg without mode; empty: not known
    kg_per_unit: Annotated[float, Field(gt=0)] | None = None  # of a pallet or box where its parts' mass is not known
    parts: tuple[PartMass, ...] = ()
    factors: tuple[ModeFactor, ...] = ()  # none: the defaults of the GLEC Framework


class Kpis(Part):
    """How the figures are counted. Each is shown with its definition."""

    otif: OtifName = "slot"  # the definition of on time in full that is shown where none is asked for
    unloading_s: Annotated[float, Field(ge=0)] = 14_400.0  # read so long after its shipment came, it came with it
    free_s: Annotated[float, Field(ge=0)] = 7200.0  # a vehicle's time at a site that is free; beyond is detention ...
    rate_per_h: Annotated[float, Field(ge=0)] = 0.0  # ... and an hour of it costs this much
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    carbon: Carbon = Carbon()
