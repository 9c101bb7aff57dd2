"""Which door each call gets: no two trailers at one door, in by some and out by another where a site has several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from gateway.model import Micros
from simulators.journeys import Call, Journey
from simulators.network import Door, Site

Berth: TypeAlias = tuple[Door | None, Door | None]  # where it is unloaded, where it is loaded
Berths: TypeAlias = Mapping[tuple[str, Micros], Berth]  # by shipment and arrival


def assign_berths(journeys: Sequence[Journey]) -> Berths:
    """Doors for all calls: loaded at a site's last door; unloaded at whichever inbound one is free the longest."""
    origins = {journey.calls[0].site.code for journey in journeys}
    free_us: dict[Door, Micros] = {}
    berths: dict[tuple[str, Micros], Berth] = {}
    calls = [(call.spotted_us, journey.shipment_id, journey, call) for journey in journeys for call in journey.calls]
    for _, shipment_id, journey, call in sorted(calls, key=lambda one: one[:2]):
        berth = _berth(journey, call, origins, free_us)
        berths[shipment_id, call.arrive_us] = berth
        free_us.update({door: call.depart_us for door in berth if door is not None})
    return berths


def _berth(journey: Journey, call: Call, origins: set[str], free_us: Mapping[Door, Micros]) -> Berth:
    doors = call.site.doors
    if not doors or not journey.route.docks:
        return None, None
    if call is journey.calls[0]:
        return doors[-1], doors[-1]
    if call is not journey.calls[-1]:
        return doors[0], doors[-1]
    door = min(_inbound(call.site, origins), key=lambda one: free_us.get(one, 0))
    return door, door


def _inbound(site: Site, origins: set[str]) -> tuple[Door, ...]:
    """The doors for unloading: where others load and there is a choice, not theirs."""
    return site.doors[:-1] if site.code in origins and len(site.doors) > 1 else site.doors
