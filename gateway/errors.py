"""The error tree.

TierviewError
 +- ConfigError        the configuration is wrong; carries every fault at once, each with its place in the file
 +- JournalError       the journal cannot be used
 |   +- JournalLocked  another process has this folder open; named with its pid
 |   +- JournalTooNew  written by a newer tierview; refused by name
 +- SourceError        a device cannot be reached or was lost: expected, backed off, counted
 +- BadInput           what a person or a partner's system sent cannot be used; says what was expected and what came
 +- NotAllowed         this party may not see or do this; told as "not found" to outsiders

Bad bytes from a device are no exception but a `Rejected` value: raising would lose the good frames behind them.
"""

from __future__ import annotations

from dataclasses import dataclass


class TierviewError(Exception):
    """The root of all errors that tierview raises on purpose; its text is for people."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault in a configuration file."""

    line: int  # 1-based
    column: int  # 1-based
    path: str  # places[3].tier
    text: str  # what was expected and what came
    fix: str = ""  # what to write instead, with the nearest right word

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.path}: {self.text}" + (f" — {self.fix}" if self.fix else "")


class ConfigError(TierviewError):
    """Every fault of one file, found in one run."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file = file
        self.faults = sorted(faults, key=lambda fault: (fault.line, fault.column))
        super().__init__("\n".join(f"{file}:{fault}" for fault in self.faults))


class JournalError(TierviewError):
    """The journal cannot be opened, read or written."""


class JournalLocked(JournalError):
    """A second process on the same folder."""


class JournalTooNew(JournalError):
    """The journal was written by a newer tierview than this one."""


class SourceError(TierviewError):
    """A device cannot be reached, or its connection was lost."""


class BadInput(TierviewError):
    """What a person or a partner's system sent cannot be used; `reason` is a stable word, empty: none but the text."""

    def __init__(self, text: str, *, reason: str = "") -> None:
        super().__init__(text)
        self.reason = reason


class NotAllowed(TierviewError):
    """This party may not see or do this."""
