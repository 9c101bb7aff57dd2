"""Sources: byte streams and messages from devices into the intake. See `source` for the contract.

`Sources` has one source for each device with a line of its own, and one for all devices of the broker.
"""

from __future__ import annotations

from gateway.sources.inbound import Arrival, Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.open import open_source
from gateway.sources.running import Applied, Sources
from gateway.sources.source import Counts, Source

__all__ = [
    "Applied",
    "Arrival",
    "Connected",
    "Counts",
    "Disconnected",
    "Inbound",
    "Intake",
    "IntakeClosed",
    "Source",
    "Sources",
    "open_source",
]
