"""Teltonika over MQTT: the captured message, and how odd fields are taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.teltonika_io import Element
from device_drivers.teltonika_mqtt import Decoder, Settings
from gateway.model import Fix, Measurement, Notice, Output, Rejected

TOPIC = "teltonika/864636060329170/data"
ASSET = "imei:864636060329170"


def record(**fields: Any) -> dict[str, Any]:
    return {"state": {"reported": {"ts": 1_769_610_760_000, "latlng": "55.661378,12.584098", "sat": 9, **fields}}}


def decode(*messages: Any, topic: str = TOPIC, **settings: Any) -> list[Output]:
    decoder = Decoder(Settings(**settings))
    return [output for message in messages for output in decoder.feed(json.dumps(message).encode(), 0, topic)]


def test_the_captured_message(shared_fixtures: Path) -> None:
    (row,) = map(json.loads, (shared_fixtures / "devices/trackers/teltonika_mqtt.jsonl").read_text().split("\n\n")[:1])
    want = row["expected"]
    fix, ignition, movement = decode(row["payload"], topic=row["topic"], stale_positions=True)
    assert isinstance(fix, Fix)
    assert (fix.lat, fix.lon, fix.seen_us) == (want["lat"], want["lon"], want["time_ms"] * 1000)
    assert (fix.satellites, fix.speed_mps, fix.asset) == (0, None, ASSET)
    assert isinstance(ignition, Measurement)
    assert isinstance(movement, Measurement)
    assert (ignition.name, ignition.value) == ("ignition", bool(want["ignition_io239"]))
    assert (movement.name, movement.value) == ("movement", False)


def test_without_satellites_there_is_no_position_unless_stale_ones_are_taken() -> None:
    out = decode(record(sat=0), record(sat=0), record(), record(sat=0, latlng="0,0"))
    assert [one.name if isinstance(one, Notice) else "a fix" for one in out] == ["no_fix", "fix", "a fix", "no_fix"]
    assert [type(one) for one in decode(record(sat=0, latlng="0.0,0.0"), stale_positions=True)] == [Notice]


def test_a_message_that_does_not_say_satellites_is_believed() -> None:
    message = record()
    del message["state"]["reported"]["sat"]
    assert [type(one) for one in decode(message)] == [Fix]


def test_south_west_and_units() -> None:
    (fix,) = decode(record(latlng="-33.965601, -70.835788", sp=72, ang=181, alt=-6))
    assert fix == Fix(
        lat=-33.965601,
        lon=-70.835788,
        seen_us=1_769_610_760_000_000,
        speed_mps=20.0,
        course_deg=181.0,
        alt_m=-6.0,
        satellites=9,
        asset=ASSET,
    )


def test_elements_that_are_no_numbers_or_unknown_are_left_out() -> None:
    out = decode(record(**{"21": 4, "25": -1820, "26": 32_767, "72": 215, "239": "1", "240": True, "evt": 240, "²": 1}))
    assert [(one.name, one.value) for one in out if isinstance(one, Measurement)] == [
        ("gsm_signal", 4.0),
        ("temperature_1", -18.2),
    ]
    out = decode(record(**{"72": 215}), io={"72": Element(name="probe", scale=0.1, unit="CEL")})
    assert [(one.name, one.value) for one in out if isinstance(one, Measurement)] == [("probe", 21.5)]


def test_trackers_are_told_apart_by_their_topics() -> None:
    decoder = Decoder(Settings())
    first = decoder.feed(json.dumps(record(sat=0)).encode(), 0, TOPIC)
    second = decoder.feed(json.dumps(record(sat=0)).encode(), 0, TOPIC.replace("864", "123"))
    assert [one.text for one in first + second if isinstance(one, Notice)] == [
        f"{ASSET} has no position",
        f"{ASSET.replace('864', '123')} has no position",
    ]


@pytest.mark.parametrize(
    "message",
    [
        *([], {}, {"state": 1}, {"state": {"reported": []}}, record(ts=-1), record(ts=2**63), record(latlng="91,0")),
        *(record(latlng="north"), record(latlng=[1, 2]), record(sat=-1), record(ang=400)),
    ],
)
def test_bad_messages_are_rejected(message: Any) -> None:
    (rejected,) = decode(message)
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "field"
