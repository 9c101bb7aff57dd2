"""What waited and was mended leads to the very events of a feed that was right from the beginning."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gateway.config.model import Place
from gateway.journal import beside, findings, names, quarantine
from gateway.journal.journal import READERS
from gateway.model import Quarantined, Tier
from gateway.quality.names import Link
from tests.conftest import ROOT
from tests.quality.box import CONFIG, HOUR, NOW, SECOND, Box, open_box

ALIASES = {"PLANT": ("WERK 1", "Plant One", "9521141000099"), "SUPPLIER": ("KS", "LIEFERANT")}
UNITS = {"CEL": "degC"}
SEEDS = range(8)

Message = tuple[str, dict[str, object]]


def feed(rng: random.Random) -> tuple[list[Message], list[Message]]:
    """A feed of passages and temperatures: as it should be, and with names that nobody knows yet."""
    clean: list[Message] = []
    bad: list[Message] = []
    for number in range(rng.randrange(20, 60)):
        place = rng.choice(tuple(ALIASES))
        at_us = NOW - HOUR + number * 30 * SECOND
        said = {"unit": f"TRL-{rng.randrange(1, 5)}", "move": rng.choice(("in", "out")), "ts": at_us}
        clean.append(("gate", {**said, "at": place}))
        spoiled = rng.random() < 0.5
        bad.append(("gate", {**said, "at": rng.choice(ALIASES[place]) if spoiled else place}))
        if rng.random() < 0.2:
            reading: Message = ("cold", {"temp": float(rng.randrange(-20, 30)), "ts": at_us})
            clean.append(reading)
            bad.append(reading)
    return clean, bad


async def enter_all(box: Box, rng: random.Random) -> None:
    links = [(name, place) for place, aliases in ALIASES.items() for name in aliases]
    rng.shuffle(links)
    for name, place in links:
        await box.link("place", name, place)


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_mended_feed_leads_to_the_events_of_a_clean_one(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    clean, bad = feed(rng)
    async with open_box(tmp_path / "clean") as box:
        await box.link("unit", "degC", "CEL")
        for device, message in clean:
            await box.say(device, message)
        expected = await box.happened()
        assert await box.waiting() == []
    async with open_box(tmp_path / "bad") as box:
        half = rng.randrange(len(bad))
        for device, message in bad[:half]:
            await box.say(device, message)
        await enter_all(box, rng)
        for device, message in bad[half:]:
            await box.say(device, message)
        await box.link("unit", "degC", "CEL")
        assert await box.waiting() == []
        assert await box.happened() == expected
        counted = await box.ask(lambda c: findings.page(c, limit=100))
    assert {one.state for one in counted if one.reason != "two_places"} <= {"fixed"}  # these trailers fly


async def test_trying_a_row_twice_at_once_tells_nothing_twice(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        for number in range(40):
            await box.say("gate", {"unit": f"T-{number}", "move": "in", "ts": NOW, "at": "KS"})
        ((finding, count),) = [(one.finding, one.count) for one in await box.ask(lambda c: findings.page(c, limit=9))]
        assert count == 40
        link = Link(
            number=0, kind="place", name="KS", target="SUPPLIER", entered_us=NOW, entered_by="OEM", source="api"
        )
        await asyncio.gather(
            box.desk.enter([link]),
            box.desk.retry_finding(finding),
            box.desk.enter([link]),
            box.desk.retry_finding(finding),
        )
        assert await box.waiting() == []
        told = [str(event[1]) for event in await box.happened()]
    assert sorted(told) == sorted(f"T-{number}" for number in range(40))


async def test_a_file_of_names_looks_through_what_waits_once(tmp_path: Path) -> None:
    looks: list[str] = []
    each_once = threading.Barrier(READERS, timeout=30)

    def watch(connection: sqlite3.Connection) -> None:
        each_once.wait()  # or one reader would be watched twice, and another not
        connection.set_trace_callback(lambda sql: looks.append(sql) if "FROM quarantine WHERE reason" in sql else None)

    async with open_box(tmp_path) as box:
        for number in range(20):
            await box.say("gate", {"unit": "TRL-1", "at": f"D{number}", "move": "in", "ts": NOW - HOUR + number})
        await asyncio.gather(*(box.ask(watch) for _ in range(READERS)))
        entered = await box.desk.enter([link(f"D{number}", "T1" if number % 2 else "T2") for number in range(20)])
        assert (entered.tried.tried, entered.tried.replayed) == (10, 10), "what T1's gate sent, by T1's names alone"
        assert len(looks) == 1


def link(name: str, party: str) -> Link:
    return Link(
        number=0,
        kind="place",
        name=name,
        target="SUPPLIER",
        party=party,
        entered_us=NOW,
        entered_by="OEM",
        source="csv",
    )


async def test_what_a_stop_interrupted_is_tried_after_the_next_start(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await box.say("gate", {"unit": "TRL-1", "move": "in", "ts": NOW, "at": "KS"})
        link = Link(
            number=0, kind="place", name="ks", target="SUPPLIER", entered_us=NOW, entered_by="OEM", source="api"
        )
        await box.journal.write(lambda c: names.enter(c, link))  # and killed before anything was tried
        assert len(await box.waiting()) == 1
    async with open_box(tmp_path) as box:
        await box.desk.run()
        assert await box.waiting() == []
        assert {event[1:3] for event in await box.happened()} == {("TRL-1", "SUPPLIER")}


async def test_a_message_that_its_driver_now_understands_is_read_again(tmp_path: Path) -> None:
    """As after an upgrade: rows of the stage `decode` go to a fresh decoder."""
    good = b'{"unit":"TRL-1","move":"in","at":"SUPPLIER","ts":%d}' % NOW
    rows = [
        Quarantined(
            received_us=NOW, source="gate", stage="decode", reason="field", text="then", data=data, topic="gates"
        )
        for data in (good, b'{"unit":7', b'{"unit":"TRL-2","move":"in","at":"NOBODY-KNOWS","ts":%d}' % NOW)
    ]
    async with open_box(tmp_path) as box:
        await box.journal.write(lambda c: quarantine.insert(c, rows))
        tried = await box.desk.retry_numbers([1, 2, 3])
        assert (tried.tried, tried.replayed) == (3, 2)
        assert {event[1:3] for event in await box.happened()} == {("TRL-1", "SUPPLIER")}
        waiting = [(row.stage, row.reason, row.data[:9]) for _, row in await box.waiting()]
    assert waiting == [("decode", "json", b'{"unit":7'), ("resolve", "unknown_place", b'{"type":"')]


KILLS = 3
CHILD = """
import asyncio, sys
from pathlib import Path
from tests.quality.box import open_box

