"""What settings say of themselves when they do not fit."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class WrongSetting(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with one setting."""

    key: str  # of the setting, with dots where it lies deeper
    text: str  # what was expected, and what came
    fix: str = ""  # what to write instead; empty: nobody knows


class BadSettings(ValueError):
    """Settings of a driver or rule that have the right types, and still say nothing that could be done.

    Raised by a settings dataclass as it is made; each thing that is wrong becomes a fault at its key.
    """

    def __init__(self, wrong: Iterable[WrongSetting]) -> None:
        self.wrong = tuple(wrong)
        super().__init__("; ".join(f"{one.key}: {one.text}" for one in self.wrong))
