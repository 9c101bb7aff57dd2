"""Zebra's IoT Connector: captured messages, gaps in its numbers, and what must not bring it down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.zebra_iotc import MOST_BYTES, Decoder, Settings
from gateway.model import Measurement, Notice, Output, Rejected, TagRead

EPC = "e28011700000020d2a412182"


def _feed(payload: object, decoder: Decoder | None = None) -> list[Output]:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return (decoder or Decoder(Settings())).feed(data, 0, "site/fx")


def _tag(**data: Any) -> dict[str, Any]:
    return {"type": "SIMPLE", "timestamp": "2026-03-28T07:20:13.028+0000", "data": {"idHex": EPC} | data}


def _management(kind: str, data: Any, number: int | None = None) -> dict[str, Any]:
    event = {"type": kind, "timestamp": "2026-03-28T07:20:13.028+0000", "component": "RC", "data": data}
    return event if number is None else event | {"eventNum": number}


def _lost(numbers: list[int]) -> list[str]:
    decoder = Decoder(Settings())
    outputs = [output for number in numbers for output in _feed(_tag(eventNum=number), decoder)]
    return [output.text.split()[0] for output in outputs if isinstance(output, Notice) and output.name == "reads_lost"]


def test_every_captured_row_of_fixed_readers(shared_fixtures: Path) -> None:
    lines = (shared_fixtures / "devices/mqtt_rfid/zebra_iotc.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if "tagData" not in json.dumps(row)]
    assert len(rows) == 3
    for row in rows:
        outputs = _feed(row["payload"])
        assert len(outputs) == len(row["expected"])
        for read, expected in zip(outputs, row["expected"], strict=True):
            assert isinstance(read, TagRead)
            assert read.epc.hex() == expected["epc_hex"]
            assert (read.antenna, read.rssi_dbm) == (expected["antenna"], expected["rssi_dbm"])
            assert read.count == expected["reads"]
            assert read.seen_us is not None


@pytest.mark.parametrize(
    ("numbers", "lost"),
    [
        ([5, 6, 7], []),
        ([5, 9], ["3"]),
        ([5, 5, 4, 6], []),  # delivered again, and in another order
        ([500, 1, 2], []),  # the reader restarted
        ([500, 1, 4], ["2"]),
        ([0, 2, 5], ["1", "2"]),
    ],
)
def test_gaps_in_the_numbers_are_counted(numbers: list[int], lost: list[str]) -> None:
    assert _lost(numbers) == lost


def test_management_events_have_numbers_of_their_own() -> None:
    decoder = Decoder(Settings())
    _feed(_tag(eventNum=16_511), decoder)
    assert _feed(_management("heartbeat", {"radio_control": {}}, 372), decoder) == []
    outputs = _feed(_management("heartbeat", {}, 374), decoder)
    assert [output.name for output in outputs if isinstance(output, Notice)] == ["events_lost"]


def test_fast_id_gives_epc_and_tid() -> None:
    (read,) = _feed(_tag(idHex=EPC + "e2801170200014cd9b5a08ec", format="fastID"))
    assert isinstance(read, TagRead)
    assert (read.epc.hex(), read.tid.hex()) == (EPC, "e2801170200014cd9b5a08ec")
    (rejected,) = _feed(_tag(idHex="e2801170200014cd9b5a08ec", format="fastID"))
    assert isinstance(rejected, Rejected)


def test_an_input_is_a_measurement_and_other_events_are_notices() -> None:
    (level,) = _feed(_management("gpi", {"pin": 2, "state": "LOW"}))
    assert isinstance(level, Measurement)
    assert (level.name, level.value) == ("gpi_2", False)
    (odd,) = _feed(_management("gpi", {"pin": 2, "level": 1}))
    (error,) = _feed(_management("error", {"message": "antenna 2"}))
    (progress,) = _feed(_management("firmwareUpdateProgress", {"percent": 40}))
    assert isinstance(odd, Notice)
    assert isinstance(error, Notice)
    assert isinstance(progress, Notice)
    assert (odd.name, odd.fault) == ("gpi", False)
    assert (error.name, error.fault, error.text) == ("error", True, "the reader says error: message antenna 2")
    assert (progress.name, progress.fault) == ("firmware_update_progress", False)


@pytest.mark.parametrize(
    ("payload", "reason", "text"),
    [
        (b"", "json", "expected an event"),
        (b"[[", "json", "expected an array of events"),
        (b'{"a":' + b"[" * 100_000, "json", "recursion"),
        (b'{"data":{"idHex":"30","peakRssi":1e999}}', "json", "expected an event"),
        (b'{"data":{"idHex":"30","antenna":-1}}', "json", "antenna"),
        (b'{"data":{"idHex":"\\ud800"}}', "json", "expected an event"),
        (b'{"data":{"idHex":"3"}}', "field", "expected idHex"),
        (b'{"data":{"idHex":"' + b"30" * 63 + b'"}}', "field", "expected idHex"),
        (b'{"data":{"idHex":"30","PC":"30"}}', "field", "expected PC"),
        (b'{"type":"INVENTORY"}', "json", "expected an event"),
        (b'{"type":"INVENTORY","data":{}}', "field", "expected idHex"),
        (b'{"timestamp":"yesterday","data":{"idHex":"30"}}', "field", "came 'yesterday'"),
        (b'{"timestamp":"2026-03-28T07:20:13","data":{"idHex":"30"}}', "field", "offset from UTC"),
        (b'{"component":"RC","type":"<script>"}', "field", "expected a word"),
        (b" " * (MOST_BYTES + 1), "length", f"expected at most {MOST_BYTES} bytes"),
    ],
)
def test_bad_messages_are_rejected_with_what_was_expected(payload: bytes, reason: str, text: str) -> None:
    (out,) = _feed(payload)
    assert isinstance(out, Rejected)
    assert (out.reason, out.data) == (reason, payload)
    assert text in out.text
