"""Teltonika's I/O elements ("AVL IDs") to measurements, shared by the binary and the MQTT driver.

Document: "AVL ID List" of FMB, TAT and TST devices (Teltonika Telematics Wiki). `KNOWN` holds the elements that
mean the same on all of them. What is not in it is left out unless the setting `io` names it.

A Bluetooth temperature has no separate validity: newer firmware says 32765 to 32767 where a sensor has nothing to
say, older firmware 2000, 3000 or 4000, which are also 20, 30 and 40 °C. All of these are left out: a value that is
missing now and then is better than a broken sensor that reads as a steady 20 °C.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gateway.model import Measurement, Micros

MOST_ID = 65_535
MOST_NUMBER_BYTES = 8  # longer values, of Codec 8 Extended alone, are told as hex digits
LATEST_MS = 7_258_118_400_000  # the year 2200: later times are no times

BLE_TEMPERATURES = (25, 26, 27, 28)
BLE_LEAST, BLE_MOST = -4000, 12_500  # hundredths of a degree, of the sensors' own range
BLE_FAULTS = frozenset({2000, 3000, 4000})

Raw: TypeAlias = "int | bytes"


@dataclass(frozen=True, kw_only=True)
class Element:
    """What one I/O element means."""

    name: str  # of the measurement
    unit: str = ""  # UN/ECE Rec 20 common code
    scale: float = 1.0  # the value is the device's number times this
    signed: bool = False  # True: the number is in two's complement
    flag: bool = False  # True: 0 is false, anything else true


KNOWN: Mapping[int, Element] = {
    1: Element(name="digital_input_1", flag=True),
    16: Element(name="odometer", unit="MTR"),
    21: Element(name="gsm_signal"),  # 0 to 5
    24: Element(name="speed", unit="KMH"),
    66: Element(name="external_voltage", unit="VLT", scale=0.001),
    67: Element(name="battery_voltage", unit="VLT", scale=0.001),
    113: Element(name="battery", unit="P1"),
    239: Element(name="ignition", flag=True),
    240: Element(name="movement", flag=True),
} | {
    number: Element(name=f"temperature_{sensor}", unit="CEL", scale=0.01, signed=True)
    for sensor, number in enumerate(BLE_TEMPERATURES, 1)
}


def table(io: Mapping[str, Element]) -> Mapping[int, Element]:
    """The known elements and those of the settings; raises ValueError for a number that cannot be one."""
    for number in io:
        if not (number.isascii() and number.isdigit() and int(number) <= MOST_ID):
            raise ValueError(f"io: expected the number of an I/O element, 0 to {MOST_ID}, came {number!r}")
    return {**KNOWN, **{int(number): element for number, element in io.items()}}


def measurements(
    elements: Iterable[tuple[int, Raw]], known: Mapping[int, Element], asset: str, seen_us: Micros | None
) -> list[Measurement]:
    """The elements that mean something, in the device's order; a number from JSON stands as the device said it."""
    found = []
    for number, raw in elements:
        element = known.get(number)
        value = None if element is None else _value(number, raw, element)
        if element is not None and value is not None:
            told = Measurement(name=element.name, value=value, unit=element.unit, seen_us=seen_us, asset=asset)
            found.append(told)
    return found


def seen_us(milliseconds: int) -> Micros | None:
    """The time of a record; None for one that no clock can have said."""
    return milliseconds * 1000 if 0 <= milliseconds <= LATEST_MS else None


def _value(number: int, raw: Raw, element: Element) -> float | bool | str | None:
    if isinstance(raw, bytes):
        if len(raw) > MOST_NUMBER_BYTES:
            return raw.hex()
        raw = int.from_bytes(raw, "big", signed=element.signed)
    if number in BLE_TEMPERATURES and (raw in BLE_FAULTS or not BLE_LEAST <= raw <= BLE_MOST):
        return None
    return raw != 0 if element.flag else round(raw * element.scale, 6)
