"""What plans say alike is held once, and nothing of a plan is changed by it."""

from __future__ import annotations

import msgspec

from gateway.engine.sharing import Sharing
from gateway.engine.trips import new_trip
from gateway.model import Estimate, Method, PartLine, Shipment, Stop, Trip, Window

WINDOW = Window(open_us=1, close_us=2)
ESTIMATE = Estimate(
    stop=1,
    place="P-1",
    due_us=2,
    p10_us=1,
    p25_us=1,
    p50_us=2,
    p75_us=3,
    p90_us=3,
    method=Method.SCHEDULE,
    made_us=0,
    seen_us=None,
)


def decoded(number: int) -> Trip:
    """As the journal gives it: every string its own."""
    plan = Shipment(
        shipment_id=f"S{number}",
        stops=(Stop(place="P-0", departure=WINDOW), Stop(place="P-1", arrival=WINDOW)),
        assets=(f"TRL-{number}",),
        parties={"shipper": "SUP-1", "consignee": "OEM-1"},
        created_us=0,
        contents="seat frames",
        parts=(PartLine(number="N-1", quantity=4.0, unit="C62"),),
    )
    trip = msgspec.structs.replace(new_trip(plan), estimates=(ESTIMATE,))
    return msgspec.json.decode(msgspec.json.encode(trip), type=Trip)


def test_a_trip_of_shared_words_is_the_same_trip() -> None:
    assert Sharing().of(decoded(1)) == decoded(1)


def test_two_trips_hold_one_word_for_the_same_place_party_and_part() -> None:
    sharing = Sharing()
    one, other = sharing.of(decoded(1)), sharing.of(decoded(2))
    assert one.shipment.stops[1].place is other.shipment.stops[1].place
    assert one.estimates[0].place is one.shipment.stops[1].place
    assert one.shipment.parties is other.shipment.parties
    assert one.shipment.parts[0].number is other.shipment.parts[0].number
