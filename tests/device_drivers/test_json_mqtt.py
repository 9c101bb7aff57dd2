"""The generic JSON driver: what the settings can say, what messages can do wrong, what settings are refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from device_drivers.bounded_json import MOST_BYTES, MOST_DEPTH
from device_drivers.json_mqtt import Decoder, Settings
from gateway.model import Fix, Measurement, Output, Passage, Rejected, TagRead


def feed(settings: Settings, payload: Any, topic: str = "") -> list[Output]:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Decoder(settings).feed(data, 0, topic)


def value_of(expression: str, payload: Any, **settings: Any) -> float | bool | str:
    (out,) = feed(Settings(fields={"it": expression}, **settings), payload)
    assert isinstance(out, Measurement), out
    return out.value


TMS = Settings(
    yields="passage",
    each="events",
    fields={
        "asset": "truck",
        "place": "location",
        "direction": "status | values",
        "time": "at | iso",
        "shipment": "reference",
    },
    values={"departed": "out", "arrived": "in", "delayed": "ignore"},
)


# --- what it can read -----------------------------------------------------------------------------


def test_one_message_of_a_sensor_gives_several_measurements_with_units_time_and_asset() -> None:
    settings = Settings(
        fields={
            "temperature": "env.temp | scale:0.1 | kelvin",
            "humidity": "env.hum",
            "door_open": "door | values",
            "time": "ts | ms",
            "asset": "$topic[1]",
        },
        units={"humidity": "P1"},
        values={"open": True, "closed": False},
    )
    message = {"ts": 1_760_000_000_000, "env": {"temp": 2931, "hum": 40.5}, "door": "open"}
    common: dict[str, Any] = {"seen_us": 1_760_000_000_000_000, "asset": "TRL-7"}
    assert feed(settings, message, "sensors/TRL-7/state") == [
        Measurement(name="temperature", value=19.95, unit="CEL", **common),
        Measurement(name="humidity", value=40.5, unit="P1", **common),
        Measurement(name="door_open", value=True, **common),
    ]


def test_departures_and_arrivals_of_a_transport_management_system() -> None:
    at = "2026-03-01T06:10:00+01:00"
    events = [
        {"truck": "TRL-7", "location": "DEHAM", "status": "departed", "at": at, "reference": "SHP-1"},
        {"truck": "TRL-7", "location": "DEBRE", "status": "delayed", "at": at},
        {"truck": 17, "location": "DEBRE", "status": "arrived", "at": at},
    ]
    assert feed(TMS, {"events": events}) == [
        Passage(asset="TRL-7", place="DEHAM", direction="out", seen_us=1_772_341_800_000_000, shipment="SHP-1"),
        Passage(asset="17", place="DEBRE", direction="in", seen_us=1_772_341_800_000_000),
    ]


def test_a_bad_item_of_a_list_is_rejected_alone() -> None:
    good = {"truck": "TRL-7", "location": "DEHAM", "status": "departed"}
    out = feed(TMS, {"events": [{**good, "status": "lost"}, good, {"status": "arrived"}]})
    assert [type(one) for one in out] == [Rejected, Passage, Rejected]
    assert isinstance(out[0], Rejected)
    assert isinstance(out[2], Rejected)
    assert json.loads(out[0].data)["status"] == "lost"
    assert out[0].text == "status | values: expected one of departed, arrived, delayed, came 'lost'"
    assert out[2].text == "expected asset, place, came the keys status"


def test_owntracks_locations(shared_fixtures: Path) -> None:
    settings = Settings(
        yields="fix",
        only={"_type": "location"},
        fields={
            "lat": "lat",
            "lon": "lon",
            "time": "tst | s",
            "alt_m": "alt",
            "accuracy_m": "acc",
            "speed_mps": "vel | kmh",
            "course_deg": "cog",
            "asset": "$topic[2]",
        },
    )
    rows = [json.loads(row) for row in (shared_fixtures / "devices/trackers/owntracks.jsonl").read_text().splitlines()]
    assert rows
    for row in rows:
        payload = row["payload"]
        out = feed(settings, payload, "owntracks/user/truck-1")
        if payload["_type"] != "location":
            assert out == []
            continue
        (fix,) = out
        assert isinstance(fix, Fix), row
        assert (fix.lat, fix.lon, fix.asset) == (payload["lat"], payload["lon"], "truck-1")
        assert fix.seen_us == payload["tst"] * 1_000_000


def test_a_position_in_one_text() -> None:
    settings = Settings(yields="fix", fields={"lat": "pos | part:0 | number", "lon": "pos | part:1 | number"})
    assert feed(settings, {"pos": "54.686, 25.279"}) == [Fix(lat=54.686, lon=25.279)]


def test_tag_reads_of_an_unknown_make() -> None:
    settings = Settings(
        yields="tag_read",
        each="tags",
        fields={
            "epc": "id",
            "tid": "tid | base64url",
            "pc": "pc",
            "antenna": "ant",
            "rssi_dbm": "rssi | centi",
            "time": "$.t | us",
        },
    )
    tag = {"id": "3034257BF400B7800004CB2F", "tid": "-_8=", "pc": "3000", "ant": 2, "rssi": -5550}
    assert feed(settings, {"t": 1_760_000_000_000_001, "tags": [tag]}) == [
        TagRead(
            epc=bytes.fromhex("3034257BF400B7800004CB2F"),
            tid=b"\xfb\xff",
            pc=0x3000,
            antenna=2,
            rssi_dbm=-55.5,
            seen_us=1_760_000_000_000_001,
        )
    ]


def test_a_list_that_names_its_own_measurements() -> None:
    settings = Settings(each="e", fields={"name": "n", "value": "v", "unit": "u"})
    assert feed(settings, {"e": [{"n": "temperature", "v": 3.5, "u": "CEL"}, {"n": "door", "v": False}]}) == [
        Measurement(name="temperature", value=3.5, unit="CEL"),
        Measurement(name="door", value=False),
    ]


@pytest.mark.parametrize(
    ("expression", "payload", "expected"),
    [
        ("a.b[0].c", {"a": {"b": [{"c": 1}]}}, 1.0),
        ("[-1]", [1, 2], 2.0),
        ('["a.b"].c', {"a.b": {"c": 1}}, 1.0),
        (".", 21.5, 21.5),
        ("$", True, True),
        ("=fixed", {}, "fixed"),
        ("$topic", {}, "plant/7/x"),
        ("$topic[-1]", {}, "x"),
        ("t | fahrenheit", {"t": 212}, 100.0),
        ("t | fahrenheit", {"t": -40}, -40.0),
        ("t | kelvin", {"t": 273.15}, 0.0),
        ("t | knots", {"t": 1}, 0.514444444),
        ("t | kmh", {"t": 36}, 10.0),
        ("t | scale:-0.5 | offset:3", {"t": 4}, 1.0),
        ("t | number", {"t": "21.5"}, 21.5),
        ("t | invert", {"t": True}, False),
        ("t | invert", {"t": 0}, 1.0),
    ],
)
def test_paths_and_transforms(expression: str, payload: Any, expected: float | bool | str) -> None:
    (out,) = feed(Settings(fields={"it": expression}), payload, "plant/7/x")
    assert isinstance(out, Measurement)
    assert out.value == pytest.approx(expected)
    assert type(out.value) is type(expected)


def test_words_numbers_and_flags_can_be_mapped() -> None:
    values = {"1": "on", "true": "yes", "off": False}
    assert [value_of("v | values", {"v": v}, values=values) for v in (1, 1.0, True, "off")] == [
        "on",
        "on",
        "yes",
        False,
    ]


def test_absent_and_null_values_are_left_out() -> None:
    settings = Settings(fields={"a": "a", "b": "b.c", "c": "c"})
    assert feed(settings, {"a": None, "c": 1}) == [Measurement(name="c", value=1.0)]


def test_a_message_of_another_kind_means_nothing() -> None:
    assert feed(Settings(fields={"a": "a"}, only={"type": "data"}), {"a": 1, "type": "status"}) == []


# --- what messages do wrong -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"", "expected JSON"),
        (b"21.5 C", "expected JSON"),
        (b'{"t": NaN}', "NaN is not JSON"),
        (b'{"t": -Infinity}', "-Infinity is not JSON"),
        (b'{"t": 1, "other": 1e999}', "the number 1e999 is out of range"),
        (b'{"t": 1, "t": 2}', "the key 't' stands twice"),
        (b'{"t": "\\ud800"}', "half a surrogate pair"),
        (b'{"\\udfff": 1}', "half a surrogate pair"),
        (b'{"t": "\xff"}', "utf-8"),
        (b"\xef\xbb\xbf{}", "expected JSON"),
        (b"[" * 100_000, "levels"),
        (b'{"t": ' + b"[" * MOST_DEPTH + b"]" * MOST_DEPTH + b"}", f"at most {MOST_DEPTH} levels"),
        (b'{"t": ' + b"1" * 5000 + b"}", "expected JSON"),
        (b" " * (MOST_BYTES + 1), f"at most {MOST_BYTES} bytes, came {MOST_BYTES + 1}"),
    ],
)
def test_what_is_no_sound_json_is_rejected_whole(payload: bytes, text: str) -> None:
    (out,) = feed(Settings(fields={"t": "t"}), payload)
    assert isinstance(out, Rejected)
    assert (out.reason, out.data) == ("json", payload)
    assert text in out.text


def test_depth_and_surrogate_pairs_within_bounds_are_fine() -> None:
    assert value_of("t", b'{"t": "\\ud83d\\ude9a"}') == "\N{DELIVERY TRUCK}"
    deep = b'{"t": 1, "x": ' + b"[" * (MOST_DEPTH - 1) + b"]" * (MOST_DEPTH - 1) + b"}"
    assert value_of("t", deep) == 1.0


@pytest.mark.parametrize(
    ("settings", "payload", "text"),
    [
        ({"fields": {"t": "t"}}, {"u": 1}, "expected one of t, came the keys u"),
        ({"fields": {"t": "t"}}, [1], "expected one of t, came [1]"),
        ({"fields": {"t": "t"}}, {"t": [1]}, "t: expected a number, true, false or a text, came [1]"),
        ({"fields": {"t": "t | centi"}}, {"t": "5"}, "t | centi: expected a number, came '5'"),
        ({"fields": {"t": "t | centi"}}, {"t": True}, "expected a number, came True"),
        ({"fields": {"t": "t | number"}}, {"t": "inf"}, "expected a finite number"),
        ({"fields": {"t": "t | scale:1e200 | scale:1e200"}}, {"t": 1e200}, "expected a finite number"),
        ({"fields": {"t": "t"}}, {"t": "x" * 1025}, "at most 1024 characters"),
        ({"fields": {"t": "t", "time": "at"}}, {"t": 1, "at": 1760}, "numbers need s, ms or us"),
        ({"fields": {"t": "t", "time": "at"}}, {"t": 1, "at": "2026-01-01T10:00:00"}, "with its zone"),
        ({"fields": {"t": "t", "time": "at | s"}}, {"t": 1, "at": 1.76e12}, "is the unit right?"),
        ({"yields": "fix", "fields": {"lat": "a", "lon": "o"}}, {"a": 91, "o": 0}, "lat: expected -90 to 90"),
        ({"yields": "fix", "fields": {"lat": "a", "lon": "o"}}, {"a": 9}, "expected lon, came the keys a"),
        ({"yields": "tag_read", "fields": {"epc": "e"}}, {"e": "zz"}, "expected hex digits, came 'zz'"),
        ({"yields": "tag_read", "fields": {"epc": "e"}}, {"e": "00" * 63}, "at most 62 bytes"),
        ({"yields": "tag_read", "fields": {"epc": "e", "pc": "p"}}, {"e": "30", "p": "30"}, "expected 2 bytes"),
        ({"yields": "tag_read", "fields": {"epc": "e | base64url"}}, {"e": "!"}, "expected base64"),
        (
            {"yields": "passage", "fields": {"asset": "a", "place": "p", "direction": "d"}},
            {"a": "A", "p": "P", "d": "left"},
            "direction: expected in or out, came 'left'",
        ),
        ({"each": "x", "fields": {"t": "t"}}, {"x": {}}, "each: expected a list at x, came {}"),
        ({"each": ".", "fields": {"t": "."}}, [0] * 10_001, "at most 10000 items, came 10001"),
    ],
)
def test_what_is_not_as_the_settings_say_is_rejected_in_words(settings: Any, payload: Any, text: str) -> None:
    (out,) = feed(Settings(**settings), payload)
    assert isinstance(out, Rejected)
    assert out.reason == "field"
    assert text in out.text


# --- what settings are refused --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"fields": {"a": "b | celsius"}}, "fields.a: unknown transform 'celsius'; known are hex"),
        ({"fields": {"a": "b | farenheit"}}, "did you mean 'fahrenheit'"),
        ({"fields": {"a": "b..c"}}, "fields.a: 'b..c': expected a path such as a.b[0].c"),
        ({"fields": {"a": " | ms"}}, "fields.a: ' | ms': expected a path"),
        ({"fields": {"a": "b | scale"}}, "needs a number, as in scale:2"),
        ({"fields": {"a": "b | part:-1"}}, "needs a number, as in part:2"),
        ({"fields": {"a": "b | hex:2"}}, "takes no number"),
        ({"fields": {"a": "b | values"}}, "needs the setting `values`"),
        ({}, "expected at least one measurement"),
        ({"fields": {"time": "t"}}, "expected at least one measurement"),
        ({"fields": {"name": "n"}}, "`name` and `value` go together"),
        ({"fields": {"a": "b"}, "units": {"c": "CEL"}}, "units.c: no such measurement"),
        ({"fields": {"a": "b"}, "each": "x["}, "each: 'x[': expected a path"),
        ({"fields": {"a": "b"}, "only": {"x[": 1}}, "only.x[: 'x[': expected a path"),
        ({"yields": "fixes"}, "yields: unknown word 'fixes'; did you mean 'fix'"),
        ({"yields": "fix", "fields": {"lat": "a"}}, "fields.lon: missing; fix needs lat, lon"),
        ({"yields": "fix", "fields": {"lat": "a", "lon": "b", "speed": "c"}}, "did you mean 'speed_mps'"),
    ],
)
def test_wrong_settings_are_refused_with_their_path_and_the_nearest_right_word(settings: Any, text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        Settings(**settings)
