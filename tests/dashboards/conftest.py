"""A real InfluxDB, set up as `tierview influx setup` does it, with a day of a lane in it."""

from __future__ import annotations

import httpx
import pytest

from gateway.influx.lines import Lines
from tests.dashboards.database import set_up, sum_up
from tests.dashboards.points import END_US, PARTIES, PLACES, SITE, day
from tests.servers_influx import InfluxServer, influx_1x

__all__ = ["influx_1x"]

DATABASE = "shown"
SEED = 6


@pytest.fixture(scope="session")
def database(influx_1x: InfluxServer) -> str:
    """The name of a database with points and hourly sums."""
    set_up(influx_1x, DATABASE)
    lines = Lines(site=SITE, parties=PARTIES, tiers=PLACES)
    body = b"\n".join(lines.line(number, item) for number, item in enumerate(day(SEED), 1))
    with httpx.Client(base_url=influx_1x.url, trust_env=False) as client:
        client.post("/write", params={"db": DATABASE}, content=body).raise_for_status()
    sum_up(influx_1x, DATABASE, END_US)
    return DATABASE
