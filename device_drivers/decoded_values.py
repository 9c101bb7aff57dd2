"""Values that a network server or bridge has decoded already: a JSON tree to measurements and positions.

A value is named after where it stands: `{"Probe 1": {"Temp": 4}}` gives `probe_1_temp`, list items count from 1. The
settings `names` (by the path as it came: `Probe 1.Temp`) and `units` (by our name) say it better. Latitude and
longitude side by side are a position, not two measurements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from device_drivers.json_mqtt_values import Unfit, number, shown, text
from gateway.model import Fix, Measurement, Micros, Notice, Output

MOST_VALUES = 200  # of one message
MOST_TEXT = 1024  # characters of a text value
POSITIONS = (("latitude", "longitude"), ("lat", "lon"), ("lat", "lng"))
ALTITUDES = ("altitude", "alt")
UNITS = {"temperature": "CEL", "humidity": "P1", "illuminance": "LUX", "co2": "59"}  # where no device says otherwise

Path: TypeAlias = tuple[str, ...]
Scalar: TypeAlias = float | bool | str

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_A_WORD = re.compile(r"[^0-9a-z]+")


class Naming(msgspec.Struct, frozen=True):
    """How values are called: what the settings say, and the units that a family is known to use."""

    names: Mapping[str, str]  # path -> our name; empty: passed over
    units: Mapping[str, str]  # our name -> UN/ECE Rec 20 code
    known: Mapping[str, str] = msgspec.field(default_factory=lambda: UNITS)  # last word of a path -> UN/ECE Rec 20 code

    def of(self, path: Path) -> str:
        """Our name for the value at a path."""
        return self.names.get(".".join(path), word("_".join(path)))

    def unit(self, path: Path, name: str) -> str:
        """Its unit; empty where nothing is known."""
        last = next((part for part in reversed(path) if not part.isdigit()), "")
        return self.units.get(name) or self.known.get(word(last), "")


def word(said: str) -> str:
    """`AmbientTemp 2` as `ambient_temp_2`."""
    return _NOT_A_WORD.sub("_", _HUMP.sub("_", said).lower()).strip("_")


def section(tree: Any, *keys: str) -> dict[str, Any]:
    """An object inside objects; empty where it is not said."""
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree if isinstance(tree, dict) else {}


def said_number(tree: Mapping[str, Any], key: str) -> float:
    """A number where zero is left out, as protobuf's JSON does; raises Unfit."""
    value = tree.get(key)
    return 0.0 if value is None else number(value)


def measured(name: str, value: Any, unit: str, asset: str, seen_us: Micros | None) -> Measurement:
    """One value, checked; units belong to numbers alone. Raises Unfit."""
    scalar: Scalar
    if isinstance(value, bool):
        scalar = value
    elif isinstance(value, str):
        scalar = value[:MOST_TEXT]
    else:
        scalar = number(value)
    return Measurement(name=name, value=scalar, unit=unit if _is_number(scalar) else "", seen_us=seen_us, asset=asset)


def read_values(tree: Any, naming: Naming, asset: str, seen_us: Micros | None) -> list[Output]:
    """All values of a tree; raises Unfit where there are too many or one is no value."""
    out: list[Output] = []
    for path, value in _leaves(tree, ()):
        if len(out) >= MOST_VALUES:
            raise Unfit(f"expected at most {MOST_VALUES} values, came more")
        if isinstance(value, dict):
            out.append(position(value, asset, seen_us))
            continue
        name = naming.of(path)
        if name:
            out.append(measured(name, value, naming.unit(path, name), asset, seen_us))
    return out


def position(place: Mapping[str, Any], asset: str, seen_us: Micros | None) -> Output:
    """A position from an object that has one; 0, 0 is what receivers say without a fix. Raises Unfit."""
    keys = _position_keys(place) or POSITIONS[0]
    lat, lon = said_number(place, keys[0]), said_number(place, keys[1])
    if lat == 0 and lon == 0:
        return Notice(name="no_fix", text=f"{asset} says 0, 0", seen_us=seen_us)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Unfit(f"expected degrees within 90 and 180, came {lat:g}, {lon:g}")
    alt_m = next((number(place[key]) for key in ALTITUDES if place.get(key) is not None), None)
    accuracy_m = said_number(place, "accuracy") or None
    return Fix(lat=lat, lon=lon, alt_m=alt_m, accuracy_m=accuracy_m, seen_us=seen_us, asset=asset)


def _leaves(tree: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Paths and values; a position comes as its object. What is null is not said."""
    if isinstance(tree, dict):
        keys = _position_keys(tree)
        if keys is not None:
            yield path, tree
        passed = (*keys, *ALTITUDES, "accuracy") if keys else ()
        for key, value in tree.items():
            if key not in passed:
                yield from _leaves(value, (*path, key))
    elif isinstance(tree, list):
        for place, value in enumerate(tree, 1):
            yield from _leaves(value, (*path, str(place)))
    elif tree is not None:
        yield path, tree


def _position_keys(tree: Mapping[str, Any]) -> tuple[str, str] | None:
    return next((keys for keys in POSITIONS if all(_is_number(tree.get(key)) for key in keys)), None)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def needed_object(message: Any) -> dict[str, Any]:
    """A message that must be an object; raises Unfit."""
    if not isinstance(message, dict):
        raise Unfit(f"expected an object, came {shown(message)}")
    return message


def needed_text(tree: Mapping[str, Any], key: str) -> str:
    """A text that must be there; raises Unfit."""
    value = text(tree.get(key))
    if not value or len(value) > MOST_TEXT:
        raise Unfit(f"expected {key} of 1 to {MOST_TEXT} characters, came {shown(value)}")
    return value
