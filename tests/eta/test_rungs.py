"""Each rung of the ladder says what its first sentence promises."""

from __future__ import annotations

import msgspec
import pytest

from gateway.eta.carried import Carried
from gateway.eta.distance import Distance
from gateway.eta.learned import Learned
from gateway.eta.legs import Known, Position, ahead, last_known
from gateway.eta.line import Line, Sums
from gateway.eta.schedule import Schedule
from gateway.eta.shrunk import Shrunk
from gateway.eta.usual import Usual
from gateway.eta.words import Leg
from gateway.model import Actual, Window
from tests.eta.roads import APART_US, GROUND, MINUTE_US, MONDAY_US, STOPS, history, planned, seen, taught


def legs(*late_min: float | None, now_min: float = 0) -> dict[str, Leg]:
    """The legs ahead of a trip that was seen so late, by place; now is so long after it was to start."""
    trip = seen(planned("S"), *late_min)
    known = last_known(trip, MONDAY_US + round(now_min * MINUTE_US))
    assert known is not None
    return {leg.place: leg for leg in ahead(trip, known, GROUND)}


def test_the_schedule_is_never_late() -> None:
    assert Schedule().say(legs(9, 9)["plant"]) == 0


def test_carried_stays_as_late_as_it_was() -> None:
    assert Carried().say(legs(4, 9)["plant"]) == 540


def test_shrunk_says_nearly_what_was_carried_until_it_has_learned() -> None:
    assert Shrunk(Learned()).say(legs(4, 9)["plant"]) == pytest.approx(540)


def test_shrunk_learns_that_lateness_shrinks() -> None:
    shrunk = Shrunk(taught(history(400, loses_min=0.0)))
    leg = legs(None, 10)["plant"]  # three stops on, each of which keeps nine tenths
    assert shrunk.say(leg) == pytest.approx(600 * 0.9**3, abs=45)


def test_early_at_the_first_stop_leaves_no_earlier() -> None:
    early = legs(-30)
    assert early["bridge"].late_s == 0
    assert early["bridge"].waiting
    assert Carried().say(early["bridge"]) == 0


def test_a_line_is_found_in_any_order_and_halves_add_up() -> None:
    points = [(late, 0.5 * late + 30) for late in (-600.0, -60.0, 0.0, 90.0, 400.0, 900.0)] * 400
    one, other, both = Sums(), Sums(), Sums()
    for number, (late, end) in enumerate(points):
        (one if number % 2 else other).add(late, end, 1.0)
        both.add(late, end, 1.0)
    one.add_all(other)
    line = one.line(Line(late=1.0, early=1.0))
    assert line.at(600) == pytest.approx(330, abs=2)
    assert line.at(-600) == pytest.approx(-270, abs=2)
    assert line.late == pytest.approx(both.line(Line(late=1.0, early=1.0)).late)


def test_usual_learns_at_which_stop_a_lane_loses_time() -> None:
    learned = taught(history(300))
    usual = Usual(learned, Shrunk(learned))
    told = legs(None, 2)
    before_s, after_s = usual.say(told["mill"]), usual.say(told["yard"])
    assert before_s is not None
    assert after_s is not None
    assert after_s - before_s == pytest.approx(360, abs=45)


def test_usual_says_nothing_of_a_lane_it_does_not_know() -> None:
    learned = taught(history(50))
    leg = msgspec.structs.replace(legs(None, 2)["yard"], lane="elsewhere>plant")
    assert Usual(learned, Shrunk(learned)).say(leg) is None


def test_distance_goes_at_the_lanes_pace() -> None:
    distance = Distance(taught(history(60, loses_min=0.0)))
    pace = distance.pace("north>plant")
    assert pace == pytest.approx(1200 / 11.12, rel=0.1)  # a stop is 11.12 km and twenty minutes from the next
    trip = seen(planned("S"), 0, 0)
    half_way = Position(at_us=MONDAY_US + 50 * MINUTE_US, point=(48.15, 11.0))
    known = Known(stop=1, at_us=MONDAY_US + APART_US, late_s=0.0)
    leg = ahead(trip, known, GROUND, half_way)[0]
    assert leg.place == "mill"
    said = distance.say(leg)
    assert said == pytest.approx(20 * 60, rel=0.15)  # ten minutes to go when ten late already


def test_distance_says_nothing_without_a_position() -> None:
    leg = msgspec.structs.replace(legs(None, 2)["yard"], crow_m=None)
    assert Distance(taught(history(60))).say(leg) is None


def test_who_is_not_seen_where_it_should_be_is_at_least_as_late_as_that() -> None:
    overdue = legs(0, 0, now_min=75)  # at bridge in time, and not at mill half an hour after it was due
    assert overdue["mill"].late_s == 35 * 60
    assert overdue["mill"].place == STOPS[2]


def test_what_was_never_seen_is_as_late_as_its_start_is_overdue() -> None:
    assert legs(now_min=-600)["plant"].late_s == 0
    assert legs(now_min=25)["plant"].late_s == 25 * 60


def test_leaving_counts_from_when_it_should_have_left() -> None:
    trip = planned("S")
    start = msgspec.structs.replace(
        trip.shipment.stops[0], departure=Window(open_us=MONDAY_US, close_us=MONDAY_US + 10 * MINUTE_US)
    )
    shipment = msgspec.structs.replace(trip.shipment, stops=(start, *trip.shipment.stops[1:]))
    left = Actual(stop=0, arrived_us=MONDAY_US - 60 * MINUTE_US, departed_us=MONDAY_US + 12 * MINUTE_US)
    trip = msgspec.structs.replace(trip, shipment=shipment, actuals=(left, *trip.actuals[1:]))
    known = last_known(trip, MONDAY_US + 13 * MINUTE_US)
    assert known is not None
    assert (known.late_s, known.waiting) == (120, False)
