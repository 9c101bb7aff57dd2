"""Places are found by any name, know what they are inside, and positions find the innermost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.model import Place
from gateway.model import Tier
from gateway.places import PlaceIndex

YARD = ((52.3462, 10.5520), (52.3462, 10.5680), (52.3490, 10.5680), (52.3490, 10.5520))
PLANT = ((52.3415, 10.5500), (52.3415, 10.5700), (52.3495, 10.5700), (52.3495, 10.5500))


def place(code: str, **fields: object) -> Place:
    return Place.model_validate({"code": code, "name": code, "party": "P", "tier": Tier.OEM, **fields})


PLACES = PlaceIndex(
    [
        place("PLANT", polygon=PLANT, codes=("9521141000014",), party="OEM"),
        place("YARD", kind="yard", inside="PLANT", polygon=YARD),
        place("DOOR", kind="door", inside="YARD"),
        place("GATE", kind="gate", inside="PLANT"),
        place("PORT", tier=Tier.PORT, at=(53.50, 9.93), radius_m=800.0, codes=("DEHAM",)),
    ]
)


def test_a_place_is_found_by_its_code_and_by_each_alias_in_any_case() -> None:
    assert [found.code for name in ("PORT", "DEHAM", "deham", "port") if (found := PLACES.find(name))] == ["PORT"] * 4
    assert PLACES.find("DEHAN") is None


def test_an_unknown_name_is_answered_with_the_nearest_known_code() -> None:
    assert PLACES.nearest_code("DEHAN") == "PORT"
    assert PLACES.nearest_code("PLAMT") == "PLANT"
    assert PLACES.nearest_code("something else entirely") == ""


def test_a_code_beats_another_places_alias() -> None:
    index = PlaceIndex([place("A"), place("B", codes=("a",))])
    found = index.find("A"), index.find("a")
    assert [each.code for each in found if each] == ["A", "A"]


def test_being_at_a_door_is_being_at_all_places_around_it() -> None:
    assert PLACES.ancestors("DOOR") == ("YARD", "PLANT")
    assert PLACES.is_within("DOOR", "PLANT")
    assert PLACES.is_within("DOOR", "DOOR")
    assert not PLACES.is_within("PLANT", "DOOR")
    assert PLACES.site("DOOR") == "PLANT"
    assert PLACES.site("PORT") == "PORT"


def test_passing_a_gate_leads_to_what_it_opens_to() -> None:
    assert PLACES.beyond_gate("GATE") == "PLANT"
    assert PLACES.beyond_gate("DOOR") == "DOOR"


def test_between_places_and_places_long_gone_are_transit() -> None:
    assert PLACES.tier("PORT") is Tier.PORT
    assert PLACES.tier("") is Tier.TRANSIT
    assert PLACES.tier("GONE") is Tier.TRANSIT
    assert PLACES.owner("PLANT") == "OEM"
    assert (PLACES.owner("GONE"), PLACES.kind("GONE"), PLACES.ancestors("GONE")) == ("", "", ())


def test_a_circle_of_inside_does_not_hang() -> None:
    index = PlaceIndex([place("A", inside="B"), place("B", inside="A")])
    assert index.ancestors("A") == ("B",)


def test_a_position_is_at_the_innermost_place_whose_fence_holds_it() -> None:
    assert PLACES.innermost_at(52.3475, 10.5600) == "YARD"
    assert PLACES.innermost_at(52.3430, 10.5600) == "PLANT"
    assert PLACES.innermost_at(53.5010, 9.9310) == "PORT"
    assert PLACES.innermost_at(52.0, 10.0) == ""


def test_a_door_without_fence_is_drawn_where_its_yard_is() -> None:
    assert PLACES.point("DOOR") == pytest.approx((52.3476, 10.5600))
    assert PLACES.point("PORT") == (53.50, 9.93)
    assert PLACES.point("GONE") is None


@given(lat=st.floats(-89, 89), lon=st.floats(-180, 180), radius_m=st.floats(10, 60_000))
def test_the_grid_finds_every_fence_that_holds_a_position(lat: float, lon: float, radius_m: float) -> None:
    index = PlaceIndex([place("HERE", at=(lat, lon), radius_m=radius_m)])
    for north, east in ((0.0, 0.0), (0.9, 0.0), (-0.9, 0.0), (0.0, 0.9), (0.0, -0.9)):
        near = lat + north * radius_m / 111_195, (lon + east * radius_m / 111_195 + 180) % 360 - 180
        if index.fence_distance_m("HERE", *near) <= 0:
            assert index.innermost_at(*near) == "HERE"
