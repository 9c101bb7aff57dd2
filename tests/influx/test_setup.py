"""`tierview influx setup`: everything is made once, what differs is changed, and nothing else is touched."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from influxdb_client.client.influxdb_client import InfluxDBClient

from gateway.errors import TierviewError
from gateway.influx.setup_v1 import SetupV1
from gateway.influx.setup_v2 import SetupV2
from gateway.influx.wanted import ROLLUPS, Made, Wanted
from tests.cli.command import tierview
from tests.influx.fake_v2 import ORGANISATION, TOKEN
from tests.influx.fake_v2_admin import FakeAdmin, administered
from tests.servers_influx import InfluxServer

DAY_NS = 86_400_000_000_000


def wanted(database: str, *, keep_days: int = 90, reader: str = "grafana") -> Wanted:
    return Wanted(
        database=database,
        policy="",
        organisation=ORGANISATION,
        keep_days=keep_days,
        keep_hourly_days=1830,
        reader=reader,
        reader_password="it's a \\ secret",
    )


def on_v1(server: InfluxServer, asked: Wanted) -> list[Made]:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        return list(SetupV1(client, asked).run())


def states(made: list[Made]) -> Counter[str]:
    return Counter(one.state for one in made)


def test_a_real_1x_server_is_set_up_once(influx_1x: InfluxServer) -> None:
    first = on_v1(influx_1x, wanted("once"))
    assert states(first) == {"made": 1 + 2 + len(ROLLUPS) + 2}
    assert states(on_v1(influx_1x, wanted("once"))) == {"unchanged": len(first)}
    held = {row[0]: (row[1], row[4]) for row in influx_1x.query('SHOW RETENTION POLICIES ON "once"')[0]["values"]}
    assert held["tierview"] == ("2160h0m0s", True)
    assert held["hourly"] == ("43920h0m0s", False)
    grants = influx_1x.query('SHOW GRANTS FOR "grafana"')[0]["values"]
    assert ["once", "READ"] in grants
    assert [database for database, right in grants if right not in ("READ", "NO PRIVILEGES")] == []


def test_what_differs_is_changed_and_nothing_else(influx_1x: InfluxServer) -> None:
    on_v1(influx_1x, wanted("other"))
    influx_1x.query('DROP CONTINUOUS QUERY "sensor_1h" ON "other"')
    sentence = (
        'SELECT count(value) INTO "other"."hourly"."sensor_1h" FROM "other"."tierview"."sensor" GROUP BY time(1h)'
    )
    influx_1x.query(f'CREATE CONTINUOUS QUERY "sensor_1h" ON "other" BEGIN {sentence} END')
    again = on_v1(influx_1x, wanted("other", keep_days=0))
    assert [one.what for one in again if one.state == "changed"] == [
        "retention policy tierview: INF",
        "continuous query sensor_1h",
    ]


def test_what_is_summed_up_is_what_was_written(influx_1x: InfluxServer) -> None:
    """The server runs continuous queries when an hour ends; here its own sentence is run over a day at once."""
    on_v1(influx_1x, wanted("sums"))
    hour_ns = 3_600_000_000_000
    began_ns = time.time_ns() - DAY_NS
    lines = [
        f"sensor,site=s,name=temperature,device=cold-{device} value={value},at_us={at}i {at}"
        for device in (1, 2)
        for at, value in ((began_ns + n * hour_ns // 4, float(n * device)) for n in range(8))
    ]
    httpx.post(f"{influx_1x.url}/write", params={"db": "sums"}, content="\n".join(lines), trust_env=False)
    (queries,) = [one for one in influx_1x.query("SHOW CONTINUOUS QUERIES") if one["name"] == "sums"]
    sentence = dict(queries["values"])["sensor_1h"].partition(" BEGIN ")[2].removesuffix(" END")
    influx_1x.query(sentence.replace(" GROUP BY", " WHERE time > 0 GROUP BY"), "sums")
    told = influx_1x.query("SELECT value, least, most FROM hourly.sensor_1h GROUP BY device", "sums")
    rows = {series["tags"]["device"]: [row[1:] for row in series["values"]] for series in told}
    written = [float(n) for n in range(8)]
    assert sum(len(found) for found in rows.values()) > 2
    for device in (1, 2):
        assert min(row[1] for row in rows[f"cold-{device}"]) == min(written) * device
        assert max(row[2] for row in rows[f"cold-{device}"]) == max(written) * device
        assert all(least <= value <= most for value, least, most in rows[f"cold-{device}"])


def test_what_the_server_has_against_it_is_told(influx_1x: InfluxServer) -> None:
    with pytest.raises(TierviewError, match="expected duration"):
        on_v1(influx_1x, wanted("bad", keep_days=-1))


def on_v2(fake: FakeAdmin, asked: Wanted, token: str = TOKEN) -> list[Made]:
    with InfluxDBClient(fake.url, token, org=ORGANISATION, timeout=5000) as client:
        return list(SetupV2(client, asked).run())


async def test_2x_is_set_up_once_and_its_reading_token_is_shown_once() -> None:
    async with administered(FakeAdmin()) as fake:
        first = await asyncio.to_thread(on_v2, fake, wanted("tierview"))
        again = await asyncio.to_thread(on_v2, fake, wanted("tierview"))
        less = await asyncio.to_thread(on_v2, fake, wanted("tierview", keep_days=7))
    assert states(first) == {"made": 2 + 2 + len(ROLLUPS) + 1}
    assert first[-1].secret == "made-for-reading"
    assert states(again) == {"unchanged": len(first)}
    assert all(not one.secret for one in again)
    assert [one.what for one in less if one.state == "changed"] == ["bucket tierview: 7 days"]
    (reading,) = fake.authorizations.values()
    assert {one["action"] for one in reading["permissions"]} == {"read"}
    assert {row["retention_policy"] for row in fake.dbrps.values()} == {"autogen", "hourly"}


async def test_2x_says_what_it_has_against_us() -> None:
    async with administered(FakeAdmin()) as fake:
        with pytest.raises(TierviewError, match="401"):
            await asyncio.to_thread(on_v2, fake, wanted("tierview"), "wrong")
    assert fake.changes == []


def test_the_command_sets_up_what_the_configuration_names(influx_1x: InfluxServer, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    (tmp_path / "config.yaml").write_text(
        f"influx:\n  - {{name: plant, url: '{influx_1x.url}', database: by_command}}\n"
    )
    words = ("influx", "setup", tmp_path / "config.yaml")
    asked = tierview(*words, "--reader-password-file", tmp_path / "password", "--json")
    assert (asked.code, {row["state"] for row in asked.rows[:4]}) == (0, {"made"})
    assert ["by_command"] in influx_1x.query("SHOW DATABASES")[0]["values"]
    assert tierview(*words).code == 2
    assert tierview(*words, "--name", "plnat").err.endswith("did you mean 'plant'?\n")
