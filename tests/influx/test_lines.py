"""Every value becomes exactly one point that reads back as what it was, whatever its texts hold."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.influx.lines import Entry, Lines, tag_text
from gateway.influx.schema import MEASUREMENTS, Form
from gateway.model import Delivery, LocationEvent, SensorEvent, StopState
from tests.influx.items import EPOCH_US, Chance
from tests.influx.line_parser import Point, parse_line, split_lines

PARTIES = {"DOCK-1": "OEM", "DOCK-2": "SUPPLIER"}
TIERS = {"DOCK-1": "oem", "DOCK-2": "tier1"}
LINES = Lines(site="site 1", parties=PARTIES, tiers=TIERS)
CASES = 10_000


def expected_fields(value: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {}
    types: dict[Form, tuple[type, ...]] = {
        Form.NUMBER: (int, float),
        Form.INTEGER: (int,),
        Form.FLAG: (bool,),
        Form.TEXT: (str,),
    }
    for column in MEASUREMENTS[type(value)].columns:
        said = column.value(value)
        if column.form is Form.TAG or said is None or said == "" or not isinstance(said, types[column.form]):
            continue
        if column.form is Form.FLAG or not isinstance(said, bool):
            found[column.name] = said
    return found


def expected_tags(value: Entry) -> dict[str, str]:
    found = {"site": "site 1"}
    for column in MEASUREMENTS[type(value)].columns:
        if column.form is Form.TAG and column.value(value):
            found[column.name] = tag_text(str(column.value(value)))
    if not isinstance(value, Delivery) and (party := PARTIES.get(getattr(value, "place", ""))):
        found["party"] = party
    if isinstance(value, StopState) and (tier := TIERS.get(value.place)):
        found["tier"] = tier
    return found


def test_lines_for_a_party_carry_it_and_no_other() -> None:
    """Grafana's data source of a party is refused where it shows another; whose the place is, is not its matter."""
    lines, chance = Lines(site="here", parties=PARTIES, tiers=TIERS, party="CARRIER"), Chance(9, hostile=False)
    for number in range(200):
        value = chance.entry()
        if not isinstance(value, Delivery):
            assert dict(parse_line(lines.line(number, value)).tags)["party"] == "CARRIER"


def test_ten_thousand_hostile_values_each_read_back_as_one_point() -> None:
    seed = random.randrange(2**32)
    chance = Chance(seed, hostile=True)
    for number in range(CASES):
        value = chance.entry()
        line = LINES.line(number, value)
        assert split_lines(line + b"\n" + line) == [line, line], f"seed {seed}, case {number}"
        point = parse_line(line)
        assert point.measurement == MEASUREMENTS[type(value)].name
        assert dict(point.fields) == expected_fields(value), f"seed {seed}, case {number}"
        assert dict(point.tags) == expected_tags(value), f"seed {seed}, case {number}"


@given(text=st.text(st.characters(codec="utf-8")))
def test_any_text_is_kept_in_a_field(text: str) -> None:
    event = Chance(1, hostile=False).sensor()
    event = SensorEvent(
        **{name: getattr(event, name) for name in event.__struct_fields__ if name not in ("asset", "value")},
        asset=text,
        value=text,
    )
    fields = dict(parse_line(LINES.line(1, event)).fields)
    assert (fields.get("asset", ""), fields.get("text", "")) == (text, text)


def test_values_at_one_microsecond_are_a_million_points() -> None:
    value = arrival()
    times = {parse_line(LINES.line(number, value)).time_ns for number in range(1, 1_000_001, 97)}
    assert len(times) == len(range(1, 1_000_001, 97))
    assert {time // 1_000_000 for time in times} == {EPOCH_US // 1000}


def test_the_same_value_and_number_are_the_same_line() -> None:
    assert LINES.line(12, arrival()) == LINES.line(12, arrival())
    assert LINES.line(12, arrival()) != LINES.line(13, arrival())


@pytest.mark.parametrize(
    ("value", "field", "stored"),
    [(3, "value", 3.0), (2.5, "value", 2.5), (True, "state", True), ("open", "text", "open")],
)
def test_a_sensor_value_has_a_field_for_its_type(value: Any, field: str, stored: object) -> None:
    fields = dict(sensor(value).fields)
    assert fields.keys() & {"value", "state", "text"} == {field}
    assert fields[field] == stored
    assert type(fields[field]) is type(stored)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), ""])
def test_a_value_without_a_word_for_it_leaves_the_point_and_no_value(value: object) -> None:
    fields = dict(sensor(value).fields)
    assert fields.keys() & {"value", "state", "text"} == set()
    assert fields["event_id"] == "e"


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("plain-1", "plain-1"),
        ("a,b c=d", "a,b c=d"),
        ("urn:epc:id:sgtin:1.2.a%2Fb", "urn:epc:id:sgtin:1.2.a%2Fb"),
        ("two\nlines", "two%0Alines"),
        ("ends in\\", "ends in%5C"),
        ("both\\%", "both%5C%25"),
    ],
)
def test_a_tag_keeps_its_text_where_line_protocol_can_say_it(value: str, stored: str) -> None:
    event = SensorEvent(
        event_id="e", asset="a", name=value, value=1.0, device="d", at_us=1, received_us=1, recorded_us=1
    )
    assert dict(parse_line(LINES.line(1, event)).tags)["name"] == stored


def test_names_are_plain_and_no_tag_is_also_a_field() -> None:
    for measurement in MEASUREMENTS.values():
        tags, fields = measurement.names(Form.TAG), measurement.names(*set(Form) - {Form.TAG})
        assert len({*tags, *fields, "site", "party", "time"}) >= len(tags) + len(fields) + 2
        assert all(name.isidentifier() for name in (*tags, *fields, measurement.name))


def arrival() -> LocationEvent:
    chance = Chance(7, hostile=False)
    event = chance.location()
    return LocationEvent(
        **{name: getattr(event, name) for name in event.__struct_fields__ if name != "at_us"}, at_us=EPOCH_US
    )


def sensor(value: Any) -> Point:
    event = SensorEvent(
        event_id="e", asset="a", name="n", value=value, device="d", at_us=1, received_us=1, recorded_us=1
    )
    return parse_line(LINES.line(1, event))
