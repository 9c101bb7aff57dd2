"""The follower against servers that refuse, stall, flap and lose: everything arrives once, or is set aside with why."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from starlette.responses import Response

from gateway.clock import SECOND_US, ManualClock
from gateway.config.model import Influx
from gateway.influx import Follower, Health, Lines, Sender, open_writer
from gateway.influx.lines import Item
from gateway.model import Event
from tests.influx.fake_v2 import BUCKET, ORGANISATION, TOKEN, USER, FakeInflux, Version, broken_off, serving
from tests.influx.items import Chance
from tests.influx.line_parser import Point, parse_line
from tests.influx.memory_feed import MemoryFeed

LINES = Lines(site="here", parties={})
DEADLINE_S = 30
VERSIONS: tuple[Version, ...] = ("1.8", "2.4", "2.7", "3.0", "3.1")


class HurriedClock(ManualClock):
    """Sleeps take no time but are written down."""

    def __init__(self) -> None:
        super().__init__(1_767_225_600_000_000)
        self.slept_s: list[float] = []
        self._slept = asyncio.Condition()

    async def sleep_until(self, due_us: int) -> None:
        async with self._slept:
            self.slept_s.append((due_us - self.now_us()) / SECOND_US)
            self.advance_to(due_us)
            self._slept.notify_all()

    async def until_slept(self, times: int) -> None:
        async with self._slept:
            await self._slept.wait_for(lambda: len(self.slept_s) >= times)


class PowerCut(Exception):
    """The power went."""


class Bench:
    """A follower between a feed in memory and a fake server."""

    def __init__(self, fake: FakeInflux, items: Sequence[Item], *, batch: int = 64) -> None:
        self.fake = fake
        self.feed: MemoryFeed[Item] = MemoryFeed(list(items))
        self.clock = HurriedClock()
        self.healths: list[Health] = []
        self.timeout_s = 5.0
        self._batch = batch

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Follower[Item]]:
        writer = open_writer(config_of(self.fake, self.timeout_s))
        sender = Sender(
            name="influx",
            writer=writer,
            clock=self.clock,
            batch=self._batch,
            on_health=self.healths.append,
            spread=lambda: 1.0,
        )
        follower: Follower[Item] = Follower(feed=self.feed, sender=sender, line=LINES.line)
        task = asyncio.create_task(follower.run())
        try:
            yield follower
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await writer.close()

    async def follow(self) -> Follower[Item]:
        async with self.running() as follower, asyncio.timeout(DEADLINE_S):
            await self.feed.until_followed()
        return follower

    def expected(self) -> dict[object, dict[str, object]]:
        refused = {row.data for row in self.feed.quarantined}
        lines = [LINES.line(number, item) for number, item in self.feed.rows]
        points = [parse_line(line) for line in lines if line not in refused]
        return {point.name: dict(point.fields) for point in points}


def config_of(fake: FakeInflux, timeout_s: float) -> Influx:
    """How the configuration names this server."""
    if fake.version == "1.8":
        return Influx(url=fake.url, version=1, database=BUCKET, username=USER, password=TOKEN, timeout_s=timeout_s)
    return Influx(
        url=fake.url,
        version=3 if fake.is_3 else 2,
        database=BUCKET,
        organisation="" if fake.is_3 else ORGANISATION,
        token=TOKEN,
        timeout_s=timeout_s,
    )


def events(count: int, seed: int = 5) -> list[Event]:
    chance = Chance(seed, hostile=False)
    return [chance.event() for _ in range(count)]


def refusing(*time_digits: int) -> Callable[[Point], str]:
    """A server that dislikes the points with these numbers."""
    return lambda point: "points beyond retention policy" if point.time_ns % 1_000_000 in time_digits else ""


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_event_is_one_point_in_every_version(version: Version) -> None:
    async with serving(FakeInflux(version)) as fake:
        bench = Bench(fake, events(1000), batch=128)
        follower = await bench.follow()
    assert fake.points == bench.expected()
    assert len(fake.points) == follower.sender.written == 1000
    assert fake.posts == [128] * 7 + [104]


@pytest.mark.parametrize("version", VERSIONS)
async def test_hostile_texts_are_taken_by_every_version(version: Version) -> None:
    chance = Chance(6, hostile=True)
    async with serving(FakeInflux(version)) as fake:
        bench = Bench(fake, [chance.item() for _ in range(500)])
        await bench.follow()
    assert bench.feed.quarantined == []
    assert fake.points == bench.expected()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("poison", [1, 2, 31, 32, 33, 64])
async def test_a_poison_line_is_found_and_the_rest_written(version: Version, poison: int) -> None:
    async with serving(FakeInflux(version, refuses=refusing(poison))) as fake:
        bench = Bench(fake, events(64))
        await bench.follow()
    (refused,) = bench.feed.quarantined
    assert refused.data == LINES.line(poison, bench.feed.rows[poison - 1][1])
    assert (refused.reason, refused.stage) == ("rejected", "influx")
    assert "points beyond retention policy" in refused.text
    assert fake.points == bench.expected()
    assert fake.posts.index(1) + 1 <= math.log2(64) + 1  # it stands alone after so many writes


async def test_many_poison_lines_cost_two_writes_each_at_most() -> None:
    async with serving(FakeInflux("2.7", refuses=refusing(*range(1, 65)))) as fake:
        bench = Bench(fake, events(64))
        await bench.follow()
    assert len(bench.feed.quarantined) == 64
    assert len(fake.posts) < 2 * 64


async def test_a_batch_that_is_too_large_is_halved_and_later_ones_are_smaller() -> None:
    async with serving(FakeInflux("2.7", most_bytes=9000)) as fake:
        bench = Bench(fake, events(300), batch=128)
        await bench.follow()
    assert bench.feed.quarantined == []
    assert fake.points == bench.expected()
    assert fake.posts[:3] == [128, 64, 32]
    assert max(fake.posts[3:]) <= 64
    assert max(fake.posts[-5:]) <= 32


async def test_a_single_line_that_is_too_large_is_set_aside() -> None:
    async with serving(FakeInflux("2.7", most_bytes=10)) as fake:
        bench = Bench(fake, events(3))
        await bench.follow()
    assert [row.reason for row in bench.feed.quarantined] == ["too_large"] * 3
    assert fake.points == {}


async def test_a_full_server_is_given_the_time_it_asks_for() -> None:
    script: list[Response] = [
        Response(status_code=429, headers={"Retry-After": "7"}),
        Response(status_code=503, headers={"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}),
        Response(status_code=503, headers={"Retry-After": "soon"}),
        Response(status_code=500),
        broken_off(),
    ]
    async with serving(FakeInflux("2.7", script=script)) as fake:
        bench = Bench(fake, events(10))
        follower = await bench.follow()
    assert bench.clock.slept_s == [7.0, 1.0, 4.0, 8.0, 16.0]
    assert fake.points == bench.expected()
    assert [health.reason for health in bench.healths] == [
        "rate_limited",
        "status_503",
        "status_500",
        "unreachable",
        "written",
    ]
    assert not any(health.alarm for health in bench.healths)
    assert follower.sender.health == bench.healths[-1]


async def test_waits_grow_to_twenty_seconds_and_no_further_for_as_long_as_it_takes() -> None:
    script: list[Response] = [Response(status_code=503) for _ in range(1100)]
    async with serving(FakeInflux("2.7", script=script)) as fake:
        bench = Bench(fake, events(10))
        await bench.follow()
    assert bench.clock.slept_s[:8] == [1, 2, 4, 8, 16, 20, 20, 20]
    assert sum(bench.clock.slept_s) > 6 * 3600
    assert fake.points == bench.expected()


async def test_a_wrong_token_is_an_alarm_and_loses_nothing() -> None:
    async with serving(FakeInflux("2.7", token="rotated")) as fake:
        bench = Bench(fake, events(100))
        async with bench.running(), asyncio.timeout(DEADLINE_S):
            await bench.clock.until_slept(5)
            assert fake.points == {}
            assert [(health.reason, health.alarm) for health in bench.healths] == [("unauthorised", True)]
            fake.token = TOKEN
            await bench.feed.until_followed()
    assert fake.points == bench.expected()
    assert bench.feed.quarantined == []


@pytest.mark.parametrize("version", ["3.0", "3.1"])
async def test_a_server_at_its_limit_of_tables_is_an_alarm_and_no_fault_of_any_line(version: Version) -> None:
    async with serving(FakeInflux(version, is_full=True)) as fake:
        bench = Bench(fake, events(100))
        async with bench.running(), asyncio.timeout(DEADLINE_S):
            await bench.clock.until_slept(3)
            assert [(health.reason, health.alarm) for health in bench.healths] == [("limit", True)]
            assert "limit of 2000 tables" in bench.healths[0].text
            fake.is_full = False
            await bench.feed.until_followed()
    assert fake.points == bench.expected()
    assert bench.feed.quarantined == []


async def test_a_server_that_is_away_is_waited_for() -> None:
    async with serving(FakeInflux("2.7")) as fake:
        pass
    bench = Bench(fake, events(10))
    async with bench.running(), asyncio.timeout(DEADLINE_S):
        await bench.clock.until_slept(3)
    assert [health.reason for health in bench.healths] == ["unreachable"]
    assert bench.feed.cursor == 0


@pytest.mark.parametrize("version", VERSIONS)
async def test_after_a_power_cut_before_the_cursor_was_saved_nothing_is_twice(version: Version) -> None:
    went_out = asyncio.Event()

    def cut() -> None:
        went_out.set()
        raise PowerCut

    async with serving(FakeInflux(version)) as fake:
        bench = Bench(fake, events(200), batch=50)
        bench.feed.before_save = cut
        async with bench.running(), asyncio.timeout(DEADLINE_S):
            await went_out.wait()
        assert len(fake.points) == 50
        assert bench.feed.cursor == 0
        bench.feed.before_save = lambda: None
        await bench.follow()
    assert fake.points == bench.expected()
    assert len(fake.points) == 200


async def test_what_comes_later_is_followed_too() -> None:
    async with serving(FakeInflux("2.7")) as fake:
        bench = Bench(fake, [])
        async with bench.running(), asyncio.timeout(DEADLINE_S):
            for event in events(20):
                bench.feed.append(event)
                await bench.feed.until_followed()
    assert len(fake.points) == 20
    assert fake.posts == [1] * 20


async def test_a_long_outage_leaves_nothing_out_and_keeps_the_order() -> None:
    script: list[Response] = [Response(status_code=503) for _ in range(20)]
    order: list[int] = []

    def look(point: Point) -> str:
        order.append(point.time_ns % 1_000_000)
        return ""

    async with serving(FakeInflux("2.7", script=script, refuses=look)) as fake:
        bench = Bench(fake, events(5_000), batch=1000)
        await bench.follow()
    assert order == list(range(1, 5_001))
    assert len(fake.points) == 5_000


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_bad_day_of_the_server_costs_nothing(version: Version) -> None:
    """Slow, full, asked to wait, locked, too small, picky, and gone after it had stored (F8 of the list of faults)."""
    script: list[Response] = [
        Response(status_code=429, headers={"Retry-After": "20"}),
        Response(status_code=503, headers={"Retry-After": "3"}),
        Response(status_code=401),
        Response(status_code=500),
        broken_off(),
    ]
    fake = FakeInflux(version, most_bytes=20_000, script=script, refuses=refusing(77), gone_after=8)
    async with serving(fake):
        bench = Bench(fake, events(300), batch=128)
        follower = await bench.follow()
    print(f"InfluxDB {version} answered {Counter(fake.statuses)}, waits {bench.clock.slept_s}")
    waits = bench.clock.slept_s
    assert waits[:5] == [20.0, 3.0, 4.0, 8.0, 16.0]  # its own wish to the second, ours otherwise
    assert len(waits) == 6  # once more, where its answer was lost
    (refused,) = bench.feed.quarantined
    assert "points beyond retention policy" in refused.text
    assert fake.points == bench.expected()
    assert len(fake.points) == 299
    assert [health.reason for health in bench.healths if health.alarm] == ["unauthorised"]
    assert follower.sender.health is not None
    assert follower.sender.health.reason == "written"


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_server_slower_than_our_patience_is_asked_again_and_holds_each_point_once(version: Version) -> None:
    async with serving(FakeInflux(version, latency_s=0.5)) as fake:
        bench = Bench(fake, events(50), batch=25)
        bench.timeout_s = 0.1
        async with bench.running(), asyncio.timeout(DEADLINE_S):
            await bench.clock.until_slept(1)
            assert bench.feed.cursor == 0
            fake.latency_s = 0.0
            await bench.feed.until_followed()
    assert "timeout" in [health.reason for health in bench.healths]
    assert fake.points == bench.expected()
