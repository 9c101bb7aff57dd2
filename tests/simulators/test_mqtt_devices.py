"""The simulated MQTT devices: the real drivers, with the settings of config.yaml, read back what was sensed."""

from __future__ import annotations

import msgspec
import pytest

from device_drivers import impinj_iot, json_mqtt
from gateway.config.model import Device
from gateway.model import Fix, Measurement, Passage, Rejected, TagRead
from simulators.impinj_reader import tag_event
from simulators.json_device import JsonDevice
from simulators.world import Climate, Gate, Inspection, Position
from tests.simulators.worlds import demo_config, demo_world

AT_US = 1_800_000_123_456_000
EPC = bytes.fromhex("3156451FD400D20000000009")


def device(name: str) -> Device:
    return next(device for device in demo_config().devices if device.name == name)


def heard(device: Device, message: bytes) -> list[object]:
    settings = msgspec.convert(dict(device.settings), json_mqtt.Settings)
    decoder = json_mqtt.Decoder(settings)
    out = decoder.feed(message, AT_US, device.connect.removeprefix("mqtt:"))
    assert not [one for one in out if isinstance(one, Rejected)]
    return list(out)


def test_a_tracker_of_the_demo_says_its_position_as_its_settings_say() -> None:
    sensed = Position(at_us=AT_US, asset="TRL-1", lat=52.1234567, lon=-9.7654321, speed_mps=21.25, course_deg=359.5)
    (fix,) = heard(device("trk-1"), JsonDevice(device("trk-1")).position(sensed))
    assert isinstance(fix, Fix)
    assert (fix.lat, fix.lon, fix.course_deg, fix.seen_us) == (52.1234567, -9.7654321, 359.5, AT_US)
    assert fix.speed_mps == pytest.approx(21.25, abs=0.02)


def test_a_climate_sensor_says_values_and_words() -> None:
    sensed = Climate(at_us=AT_US, asset="TRL-3", temperature=-3.27, humidity=48.1, door_open=False, battery=86.5)
    measured = heard(device("cold-3"), JsonDevice(device("cold-3")).climate(sensed))
    values = {one.name: one.value for one in measured if isinstance(one, Measurement)}
    assert values == {"temperature": pytest.approx(-3.27), "humidity": 48.1, "door_open": False, "battery": 86.5}


@pytest.mark.parametrize("direction", ["in", "out"])
def test_a_gate_system_tells_passages_under_the_ports_other_name(direction: str) -> None:
    site = demo_world("calm").network.sites["PORT-HAMBURG"]
    sensed = msgspec.convert(
        {"at_us": AT_US, "asset": "TVWU3010018", "site": site.code, "direction": direction, "shipment": "SEA-01"}, Gate
    )
    (passage,) = heard(device("port-gate"), JsonDevice(device("port-gate")).gate(sensed, site))
    assert isinstance(passage, Passage)
    assert (passage.asset, passage.place, passage.direction) == ("TVWU3010018", "DEHAM", direction)
    assert (passage.shipment, passage.seen_us) == ("SEA-01", AT_US)


def test_an_inspection_means_nothing_to_the_gateway() -> None:
    site = demo_world("calm").network.sites["PORT-HAMBURG"]
    sensed = Inspection(at_us=AT_US, asset="MSKU1234567", site=site.code)
    assert heard(device("port-gate"), JsonDevice(device("port-gate")).inspection(sensed, site)) == []


@pytest.mark.parametrize(
    ("expression", "time"),
    [("t", "iso"), ("a.t | iso", "iso"), ("t | s", "s"), ("t | ms", "ms"), ("t | us", "us")],
)
def test_times_are_written_as_the_settings_read_them(expression: str, time: str) -> None:
    fields = {"lat": "y", "lon": "x", "speed_mps": "v | knots", "time": expression}
    written = {"name": "t", "driver": "json_mqtt", "connect": "mqtt:t", "asset": "TRL-1"}
    tracker = Device.model_validate(written | {"settings": {"yields": "fix", "fields": fields}})
    sensed = Position(at_us=AT_US, asset="TRL-1", lat=1.0, lon=2.0, speed_mps=10.0, course_deg=0.0)
    (fix,) = heard(tracker, JsonDevice(tracker).position(sensed))
    assert isinstance(fix, Fix)
    assert fix.seen_us == AT_US, time


def test_a_device_on_a_wildcard_has_no_topic_to_publish_to() -> None:
    with pytest.raises(ValueError, match="one topic"):
        JsonDevice(Device(name="t", driver="json_mqtt", connect="mqtt:fleet/+/position"))


def test_an_impinj_event_is_read_back() -> None:
    event = tag_event(hostname="r", epc=EPC, pc=0x3000, antenna=2, rssi_dbm=-61.3, seen_us=AT_US)
    (read,) = impinj_iot.Decoder(impinj_iot.Settings()).feed(event, AT_US)
    assert read == TagRead(epc=EPC, antenna=2, rssi_dbm=-61.3, pc=0x3000, seen_us=AT_US)
