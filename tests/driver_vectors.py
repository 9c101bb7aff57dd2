"""The drivers there are, and the vectors each must reproduce.

`tests/vectors/<NAME>.jsonl` has one JSON object a line:

    source     where the bytes come from: a capture, a manual, a standard's section (required)
    settings   the driver's settings, as in config.yaml (default: none)
    data       stream drivers: what one connection says, as hex
    topic      message drivers: the MQTT topic (default: empty)
    payload    message drivers: the message, as JSON or as a text; or `data` as hex
    expect     the outputs in order, each an object with its `type` (tag_read, label, fix, measurement,
               passage, notice, rejected, send) and those fields that are to be compared; bytes as hex

A driver is any module of `device_drivers/` that has NAME and Decoder: a new one is found by itself.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

import device_drivers
from gateway.model import Decoder, Output

VECTORS = Path(__file__).parent / "vectors"
DEFAULT_MAX_PENDING_BYTES = 65_536  # for stream drivers that name no MAX_PENDING_BYTES of their own


@dataclass(frozen=True, kw_only=True)
class Vector:
    """One row of a vectors file."""

    source: str
    data: bytes
    topic: str
    settings: dict[str, Any]
    expect: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One driver, as its module says it."""

    module: ModuleType
    name: str
    transport: str
    settings: type[Any]
    make: Callable[[Any], Decoder]

    def decoder(self, settings: dict[str, Any] | None = None) -> Decoder:
        """Return a fresh decoder; without settings, one like the first vector: some need settings."""
        raw = self.vectors()[0].settings if settings is None else settings
        return self.make(msgspec.convert(raw, self.settings))

    def vectors(self) -> list[Vector]:
        """Return the driver's vectors; none where it has no file."""
        return _vectors(VECTORS / f"{self.name}.jsonl")

    @property
    def max_pending_bytes(self) -> int:
        """Return the bound of a stream driver's unfinished tail."""
        return int(getattr(self.module, "MAX_PENDING_BYTES", DEFAULT_MAX_PENDING_BYTES))


def find_drivers(transport: str | None = None) -> list[Driver]:
    """Return all drivers, or those of one transport, by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(device_drivers.__path__))
    modules = [importlib.import_module(f"device_drivers.{name}") for name in names]
    drivers = [_driver(module) for module in modules if hasattr(module, "NAME") and hasattr(module, "Decoder")]
    return [driver for driver in drivers if transport in (None, driver.transport)]


def as_json(output: Output) -> dict[str, Any]:
    """Return an output as a vector writes it."""
    fields = {name: getattr(output, name) for name in output.__struct_fields__}
    readable = {name: value.hex() if isinstance(value, bytes) else value for name, value in fields.items()}
    return {"type": output.__struct_config__.tag, **readable}


def assert_outputs(outputs: list[Output], expect: list[dict[str, Any]], source: str) -> None:
    """Compare outputs with what a vector expects of them; numbers to nine digits."""
    came = [as_json(output) for output in outputs]
    compared = [{key: one.get(key) for key in want} for one, want in zip(came, expect, strict=False)]
    same = len(came) == len(expect) and all(map(_same, compared, expect))
    assert same, f"{source}\nexpected {json.dumps(expect)}\ngot      {json.dumps(came)}"


def _same(came: dict[str, Any], want: dict[str, Any]) -> bool:
    return all(_close(came[key], want[key]) for key in want)


def _close(came: Any, want: Any) -> bool:
    if isinstance(want, float) and isinstance(came, float):
        return abs(came - want) <= 1e-9 * max(1.0, abs(want))
    return bool(came == want) and isinstance(came, bool) == isinstance(want, bool)


def _driver(module: ModuleType) -> Driver:
    return Driver(
        module=module,
        name=module.NAME,
        transport=module.TRANSPORT,
        settings=module.Settings,
        make=module.Decoder,
    )


@cache
def _vectors(file: Path) -> list[Vector]:
    if not file.exists():
        return []
    return [_vector(json.loads(line)) for line in file.read_text().splitlines() if line.strip()]


def _vector(row: dict[str, Any]) -> Vector:
    payload = row.get("payload")
    written = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
    return Vector(
        source=row["source"],
        data=bytes.fromhex(row["data"]) if "data" in row else written.encode(),
        topic=row.get("topic", ""),
        settings=row.get("settings", {}),
        expect=row["expect"],
    )
