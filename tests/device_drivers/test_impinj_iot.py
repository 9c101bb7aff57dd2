"""Impinj's IoT JSON: real messages, both hex and base64url, and what must not bring it down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from device_drivers.impinj_iot import MOST_BYTES, Decoder, Settings
from gateway.model import Measurement, Notice, Output, Rejected, TagRead


def feed(payload: object, settings: Settings | None = None) -> list[Output]:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Decoder(settings or Settings()).feed(data, 0, "site/dock")


def tag(**fields: object) -> dict[str, object]:
    return {"timestamp": "2026-01-01T10:00:00Z", "tagInventoryEvent": fields}


def test_every_captured_row(shared_fixtures: Path) -> None:
    rows = (shared_fixtures / "devices/mqtt_rfid/impinj_iot.jsonl").read_text().splitlines()
    assert len(rows) == 3
    for row in map(json.loads, rows):
        (read,) = feed(row["payload"])
        assert isinstance(read, TagRead)
        expected = row["expected"]
        assert read.epc.hex() == expected["epc_hex"]
        assert (read.antenna, read.rssi_dbm) == (expected["antenna"], expected["rssi_dbm"])
        assert read.tid.hex() == expected.get("tid_hex", "")
        assert read.pc == (int(expected["pc_hex"], 16) if "pc_hex" in expected else None)
        assert read.seen_us is not None


def test_nine_fraction_digits_are_cut_to_microseconds() -> None:
    (read,) = feed(tag(epcHex="30", lastSeenTime="2026-02-26T17:13:37.432087177Z"))
    assert isinstance(read, TagRead)
    assert read.seen_us == 1_772_126_017_432_087


def test_last_seen_goes_before_the_time_of_the_event_and_the_reader_may_be_distrusted() -> None:
    seen = tag(epcHex="30", lastSeenTime="2026-01-01T09:59:59+00:00")
    (read,) = feed(seen)
    (stamped,) = feed(seen, Settings(device_time=False))
    assert isinstance(read, TagRead)
    assert isinstance(stamped, TagRead)
    assert (read.seen_us, stamped.seen_us) == (1_767_261_599_000_000, None)


@pytest.mark.parametrize("epc", ["-_-_", "+/+/", "-_-_AA", "-_-_AA=="])
def test_base64_with_either_alphabet_with_or_without_padding(epc: str) -> None:
    (read,) = feed(tag(epc=epc))
    assert isinstance(read, TagRead)
    assert read.epc.startswith(b"\xfb\xff\xbf")


def test_an_array_gives_its_good_events_and_rejects_the_bad_ones_in_place() -> None:
    out = feed([tag(epcHex="30"), tag(epcHex="3"), 5, tag(epc="!!!!"), tag(), tag(epcHex="31")])
    assert [type(one) for one in out] == [TagRead, Rejected, Rejected, Rejected, Rejected, TagRead]
    assert json.loads(out[1].data) == tag(epcHex="3")  # type: ignore[union-attr]


def test_other_events_are_notices_under_the_readers_word() -> None:
    (running,) = feed({"timestamp": "2026-01-01T10:00:00Z", "eventType": "inventoryStatus"})
    (overflow,) = feed({"eventType": "overflow"})
    assert isinstance(running, Notice)
    assert isinstance(overflow, Notice)
    assert (running.name, running.fault, running.seen_us) == ("inventory_status", False, 1_767_261_600_000_000)
    assert (overflow.name, overflow.fault) == ("overflow", True)


def test_an_input_that_changes_is_a_measurement() -> None:
    changes = [{"gpiTransitionEvent": {"gpi": 2, "transition": way}} for way in ("low-to-high", "high-to-low")]
    assert feed(changes) == [Measurement(name="gpi_2", value=True), Measurement(name="gpi_2", value=False)]


def test_antennas_and_inventory_states_are_told_also_by_firmware_that_names_no_type() -> None:
    connected, gone, state = feed(
        [
            {"antennaConnectedEvent": {"antennaPort": 1, "antennaName": "left"}},
            {"antennaDisconnectedEvent": {"antennaPort": 3}},
            {"inventoryStatusEvent": {"status": "running"}},
        ]
    )
    assert isinstance(connected, Notice)
    assert isinstance(gone, Notice)
    assert isinstance(state, Notice)
    assert (connected.name, connected.antenna, connected.fault) == ("antenna_connected", 1, False)
    assert (gone.name, gone.antenna, gone.fault) == ("antenna_disconnected", 3, True)
    assert (state.name, state.text) == ("inventory_status", "the reader says inventory status running")


@pytest.mark.parametrize("data", [b"", b"\r\n", b"  "])
def test_an_empty_line_keeps_a_stream_alive(data: bytes) -> None:
    assert feed(data) == []


@pytest.mark.parametrize(
    ("payload", "reason", "text"),
    [
        (b"x", "json", "expected a ReaderEvent"),
        (b"NaN", "json", "expected a ReaderEvent"),
        (b"[[", "json", "expected an array of ReaderEvents"),
        (b'{"a":' + b"[" * 100_000, "json", "recursion"),
        (b'{"tagInventoryEvent":{"epcHex":"30","peakRssiCdbm":1e999}}', "json", "peakRssiCdbm"),
        (b'{"tagInventoryEvent":{"epcHex":"30","antennaPort":-1}}', "json", "antennaPort"),
        (b'{"timestamp":"2026-01-01T10:00:00","tagInventoryEvent":{}}', "json", "timezone"),
        (b'{"eventType":"\\ud800"}', "json", "expected a ReaderEvent"),
        (b'{"eventType":"tagInventory"}', "unknown_event", "expected a tagInventoryEvent"),
        (b"{}", "unknown_event", "came ''"),
        (b'{"gpiTransitionEvent":{"gpi":1,"transition":"up"}}', "json", "transition"),
        (b'{"tagInventoryEvent":{"epcHex":"' + b"30" * 63 + b'"}}', "field", "came 63"),
        (b'{"tagInventoryEvent":{"epcHex":"30","pc":"MA=="}}', "field", "no PC or one of 2"),
        (b" " * (MOST_BYTES + 1), "length", f"expected at most {MOST_BYTES} bytes"),
    ],
)
def test_bad_messages_are_rejected_with_what_was_expected(payload: bytes, reason: str, text: str) -> None:
    (out,) = feed(payload)
    assert isinstance(out, Rejected)
    assert (out.reason, out.data) == (reason, payload)
    assert text in out.text
