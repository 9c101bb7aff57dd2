"""Who, where and when: each reading resolves, or says why not."""

from __future__ import annotations

import json

import pytest

from gateway.config.model import Config
from gateway.device_clock import GPS_ERA_US
from gateway.identity import encode
from gateway.model import (
    AssetKind,
    Fix,
    Label,
    Measurement,
    Notice,
    Observation,
    Passage,
    Quarantined,
    Reading,
    TagRead,
)
from gateway.resolve import Resolver

NOW = 1_763_800_000_000_000
SECOND, DAY = 1_000_000, 86_400_000_000
SGTIN = bytes.fromhex("3034257BF400B7800004CB2F")
SGTIN_URI = "urn:epc:id:sgtin:0614141.000734.314159"
SGLN = bytes.fromhex("3214257BF446072000000190")

CONFIG = Config.model_validate(
    {
        "places": (
            {"code": "PLANT", "name": "Plant", "party": "OEM", "tier": "oem", "codes": ("9521141000014",)},
            {"code": "DOOR-1", "name": "Door", "party": "OEM", "tier": "oem", "kind": "door", "inside": "PLANT"},
        ),
        "devices": (
            {"name": "dock", "driver": "llrp", "connect": "tcp://127.0.0.1:5084"},
            {"name": "hall", "driver": "m100", "connect": "serial:///dev/x", "place": "PLANT"},
            {"name": "scanner", "driver": "scanner", "connect": "serial:///dev/s", "place": "PLANT"},
            {"name": "roof", "driver": "m100", "connect": "serial:///dev/y"},
            {"name": "gps-7", "driver": "nmea", "connect": "serial:///dev/z", "asset": "TRL-1"},
            {"name": "86712345", "driver": "nmea", "connect": "serial:///dev/w"},
        ),
        "read_points": (
            {"name": "door-1", "place": "DOOR-1", "device": "dock", "antennas": (1, 2)},
            {"name": "out", "place": "PLANT", "device": "dock", "antennas": (4,), "passing": "out"},
        ),
        "assets": (
            {"name": "TRL-1", "ids": ("tracker-1", "urn:epc:id:giai:9521141.1001")},
            {"name": "RACK", "kind": "rti", "ids": ("E28011052000", SGTIN_URI)},
            {"name": "TRL-9", "ids": ("86712345",)},
        ),
    },
    strict=False,
)
RESOLVER = Resolver(CONFIG)


def seen(device: str, reading: Reading) -> Observation:
    answer = RESOLVER.resolve(device, reading, NOW)
    assert isinstance(answer, Observation), answer
    return answer


def refused(device: str, reading: Reading) -> Quarantined:
    answer = RESOLVER.resolve(device, reading, NOW)
    assert isinstance(answer, Quarantined), answer
    assert json.loads(answer.data)["type"]  # kept as it was read
    assert (answer.source, answer.stage, answer.received_us) == (device, "resolve", NOW)
    return answer


# --- who -----------------------------------------------------------------------------------------


def test_a_tag_is_known_by_its_pure_identity() -> None:
    sscc = bytes.fromhex("3114257BF4499602D2000000")
    assert seen("dock", TagRead(epc=sscc, antenna=1)).asset == "urn:epc:id:sscc:0614141.1234567890"
    assert seen("dock", TagRead(epc=sscc, antenna=1)).kind is AssetKind.PALLET


def test_a_tag_listed_by_its_identity_or_its_hex_is_the_named_asset() -> None:
    by_identity = seen("dock", TagRead(epc=SGTIN, antenna=1))
    by_hex = seen("dock", TagRead(epc=bytes.fromhex("E28011052000"), antenna=1))
    assert (by_identity.asset, by_identity.kind) == (by_hex.asset, by_hex.kind) == ("RACK", AssetKind.RTI)


def test_a_label_is_known_by_its_key_or_listed_by_its_text() -> None:
    for text in ("]C100095211414900007548", "(00)095211414900007548"):
        scan = seen("scanner", Label(text=text))
        assert (scan.kind, scan.place) == (AssetKind.PALLET, "PLANT")
        assert scan.asset.endswith("095211414900007548")
    assert seen("scanner", Label(text="tracker-1")).asset == "TRL-1"
    assert seen("scanner", Label(text="no such form")).kind is AssetKind.OTHER


