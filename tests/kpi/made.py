"""Shipments and what happened to them, made short for tests of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.kpi.facts import Facts, Unit
from gateway.model import Actual, Micros, PartLine, Shipment, Stop, Window

MINUTE = 60 * 1_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONDAY: Micros = 20_514 * DAY  # 2026-03-02T00:00:00Z


def facts(
    *,
    window: Window,
    arrived_us: Micros | None,
    units: Mapping[str, Micros | None],
    lines: Sequence[str] = (),
    departed_us: Micros | None = None,
    doubted: bool = False,
    lane: str = "A>B",
    name: str = "S-1",
) -> Facts:
    """One shipment from A to B with its trailer, its units and a part line in each of `lines`."""
    alone = list(units) == ["TRAILER"]
    return Facts(
        shipment=Shipment(
            shipment_id=name,
            stops=(
                Stop(
                    place="A", departure=Window(open_us=window.open_us - 5 * HOUR, close_us=window.open_us - 4 * HOUR)
                ),
                Stop(place="B", arrival=window),
            ),
            assets=("TRAILER",) if alone else ("TRAILER", *units),
            parties={"consignee": "OEM"},
            created_us=window.open_us - DAY,
            parts=tuple(PartLine(number=f"N-{at}", within=within) for at, within in enumerate(lines)),
        ),
        actuals=(Actual(stop=0, departed_us=departed_us), Actual(stop=1, arrived_us=arrived_us)),
        lane=lane,
        units=tuple(Unit(asset=asset, read_us=read_us) for asset, read_us in units.items()),
        doubted=doubted,
    )
