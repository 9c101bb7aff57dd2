"""Bluetooth LE advertisements, as gateways pass them on: a list of structures (Core Specification 5.4, 3.C 11)."""

from __future__ import annotations

import msgspec

MOST_BYTES = 255  # an extended advertisement may be longer; sensors are not
SHORT_NAME, WHOLE_NAME, SERVICE_DATA_16, MANUFACTURER = 0x08, 0x09, 0x16, 0xFF
IBEACON = bytes.fromhex("4c000215")


class Advertisement(msgspec.Struct, frozen=True, kw_only=True):
    """What of an advertisement tells its sensor."""

    name: str = ""
    services: dict[int, bytes] = msgspec.field(default_factory=dict)  # data by 16-bit UUID
    manufacturer: bytes = b""  # beginning with the company's number, low byte first

    @property
    def kind(self) -> str:
        """A name for what it is, to count it under where no format fits."""
        if self.manufacturer.startswith(IBEACON):
            return "iBeacon"
        if len(self.manufacturer) >= 2:
            return f"company {int.from_bytes(self.manufacturer[:2], 'little'):04X}"
        return f"service {min(self.services):04X}" if self.services else "without data"


def parse_advertisement(data: bytes, name: str = "") -> Advertisement:
    """Read the structures; raises ValueError where one is longer than what is left. `name`: what the gateway heard."""
    if len(data) > MOST_BYTES:
        raise ValueError(f"expected at most {MOST_BYTES} bytes, came {len(data)}")
    services: dict[int, bytes] = {}
    manufacturer = b""
    at = 0
    while at < len(data) and data[at]:  # a length of 0 ends it early
        end = at + 1 + data[at]
        if end > len(data):
            raise ValueError(f"expected a structure of {data[at]} bytes at {at}, came {len(data) - at - 1}")
        kind, value = data[at + 1], data[at + 2 : end]
        if kind == SERVICE_DATA_16 and len(value) >= 2:
            services[int.from_bytes(value[:2], "little")] = value[2:]
        elif kind == MANUFACTURER:
            manufacturer = value
        elif kind in (SHORT_NAME, WHOLE_NAME) and not name:
            name = value.decode("utf-8", "replace")
        at = end
    return Advertisement(name=name, services=services, manufacturer=manufacturer)