async def main(folder):
    async with open_box(Path(folder)) as box:
        print("open", flush=True)
        await box.link("place", "KS", "SUPPLIER")
        await box.desk.run()
        print("done", flush=True)

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.timeout(120)
async def test_kills_during_a_replay_lose_and_double_nothing(tmp_path: Path) -> None:
    rows = 3000
    rng = random.Random(7)
    async with open_box(tmp_path) as box:
        for first in range(0, rows, 500):
            messages = [{"unit": f"T-{n}", "move": "in", "ts": NOW, "at": "KS"} for n in range(first, first + 500)]
            await box.say("gate", *messages)
    left = []
    for _ in range(KILLS):
        await asyncio.to_thread(_replay_or_kill, tmp_path, rng.uniform(0.1, 0.5))
        left.append(_waiting(tmp_path))
    assert await asyncio.to_thread(_replay_or_kill, tmp_path, 60.0)
    async with open_box(tmp_path) as box:
        assert await box.waiting() == []
        told = [str(event[1]) for event in await box.happened()]
        (finding,) = await box.ask(lambda c: findings.page(c, limit=9))
    print(f"waiting after each kill: {left}")
    assert sorted(told) == sorted(f"T-{number}" for number in range(rows))
    assert (finding.state, finding.count, finding.waiting) == ("fixed", rows, 0)


def _waiting(folder: Path) -> int:
    with beside.reading(folder) as connection:
        return len(quarantine.waiting(connection, 10_000))


def _replay_or_kill(folder: Path, after_s: float) -> bool:
    """Let a process replay, killed so long after it began unless it was done; whether it was done."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        try:
            child.wait(after_s)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
        return "done" in child.stdout.read()


async def test_a_place_that_the_configuration_gains_mends_what_waited_for_it(tmp_path: Path) -> None:
    """No link is needed: at the next start what is known now is tried."""
    async with open_box(tmp_path) as box:
        await box.say("gate", {"unit": "TRL-1", "move": "in", "ts": NOW, "at": "YARD"})
        await box.say("gate", {"unit": "TRL-1", "move": "in", "ts": NOW, "at": "NOWHERE"})
    yard = Place(code="YARD", name="Yard", party="T1", tier=Tier.TIER1)
    async with open_box(tmp_path, CONFIG.model_copy(update={"places": (*CONFIG.places, yard)})) as box:
        await box.desk.run()
        assert [row.subject for _, row in await box.waiting()] == ["NOWHERE"]
        assert {event[1:3] for event in await box.happened()} == {("TRL-1", "YARD")}
