"""Maintenance windows and escalation: instants that are some, in their order, and names that exist."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.config.instant import instant_us
from gateway.config.names import Names, means, means_lane
from gateway.config.nodes import Table
from gateway.errors import Fault
from gateway.model import Micros

_WORKED_ON = ("devices", "places", "lanes")


def check_alerting(root: Table, names: Names) -> Iterator[Fault]:
    """Yield the faults of each maintenance window and of each step of escalation."""
    for table in root.tables("maintenance"):
        yield from _window(table)
        yield from _named(table, names)
    for table in root.tables("escalation"):
        if table.get("tell") is not None and not list(table.texts("tell")):
            yield table.spot("tell").fault("expected whom to tell, came an empty list", "name a subscription")
        for spot, name in table.texts("tell"):
            yield from means(spot, name, names.subscriptions, "the name of a subscription")
        yield from _named(table, names)


def _named(table: Table, names: Names) -> Iterator[Fault]:
    for spot, rule in table.texts("rules"):
        yield from means(spot, rule, names.rules, "the name of a rule")
    for spot, device in table.texts("devices"):
        yield from means(spot, device, names.devices, "the name of a device")
    for spot, place in table.texts("places"):
        yield from means(spot, place, names.places, "the code of a place")
    for spot, lane in table.texts("lanes"):
        yield from means_lane(spot, lane, names)


def _window(table: Table) -> Iterator[Fault]:
    if not any(list(table.texts(key)) for key in _WORKED_ON):
        text = "expected what is worked on, came nothing"
        yield table.fault(text, "name at least one of `devices`, `places` and `lanes`")
    start_us, end_us = _instant(table, "start"), _instant(table, "end")
    for key, instant in (("start", start_us), ("end", end_us)):
        if table.text(key) and instant is None:
            text = f"expected a time with its zone, came '{table.text(key)[:40]}'"
            yield table.spot(key).fault(text, "write it like 2026-03-01T06:00+01:00")
    if start_us is not None and end_us is not None and end_us <= start_us:
        text = f"expected an end after the start {table.text('start')}, came {table.text('end')}"
        yield table.spot("end").fault(text, "write when the work is done")


def _instant(table: Table, key: str) -> Micros | None:
    try:
        return instant_us(table.text(key))
    except ValueError:
        return None
