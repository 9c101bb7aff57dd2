"""The source contract: something that runs for as long as the gateway and fills the intake.

A source connects, reads, backs off with jitter when it cannot, and never ends by itself. It tells the
intake `Connected`, then chunks, then `Disconnected`, for each of its devices, in that order. It decides
nothing about the bytes. The time of day comes from the gateway's clock; back-off runs on real time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass
class Counts:
    """What a source has done since the start; read by /health and /metrics."""

    connects: int = 0
    failures: int = 0  # attempts that failed and connections that broke
    chunks: int = 0
    bytes: int = 0
    unsent: int = 0  # writes that could not be queued or sent
    unmatched: int = 0  # messages that mean no device
    refused: int = 0  # connections and messages turned away: too many, or not from where they may come
    cut: int = 0  # bytes of lines beyond the longest that is taken


class Source(Protocol):
    """One connection to a device, or to a broker that serves many."""

    @property
    def name(self) -> str:
        """Names the task: `serial:gps-7`, `tcp:dock-reader`, `listen:trackers`, `mqtt:HOST:PORT`."""

    @property
    def devices(self) -> tuple[str, ...]:
        """The devices that are heard through it."""

    @property
    def counts(self) -> Counts: ...

    async def run(self) -> None:
        """Run until cancelled, or until the intake is closed."""
