"""Zebra's sleds: a captured message, bar codes as labels, and what must not bring it down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.zebra_rfd import MOST_BYTES, MOST_LABEL, Decoder, Settings
from gateway.model import Label, Notice, Output, Rejected, TagRead


def _feed(payload: object, **settings: Any) -> list[Output]:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Decoder(Settings(**settings)).feed(data, 0, "tenant/DATA/clients/data1event/1")


def test_the_captured_row_of_a_sled(shared_fixtures: Path) -> None:
    lines = (shared_fixtures / "devices/mqtt_rfid/zebra_iotc.jsonl").read_text().splitlines()
    (row,) = [row for row in map(json.loads, lines) if "tagData" in json.dumps(row)]
    reads = _feed(row["payload"])
    assert [(read.epc.hex(), read.rssi_dbm) for read in reads if isinstance(read, TagRead)] == [
        (expected["epc_hex"], expected["rssi_dbm"]) for expected in row["expected"]
    ]
    (stamped, *_) = _feed(row["payload"], device_time=False)
    assert isinstance(stamped, TagRead)
    assert stamped.seen_us is None


def test_bar_codes_are_labels() -> None:
    (label,) = _feed({"data": {"barcodeData": [{"decodedBarcode": "]C100095211414900007548", "symbology": "x"}]}})
    assert label == Label(text="]C100095211414900007548")


def test_what_a_sled_tells_of_itself() -> None:
    (raised,) = _feed({"type": "temperature", "state": "SET", "priority": "HIGH"})
    (cleared,) = _feed({"type": "temperature", "state": "CLEAR", "priority": "HIGH"})
    (gone,) = _feed({"connectionState": "DISCONNECTED"})
    assert isinstance(raised, Notice)
    assert isinstance(cleared, Notice)
    assert isinstance(gone, Notice)
    assert (raised.name, raised.fault, cleared.fault) == ("temperature", True, False)
    assert gone.name == "sled_disconnected"
    assert _feed({"eventName": "heartbeat"}) == []


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "json"),
        (b"[]", "json"),
        (b'{"data":' + b"[" * 60_000, "json"),
        (b'{"data":{"tagData":{}}}', "json"),
        (b"{}", "field"),
        (b'{"timestamp":"x","data":{}}', "field"),
        (b'{"type":"<b>","priority":"HIGH"}', "field"),
        (b" " * (MOST_BYTES + 1), "length"),
    ],
)
def test_bad_messages_are_rejected_whole(payload: bytes, reason: str) -> None:
    (out,) = _feed(payload)
    assert isinstance(out, Rejected)
    assert (out.reason, out.data) == (reason, payload)


@pytest.mark.parametrize("record", [{"EPCid": ""}, {"EPCid": "30" * 63}, {"EPCid": "30", "peakRssi": 1000}, 7])
def test_a_bad_record_costs_only_itself(record: Any) -> None:
    rejected, read = _feed({"data": {"tagData": [record, {"EPCid": "3034"}]}})
    assert isinstance(rejected, Rejected)
    assert json.loads(rejected.data) == record
    assert read == TagRead(epc=b"\x30\x34")


@pytest.mark.parametrize("text", ["", "  ", "A" * (MOST_LABEL + 1)])
def test_a_bar_code_of_no_or_too_much_text_is_rejected(text: str) -> None:
    (out,) = _feed({"data": {"barcodeData": [{"decodedBarcode": text}]}})
    assert isinstance(out, Rejected)
