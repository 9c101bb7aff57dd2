"""What is made from the default configuration alone."""

from __future__ import annotations

from gateway.assembly import decoder_makers, expected_devices, make_engine, site_names
from gateway.catalogue import catalogue
from gateway.config import load
from gateway.hearing import Hearing
from gateway.model import AlertState, DeviceState
from gateway.places import PlaceIndex
from gateway.walk.statements import API
from tests.conftest import ROOT

CONFIG = load(ROOT / "config.yaml", catalogue(), {})
PLACES = PlaceIndex(CONFIG.places)
DAY_US = 86_400_000_000


def test_every_device_is_expected_with_what_it_is_mounted_on() -> None:
    expected = {state.device: state for state in expected_devices(CONFIG, 5)}
    assert set(expected) == {device.name for device in CONFIG.devices}
    assert expected["trk-1"] == DeviceState(device="trk-1", place="", asset="TRL-1", known_us=5)
    doors = ("OEM-DOOR-1", "OEM-DOOR-2")
    assert expected["dock-1"] == DeviceState(device="dock-1", place="OEM-PLANT", asset="", known_us=5, sees=doors)


def test_each_connection_gets_a_decoder_of_its_own() -> None:
    makers = decoder_makers(CONFIG)
    assert set(makers) == {API, *(device.name for device in CONFIG.devices)}
    assert makers["dock-1"]() is not makers["dock-1"]()


def test_the_engine_asks_the_configured_rules() -> None:
    hearing = Hearing(expected_devices(CONFIG, 0), {})
    engine = make_engine(CONFIG, PLACES, hearing, subscriptions=())
    engine.restore(trips=(), stays=(), alerts=(), now_us=0)
    engine.advance(DAY_US)
    alerts = engine.drain().alerts
    assert {alert.subject for alert in alerts} == {f"device:{device.name}" for device in CONFIG.devices}
    assert {(alert.rule, alert.state) for alert in alerts} == {("silent-device", AlertState.OPEN)}


def test_any_spelling_of_a_named_asset_means_its_name() -> None:
    names = site_names(CONFIG, PLACES)
    assert names.asset_key("urn:epc:id:giai:9521141.1001") == names.asset_key("(8004)95211411001") == "TRL-1"
    assert names.party("HAUL") == "HAUL"
