"""What an asset was in, from when until when: no event of its own tells where that went meanwhile. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.model import EventKind, LocationEvent, Micros


@dataclass(frozen=True, kw_only=True)
class Carriage:
    """An asset was in another one."""

    carrier: str
    from_us: Micros
    until_us: Micros


def carriages(events: Iterable[LocationEvent], from_us: Micros, until_us: Micros) -> Iterator[Carriage]:
    """What an asset was in during a time span, from its events in it, oldest first.

    What it was taken out of without having been put in, it was in from the beginning; what it was not taken out of,
    until the end. Who is put into another thing is no longer in the first.
    """
    carrier, since_us, first = "", from_us, True
    for event in events:
        if event.kind not in (EventKind.LOADED, EventKind.UNLOADED):
            continue
        held = event.parent if first and event.kind is EventKind.UNLOADED else carrier
        if held:
            yield Carriage(carrier=held, from_us=since_us, until_us=event.at_us)
        carrier, since_us, first = event.parent if event.kind is EventKind.LOADED else "", event.at_us, False
    if carrier:
        yield Carriage(carrier=carrier, from_us=since_us, until_us=until_us)
