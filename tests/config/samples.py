"""A catalogue for tests: small drivers and rules of each kind, beside the real ones that exist."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Literal

import device_drivers
import rules
from gateway.config import Catalogue, DriverEntry
from gateway.model import Severity


@dataclass(frozen=True, kw_only=True)
class ReaderSettings:
    """A stream driver's settings."""

    power_dbm: float = 30.0  # of each antenna
    antennas: tuple[int, ...] = ()  # none: all
    mode: Literal["fast", "dense"] = "dense"  # of the air protocol

    def __post_init__(self) -> None:
        if self.power_dbm > 33:
            raise ValueError(f"power_dbm: expected at most 33, came {self.power_dbm:g}")


@dataclass(frozen=True, kw_only=True)
class Pick:
    """Where one value stands in a message."""

    path: str  # from the top, such as data.temperature
    unit: str = ""  # UN/ECE code


@dataclass(frozen=True, kw_only=True)
class MessageSettings:
    """A message driver's settings, with settings inside."""

    picks: tuple[Pick, ...]  # values to take


@dataclass(frozen=True, kw_only=True)
class LateRule:
    """Is it late?"""

    grace_s: float = 0.0  # after the window closes
    severity: Severity = Severity.WARNING  # how loud


@dataclass(frozen=True, kw_only=True)
class SilentRule:
    """Is it silent?"""

    limit_s: float = 900.0  # without a word
    devices: tuple[str, ...] = ()  # which; none: all


SAMPLES = Catalogue(
    drivers={
        "reader": DriverEntry(settings=ReaderSettings, transport="stream"),
        "sensor": DriverEntry(settings=MessageSettings, transport="message"),
    },
    rules={"late": LateRule, "silent": SilentRule},
)


def real_catalogue() -> Catalogue:
    """Gather every driver and rule of this checkout, as the application does."""
    drivers = [importlib.import_module(f"device_drivers.{name}") for name in _modules(device_drivers.__path__)]
    asked = {name: importlib.import_module(f"rules.{name}") for name in _modules(rules.__path__)}
    return Catalogue(
        drivers={
            module.NAME: DriverEntry(settings=module.Settings, transport=module.TRANSPORT)
            for module in drivers
            if hasattr(module, "NAME")
        },
        rules={name: module.Rule for name, module in asked.items() if hasattr(module, "Rule")},
    )


def _modules(path: object) -> list[str]:
    return [info.name for info in pkgutil.iter_modules(path)]  # type: ignore[arg-type]
