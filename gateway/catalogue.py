"""Which drivers and rules exist: the modules of `device_drivers` and `rules`, found by looking.

To add one is to add its file: here, in a folder `drivers` beside the configuration, or in an installed distribution
that names it under the entry point `tierview.drivers`. Only this module, on behalf of app.py, imports them.
"""

from __future__ import annotations

import pkgutil
import stat
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import device_drivers
import rules
from gateway.config import Catalogue, DriverEntry, build_settings
from gateway.config.model import Device, RuleEntry
from gateway.errors import BadInput
from gateway.model import Decoder, Rule

OWN_DRIVERS = "drivers"  # the folder beside the configuration
ENTRY_POINTS = "tierview.drivers"
SAID = ("NAME", "TRANSPORT", "Settings")  # what a driver's module says besides its Decoder
BROKEN = (  # what a file that is being written, or was never tried, may raise while it is loaded
    ImportError,
    SyntaxError,
    NameError,
    AttributeError,
    TypeError,
    ValueError,
    LookupError,
    ArithmeticError,
    OSError,
    RuntimeError,
)


def use_drivers_beside(config: Path) -> None:
    """Let the files of `drivers/` beside a configuration be drivers too.

    They run with the gateway's rights. Raises BadInput where others than its owner may write into the folder.
    """
    folder = (config.parent / OWN_DRIVERS).resolve()
    if not folder.is_dir() or str(folder) in device_drivers.__path__:
        return
    if folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise BadInput(f"{folder} holds drivers, and others may write into it: chmod go-w {folder}")
    device_drivers.__path__.append(str(folder))
    drivers.cache_clear()


@cache
def drivers() -> dict[str, ModuleType]:
    """Driver modules by their config name: those that have NAME and Decoder. Raises BadInput where two share one."""
    found: dict[str, ModuleType] = {}
    for module in (*_modules(device_drivers), *map(_load, entry_points(group=ENTRY_POINTS))):
        if not hasattr(module, "Decoder"):
            continue
        missing = [name for name in SAID if not hasattr(module, name)]
        if missing:
            raise BadInput(f"{module.__file__} has a Decoder; expected also {', '.join(missing)}")
        other = found.setdefault(module.NAME, module)
        if other is not module:
            raise BadInput(f"two drivers are called {module.NAME!r}: {other.__file__} and {module.__file__}")
    return found


@cache
def rule_types() -> dict[str, type[Any]]:
    """Rule classes by their file's name: those modules that have Rule."""
    return {module.__name__.rpartition(".")[2]: module.Rule for module in _modules(rules) if hasattr(module, "Rule")}


def catalogue(config: Path | None = None) -> Catalogue:
    """What a configuration is checked against; with its file, the drivers beside it count."""
    if config is not None:
        use_drivers_beside(config)
    entries = {
        name: DriverEntry(settings=module.Settings, transport=module.TRANSPORT) for name, module in drivers().items()
    }
    return Catalogue(drivers=entries, rules=rule_types())


def make_decoder(device: Device) -> Decoder:
    """A fresh decoder for a device of a checked configuration."""
    module = drivers()[device.driver]
    decoder: Decoder = module.Decoder(build_settings(module.Settings, dict(device.settings)))
    return decoder


def make_rule(entry: RuleEntry) -> Rule:
    """A rule with its settings, of a checked configuration."""
    rule: Rule = build_settings(rule_types()[entry.rule], dict(entry.settings))
    return rule


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(package.__path__):
        name = f"{package.__name__}.{found.name}"
        try:
            yield import_module(name)
        except BROKEN as error:
            where = getattr(found.module_finder, "path", "")
            raise BadInput(f"{where}/{found.name}.py cannot be loaded: {error}") from error


def _load(point: EntryPoint) -> ModuleType:
    try:
        module = point.load()
    except BROKEN as error:
        raise BadInput(f"the driver {point.name} of {point.value} cannot be loaded: {error}") from error
    assert isinstance(module, ModuleType), f"{point.value} names no module"
    return module
