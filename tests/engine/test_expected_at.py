"""Who is on the way to a place is found by an index: whatever comes and goes, it finds what a look at all would."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.engine.subjects import Trips
from gateway.engine.walk import EARLY_US, first_open_us
from gateway.model import Micros, Trip
from tests.engine.scenario import at, event, shipment

PLACES = ("A", "B", "P")
WAYS = ("from A 10:00 to B 12:00", "from B 10:00 to P 12:00", "from A 10:00 via P 11:00 to B 12:00")
KEYS = st.sampled_from(("S1", "S2", "S3"))
STEPS = st.one_of(
    st.tuples(st.just("plan"), KEYS, st.sampled_from(WAYS)),
    st.tuples(st.just("drop"), KEYS, st.just("")),
    st.tuples(
        st.just("take"), KEYS, st.sampled_from([f"{did} {place}" for did in ("arrived", "left") for place in PLACES])
    ),
)


def scanned(trips: dict[str, Trip], place: str, now_us: Micros) -> set[str]:
    return {
        key
        for key, trip in trips.items()
        if now_us >= first_open_us(trip.shipment) - EARLY_US
        and any(
            stop.place == place and actual.arrived_us is None and actual.departed_us is None
            for stop, actual in zip(trip.shipment.stops, trip.actuals, strict=True)
        )
    }


@settings(max_examples=100, deadline=None)
@given(steps=st.lists(STEPS, max_size=12))
def test_the_index_finds_what_a_look_at_all_trips_would(steps: list[tuple[str, str, str]]) -> None:
    trips = Trips(lambda place: (place,))
    for minute, (what, key, how) in enumerate(steps):
        held = trips.get(key)
        if what == "plan":
            trips.plan(shipment(f"{key}: T{key[1]} {how}"), ())
        elif what == "take":
            trips.take(event(f"10:{minute:02d} T{key[1]} {how}"))
        elif held is not None:
            trips.drop(held)
        everything = {key: trip for key in ("S1", "S2", "S3") if (trip := trips.get(key)) is not None}
        for place in PLACES:
            for now_us in (0, at("11:00")):
                found = [trip.shipment.shipment_id for trip in trips.expected_at((place,), now_us)]
                assert sorted(found) == sorted(scanned(everything, place, now_us))
