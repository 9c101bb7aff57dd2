"""Where and when a scenario plays: its day, places, kinds of assets, devices and parties."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from gateway.model import AssetKind, Micros
from gateway.places import PlaceIndex

MINUTE_US = 60_000_000


@dataclass(frozen=True, kw_only=True)
class World:
    """What the sentences of a scenario may name."""

    day_us: Micros  # midnight in UTC, from which its times count
    places: PlaceIndex
    codes: Collection[str] = ()  # of the places that may be named; none: any
    kind_of: Callable[[str], AssetKind]  # of an asset, by its name
    devices: Collection[str] = ()  # that may be named; none: any
    roles: Mapping[str, str] = field(
        default_factory=dict
    )  # role -> party of every shipment; none: as its ends are owned

    def at(self, text: str) -> Micros:
        """HH:MM -> instant; hours beyond 24 are of the days that follow."""
        hours, minutes = text.split(":")
        return self.day_us + (int(hours) * 60 + int(minutes)) * MINUTE_US

    def clock(self, at_us: Micros) -> str:
        """The instant as the sentences have it."""
        minutes = (at_us - self.day_us) // MINUTE_US
        return f"{minutes // 60:02d}:{minutes % 60:02d}"

    def parties(self, origin: str, destination: str) -> dict[str, str]:
        """Role -> party of a shipment between two places."""
        if self.roles:
            return dict(self.roles)
        ends = {"shipper": self.places.owner(origin), "consignee": self.places.owner(destination)}
        return {role: party for role, party in ends.items() if party}
