"""The JSON of one shipment, and its way to a Shipment through the same checks as CSV rows."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

import msgspec

from gateway.model import Micros, Shipment
from gateway.model.plans import Mode
from gateway.plans import Cell, Draft, DraftLeg, DraftLimits, DraftPart, DraftStop, PlanFault, SiteNames, make_shipment
from gateway.plans.window import MOST_SECONDS
from gateway.web.http.problems import FieldFault, Problem

MOST_STOPS = 100
MOST_PARTIES = 20

Seconds = Annotated[int, msgspec.Meta(ge=0, le=MOST_SECONDS)]
Role = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,31}$")]


class WindowBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A planned window. Times are ISO 8601, local to the place unless they say their offset."""

    close: str
    open: str = ""  # left out: as close
    hard_open: str = ""  # before this nothing can be done; left out: none
    hard_close: str = ""  # after this nothing can be done; left out: none
    tolerance_s: Seconds = 0  # beyond open and close, still on time
    grace_s: Seconds | None = None  # before anyone is told; left out: as the rule says


class StopBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place on the way, by its code or one of its other names."""

    place: str
    arrival: WindowBody | None = None
    departure: WindowBody | None = None


class PartBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goods: a part number and how much of it."""

    number: str
    quantity: float | None = None
    unit: str = ""  # UN/ECE Recommendation 20 common code
    within: str = ""  # the one of the shipment's assets that it is packed in


class LegBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The way from one stop to the next."""

    mode: Mode = ""
    carrier: str = ""  # one of the shipment's parties
    trip: str = ""  # the carrier's number of it: voyage, flight, tour


class ShipmentBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A planned movement of assets from place to place."""

    shipment_id: str
    stops: Annotated[tuple[StopBody, ...], msgspec.Meta(min_length=2, max_length=MOST_STOPS)]
    assets: tuple[str, ...]
    parties: Annotated[dict[Role, str], msgspec.Meta(min_length=1, max_length=MOST_PARTIES)]
    contents: str = ""
    parts: tuple[PartBody, ...] = ()
    legs: Annotated[tuple[LegBody, ...], msgspec.Meta(max_length=MOST_STOPS - 1)] = ()


def made(
    body: ShipmentBody, site: SiteNames, now_us: Micros
) -> tuple[Shipment | None, list[PlanFault], list[PlanFault]]:
    """The shipment that a body means, why it means none, and what was put right in it."""
    notes: list[PlanFault] = []
    shipment, faults = make_shipment(_draft(body), site, now_us, notes)
    return shipment, faults, notes


def refused(faults: Sequence[PlanFault]) -> Problem:
    """Every fault of a plan, as one answer."""
    told = [FieldFault(field=fault.field, reason=fault.reason, text=fault.text) for fault in faults]
    detail = "; ".join(f"{fault.field}: {fault.text}" for fault in faults)
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, faults=told)


def _draft(body: ShipmentBody) -> Draft:
    return Draft(
        shipment_id=Cell(name="shipment_id", text=body.shipment_id),
        stops=tuple(_stop(stop, f"stops[{index}]") for index, stop in enumerate(body.stops)),
        assets=tuple(Cell(name=f"assets[{index}]", text=asset) for index, asset in enumerate(body.assets)),
        parties=tuple((role, Cell(name=f"parties.{role}", text=party)) for role, party in body.parties.items()),
        contents=Cell(name="contents", text=body.contents),
        parts=tuple(_part(part, f"parts[{index}]") for index, part in enumerate(body.parts)),
        legs=tuple(_leg(leg, f"legs[{index}]") for index, leg in enumerate(body.legs)),
    )


def _leg(leg: LegBody, path: str) -> DraftLeg:
    return DraftLeg(
        mode=Cell(name=f"{path}.mode", text=leg.mode),
        carrier=Cell(name=f"{path}.carrier", text=leg.carrier),
        trip=Cell(name=f"{path}.trip", text=leg.trip),
    )


def _part(part: PartBody, path: str) -> DraftPart:
    return DraftPart(
        number=Cell(name=f"{path}.number", text=part.number),
        quantity=Cell(name=f"{path}.quantity", text="" if part.quantity is None else str(part.quantity)),
        unit=Cell(name=f"{path}.unit", text=part.unit),
        within=Cell(name=f"{path}.within", text=part.within),
    )


def _stop(stop: StopBody, path: str) -> DraftStop:
    arrival, departure = _window(stop.arrival, f"{path}.arrival"), _window(stop.departure, f"{path}.departure")
    return DraftStop(
        place=Cell(name=f"{path}.place", text=stop.place),
        arrival_open=arrival[0],
        arrival_close=arrival[1],
        departure_open=departure[0],
        departure_close=departure[1],
        arrival_limits=_limits(stop.arrival, f"{path}.arrival"),
        departure_limits=_limits(stop.departure, f"{path}.departure"),
    )


def _limits(window: WindowBody | None, path: str) -> DraftLimits:
    if window is None:
        return DraftLimits()
    return DraftLimits(
        hard_open=Cell(name=f"{path}.hard_open", text=window.hard_open),
        hard_close=Cell(name=f"{path}.hard_close", text=window.hard_close),
        tolerance_s=Cell(name=f"{path}.tolerance_s", text=str(window.tolerance_s or "")),
        grace_s=Cell(name=f"{path}.grace_s", text="" if window.grace_s is None else str(window.grace_s)),
    )


def _window(window: WindowBody | None, path: str) -> tuple[Cell, Cell]:
    if window is None:
        return Cell(name=f"{path}.open"), Cell(name=f"{path}.close")
    return Cell(name=f"{path}.open", text=window.open), Cell(name=f"{path}.close", text=window.close)
