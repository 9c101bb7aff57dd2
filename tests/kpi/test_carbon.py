"""CO2e by hand: tonnes, kilometres, factors; and what is not known."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from gateway.config.kpis import Carbon, ModeFactor, PartMass, Travel
from gateway.config.model import Place
from gateway.geo import haversine_m
from gateway.kpi.carbon import carbon_of, mass_of
from gateway.kpi.glec import DETOURS, FACTORS
from gateway.model import Leg, PartLine, Shipment, Stop, Tier, Window
from gateway.places import PlaceIndex

PLACES = PlaceIndex(
    [
        Place(code="A", name="A", party="X", tier=Tier.TIER1, at=(52.0, 10.0)),
        Place(code="PORT", name="Port", party="X", tier=Tier.PORT, at=(53.5, 10.0)),
        Place(code="B", name="B", party="X", tier=Tier.OEM, at=(40.7, -74.0)),
        Place(code="NOWHERE", name="?", party="X", tier=Tier.OEM),
    ]
)
WINDOW = Window(open_us=0, close_us=1)


def shipped(*stops: str, legs: tuple[Leg, ...] = (), parts: tuple[PartLine, ...] = (), units: int = 2) -> Shipment:
    return Shipment(
        shipment_id="S",
        stops=tuple(Stop(place=place, arrival=WINDOW) for place in stops),
        assets=("TRAILER", *(f"P{at}" for at in range(units))),
        parties={},
        created_us=0,
        parts=parts,
        legs=legs,
    )


STEEL = PartLine(number="4711", quantity=2.0, unit="TNE")
BOLTS = PartLine(number="0815", quantity=1000, unit="C62")


def test_a_leg_is_tonnes_by_kilometres_by_factor() -> None:
    found = carbon_of(shipped("A", "PORT", legs=(Leg(mode="road"),), parts=(STEEL,)), Carbon(), PLACES)
    km = haversine_m(52.0, 10.0, 53.5, 10.0) / 1000  # 166.8
    assert km == pytest.approx(166.79, abs=0.01)
    assert found.kg_co2e == pytest.approx(2 * km * 1.32 * 95 / 1000)
    assert found.legs[0].km == pytest.approx(km * 1.32)
    assert "GLEC" in found.legs[0].source


def test_legs_and_part_lines_each_have_their_share() -> None:
    legs = (Leg(mode="road"), Leg(mode="sea"))
    weighed = Carbon(parts=(PartMass(part="0815", kg=0.5),))
    found = carbon_of(shipped("A", "PORT", "B", legs=legs, parts=(STEEL, BOLTS)), weighed, PLACES)
    assert found.mass.lines == (2000.0, 500.0)
    assert [leg.mode for leg in found.legs] == ["road", "sea"]
    steel, bolts = found.lines
    assert steel is not None
    assert bolts is not None
    assert steel == pytest.approx(4 * bolts)
    assert found.kg_co2e == pytest.approx(steel + bolts)
    assert found.kg_co2e == pytest.approx(sum(leg.kg_co2e or 0 for leg in found.legs))


def test_without_the_mass_of_all_parts_there_is_no_number_and_it_says_so() -> None:
    found = carbon_of(shipped("A", "PORT", parts=(STEEL, BOLTS)), Carbon(), PLACES)
    assert found.kg_co2e is None
    assert found.tkm is None
    assert found.missing == ("mass",)
    assert found.lines == (None, None)
    assert found.mass.lines == (2000.0, None)


def test_units_weigh_what_the_configuration_says_where_parts_do_not() -> None:
    mass = mass_of(shipped("A", "PORT", parts=(BOLTS,), units=3), Carbon(kg_per_unit=400.0))
    assert (mass.kg, mass.basis, mass.lines) == (1200.0, "units", (None,))


@pytest.mark.parametrize(("unit", "kg"), [("KGM", 7.0), ("TNE", 7000.0), ("GRM", 0.007), ("LTR", None), ("C62", None)])
def test_only_units_of_mass_weigh_something(unit: str, kg: float | None) -> None:
    mass = mass_of(shipped("A", "PORT", parts=(PartLine(number="N", quantity=7.0, unit=unit),)), Carbon())
    assert mass.kg == (None if kg is None else pytest.approx(kg))


@pytest.mark.parametrize(
    ("stops", "carbon", "missing"),
    [
        (("A", "NOWHERE"), {}, ("distance",)),
        (("A", "PORT"), {"unsaid_mode": ""}, ("mode",)),
        (("A", "NOWHERE"), {"unsaid_mode": ""}, ("mode",)),
    ],
)
def test_what_is_missing_is_named(stops: tuple[str, ...], carbon: dict[str, Any], missing: tuple[str, ...]) -> None:
    found = carbon_of(shipped(*stops, parts=(STEEL,)), Carbon(**carbon), PLACES)
    assert (found.kg_co2e, found.missing) == (None, missing)


def test_a_mode_that_was_assumed_says_so_and_own_factors_come_first() -> None:
    own = Carbon(factors=(ModeFactor(mode="road", g_per_tkm=50.0, source="measured"),))
    (leg,) = carbon_of(shipped("A", "PORT", parts=(STEEL,)), own, PLACES).legs
    assert (leg.assumed, leg.g_per_tkm, leg.source) == (True, 50.0, "measured")


def test_every_mode_has_a_factor_and_a_detour_with_its_source() -> None:
    for mode in get_args(Travel):
        assert FACTORS[mode].g_per_tkm > 0
        assert FACTORS[mode].source
        assert DETOURS[mode].source
