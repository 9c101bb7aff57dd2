"""What changed between two versions of a plan: every field that differs, and none that does not."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Leg, PartLine, Shipment, Stop, Window
from gateway.plans.changes import Change, changes

PLAN = Shipment(
    shipment_id="S-1",
    stops=(
        Stop(place="A", departure=Window(open_us=10, close_us=20)),
        Stop(place="B", arrival=Window(open_us=30, close_us=40)),
    ),
    assets=("TRL-1", "P-1"),
    parties={"shipper": "T1", "consignee": "OEM"},
    created_us=1,
    parts=(PartLine(number="X", quantity=4, unit="C62", within="P-1"),),
)


def with_(**fields: object) -> Shipment:
    return msgspec.structs.replace(PLAN, **fields)


def told(after: Shipment, before: Shipment = PLAN) -> list[tuple[str, object, object]]:
    return [(change.field, change.before, change.after) for change in changes(before, after)]


def test_when_it_was_sent_is_no_change_of_it() -> None:
    assert told(with_(created_us=99)) == []


def test_times_are_told_one_by_one() -> None:
    later = Window(open_us=30, close_us=45, hard_close_us=50, tolerance_s=60)
    assert told(with_(stops=(PLAN.stops[0], Stop(place="B", arrival=later)))) == [
        ("stops[1].arrival.close_us", 40, 45),
        ("stops[1].arrival.hard_close_us", None, 50),
        ("stops[1].arrival.tolerance_s", 0, 60),
    ]


def test_another_stop_and_its_leg_are_told() -> None:
    after = with_(stops=(*PLAN.stops, Stop(place="C")), legs=(Leg(mode="sea"), Leg()))
    assert ("stops[2].place", None, "C") in told(after)
    assert ("legs[0].mode", None, "sea") in told(after)


def test_assets_and_parts_are_put_in_or_taken_out_whatever_their_order() -> None:
    assert told(with_(assets=("P-1", "TRL-1"))) == []
    assert told(with_(assets=("TRL-1", "P-2"))) == [("assets", "P-1", None), ("assets", None, "P-2")]
    more = (PartLine(number="X", quantity=1, unit="C62", within="P-1"), *PLAN.parts, PartLine(number="Y"))
    assert told(with_(parts=more)) == [("parts.X C62 in P-1", 4, 5), ("parts.Y", None, "")]


def test_parties_are_told_by_role() -> None:
    assert told(with_(parties={"shipper": "T1", "carrier": "HAUL"})) == [
        ("parties.consignee", "OEM", None),
        ("parties.carrier", None, "HAUL"),
    ]


plans = st.builds(
    lambda assets, parties, close, contents: with_(
        assets=tuple(assets),
        parties=parties,
        contents=contents,
        stops=(PLAN.stops[0], Stop(place="B", arrival=Window(open_us=30, close_us=close))),
    ),
    st.lists(st.sampled_from(["A", "B", "C"]), unique=True).map(sorted),
    st.dictionaries(st.sampled_from(["shipper", "carrier"]), st.sampled_from(["X", "Y"])),
    st.integers(30, 33),
    st.sampled_from(["", "castings"]),
)


@given(plans, plans)
def test_changes_are_told_if_and_only_if_the_plans_differ_and_backwards_alike(one: Shipment, other: Shipment) -> None:
    forth, back = changes(one, other), changes(other, one)
    assert (forth == []) == (one == other)
    turned = [Change(field=change.field, before=change.after, after=change.before) for change in back]
    assert sorted(forth, key=repr) == sorted(turned, key=repr)
