"""A shipment as somebody sees it who may see it at all. Pure.

What is hidden keeps its place: a hidden stop is one without place and windows, so that all stops stay counted.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from gateway.access.estate import Estate
from gateway.access.viewer import Viewer
from gateway.config.sharing import Group
from gateway.model import Actual, Shipment, Stop, Trip


def roles_of(viewer: Viewer, parties: dict[str, str]) -> list[str]:
    """What a viewer is to a shipment."""
    return [role for role, party in parties.items() if party == viewer.party]


def hidden_of(viewer: Viewer, estate: Estate, shipment: Shipment) -> frozenset[Group]:
    """The groups of fields of a shipment that a viewer does not see."""
    if viewer.operator:
        return frozenset()
    return estate.fields.hidden(viewer.party, roles_of(viewer, shipment.parties), shipment.lane)


def shipment_view(shipment: Shipment, viewer: Viewer, estate: Estate) -> Shipment:
    """The plan without what is hidden from this viewer."""
    hidden = hidden_of(viewer, estate, shipment)
    if "parts" in hidden:
        shipment = msgspec.structs.replace(shipment, parts=(), contents="")
    if "route" in hidden:
        own = estate.places(viewer.party)
        stops = tuple(stop if stop.place in own else Stop(place="") for stop in shipment.stops)
        shipment = msgspec.structs.replace(shipment, stops=stops, legs=())
    return shipment


def trip_view(trip: Trip, viewer: Viewer, estate: Estate) -> Trip:
    """The same of a plan with what has happened to it."""
    plan = shipment_view(trip.shipment, viewer, estate)
    if plan is trip.shipment:
        return trip
    shown = {index for index, stop in enumerate(plan.stops) if stop.place}
    if len(shown) == len(plan.stops):
        return msgspec.structs.replace(trip, shipment=plan)
    return msgspec.structs.replace(
        trip,
        shipment=plan,
        actuals=tuple(actual if actual.stop in shown else Actual(stop=actual.stop) for actual in trip.actuals),
        seen=tuple(seen for seen in trip.seen if seen.place in _places(plan, shown)),
        promises=tuple(promise for promise in trip.promises if promise.stop in shown),
        estimates=tuple(estimate for estimate in trip.estimates if estimate.stop in shown),
        spot=None,
    )


def completed(plan: Shipment, held: Shipment | None, viewer: Viewer, estate: Estate) -> Shipment:
    """A plan that was sent, with what its sender could not know: parts that are hidden from it stay as they are."""
    if held is None or "parts" not in hidden_of(viewer, estate, held) or plan.parts or plan.contents:
        return plan
    return msgspec.structs.replace(plan, parts=held.parts, contents=held.contents)


def _places(plan: Shipment, shown: Collection[int]) -> set[str]:
    return {plan.stops[index].place for index in shown}
