"""What each party is told of an alert and of a shipment: by hand, in the cases that the defaults are made for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gateway.access import Estate, Sight, Told, completed, concerns
from gateway.config.model import Access, Config, Device, FieldRule, Grant, Party, Place, Site
from gateway.model import (
    Ack,
    Actual,
    Alert,
    AlertState,
    AtRisk,
    Impact,
    PartLine,
    Severity,
    Shelf,
    Shipment,
    Stop,
    Tier,
    Trip,
    Window,
)

HOUR = 3_600_000_000
PARTIES = {
    "OPER": ("Operator", Tier.TRANSIT),
    "OEM": ("Elbe Motors", Tier.OEM),
    "T1": ("Leine Seating", Tier.TIER1),
    "T2-A": ("Fulda Castings", Tier.TIER2),
    "T2-B": ("Werra Screws", Tier.TIER2),
    "HAUL": ("Quick Haulage", Tier.TRANSIT),
    "TOWER": ("Control Tower", Tier.TRANSIT),
}
LANE = "T2-A-WORKS>T1-WORKS"


def estate(*fields: FieldRule, grants: tuple[Grant, ...] = ()) -> Estate:
    return Estate(
        Config(
            site=Site(operator="OPER"),
            parties=tuple(Party(code=code, name=name, tier=tier) for code, (name, tier) in PARTIES.items()),
            places=(
                Place(code="T2-A-WORKS", name="A", party="T2-A", tier=Tier.TIER2),
                Place(code="HUB", name="Hub", party="T2-B", tier=Tier.CROSSDOCK),
                Place(code="T1-WORKS", name="T1", party="T1", tier=Tier.TIER1),
            ),
            devices=(Device(name="hub-door-3", driver="m100", connect="tcp://h:1", place="HUB"),),
            access=Access(grants=grants, fields=fields),
        )
    )


PLAN = Shipment(
    shipment_id="S-1",
    stops=(
        Stop(place="T2-A-WORKS", departure=Window(open_us=0, close_us=HOUR)),
        Stop(place="HUB", arrival=Window(open_us=2 * HOUR, close_us=3 * HOUR)),
        Stop(place="T1-WORKS", arrival=Window(open_us=4 * HOUR, close_us=5 * HOUR)),
    ),
    assets=("TRL-1",),
    parties={"shipper": "T2-A", "consignee": "T1", "carrier": "HAUL"},
    created_us=0,
    contents="brackets for seats",
    parts=(PartLine(number="4711-A", quantity=400.0),),
)
LATE = Alert(
    alert_id="al-1",
    rule="late",
    subject="shipment:S-1",
    state=AlertState.OPEN,
    severity=Severity.WARNING,
    reason="not_seen",
    text="S-1 was due at T1-WORKS, not seen since HUB; 4711-A is short, says T2-B (Werra Screws)",
    raised_us=HOUR,
    recorded_us=HOUR,
    shipment="S-1",
    asset="TRL-1",
    lane=LANE,
    parties=("HAUL", "T1", "T2-A", "T2-B"),
    roles=dict(PLAN.parties),
    acks=(Ack(party="T2-B", at_us=HOUR, by="Ms Werra"), Ack(party="T1", at_us=HOUR)),
    shelves=(Shelf(party="T2-B", until_us=HOUR),),
    impact=Impact(
        places=("HUB", "T1-WORKS"),
        tiers=(Tier.CROSSDOCK, Tier.TIER1),
        parts=(AtRisk(part="4711-A", place="T1-WORKS", quantity=400.0, runs_out_us=7 * HOUR),),
        expected_us=6 * HOUR,
    ),
)


def told(party: str, alert: Alert = LATE, at: Estate | None = None) -> Alert:
    view = Told(at or estate())(party, alert)
    assert view is not None
    return view


def text_of(value: object) -> str:
    return msgspec.json.encode(value).decode()


def test_the_operator_is_told_all_and_who_is_not_concerned_nothing() -> None:
    assert told("OPER") is LATE
    assert Told(estate())("TOWER", LATE) is None
    assert Told(estate())("NOBODY", LATE) is None


def test_the_shipper_does_not_read_who_else_is_told() -> None:
    view = told("T2-A")
    assert view.parties == ("HAUL", "T1", "T2-A")
    assert [ack.party for ack in view.acks] == ["T1"]
    assert view.shelves == ()
    assert view.text.endswith("4711-A is short, says another party (another party)")
    assert "Werra" not in text_of(view)


def test_an_oem_reads_all_names() -> None:
    alert = msgspec.structs.replace(LATE, parties=(*LATE.parties, "OEM"), roles={**LATE.roles, "next_tier": "OEM"})
    assert told("OEM", alert).parties == alert.parties
    assert "T2-B" in told("OEM", alert).text


def test_stock_is_its_owners_alone() -> None:
    impacts = {party: told(party).impact for party in ("T1", "T2-A", "OPER")}
    assert {party: impact and impact.runs_out_us for party, impact in impacts.items()} == {
        "T1": 7 * HOUR,
        "T2-A": None,
        "OPER": 7 * HOUR,
    }


def test_the_configuration_widens() -> None:
    wider = estate(FieldRule(show=("stock",), tiers=(Tier.TIER2,), lanes=(LANE,)))
    impact = told("T2-A", at=wider).impact
    assert impact is not None
    assert impact.runs_out_us == 7 * HOUR


def test_a_carrier_drives_and_does_not_read_what_is_inside() -> None:
    view = told("HAUL")
    assert "4711" not in text_of(view)
    assert "a part is short" in view.text
    plan = Sight(viewer=viewer("HAUL"), estate=estate()).shipment_as(PLAN)
    assert plan is not None
    assert (plan.parts, plan.contents) == ((), "")
    assert plan.stops == PLAN.stops


@pytest.mark.parametrize("role", ["carrier", "carrier_2", "Carrier 2", "forwarder"])
def test_a_second_carrier_is_one_too(role: str) -> None:
    plan = msgspec.structs.replace(PLAN, parties={"shipper": "T2-A", "consignee": "T1", role: "HAUL"})
    seen = Sight(viewer=viewer("HAUL"), estate=estate()).shipment_as(plan)
    assert seen is not None
    assert seen.parts == ()


def test_who_is_consignee_as_well_reads_what_comes() -> None:
    plan = msgspec.structs.replace(PLAN, parties={"shipper": "T2-A", "consignee": "T1", "carrier": "T1"})
    assert Sight(viewer=viewer("T1"), estate=estate()).shipment_as(plan) == plan


def test_the_owner_of_the_place_sees_what_is_there_and_not_on_whose_shipment() -> None:
    dwell = msgspec.structs.replace(
        LATE, subject="stay:TRL-1@HUB", place="HUB", tier=Tier.CROSSDOCK, text="TRL-1 of S-1 stands at HUB for T1-WORKS"
    )
    view = told("T2-B", dwell)
    assert (view.shipment, view.lane, view.roles, view.impact) == ("", "", {}, None)
    assert (view.place, view.asset, view.subject) == ("HUB", "TRL-1", "stay:TRL-1@HUB")
    assert view.text == "TRL-1 of a shipment stands at HUB for another place"
    assert view.parties == ("T2-B",)


def test_a_loads_text_lists_goods_of_others_and_is_not_for_the_door_alone() -> None:
    load = msgspec.structs.replace(
        LATE, subject="load:TRL-1@HUB", place="HUB", reason="wrong_trailer", text="TRL-1 with SSCC-9 (for TRL-7)"
    )
    assert told("T2-B", load).text == "The load of a trailer at HUB is not as planned"
    assert told("T2-A", load).text == load.text


def test_a_silent_reader_is_told_without_the_names_of_all_who_wait_for_it() -> None:
    silent = Alert(
        **{
            name: getattr(LATE, name)
            for name in ("alert_id", "rule", "state", "severity", "raised_us", "recorded_us", "parties")
        },
        subject="device:hub-door-3",
        reason="silent",
        text="hub-door-3 at HUB has not been heard for 10 min.",
        device="hub-door-3",
        place="HUB",
    )
    view = told("T2-A", silent)
    assert view.text == "a device at HUB has not been heard for 10 min."
    assert (view.parties, view.device, view.subject) == (("T2-A", "T2-B"), "", "device:")
    assert told("T2-B", silent).device == "hub-door-3"


def test_a_hidden_route_keeps_the_own_stop_alone() -> None:
    at = estate(FieldRule(hide=("route",), roles=("shipper",)))
    look = Sight(viewer=viewer("T2-A", at), estate=at)
    trip = look.trip_as(Trip(shipment=PLAN, actuals=tuple(Actual(stop=i, arrived_us=i * HOUR) for i in range(3))))
    assert trip is not None
    assert [stop.place for stop in trip.shipment.stops] == ["T2-A-WORKS", "", ""]
    assert trip.shipment.lane == "T2-A-WORKS>"
    assert [actual.arrived_us for actual in trip.actuals] == [0, None, None]
    view = told("T2-A", at=at)
    assert (view.lane, view.impact and view.impact.places) == ("T2-A-WORKS>", ())
    assert "HUB" not in text_of(view)
    assert "T1-WORKS" not in text_of(view)


def test_a_control_tower_sees_the_lane_that_it_is_granted() -> None:
    at = estate(grants=(Grant(party="TOWER", lanes=(LANE,)),))
    tower = viewer("TOWER", at)
    assert concerns(tower, PLAN)
    assert at.watchers(LANE) == ["TOWER"]
    assert not concerns(tower, msgspec.structs.replace(PLAN, stops=PLAN.stops[1:]))
    view = told("TOWER", msgspec.structs.replace(LATE, parties=(*LATE.parties, "TOWER")), at)
    assert (view.shipment, view.parties) == ("S-1", ("HAUL", "T1", "T2-A", "TOWER"))


def test_a_carrier_that_mends_a_plan_does_not_wipe_what_it_cannot_read() -> None:
    sent = msgspec.structs.replace(PLAN, parts=(), contents="", assets=("TRL-2",))
    kept = completed(sent, PLAN, viewer("HAUL"), estate())
    assert (kept.assets, kept.parts, kept.contents) == (("TRL-2",), PLAN.parts, PLAN.contents)
    assert completed(sent, PLAN, viewer("T2-A"), estate()) == sent


def test_the_same_alert_gives_the_same_view() -> None:
    views = Told(estate())
    assert views("T2-A", LATE) is views("T2-A", LATE)
    assert views("T2-A", msgspec.structs.replace(LATE, text="otherwise")) is not views("T2-A", LATE)


def viewer(party: str, at: Estate | None = None) -> Any:
    found = (at or estate()).viewer(party)
    assert found is not None
    return found
