"""What a place has of a part: counts that its owner tells."""

from __future__ import annotations

import msgspec

from gateway.model.terms import Micros


class StockCount(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """How much of a part a place had at an instant."""

    place: str
    part: str  # number, as shipments name it
    quantity: float
    counted_us: Micros
    per_hour: float | None = None  # how much is used in an hour of work from then on; None: as before
    party: str = ""  # that told it; empty: it stands in the configuration


class Stocktaking(msgspec.Struct, frozen=True, kw_only=True):
    """Counts that were told together."""

    recorded_us: Micros
    counts: tuple[StockCount, ...]
