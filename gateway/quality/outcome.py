"""What it came to: names that were entered, and records that were tried again."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.quality.names import Link


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What became of rows that were tried again."""

    tried: int = 0
    replayed: int = 0  # they wait no more

    @property
    def waiting(self) -> int:
        """How many still wait, each with its reason."""
        return self.tried - self.replayed


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What entering names came to."""

    links: tuple[Link, ...]  # those that are new
    unchanged: int  # those that said so already
    tried: Tried
