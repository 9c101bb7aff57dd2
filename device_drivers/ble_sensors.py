"""Thermometers and other sensors by what they advertise over Bluetooth LE.

| format | sensors | source |
| --- | --- | --- |
| Minew FFE1 | S1, E6, E8 and others | drivers quoted in public, 8.8 fixed point; a light sensor's frame captured |
| MiBeacon FE95, not encrypted | Xiaomi LYWSDCGQ, JQJCY01YM | captured frames |
| Ruuvi 3 and 5 | RuuviTag | docs.ruuvi.com and its test vectors |
| Govee | H5072, H5075, H5074 | captured frames |
| Inkbird | IBS-TH1, TH2, P01B | captured frames |
| ThermoPro | TP357 to TP359, TP393 | captured frames |

Values come in degrees Celsius (CEL), percent (P1), hectopascal (A97), volts (VLT), and acceleration in g (K40).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from device_drivers.ble_advertisement import Advertisement

MINEW, MIBEACON = 0xFFE1, 0xFE95
RUUVI = bytes.fromhex("9904")
GOVEE = bytes.fromhex("88ec00")
MI_ENCRYPTED, MI_MAC, MI_CAPABILITY, MI_OBJECT = 0x08, 0x10, 0x20, 0x40
MI_TEMPERATURE, MI_HUMIDITY, MI_BATTERY, MI_BOTH = 0x1004, 0x1006, 0x100A, 0x100D


class Value(msgspec.Struct, frozen=True):
    """One value that a sensor advertises."""

    name: str
    value: float | bool
    unit: str = ""


Values: TypeAlias = list[Value]
Format: TypeAlias = Callable[[Advertisement], "Values | None"]


def sensor_values(advertisement: Advertisement) -> Values | None:
    """What a sensor advertises; None where no format is known. Empty: a sensor that says nothing new."""
    for read in FORMATS:
        try:
            values = read(advertisement)
        except (struct.error, IndexError):
            continue  # shorter than its format: not of this kind
        if values is not None:
            return values
    return None


def temperature(value: float) -> Value:
    """Degrees Celsius, to thousandths: what the formats resolve."""
    return Value("temperature", round(value, 3), "CEL")


def humidity(value: float) -> Value:
    """Percent."""
    return Value("humidity", round(value, 3), "P1")


def battery(value: float) -> Value:
    """Percent."""
    return Value("battery", float(value), "P1")


def _minew(advertisement: Advertisement) -> Values | None:
    data = advertisement.services.get(MINEW, b"")
    if len(data) < 9 or data[0] != 0xA1:
        return None
    kind, charge = data[1], battery(data[2])
    if kind == 0x01:
        celsius, percent = struct.unpack_from(">hh", data, 3)
        return [charge, temperature(celsius / 256), humidity(percent / 256)]
    if kind == 0x02:
        return [charge, Value("light", bool(data[3] & 1))]
    if kind == 0x03:
        axes = zip("xyz", struct.unpack_from(">hhh", data, 3), strict=True)
        return [charge, *(Value(f"acceleration_{axis}", round(raw / 256, 3), "K40") for axis, raw in axes)]
    return [charge] if kind == 0x08 else None


def _mibeacon(advertisement: Advertisement) -> Values | None:
    data = advertisement.services.get(MIBEACON, b"")
    if len(data) < 5:
        return None
    control = struct.unpack_from("<H", data)[0]
    if control & MI_ENCRYPTED:
        return None
    at = 5 + (6 if control & MI_MAC else 0) + (1 if control & MI_CAPABILITY else 0)
    if not control & MI_OBJECT:
        return []
    kind, length = struct.unpack_from("<HB", data, at)
    value = data[at + 3 : at + 3 + length]
    if kind == MI_TEMPERATURE:
        return [temperature(struct.unpack("<h", value)[0] / 10)]
    if kind == MI_HUMIDITY:
        return [humidity(struct.unpack("<H", value)[0] / 10)]
    if kind == MI_BATTERY:
        return [battery(value[0])]
    if kind == MI_BOTH:
        celsius, percent = struct.unpack("<hH", value)
        return [temperature(celsius / 10), humidity(percent / 10)]
    return []


def _ruuvi_3(advertisement: Advertisement) -> Values | None:
    data = advertisement.manufacturer
    if not data.startswith(RUUVI + b"\x03"):
        return None
    percent, whole, hundredths, pascal, *axes, millivolts = struct.unpack(">BBBHhhhH", data[3:])
    celsius = (whole & 0x7F) + hundredths / 100
    return [
        temperature(-celsius if whole & 0x80 else celsius),
        humidity(percent / 2),
        *_ruuvi_common(pascal, axes, millivolts / 1000),
    ]


def _ruuvi_5(advertisement: Advertisement) -> Values | None:
    data = advertisement.manufacturer
    if not data.startswith(RUUVI + b"\x05"):
        return None
    celsius, percent, pascal, x, y, z, power = struct.unpack_from(">hHHhhhH", data, 3)
    out: Values = []
    if celsius != -0x8000:
        out.append(temperature(celsius / 200))
    if percent != 0xFFFF:
        out.append(humidity(percent / 400))
    if pascal != 0xFFFF and -0x8000 not in (x, y, z) and power >> 5 != 0x7FF:
        out += _ruuvi_common(pascal, [x, y, z], 1.6 + (power >> 5) / 1000)
    return out


def _ruuvi_common(pascal: int, axes: list[int], volts: float) -> Values:
    accelerations = [Value(f"acceleration_{axis}", raw / 1000, "K40") for axis, raw in zip("xyz", axes, strict=True)]
    return [
        Value("pressure", round((pascal + 50_000) / 100, 2), "A97"),
        *accelerations,
        Value("battery_voltage", round(volts, 3), "VLT"),
    ]


def _govee_75(advertisement: Advertisement) -> Values | None:
    """Both values in one number of three bytes: tenths of a degree times 1000, tenths of a percent; on top the sign."""
    data = advertisement.manufacturer
    if not data.startswith(GOVEE) or len(data) != 8:
        return None
    packed = int.from_bytes(data[3:6], "big")
    below_zero, packed = packed >> 23, packed & 0x7FFFFF
    celsius = packed // 1000 / 10
    return [temperature(-celsius if below_zero else celsius), humidity(packed % 1000 / 10), battery(data[6] & 0x7F)]


def _govee_74(advertisement: Advertisement) -> Values | None:
    data = advertisement.manufacturer
    if not data.startswith(GOVEE) or len(data) != 9:
        return None
    celsius, percent, charge = struct.unpack_from("<hHB", data, 3)
    return [temperature(celsius / 100), humidity(percent / 100), battery(charge)]


def _inkbird(advertisement: Advertisement) -> Values | None:
    """Known by its name alone: its values stand where the company's number should. `tps` has no humidity."""
    data = advertisement.manufacturer
    if advertisement.name not in ("sps", "tps") or len(data) != 9:
        return None
    celsius, percent = struct.unpack_from("<hH", data)
    out = [temperature(celsius / 100)]
    if advertisement.name == "sps":
        out.append(humidity(percent / 100))
    return [*out, battery(data[7])]


def _thermopro(advertisement: Advertisement) -> Values | None:
    """Known by its name alone, as Inkbird's."""
    data = advertisement.manufacturer
    if not advertisement.name.startswith(("TP35", "TP39")) or len(data) < 6:
        return None
    celsius, percent = struct.unpack_from("<hB", data, 1)
    return [temperature(celsius / 10), humidity(percent)]


FORMATS: tuple[Format, ...] = (
    _minew,
    _mibeacon,
    _ruuvi_3,
    _ruuvi_5,
    _govee_75,
    _govee_74,
    _inkbird,
    _thermopro,
)
