"""A real InfluxDB, set up as `tierview influx setup` does it, with a day of a lane in it."""

from __future__ import annotations

import re

import httpx
import pytest

from gateway.influx.lines import Lines
from gateway.influx.setup_v1 import SetupV1
from gateway.influx.wanted import Wanted
from tests.dashboards.points import PARTIES, PLACES, SITE, day
from tests.servers_influx import InfluxServer, influx_1x

__all__ = ["influx_1x"]

DATABASE = "shown"
SEED = 6


@pytest.fixture(scope="session")
def database(influx_1x: InfluxServer) -> str:
    """The name of a database with points and hourly sums."""
    wanted = Wanted(
        database=DATABASE,
        policy="",
        organisation="",
        keep_days=0,
        keep_hourly_days=0,
        reader="",
        reader_password="",
    )
    with httpx.Client(base_url=influx_1x.url, trust_env=False) as client:
        list(SetupV1(client, wanted).run())
        lines = Lines(site=SITE, parties=PARTIES, tiers=PLACES)
        body = b"\n".join(lines.line(number, item) for number, item in enumerate(day(SEED), 1))
        client.post("/write", params={"db": DATABASE}, content=body).raise_for_status()
    _sum_up(influx_1x)
    return DATABASE


def _sum_up(server: InfluxServer) -> None:
    """Run the continuous queries over what is there: the server runs them by the clock, for the newest hour."""
    found = [one for one in server.query("SHOW CONTINUOUS QUERIES") if one["name"] == DATABASE]
    for _, text in found[0]["values"]:
        body = re.search(r"BEGIN (.*) END", text)
        assert body is not None
        server.query(body[1], DATABASE)
