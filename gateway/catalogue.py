"""Which drivers and rules exist: the modules of `device_drivers` and `rules`, found by looking.

To add one is to add its file. Only this module, on behalf of app.py, imports them.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import device_drivers
import rules
from gateway.config import Catalogue, DriverEntry, build_settings
from gateway.config.model import Device, RuleEntry
from gateway.model import Decoder, Rule


@cache
def drivers() -> dict[str, ModuleType]:
    """Driver modules by their config name: those that have NAME and Decoder."""
    return {module.NAME: module for module in _modules(device_drivers) if hasattr(module, "Decoder")}


@cache
def rule_types() -> dict[str, type[Any]]:
    """Rule classes by their file's name: those modules that have Rule."""
    return {module.__name__.rpartition(".")[2]: module.Rule for module in _modules(rules) if hasattr(module, "Rule")}


def catalogue() -> Catalogue:
    """What the configuration is checked against."""
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
        yield import_module(f"{package.__name__}.{found.name}")
