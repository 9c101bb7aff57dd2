"""From the values found in a message to readings: what each kind needs, may have, and its ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from device_drivers.json_mqtt_fields import Expression
from device_drivers.json_mqtt_values import (
    TIME_TRANSFORMS,
    UNITS,
    Unfit,
    from_hex,
    instant_us,
    iso_us,
    number,
    shown,
    text,
)
from gateway.model import Fix, Measurement, Micros, Packing, Passage, Reading, TagRead

MOST_TEXT = 1024  # characters of a text value
MOST_EPC_BYTES = 62  # 31 words: the most the PC word's length can say
MOST_TID_BYTES = 64
MOST_CHILDREN = 10_000  # of one packing event

NEEDED: dict[str, tuple[str, ...]] = {
    "measurement": (),
    "fix": ("lat", "lon"),
    "tag_read": ("epc",),
    "passage": ("asset", "place", "direction"),
    "packing": ("asset", "parent", "action"),
}
ALLOWED = {
    "fix": ("lat", "lon", "time", "speed_mps", "course_deg", "alt_m", "accuracy_m", "satellites", "asset"),
    "tag_read": ("epc", "time", "antenna", "rssi_dbm", "pc", "tid", "count"),
    "passage": ("asset", "place", "direction", "time", "shipment"),
    "packing": ("asset", "parent", "action", "place", "time"),
}
NOT_MEASURED = ("time", "asset", "name", "value", "unit")


class Found(msgspec.Struct, frozen=True):
    """What one message, or one item of it, says under our names; read through checks."""

    values: dict[str, Any]  # only those that it says
    fields: Mapping[str, Expression]
    item: Any

    def need(self, *names: str) -> None:
        """Raise Unfit unless all of these are said."""
        missing = [name for name in names if self.values.get(name) in (None, "")]
        if missing:
            raise Unfit(f"expected {', '.join(missing)}, came {self.keys}")

    @property
    def keys(self) -> str:
        """What came instead, for an error's text."""
        if isinstance(self.item, dict):
            return "the keys " + (", ".join(list(self.item)[:20]) or "of an empty object")
        return shown(self.item)

    def time(self) -> Micros | None:
        """Microseconds since 1970; a time without transform is ISO 8601."""
        if "time" not in self.values:
            return None
        if TIME_TRANSFORMS.isdisjoint(self.fields["time"].names):
            return iso_us(self.values["time"])
        return instant_us(int(number(self.values["time"])))

    def word(self, name: str) -> str:
        """A text, or a whole number as text; empty where not said."""
        value = self.values.get(name, "")
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)  # numbers as names: truck 17
        return _bounded(name, text(value))

    def number(self, name: str, least: float, most: float) -> float | None:
        """A number in a range, or None where not said."""
        if name not in self.values:
            return None
        value = number(self.values[name])
        if not least <= value <= most:
            raise Unfit(f"{name}: expected {least:g} to {most:g}, came {value:g}")
        return value

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number in a range, or None where not said."""
        value = self.number(name, least, most)
        return None if value is None else int(value)

    def octets(self, name: str, most: int) -> bytes:
        """Bytes; a text without transform is hex; empty where not said."""
        value = self.values.get(name, b"")
        value = from_hex(value) if isinstance(value, str) else value
        if not isinstance(value, bytes) or len(value) > most:
            raise Unfit(f"{name}: expected at most {most} bytes as hex or base64url, came {shown(value)}")
        return value


def _bounded(name: str, value: str) -> str:
    if len(value) > MOST_TEXT:
        raise Unfit(f"{name}: expected at most {MOST_TEXT} characters, came {len(value)}")
    return value


def _measured(name: str, value: Any) -> float | bool | str:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _bounded(name, value)
    if not isinstance(value, (int, float)):
        raise Unfit(f"{name}: expected a number, true, false or a text, came {shown(value)}")
    return number(value)


def _unit(found: Found, name: str, units: Mapping[str, str]) -> str:
    """As configured, else what the last transform that has a unit gives."""
    implied = [UNITS[transform] for transform in found.fields[name].names if transform in UNITS]
    return units.get(name) or (implied[-1] if implied else "")


def measurements(found: Found, units: Mapping[str, str]) -> list[Reading]:
    """Each field is a measurement of its name; or the message says `name` and `value` itself."""
    seen_us, asset = found.time(), found.word("asset")
    if "value" in found.fields:
        found.need("name", "value")
        name = found.word("name")
        value = _measured(name, found.values["value"])
        return [Measurement(name=name, value=value, unit=found.word("unit"), seen_us=seen_us, asset=asset)]
    out: list[Reading] = [
        Measurement(
            name=name, value=_measured(name, value), unit=_unit(found, name, units), seen_us=seen_us, asset=asset
        )
        for name, value in found.values.items()
        if name not in NOT_MEASURED
    ]
    if not out:
        wanted = ", ".join(name for name in found.fields if name not in NOT_MEASURED)
        raise Unfit(f"expected one of {wanted}, came {found.keys}")
    return out


def fix(found: Found, units: Mapping[str, str]) -> list[Reading]:
    """A position."""
    found.need(*NEEDED["fix"])
    return [
        Fix(
            lat=found.number("lat", -90, 90) or 0.0,
            lon=found.number("lon", -180, 180) or 0.0,
            seen_us=found.time(),
            speed_mps=found.number("speed_mps", 0, 1e6),
            course_deg=found.number("course_deg", 0, 360),
            alt_m=found.number("alt_m", -1e5, 1e8),
            accuracy_m=found.number("accuracy_m", 0, 1e8),
            satellites=found.whole("satellites", 0, 1000),
            asset=found.word("asset"),
        )
    ]


def tag_read(found: Found, units: Mapping[str, str]) -> list[Reading]:
    """A tag."""
    found.need(*NEEDED["tag_read"])
    pc = found.octets("pc", 2)
    if len(pc) == 1:
        raise Unfit("pc: expected 2 bytes, came 1")
    return [
        TagRead(
            epc=found.octets("epc", MOST_EPC_BYTES),
            antenna=found.whole("antenna", 0, 64) or 0,
            rssi_dbm=found.number("rssi_dbm", -200, 100),
            pc=int.from_bytes(pc, "big") if pc else None,
            tid=found.octets("tid", MOST_TID_BYTES),
            seen_us=found.time(),
            count=found.whole("count", 1, 1_000_000_000) or 1,
        )
    ]


def passage(found: Found, units: Mapping[str, str]) -> list[Reading]:
    """A departure or an arrival that another system knows of."""
    found.need(*NEEDED["passage"])
    direction = found.values["direction"]
    if direction not in ("in", "out"):
        raise Unfit(f"direction: expected in or out, came {shown(direction)}: map it with the transform `values`")
    return [
        Passage(
            asset=found.word("asset"),
            place=found.word("place"),
            direction=direction,
            seen_us=found.time(),
            shipment=found.word("shipment"),
        )
    ]


def packing(found: Found, units: Mapping[str, str]) -> list[Reading]:
    """One thing, or each of a list of things, put into another or taken out of it."""
    found.need(*NEEDED["packing"])
    action = found.values["action"]
    if action not in ("ADD", "DELETE"):
        raise Unfit(f"action: expected ADD or DELETE, came {shown(action)}: map it with the transform `values`")
    children = found.values["asset"]
    names = [_name(child) for child in children] if isinstance(children, list) else [found.word("asset")]
    if len(names) > MOST_CHILDREN:
        raise Unfit(f"asset: expected at most {MOST_CHILDREN} children, came {len(names)}")
    return [
        Packing(
            asset=name,
            parent=found.word("parent"),
            action=action,
            place=found.word("place"),
            seen_us=found.time(),
        )
        for name in names
    ]


def _name(child: Any) -> str:
    if not isinstance(child, str) or not child:
        raise Unfit(f"asset: expected names, came {shown(child)} among them")
    return _bounded("asset", child)


BUILDERS: dict[str, Callable[[Found, Mapping[str, str]], list[Reading]]] = {
    "measurement": measurements,
    "fix": fix,
    "tag_read": tag_read,
    "passage": passage,
    "packing": packing,
}
