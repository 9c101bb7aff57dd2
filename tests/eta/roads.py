"""A small world of trips for the tests: a milk run of five stops that loses time at one of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import msgspec

from gateway.eta.learn import learn
from gateway.eta.learned import Learned
from gateway.eta.legs import Ground
from gateway.model import Actual, Micros, Shipment, Stop, Trip, Window

MINUTE_US = 60_000_000
MONDAY_US = int(datetime(2026, 3, 2, 8, tzinfo=UTC).timestamp()) * 1_000_000
STOPS = ("north", "bridge", "mill", "yard", "plant")
APART_US = 20 * MINUTE_US
GROUND = Ground(points={place: (48.0 + number * 0.1, 11.0) for number, place in enumerate(STOPS)})


def planned(name: str, starts_us: Micros = MONDAY_US, stops: tuple[str, ...] = STOPS) -> Trip:
    """A trip of which nothing was seen; its stops are twenty minutes apart."""
    times = [starts_us + number * APART_US for number in range(len(stops))]
    windows = [Window(open_us=at_us, close_us=at_us) for at_us in times]
    shipment = Shipment(
        shipment_id=name,
        stops=tuple(Stop(place=place, arrival=window) for place, window in zip(stops, windows, strict=True)),
        assets=(name,),
        parties={},
        created_us=starts_us,
    )
    return Trip(shipment=shipment, actuals=tuple(Actual(stop=number) for number in range(len(stops))))


def seen(trip: Trip, *late_min: float | None) -> Trip:
    """The trip as seen so many minutes late at its first stops; None: not seen there."""
    actuals = list(trip.actuals)
    for number, late in enumerate(late_min):
        window = trip.shipment.stops[number].arrival
        assert window is not None
        if late is not None:
            actuals[number] = Actual(stop=number, arrived_us=window.close_us + round(late * MINUTE_US))
    return msgspec.structs.replace(trip, actuals=tuple(actuals))


def history(count: int, seed: int = 7, loses_min: float = 6.0) -> list[Trip]:
    """Finished trips: each starts somewhat late, keeps most of it, and loses time between mill and yard."""
    chance = random.Random(seed)
    trips = []
    for number in range(count):
        late = abs(chance.gauss(0, 3))
        lates = []
        for place in STOPS:
            late = late * 0.9 + chance.gauss(0, 1) + (loses_min if place == "yard" else 0.0)
            lates.append(late)
        trips.append(seen(planned(f"run {seed} {number}", MONDAY_US + number * 3 * MINUTE_US), *lates))
    return trips


def taught(trips: list[Trip]) -> Learned:
    """What a batch of trips has taught."""
    learned = Learned()
    learn(learned, trips, GROUND)
    return learned
