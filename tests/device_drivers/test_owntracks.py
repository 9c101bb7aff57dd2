"""OwnTracks: captured locations, and how other kinds and odd fields are taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.owntracks import MEANT_FOR_THE_APP, Decoder, Settings
from gateway.model import Fix, Measurement, Output, Rejected

TOPIC = "owntracks/anna/phone"


def decode(message: Any, topic: str = TOPIC, **settings: Any) -> list[Output]:
    return Decoder(Settings(**settings)).feed(json.dumps(message).encode(), 0, topic)


def location(**fields: Any) -> dict[str, Any]:
    return {"_type": "location", "lat": 48.1, "lon": 11.5, "tst": 1_700_000_000, **fields}


def test_every_captured_location(shared_fixtures: Path) -> None:
    rows = (shared_fixtures / "devices/trackers/owntracks.jsonl").read_text().splitlines()
    assert len(rows) == 3
    for row in map(json.loads, rows):
        payload, want = row["payload"], row["expected"]
        fix, *battery = decode(payload)
        assert isinstance(fix, Fix)
        assert (fix.lat, fix.lon, fix.seen_us) == (want["lat"], want["lon"], want["time_epoch_s"] * 1_000_000)
        assert (fix.accuracy_m, fix.alt_m, fix.course_deg) == (payload["acc"], payload["alt"], payload.get("cog"))
        speed = payload.get("vel")
        assert fix.speed_mps == (None if speed is None else pytest.approx(speed / 3.6, abs=1e-4))
        assert [one.value for one in battery if isinstance(one, Measurement)] == (
            [payload["batt"]] if "batt" in payload else []
        )


@pytest.mark.parametrize(
    ("name_by", "fields", "topic", "asset"),
    [
        ("topic", {}, TOPIC, "owntracks:anna/phone"),
        ("topic", {}, "fleet/base/anna/phone", "owntracks:anna/phone"),
        ("topic", {"topic": "owntracks/bob/watch"}, "", "owntracks:bob/watch"),
        ("tid", {"tid": "T7"}, TOPIC, "owntracks:T7"),
        ("tid", {}, TOPIC, "owntracks:anna/phone"),
        ("asset", {"tid": "T7"}, TOPIC, ""),
    ],
)
def test_who_it_is(name_by: str, fields: dict[str, Any], topic: str, asset: str) -> None:
    out = decode(location(batt=50, **fields), topic, name_by=name_by)
    assert [one.asset for one in out if isinstance(one, Fix | Measurement)] == [asset, asset]


def test_unknown_values_are_none() -> None:
    assert decode(location(vel=-1, cog=-1, batt=-1, alt=None)) == [
        Fix(lat=48.1, lon=11.5, seen_us=1_700_000_000_000_000, asset="owntracks:anna/phone")
    ]


@pytest.mark.parametrize("kind", sorted(MEANT_FOR_THE_APP))
def test_what_is_meant_for_the_app_means_nothing(kind: str) -> None:
    assert decode({"_type": kind, "lat": 48.1, "lon": 11.5, "tst": 1}) == []


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"_type": "encrypted", "data": "Zm9v"}, "encrypted"),
        ({"_type": "teleport"}, "unknown_type"),
        ({"_type": ["location"]}, "unknown_type"),
        ({}, "unknown_type"),
        ([], "unknown_type"),
        (location(lat=91), "field"),
        (location(lon="east"), "field"),
        (location(lat="nan"), "field"),
        (location(alt="inf"), "field"),
        (location(tst=None), "field"),
        ({"_type": "lwt", "tst": "x"}, "field"),
    ],
)
def test_bad_messages_are_rejected_with_their_reason(message: Any, reason: str) -> None:
    (rejected,) = decode(message)
    assert isinstance(rejected, Rejected)
    assert rejected.reason == reason
    assert rejected.text