def test_a_scan_where_nothing_is_configured_or_of_nothing_says_so() -> None:
    assert refused("roof", Label(text="A")).reason == "no_read_point"
    assert refused("dock", Label(text="A")).reason == "unknown_antenna"
    assert refused("scanner", Label(text="\x1d ")).reason == "empty_label"
    assert refused("nobody", Label(text="A")).reason == "unknown_device"


def test_a_tag_that_does_not_decode_is_kept_under_its_bytes() -> None:
    assert seen("dock", TagRead(epc=b"\xad\x99\x01\x02", antenna=1)).asset == "urn:tierview:raw:AD990102"


def test_a_tag_on_a_place_does_not_travel() -> None:
    assert RESOLVER.resolve("dock", TagRead(epc=SGLN, antenna=1), NOW) is None


def test_a_position_is_of_who_the_payload_says_else_of_what_the_receiver_is_bolted_to() -> None:
    assert seen("gps-7", Fix(lat=52, lon=10)).asset == "TRL-1"
    assert seen("gps-7", Fix(lat=52, lon=10, asset="TRL-2")).asset == "TRL-2"
    assert seen("roof", Fix(lat=52, lon=10, asset="tracker-1")).asset == "TRL-1"
    assert seen("86712345", Fix(lat=52, lon=10)).asset == "TRL-9"


def test_the_kind_of_a_name_comes_from_the_configuration_then_its_uri_then_its_reading() -> None:
    assert seen("tms", Passage(asset="TRL-1", place="PLANT", direction="in")).kind is AssetKind.TRAILER
    sscc = "urn:epc:id:sscc:0614141.1234567890"
    assert seen("wms", Passage(asset=sscc, place="PLANT", direction="in")).kind is AssetKind.PALLET
    assert seen("tms", Passage(asset="B-XY 12", place="PLANT", direction="in")).kind is AssetKind.TRAILER
    assert seen("roof", Measurement(name="temperature", value=4.0, asset="box")).kind is AssetKind.OTHER


def test_a_sensor_on_a_wall_speaks_for_its_place() -> None:
    wall = seen("hall", Measurement(name="humidity", value=40))
    assert (wall.asset, wall.place) == ("hall", "PLANT")


@pytest.mark.parametrize("reading", [Fix(lat=52, lon=10), Measurement(name="t", value=1)])
def test_a_reading_that_names_nobody_is_refused(reading: Reading) -> None:
    assert refused("roof", reading).reason == "unknown_asset"


def test_an_input_that_nothing_is_wired_to_tells_of_nothing() -> None:
    assert RESOLVER.resolve("dock", Measurement(name="gpi_3", value=False), NOW) is None
    assert seen("hall", Measurement(name="gpi_3", value=False)).place == "PLANT"


def test_a_notice_tells_of_no_asset() -> None:
    assert RESOLVER.resolve("dock", Notice(name="buffer_overflow"), NOW) is None


# --- where ---------------------------------------------------------------------------------------


def test_an_antenna_stands_for_its_read_point() -> None:
    inward, outward = (seen("dock", TagRead(epc=SGTIN, antenna=antenna)) for antenna in (2, 4))
    assert (inward.read_point, inward.place, inward.direction) == ("door-1", "DOOR-1", "")
    assert (outward.read_point, outward.place, outward.direction) == ("out", "PLANT", "out")


def test_a_reader_without_read_points_reads_at_the_place_it_is_mounted() -> None:
    there = seen("hall", TagRead(epc=SGTIN, antenna=3))
    assert (there.read_point, there.place) == ("", "PLANT")


def test_an_unknown_antenna_is_refused_with_the_known_ones() -> None:
    answer = refused("dock", TagRead(epc=SGTIN, antenna=7))
    assert answer.reason == "unknown_antenna"
    assert answer.text == "dock sent antenna 7; its read points have antennas 1, 2, 4"


