"""What parties say of when a trip will be at its next stop. Pure, and the same however often it is said."""

from __future__ import annotations

import msgspec

from gateway.model import Promise, Remark, Shipment, Trip


def next_stop(trip: Trip) -> int | None:
    """The stop that a trip has yet to reach next; None where it has reached its last. An index into its stops."""
    reached = max((a.stop for a in trip.actuals if a.arrived_us is not None or a.departed_us is not None), default=0)
    return reached + 1 if reached + 1 < len(trip.shipment.stops) else None


def with_word(trip: Trip, remark: Remark) -> Trip:
    """The trip with what an acknowledgement promises; the same object where that changes nothing.

    A party's newest word of a stop counts. An acknowledgement without a time takes back the one that the party gave
    with the same alert.
    """
    stop = next_stop(trip)
    kept = tuple(
        promise
        for promise in trip.promises
        if promise.party != remark.party
        or (promise.alert_id != remark.alert_id and (promise.stop != stop or remark.promised_us is None))
    )
    if remark.promised_us is not None and stop is not None:
        said = Promise(
            party=remark.party, stop=stop, at_us=remark.promised_us, said_us=remark.at_us, alert_id=remark.alert_id
        )
        kept = (*kept, said)
    return trip if kept == trip.promises else msgspec.structs.replace(trip, promises=kept)


def still_meant(trip: Trip, shipment: Shipment) -> tuple[Promise, ...]:
    """The promises of a trip that still speak of the same stop once its plan is changed."""
    before = [stop.place for stop in trip.shipment.stops]
    after = [stop.place for stop in shipment.stops]
    return tuple(p for p in trip.promises if before[p.stop : p.stop + 1] == after[p.stop : p.stop + 1])
