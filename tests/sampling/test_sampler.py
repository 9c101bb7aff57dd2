"""Samples say what the API says, to each party its own, and a server that misses one holds nothing up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from structlog.testing import capture_logs

from gateway.config.model import Influx
from gateway.influx.answer import WRITTEN, Answer, Verdict
from gateway.influx.samples import InventorySample
from gateway.journal import shipments, stock
from gateway.model import Measurement, Output, Shipment, StockCount, TagRead, Trip
from gateway.outputs.influx_out import lines_for
from gateway.sampling.antennas_now import antenna_samples
from gateway.sampling.gateway_now import LONGEST_H, hours_left, samples_of
from gateway.sampling.sampler import WHOLE_EVERY, Sampler, StockChanges
from gateway.web.house import furnish
from gateway.web.http.times import iso
from tests.influx.line_parser import Point, parse_line
from tests.web import world
from tests.web.box import Box
from tests.web.test_api_kpis import arrived, shipment

DAY_US = 86_400_000_000


@dataclass
class Server:
    """A server that answers as it is told to."""

    answer: Answer = WRITTEN
    points: list[Point] = field(default_factory=list)

    async def write(self, lines: list[bytes]) -> Answer:
        if self.answer.verdict is Verdict.WRITTEN:
            self.points += map(parse_line, lines)
        return self.answer

    async def close(self) -> None:
        self.points.clear()

    def of(self, measurement: str) -> list[Point]:
        return [point for point in self.points if point.measurement == measurement]


def sampler(box: Box, server: Server, party: str = "", **settings: float) -> Sampler:
    entry = Influx(name="own", url="http://127.0.0.1:1", party=party, **settings)  # type: ignore[arg-type]
    return Sampler(server=entry, house=furnish(box.ports), lines=lines_for(world.CONFIG, entry), writer=server)


async def has_come(box: Box, *trips: Trip) -> None:
    await box.plan(*(trip.shipment for trip in trips))
    await box.journal.write(lambda c: shipments.save_trips(c, [(trip, False) for trip in trips]))


async def asked(client: httpx.AsyncClient, day_us: int, days: int) -> dict[tuple[str, str, str, str], float]:
    """What the API says of the days that end with a day."""
    until_us = day_us + DAY_US
    window = {"from": iso(until_us - days * DAY_US), "until": iso(until_us)}
    answer = await client.get("/api/v1/kpis", params=window)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    keys = ("kpi", "lane", "place", "tier")
    return {tuple(one[key] for key in keys): one["value"] for one in items if one["value"] is not None}


def figures_at(points: Sequence[Point], day_us: int, window: str) -> dict[tuple[str, str, str, str], float]:
    found = {}
    for point in points:
        tags, fields = dict(point.tags), dict(point.fields)
        if tags["window"] == window and fields["at_us"] == day_us:
            found[tags["kpi"], tags.get("lane", ""), tags.get("place", ""), tags.get("tier", "")] = fields["value"]
    return found  # type: ignore[return-value]


async def test_figures_are_the_apis_and_overwrite_themselves_when_late_data_came(box: Box) -> None:
    server, today_us = Server(), world.NOW // DAY_US * DAY_US
    one = sampler(box, server)
    await has_come(box, arrived(shipment()))
    await one.figures()
    before = server.of("kpi").copy()
    async with box.client("OPER") as client:
        for days, window in ((1, "1d"), (30, "30d")):
            assert figures_at(before, today_us, window) == await asked(client, today_us, days) != {}
    await has_come(box, arrived(shipment("K-2", ("TRL-B", "PAL-9")), world.NOW - world.HOUR))
    server.points.clear()
    await one.figures()
    again = {(point.tags, point.time_ns) for point in server.of("kpi")}
    assert {
        (point.tags, point.time_ns) for point in before
    } <= again  # the same tags and times: points of before are gone
    assert figures_at(server.of("kpi"), today_us, "1d") != figures_at(before, today_us, "1d")


async def test_a_partys_server_has_the_figures_and_stock_of_its_own(full: Box) -> None:
    foreign: Shipment = world.plan("K-Z", "ZZB-PLANT", ("TRL-Z",), "ZZB", due_us=world.NOW - world.HOUR)
    await has_come(full, arrived(foreign))
    counts = [StockCount(place=place, part="4711", quantity=40.0, counted_us=world.NOW, per_hour=4.0) for place in OWN]
    await full.journal.write(lambda c: stock.enter(c, counts, world.NOW))
    everyone, own = Server(), Server()
    for server, party in ((everyone, ""), (own, "ALPHA")):
        one = sampler(full, server, party)
        await one.figures()
        await one.stock_and_gateway()
    assert own.of("gateway") == []
    assert everyone.of("gateway")
    assert {dict(point.tags)["party"] for point in own.points} == {"ALPHA"}
    assert not [point for point in own.points if "ZZB" in str(point)]
    assert [point for point in everyone.points if "ZZB" in str(point)]
    parts = {dict(p.tags)["place"]: dict(p.fields) for p in own.of("inventory") if dict(p.tags)["sort"] == "part"}
    assert list(parts) == ["ALPHA-PLANT"]
    assert (parts["ALPHA-PLANT"]["quantity"], parts["ALPHA-PLANT"]["cover_h"]) == (40.0, 10.0)
    async with full.client("ALPHA") as client:
        board = (await client.get("/api/v1/board")).json()
    told = sum(float(dict(p.fields)["quantity"]) for p in own.of("inventory") if dict(p.tags)["sort"] == "asset")
    assert told == sum(tier["count"] for tier in board["tiers"]) > 0


OWN = ("ALPHA-PLANT", "ZZB-PLANT", "OPER-PLANT")


async def test_what_a_server_misses_is_counted_and_not_told_again(full: Box) -> None:
    server = Server(answer=Answer(verdict=Verdict.LATER, reason="unreachable"))
    one = sampler(full, server)
    await one.stock_and_gateway()
    assert (one.written, server.points) == (0, [])
    assert one.missed > 0
    server.answer = WRITTEN
    await one.stock_and_gateway()
    assert one.written == len(server.points) > 0


async def test_a_party_that_is_none_any_more_is_told_nothing(full: Box) -> None:
    server = Server()
    one = sampler(full, server, "STRANGER")
    await one.stock_and_gateway()
    await one.figures()
    assert server.points == []


def test_stock_is_told_when_it_changes_and_now_and_then_whole_and_goes_to_zero() -> None:
    def sample(at_us: int, **quantities: float) -> list[InventorySample]:
        return [
            InventorySample(place=place, tier="oem", sort="asset", item="rti", quantity=quantity, at_us=at_us)
            for place, quantity in quantities.items()
        ]

    changes = StockChanges()
    assert len(changes.news(sample(1, A=1, B=2))) == 2
    assert [one.place for one in changes.news(sample(2, A=1, B=3))] == ["B"]
    assert [(one.place, one.quantity, one.at_us) for one in changes.news(sample(3, A=1))] == [("B", 0.0, 3)]
    for number in range(3, WHOLE_EVERY):
        assert changes.news(sample(number, A=1)) == []
    assert [one.place for one in changes.news(sample(99, A=1))] == ["A"]


def test_the_gateway_tells_its_metrics() -> None:
    failing = GaugeMetricFamily("tierview_output_failing", "so", labels=["output", "reason", "alarm"])
    failing.add_metric(["influx.a.events", "timeout", "no"], 1)
    found = list(samples_of([CounterMetricFamily("tierview_events", "so", value=7), failing], 5))
    assert [(one.name, one.label, one.reason, one.value) for one in found] == [
        ("events_total", "", "", 7),
        ("output_failing", "influx.a.events", "timeout", 1),
    ]


def test_a_disk_lasts_as_long_as_the_journal_grows() -> None:
    assert hours_left(36_000, 10, 1.0) == 1.0
    assert hours_left(10**12, 0, 60.0) == LONGEST_H


def test_an_antenna_tells_the_mean_of_what_it_heard_since_the_sample_before() -> None:
    def read(epc: str, antenna: int, rssi_dbm: float | None, count: int = 1) -> TagRead:
        return TagRead(epc=bytes.fromhex(epc), antenna=antenna, rssi_dbm=rssi_dbm, count=count)

    recent: list[tuple[int, list[Output]]] = [
        (5, [read("aa", 1, -10.0)]),  # told of before
        (11, [read("aa", 1, -50.0, count=3), Measurement(name="t", value=1.0, unit="CEL")]),
        (12, [read("bb", 1, -61.0), read("aa", 2, None)]),
    ]
    one, two = antenna_samples("dock", recent, after_us=5, at_us=20)
    assert (one.device, one.antenna, one.rssi_dbm, one.reads, one.epcs, one.at_us) == ("dock", "1", -55.5, 4, 2, 20)
    assert (two.antenna, two.rssi_dbm, two.reads, two.epcs) == ("2", None, 1, 1)
    assert list(antenna_samples("dock", recent, after_us=12, at_us=20)) == []


async def until(came: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not came():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)


async def test_what_cannot_be_counted_now_is_counted_the_next_time(box: Box) -> None:
    server = Server()
    with capture_logs() as said:
        await box.journal.write(lambda c: c.execute("ALTER TABLE loads RENAME TO away"))
        running = asyncio.create_task(sampler(box, server, sample_s=1.0).run())
        await until(lambda: any(one["event"] == "not counted" for one in said))
        await box.journal.write(lambda c: c.execute("ALTER TABLE away RENAME TO loads"))
        await until(lambda: bool(server.of("gateway")))
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()
