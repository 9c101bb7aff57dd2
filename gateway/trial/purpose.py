"""What a driver is for, in a sentence."""

from __future__ import annotations

import inspect
from types import ModuleType


def purpose(module: ModuleType) -> str:
    """The first sentence of a driver's docstring, on one line."""
    lines = inspect.cleandoc(module.__doc__ or "").split("\n\n")[0].split("\n")
    first, _, _ = " ".join(lines).partition(". ")
    return first.rstrip(".") + "."
