"""How late a shipment is against its plan. Grace is a rule's matter; here there is none."""

from __future__ import annotations

from gateway.clock import SECOND_US
from gateway.model import Micros, Trip


def lateness(trip: Trip, now_us: Micros) -> int:
    """Seconds past the close of the last stop's arrival window: on arrival, or by now where nothing arrived.

    Within the window's tolerance it is not late.

    0: not late, or not to be said, because the last stop has no window or the trip's data contradict themselves.
    A part of a second counts as a whole one, so that what is late is never 0.
    """
    planned = trip.shipment.stops[-1].arrival
    if planned is None or trip.findings:
        return 0
    arrived_us = trip.actuals[-1].arrived_us
    over_us = planned.late_us(now_us if arrived_us is None else arrived_us)
    return -(-over_us // SECOND_US)
