"""What an alert means downstream, as JSON: which places wait, for what, and when that runs out."""

from __future__ import annotations

import msgspec

from gateway.model import AtRisk, Impact
from gateway.web.http.times import iso_or_none


class AtRiskShape(msgspec.Struct, frozen=True, kw_only=True):
    part: str
    place: str
    quantity: float | None  # on the shipment
    unit: str
    runs_out: str | None  # ISO 8601 in UTC; null: not known, or not for you
    margin_h: float | None  # hours from `expected` until it runs out; below zero: it runs out before


class OnwardShape(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment that leaves from where this one is late, with something that it carries."""

    shipment: str
    places: list[str]
    tiers: list[str]


class ImpactShape(msgspec.Struct, frozen=True, kw_only=True):
    places: list[str]  # the stops that the shipment has yet to reach
    tiers: list[str]  # of these
    parts: list[AtRiskShape]  # the first to run out first
    more_parts: int  # that are not listed
    expected: str | None  # at the last stop
    onward: list[OnwardShape]  # what follows downstream, as far as you take part in it


def impact_shape(impact: Impact | None) -> ImpactShape | None:
    """An impact, as a viewer sees it."""
    if impact is None:
        return None
    return ImpactShape(
        places=list(impact.places),
        tiers=[tier.value for tier in impact.tiers],
        parts=[_part(part, impact) for part in impact.parts],
        more_parts=impact.more_parts,
        expected=iso_or_none(impact.expected_us),
        onward=[
            OnwardShape(shipment=one.shipment, places=list(one.places), tiers=[tier.value for tier in one.tiers])
            for one in impact.onward
        ],
    )


def _part(part: AtRisk, impact: Impact) -> AtRiskShape:
    return AtRiskShape(
        part=part.part,
        place=part.place,
        quantity=part.quantity,
        unit=part.unit,
        runs_out=iso_or_none(part.runs_out_us),
        margin_h=impact.margin_h(part),
    )
