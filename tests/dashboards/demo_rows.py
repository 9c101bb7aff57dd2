"""Which panels have nothing to show of what the demo's simulated devices brought into a real InfluxDB.

What an answer has to look like is held by `test_queries`; there points are written for it, here only a gateway writes.
"""

from __future__ import annotations

from gateway.influx.schema import LOCATION_EVENT
from tests.dashboards.database import sum_up
from tests.dashboards.shown import asked, series
from tests.servers_influx import InfluxServer

DAY_US = 86_400_000_000
CHOSEN = {"shipment": "SEA-01|AXLE-01", "asset": "TRL-3"}  # one that is late and one that came; the one that is cooled
MAY_BE_EMPTY = {  # and why, in the demo
    "devices: Faults": "no device fails",
    "devices: Faults, by antenna": "no antenna fails",
    "dock_and_yard: Gate wait, each visit": "the plant's gate has no reader",
    "gateway_health: Clocks repaired": "every clock is right",
    "kpis: Variation of lead time, by lane": "of no lane two shipments have come yet",
}


def without_rows(server: InfluxServer, database: str) -> set[str]:
    """The panels of which a query has no rows, and nothing says that it may."""
    newest = server.query(f'SELECT last("at_us") FROM "{LOCATION_EVENT.name}"', database)
    newest_us = int(newest[0]["values"][0][1]) if newest else 0
    sum_up(server, database, newest_us)
    span = (newest_us - 3 * DAY_US, newest_us + DAY_US)
    return {
        panel
        for one in asked()
        if (panel := f"{one.dashboard}: {one.panel['title']}") not in MAY_BE_EMPTY
        if not series(server, database, one.target, span, **CHOSEN)
    }
