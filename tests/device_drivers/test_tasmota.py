"""Tasmota: captured messages, local time with and without a zone, wills, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.tasmota import Decoder, Settings
from gateway.model import Measurement, Output, Rejected


def feed(topic: str, payload: Any, settings: Settings | None = None) -> list[Output]:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Decoder(settings or Settings()).feed(data, 0, topic)


def test_the_captured_messages_of_the_fixtures(shared_fixtures: Path) -> None:
    lines = (shared_fixtures / "devices/iot/tasmota.jsonl").read_text().splitlines()
    for row in map(json.loads, lines):
        out = feed(row["topic"], row["payload"])
        came = {one.name: one.value for one in out if isinstance(one, Measurement)}
        assert len(came) == len(out)
        numbers = _numbers(row["payload"]["ENERGY"])
        assert sorted(value for value in came.values() if isinstance(value, float)) == sorted(numbers)


def _numbers(tree: Any) -> list[float]:
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list):
        return [number for part in tree for number in _numbers(part)]
    return [float(tree)] if isinstance(tree, (int, float)) else []


@pytest.mark.parametrize(
    ("zone", "time", "seen_us"),
    [
        ("", "2026-01-01T01:00:00", None),
        ("Europe/Berlin", "2026-01-01T01:00:00", 1_767_225_600_000_000),
        ("Europe/Berlin", "2026-07-01T02:00:00", 1_782_864_000_000_000),
        ("Europe/Berlin", "2026-10-25T02:30:00", None),  # there twice: the clocks are set back
        ("Europe/Berlin", "2026-03-29T02:30:00", None),  # not at all: the clocks are set on
        ("Europe/Berlin", "2026-01-01T00:00:00Z", 1_767_225_600_000_000),
    ],
)
def test_local_time_is_taken_where_the_zone_is_known_and_the_hour_is_there_once(
    zone: str, time: str, seen_us: int | None
) -> None:
    (out,) = feed("tele/plug/SENSOR", {"Time": time, "AM2301": {"Temperature": 4}}, Settings(timezone=zone))
    assert isinstance(out, Measurement)
    assert out.seen_us == seen_us


def test_an_unknown_zone_is_refused() -> None:
    for zone in ("Europe/Hamburg", "../etc/passwd"):
        with pytest.raises(ValueError, match="timezone: expected a name such as Europe/Berlin"):
            Settings(timezone=zone)


@pytest.mark.parametrize("topic", ["cmnd/plug/POWER", "stat/plug/STATUS8", "tele/plug/RESULT", "plug/stat/POWER"])
def test_commands_and_their_answers_are_passed_over(topic: str) -> None:
    assert feed(topic, b"ON") == []


def test_an_empty_will_is_one_taken_back() -> None:
    assert feed("tele/plug/LWT", b"") == []


def test_info_of_older_versions_is_not_wrapped() -> None:
    (out,) = feed("tele/plug/INFO1", {"Module": "Basic", "Version": "8.1.0"})
    assert "Basic, version 8.1.0" in out.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("topic", "payload", "reason", "text"),
    [
        ("plug/SENSOR", {}, "topic", "expected tele/DEVICE"),
        ("tele/plug/LWT", b"Away", "will", "expected Online or Offline"),
        ("tele/plug/SENSOR", b"{", "json", "expected JSON"),
        ("tele/plug/SENSOR", [], "field", "expected an object"),
        ("tele/plug/SENSOR", {"Time": 5, "AM2301": {"Temperature": 4}}, "field", "expected Time"),
        ("tele/plug/SENSOR", {"AM2301": {"Temperature": "warm"}, "TempUnit": "F"}, "field", "expected a number"),
    ],
)
def test_bad_messages_are_rejected_with_what_was_expected(topic: str, payload: Any, reason: str, text: str) -> None:
    (out,) = feed(topic, payload, Settings(timezone="UTC"))
    assert isinstance(out, Rejected)
    assert out.reason == reason
    assert text in out.text
