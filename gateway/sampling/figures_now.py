"""The figures of the last days, the same as the API's: counted anew, since late data changes what a day was."""

from __future__ import annotations

from gateway.access import Viewer
from gateway.influx.samples import KpiSample
from gateway.kpi.figures import Figure
from gateway.kpi.gather import Asked
from gateway.model import Micros
from gateway.web.house import House
from gateway.web.kpis.routes import count_figures

DAY_US = 86_400 * 1_000_000
DAYS_AGAIN = 7  # so many days are counted again by themselves
LONG_DAYS = 30  # as the API counts where nothing else is asked
LONG_AGAIN = 2


async def day_figures(house: House, viewer: Viewer) -> list[KpiSample]:
    """Each of the last days (UTC) by itself, and the month that ends with today or yesterday."""
    today_us = house.ports.clock.now_us() // DAY_US * DAY_US
    found: list[KpiSample] = []
    for days, again in ((1, DAYS_AGAIN), (LONG_DAYS, LONG_AGAIN)):
        for back in range(again):
            found += await _span(house, viewer, today_us - back * DAY_US, days)
    return found


async def _span(house: House, viewer: Viewer, last_day_us: Micros, days: int) -> list[KpiSample]:
    until_us = last_day_us + DAY_US
    _, figures = await count_figures(house, viewer, Asked(from_us=until_us - days * DAY_US, until_us=until_us))
    return [_sample(one, one.value, f"{days}d", last_day_us) for one in figures if one.value is not None]


def _sample(figure: Figure, value: float, window: str, at_us: Micros) -> KpiSample:
    return KpiSample(
        kpi=figure.kpi,
        lane=figure.lane,
        place=figure.place,
        tier=figure.tier,
        window=window,
        unit=figure.unit,
        definition=figure.definition,
        value=value,
        good=figure.good,
        counted=figure.counted,
        shipments=figure.shipments,
        at_us=at_us,
    )
