"""An Impinj R700 that publishes its IoT device interface's JSON, one message an event."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime

from gateway.model import Micros

TRANSMIT_CDBM = 3000
FREQUENCY_KHZ = 866_300


def tag_event(*, hostname: str, epc: bytes, pc: int, antenna: int, rssi_dbm: float, seen_us: Micros) -> bytes:
    """A tagInventoryEvent with the fields that the reader's default settings have, and PC."""
    at = _instant(seen_us)
    return json.dumps(
        {
            "timestamp": at,
            "hostname": hostname,
            "eventType": "tagInventory",
            "tagInventoryEvent": {
                "epc": urlsafe_b64encode(epc).decode(),
                "pc": b64encode(pc.to_bytes(2, "big")).decode(),
                "antennaPort": antenna,
                "peakRssiCdbm": round(rssi_dbm * 100),
                "frequency": FREQUENCY_KHZ,
                "transmitPowerCdbm": TRANSMIT_CDBM,
                "lastSeenTime": at,
            },
        },
        separators=(",", ":"),
    ).encode()


def _instant(at_us: Micros) -> str:
    """RFC 3339 with nanoseconds, as the reader writes it."""
    at = datetime.fromtimestamp(at_us // 1_000_000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_us % 1_000_000:06d}000Z"
