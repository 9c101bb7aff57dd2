"""What drivers and rules there are: the application gathers them, the configuration is checked against them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import JsonValue, TypeAdapter

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class DriverEntry:
    """A driver, as far as the configuration must know it."""

    settings: type[Any]  # its frozen dataclass `Settings`
    transport: Literal["stream", "message"]


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All drivers and rules by name."""

    drivers: Mapping[str, DriverEntry]
    rules: Mapping[str, type[Any]]  # each a frozen dataclass `Rule`, whose fields are its settings


def build_settings(kind: type[T], settings: Mapping[str, JsonValue]) -> T:
    """Build a driver's Settings or a Rule from what a checked configuration says.

    Raises pydantic.ValidationError on settings that `load` would have refused.
    """
    return TypeAdapter(kind).validate_json(json.dumps(dict(settings)), strict=True, extra="forbid")