def test_a_reader_that_is_nowhere_and_one_that_nobody_knows_are_refused() -> None:
    assert refused("roof", TagRead(epc=SGTIN)).reason == "no_read_point"
    assert refused("stranger", TagRead(epc=SGTIN)).reason == "unknown_device"
    assert refused("stranger", Fix(lat=1, lon=1)).reason == "unknown_device"


def test_a_passage_finds_its_place_by_alias() -> None:
    passage = seen("gate-system", Passage(asset="TRL-1", place="9521141000014", direction="out"))
    assert (passage.place, passage.direction) == ("PLANT", "out")


def test_a_passage_of_an_unknown_place_is_refused_with_the_nearest_code() -> None:
    answer = refused("tms", Passage(asset="TRL-1", place="DOR-1", direction="in"))
    assert answer.reason == "unknown_place"
    assert "'DOR-1'" in answer.text
    assert "'DOOR-1'" in answer.text


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_an_impossible_position_is_refused(lat: float, lon: float) -> None:
    assert refused("gps-7", Fix(lat=lat, lon=lon)).reason == "impossible_position"


# --- when (FAULTS F11) -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen_us", "at_us", "time_fixed"),
    [
        (None, NOW, ""),  # no clock at all: nothing to repair
        (NOW - 3600 * SECOND, NOW - 3600 * SECOND, ""),  # stored on the way and sent on
        (NOW + 120 * SECOND, NOW + 120 * SECOND, ""),
        (NOW + 121 * SECOND, NOW, "future"),
        (NOW + DAY, NOW, "future"),
        (2**31 * SECOND, NOW, "future"),  # 2038
        (NOW - 30 * DAY, NOW - 30 * DAY, ""),
        (NOW - 31 * DAY, NOW, "ancient"),
        (NOW - GPS_ERA_US, NOW, "gps_week"),
        (NOW - GPS_ERA_US - DAY, NOW - DAY, "gps_week"),
        (NOW - GPS_ERA_US - 5 * SECOND, NOW - 5 * SECOND, "gps_week"),
        (NOW - 2 * GPS_ERA_US, NOW, "gps_week"),
        (NOW - GPS_ERA_US + DAY, NOW + 120 * SECOND, "gps_week"),  # corrected, but never far ahead
        (NOW - GPS_ERA_US - 2 * DAY, NOW, "ancient"),
        (0, NOW, "no_clock"),
        (12 * SECOND, NOW, "no_clock"),  # seconds since the reader was switched on
        (-5, NOW, "no_clock"),
    ],
)
def test_a_device_clock_is_believed_or_repaired(seen_us: int | None, at_us: int, time_fixed: str) -> None:
    observation = seen("dock", TagRead(epc=SGTIN, antenna=1, seen_us=seen_us))
    assert (observation.at_us, observation.time_fixed) == (at_us, time_fixed)
    assert (observation.device_us, observation.received_us) == (seen_us, NOW)  # both are kept as they came


def test_a_plus_tag_an_older_tag_and_a_label_of_one_thing_are_one_asset() -> None:
    place = {"code": "P", "name": "P", "party": "OEM", "tier": "oem", "codes": ("urn:epc:id:sgln:9506000.00001.0",)}
    device = {"name": "dock", "driver": "llrp", "connect": "tcp://127.0.0.1:1", "place": "P"}
    config = Config.model_validate({"places": (place,), "devices": (device,)}, strict=False)
    resolver = Resolver(config)
    link = "https://id.gs1.org/01/09506000134352/21/123456789"
    older = encode("urn:epc:tag:sgtin-96:3.9506000.013435.123456789")
    symbol = "]d2" + "0109506000134352" + "21123456789"
    readings = (TagRead(epc=older), TagRead(epc=encode(link)), Label(text=link), Label(text=symbol))
    seen = [resolver.resolve("dock", reading, NOW) for reading in readings]
    assert {observation.asset for observation in seen if isinstance(observation, Observation)} == {
        "urn:epc:id:sgtin:9506000.013435.123456789"
    }
    assert all(isinstance(observation, Observation) for observation in seen)
