"""Nothing of others in what anybody is told, over random ownership: ten thousand worlds in the long form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.access import Estate, Sight, Told
from gateway.config.model import Config, Device, Party, Place, Site
from gateway.model import (
    Ack,
    Alert,
    AlertState,
    AtRisk,
    Impact,
    PartLine,
    Severity,
    Shipment,
    Stop,
    Tier,
    Window,
)

CODES = tuple(f"PTY{number}" for number in range(6))
PLACES = tuple(f"PLC{number}" for number in range(6))
TIERS = (Tier.TIER1, Tier.TIER2, Tier.TIER3, Tier.OEM, Tier.TRANSIT)
ROLES = ("shipper", "consignee", "carrier", "next_tier", "forwarder")
PART, STOCK_US, SHIPMENT = "PART-SECRET", 7_777_777_777, "SHIP-SECRET"


@dataclass(frozen=True)
class World:
    """Who owns what, and one alert of one shipment in it."""

    tiers: Mapping[str, Tier]
    owners: Mapping[str, str]  # of places
    alert: Alert
    plan: Shipment

    @property
    def estate(self) -> Estate:
        return Estate(
            Config(
                site=Site(operator=CODES[0]),
                parties=tuple(Party(code=code, name=f"Name of {code}", tier=self.tiers[code]) for code in CODES),
                places=tuple(Place(code=code, name=code, party=self.owners[code], tier=Tier.TIER1) for code in PLACES),
                devices=tuple(Device(name=f"DEV{p}", driver="m100", connect="tcp://h:1", place=p) for p in PLACES),
            )
        )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    parties = st.sampled_from(CODES)
    owners = {place: draw(parties) for place in PLACES}
    roles = draw(st.dictionaries(st.sampled_from(ROLES), parties, min_size=1, max_size=4))
    stops = draw(st.lists(st.sampled_from(PLACES), min_size=2, max_size=4, unique=True))
    about = draw(st.booleans())  # the alert is about a shipment
    place = draw(st.sampled_from((*PLACES, "")))
    told = draw(st.sets(parties, min_size=1)) | (set(roles.values()) if about else set())
    words = draw(st.permutations([*CODES, *(f"Name of {code}" for code in CODES), *PLACES, SHIPMENT, PART]))
    kind = draw(st.sampled_from(("shipment", "stay", "load", "device")))
    subjects = {"shipment": SHIPMENT, "stay": f"TRL@{place}", "load": f"TRL@{place}", "device": f"DEV{place}"}
    window = Window(open_us=0, close_us=1)
    plan = Shipment(
        shipment_id=SHIPMENT,
        stops=tuple(Stop(place=code, arrival=window, departure=window) for code in stops),
        assets=("TRL",),
        parties=roles,
        created_us=0,
        contents=PART,
        parts=(PartLine(number=PART),),
    )
    alert = Alert(
        alert_id="al",
        rule="r",
        subject=f"{kind}:{subjects[kind] if about or kind != 'shipment' else ''}",
        state=AlertState.OPEN,
        severity=Severity.INFO,
        reason="r",
        text=", ".join(words if about else words[:0]) + draw(st.sampled_from((".", ":", ""))),
        ended_text="; ".join(reversed(words)) if about else "",
        raised_us=0,
        recorded_us=0,
        shipment=SHIPMENT if about else "",
        asset="TRL",
        place=place,
        lane=plan.lane if about else "",
        device=f"DEV{place}" if kind == "device" else "",
        parties=tuple(sorted(told)),
        roles=roles if about else {},
        acks=tuple(Ack(party=code, at_us=0, by=f"Name of {code}") for code in sorted(told)),
        within=tuple(stops) if about else (),
        impact=Impact(
            places=tuple(stops), parts=tuple(AtRisk(part=PART, place=code, runs_out_us=STOCK_US) for code in stops)
        )
        if about
        else None,
    )
    return World({code: draw(st.sampled_from(TIERS)) for code in CODES}, owners, alert, plan)


def check(world: World) -> None:
    estate = world.estate
    told = Told(estate)
    for party in CODES:
        view = told(party, world.alert)
        if party == CODES[0]:
            assert view is world.alert
        elif party not in world.alert.parties:
            assert view is None
        else:
            assert view is not None
            check_alert(world, party, view)
        check_plan(world, party, estate)


def check_alert(world: World, party: str, view: Alert) -> None:
    alert, said = world.alert, msgspec.json.encode(view).decode()
    roles = {role for role, other in alert.roles.items() if other == party}
    own = {place for place, owner in world.owners.items() if owner == party}
    known = {party, CODES[0], *(alert.roles.values() if roles else ())}
    known |= {world.owners.get(alert.place, "")} if not alert.shipment else set()
    if world.tiers[party] is not Tier.OEM:
        assert [code for code in CODES if code in said and code not in known] == []
    if alert.shipment and not roles:
        assert SHIPMENT not in said
        assert [place for place in PLACES if place in said and place not in own] == []
    if roles and roles <= {"carrier", "forwarder"}:
        assert PART not in said or own.intersection(alert.within)
    shown = {part.place for part in view.impact.parts if part.runs_out_us} if view.impact else set()
    assert shown <= own
    if alert.device and alert.place not in own:
        assert alert.device not in said
    assert view.alert_id == alert.alert_id
    assert party in view.parties


def check_plan(world: World, party: str, estate: Estate) -> None:
    viewer = estate.viewer(party)
    assert viewer is not None
    view = Sight(viewer=viewer, estate=estate).shipment_as(world.plan)
    roles = {role for role, other in world.plan.parties.items() if other == party}
    assert (view is None) == (not roles and not viewer.operator)
    if view is not None and not viewer.operator:
        assert (PART in msgspec.json.encode(view).decode()) == bool(roles - {"carrier", "forwarder"})


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_nothing_of_others_is_told(world: World) -> None:
    check(world)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_nothing_of_others_is_told_in_ten_thousand_worlds(world: World) -> None:
    check(world)
