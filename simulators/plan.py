"""The plan as the partners' systems would send it: shipments, and the CSV file that holds them."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TextIO

from gateway.config.model import Config
from gateway.model import Micros, PartLine, Shipment, Stop, Window
from simulators.journeys import Journey
from simulators.scenarios import Scenario
from simulators.world import World

COLUMNS = (
    "shipment",
    "origin",
    "destination",
    "planned_departure_open",
    "planned_departure_close",
    "planned_arrival_open",
    "planned_arrival_close",
    "assets",
    "shipper",
    "consignee",
    "carrier",
    "next_tier",
    "contents",
    "part",
    "quantity",
    "unit",
)
STOCK_COLUMNS = ("place", "part", "quantity", "counted", "per_hour")
PIECES = "C62"  # UN/ECE Recommendation 20
LASTS_H = 8.0  # one shipment's worth: what a line uses meanwhile
ROLES = ("shipper", "consignee", "carrier", "next_tier")


def plan(seed: int, scenario: Scenario, epoch_us: Micros, config: Config) -> list[Shipment]:
    """The shipments of a scenario's world, in order of planned departure."""
    return shipments(World(config=config, scenario=scenario, seed=seed, epoch_us=epoch_us))


def shipments(world: World) -> list[Shipment]:
    """All journeys that begin after the epoch, as planned; what was over before it nobody sends any more."""
    planned = [_shipment(journey, world.epoch_us) for journey in world.journeys if journey.number > 0]
    return sorted(planned, key=lambda shipment: (_departure(shipment).open_us, shipment.shipment_id))


def write_csv(planned: list[Shipment], out: TextIO) -> None:
    """One row a shipment, with first stop and last; times ISO 8601 in UTC, assets parted by semicolons."""
    rows = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for shipment in planned:
        departure, arrival = _departure(shipment), _arrival(shipment)
        rows.writerow(
            {
                "shipment": shipment.shipment_id,
                "origin": shipment.stops[0].place,
                "destination": shipment.stops[-1].place,
                "planned_departure_open": _iso(departure.open_us),
                "planned_departure_close": _iso(departure.close_us),
                "planned_arrival_open": _iso(arrival.open_us),
                "planned_arrival_close": _iso(arrival.close_us),
                "assets": ";".join(shipment.assets),
                "contents": shipment.contents,
                "part": shipment.parts[0].number,
                "quantity": shipment.parts[0].quantity,
                "unit": shipment.parts[0].unit,
            }
            | {role: shipment.parties[role] for role in ROLES}
        )


def write_stock(scenario: Scenario, epoch_us: Micros, out: TextIO) -> None:
    """What consignees have of what comes to them, counted at the epoch, and how much of it an hour takes."""
    rows = csv.DictWriter(out, STOCK_COLUMNS, lineterminator="\n")
    rows.writeheader()
    for route in scenario.routes:
        if route.stock_h is not None:
            per_hour = route.pieces / LASTS_H
            rows.writerow(
                {
                    "place": route.stops[-1],
                    "part": route.part,
                    "quantity": per_hour * route.stock_h,
                    "counted": _iso(epoch_us),
                    "per_hour": per_hour,
                }
            )


def _shipment(journey: Journey, created_us: Micros) -> Shipment:
    route = journey.route
    carriers = (route.trailer, route.container) if route.container else (route.trailer,)
    return Shipment(
        shipment_id=journey.shipment_id,
        stops=tuple(
            Stop(place=call.site.code, arrival=call.planned_arrival, departure=call.planned_departure)
            for call in journey.calls
        ),
        assets=carriers + journey.pallets,
        parties={role: getattr(route, role) for role in ROLES},
        created_us=created_us,
        contents=route.contents,
        parts=(PartLine(number=route.part, quantity=float(route.pieces), unit=PIECES),),
    )


def _departure(shipment: Shipment) -> Window:
    window = shipment.stops[0].departure
    assert window is not None
    return window


def _arrival(shipment: Shipment) -> Window:
    window = shipment.stops[-1].arrival
    assert window is not None
    return window


def _iso(at_us: Micros) -> str:
    return datetime.fromtimestamp(at_us / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
