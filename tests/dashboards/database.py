"""A database as `tierview influx setup` makes it, and its hourly sums, which the server adds up by the clock."""

from __future__ import annotations

import re

import httpx

from gateway.influx.setup_v1 import SetupV1
from gateway.influx.wanted import Wanted
from gateway.model import Micros
from tests.servers_influx import InfluxServer


def set_up(server: InfluxServer, database: str) -> None:
    wanted = Wanted(
        database=database,
        policy="",
        organisation="",
        keep_days=0,
        keep_hourly_days=0,
        reader="",
        reader_password="",
    )
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        list(SetupV1(client, wanted).run())


def sum_up(server: InfluxServer, database: str, until_us: Micros) -> None:
    """Run the continuous queries over what is there, which may be of a clock that is ahead of the server's."""
    found = [one for one in server.query("SHOW CONTINUOUS QUERIES") if one["name"] == database]
    for _, text in found[0]["values"]:
        body = re.search(r"BEGIN (.*) GROUP BY (.*) END", text)
        assert body is not None
        server.query(f"{body[1]} WHERE time <= {until_us}u GROUP BY {body[2]}", database)
