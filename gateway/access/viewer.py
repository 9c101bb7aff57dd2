"""On whose behalf someone looks, and which shipments are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model import Shipment


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """On whose behalf someone looks."""

    party: str
    operator: bool
    lanes: frozenset[str] = frozenset()  # all shipments of these are shown to it, by the configuration

    @property
    def scope(self) -> str:
        """The party by which the journal filters; empty: no filter."""
        return "" if self.operator else self.party


def concerns(viewer: Viewer, shipment: Shipment) -> bool:
    """Whether a shipment may be seen by a viewer: it is a party to it, its lane is shown to it, or the operator."""
    return takes_part(viewer, shipment) or shipment.lane in viewer.lanes


def takes_part(viewer: Viewer, shipment: Shipment) -> bool:
    """Whether a viewer may plan a shipment: it is a party to it, or the operator."""
    return viewer.operator or viewer.party in shipment.parties.values()
