"""Drivers and their settings in words, for the commands that show them."""

from __future__ import annotations

import dataclasses
from types import ModuleType
from typing import Any

import msgspec

REQUIRED = "(required)"


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of a driver."""

    name: str
    default: Any
    meaning: str


def settings(module: ModuleType) -> list[Setting]:
    """Every setting of a driver, in the order of its file."""
    from gateway.config.schema import field_comments

    comments = field_comments(module.Settings)
    return [
        Setting(name=field.name, default=_default(field), meaning=comments.get(field.name, ""))
        for field in dataclasses.fields(module.Settings)
    ]


def written(value: Any) -> str:
    """A value as config.yaml writes it."""
    return msgspec.json.encode(value).decode()


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return REQUIRED if field.default is dataclasses.MISSING else field.default
