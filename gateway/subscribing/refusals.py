"""Why the desk does not do what it was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.errors import BadInput, Fault, TierviewError


class Faulty(BadInput):
    """A subscription that was asked for has faults: all of them, each with the path of its value."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.text}" for fault in faults))
        self.faults = tuple(faults)

    @classmethod
    def at(cls, path: str, text: str, fix: str = "") -> Faulty:
        """One that is found only beside others."""
        return cls([Fault(line=1, column=1, path=path, text=text, fix=fix)])


class Refused(TierviewError):
    """It is faultless, and yet not to be: its name is taken, or its party has too many; `reason` is a stable word."""

    def __init__(self, text: str, *, reason: str) -> None:
        super().__init__(text)
        self.reason = reason


class TooOften(TierviewError):
    """Once more would be too often; `wait_s` says after how long it is not."""

    def __init__(self, text: str, wait_s: int) -> None:
        super().__init__(text)
        self.wait_s = wait_s
