"""What a check says."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Grade: TypeAlias = Literal["ok", "warning", "fault"]


class Checked(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that was looked at."""

    check: str  # a stable word: clock, disk, journal, limits, ports, broker, influx, mail, certificates
    about: str  # which one: a path, an address, a device's name; empty: there is only one
    grade: Grade
    text: str  # what was found
    fix: str = ""  # what to do; empty where nothing is to be done


def ok(check: str, about: str, text: str) -> Checked:
    """It is as it should be."""
    return Checked(check=check, about=about, grade="ok", text=text)


def warning(check: str, about: str, text: str, fix: str) -> Checked:
    """It works, and will hurt one day."""
    return Checked(check=check, about=about, grade="warning", text=text, fix=fix)


def fault(check: str, about: str, text: str, fix: str) -> Checked:
    """It does not work."""
    return Checked(check=check, about=about, grade="fault", text=text, fix=fix)
