"""How a stop of a shipment stands: its plan, its estimate and what happened, as of one instant."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.model.estimates import Method
from gateway.model.plans import Stop, Trip, TripStatus
from gateway.model.terms import Micros

SECOND_US = 1_000_000


class StopState(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One stop. The first has no arrival, so of it the departure is what is planned and what happens."""

    shipment: str
    lane: str
    place: str
    stop: int  # index into Shipment.stops
    is_last: bool
    status: TripStatus  # of the whole shipment
    planned_us: Micros | None = None  # the end of its window
    p10_us: Micros | None = None
    p50_us: Micros | None = None
    p90_us: Micros | None = None
    method: Method | None = None
    arrived_us: Micros | None = None
    departed_us: Micros | None = None
    recorded_us: Micros

    @property
    def actual_us(self) -> Micros | None:
        """When what is planned of it happened."""
        return self.departed_us if self.stop == 0 else self.arrived_us

    @property
    def late_s(self) -> int | None:
        """How long after the window's end it happened, or is expected in the middle; negative: before it."""
        when_us = self.p50_us if self.actual_us is None else self.actual_us
        return None if when_us is None or self.planned_us is None else (when_us - self.planned_us) // SECOND_US


def stop_states(trip: Trip, recorded_us: Micros) -> Iterator[StopState]:
    """How each stop of a trip stands."""
    estimates = {estimate.stop: estimate for estimate in trip.estimates}
    for index, (stop, actual) in enumerate(zip(trip.shipment.stops, trip.actuals, strict=True)):
        known = estimates.get(index)
        yield StopState(
            shipment=trip.shipment.shipment_id,
            lane=trip.shipment.lane,
            place=stop.place,
            stop=index,
            is_last=index == len(trip.shipment.stops) - 1,
            status=trip.status,
            planned_us=_planned_us(stop, index),
            p10_us=None if known is None else known.p10_us,
            p50_us=None if known is None else known.p50_us,
            p90_us=None if known is None else known.p90_us,
            method=None if known is None else known.method,
            arrived_us=actual.arrived_us,
            departed_us=actual.departed_us,
            recorded_us=recorded_us,
        )


def _planned_us(stop: Stop, index: int) -> Micros | None:
    window = stop.departure if index == 0 else stop.arrival
    return None if window is None else window.close_us
