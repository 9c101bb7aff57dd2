"""The terms that every other word uses: time, tier, kind of asset, clock."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

Micros: TypeAlias = int  # microseconds since 1970-01-01T00:00:00Z


class Tier(StrEnum):
    """The supply-chain tier of a place or a party, from far to near."""

    TIER3 = "tier3"
    TIER2 = "tier2"
    TIER1 = "tier1"
    TRANSIT = "transit"  # between places; what an asset is in after it left one and before it reached the next
    CROSSDOCK = "crossdock"
    PORT = "port"
    OEM = "oem"


class AssetKind(StrEnum):
    """What kind of thing an identity names. Assets nest in this order, small in large."""

    PART = "part"  # SGTIN, 25S, 37S
    PALLET = "pallet"  # SSCC, 1J to 6J
    RTI = "rti"  # returnable transport item: GRAI, 25B
    CONTAINER = "container"
    TRAILER = "trailer"  # also a truck: whatever a tracker is bolted to
    PLACE = "place"  # SGLN: a tag on a door frame or a floor
    OTHER = "other"


@runtime_checkable
class Clock(Protocol):
    """What time it is for the gateway; only app.py and the simulators choose which clock."""

    def now_us(self) -> Micros: ...

    async def sleep_until(self, due_us: Micros) -> None: ...
