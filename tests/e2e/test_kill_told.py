"""`kill -9` while people tell the gateway things over HTTP: what was answered stands, and nothing stands by half.

    python -m tests.e2e.test_kill_told KILLS [SEED]

prints the figures of so many kills.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
import pytest

from gateway.access import hash_token, new_token
from gateway.journal import open_journal, tokens
from gateway.journal.journal import FILE
from tests.e2e.killing import Victim
from tests.e2e.running import DEADLINE_S, answers, free_port
from tests.e2e.stock import open_journal_file
from tests.e2e.telling import Files, Ledger, Maintenance, Names, Partners, Plans, Stock, Subscriptions, Topic, Words

SHORT, LONG = 4, 100
SOONEST_S, LATEST_S = 0.05, 0.9  # of a kill, after the first words of a round
MOST_WORDS = 60  # of one alert: the gateway holds it to 250 of a party
PARTIES = ("OEM", "T2")
TOPICS = {"plan", "file", "stock", "window", "name", "subscription", "partner", "word"}

CONFIG = """
site: {{name: killed, operator: OEM}}
journal: {{folder: journal}}
http: {{listen: "127.0.0.1:{port}"}}
mqtt: {{embedded: false}}
parties:
  - {{code: OEM, name: Elbe Motors, tier: oem}}
  - {{code: T2, name: Leine Castings, tier: tier2}}
places:
  - {{code: PLANT, name: Plant, party: OEM, tier: oem}}
  - {{code: FOUNDRY, name: Foundry, party: T2, tier: tier2}}
rules:
  - {{name: late_arrival, rule: late_arrival}}
"""


@dataclass
class Told:
    """A gateway to be killed, and those who tell it things."""

    folder: Path
    victim: Victim
    http: httpx.AsyncClient  # of the operator
    topics: list[Topic]
    words: Words
    ledger: Ledger
    kills: int = 0
    starts_killed: int = 0
    integrity: set[str] = field(default_factory=set)
    ready_s: list[float] = field(default_factory=list)

    async def start(self) -> None:
        """Start it; a start that fails ends the process, which is seen at once."""
        began_s = time.monotonic()
        await self.victim.start()
        assert self.victim.process is not None
        answering = asyncio.create_task(answers(self.http))
        ending = asyncio.create_task(self.victim.process.wait())
        await asyncio.wait((answering, ending), return_when=asyncio.FIRST_COMPLETED)
        assert not ending.done(), f"the start after kill {self.kills} failed"
        ending.cancel()
        await answering
        self.ready_s.append(time.monotonic() - began_s)

    async def be_late(self) -> None:
        """Another shipment that should have come an hour ago, of whose alert this round speaks."""
        now, name = datetime.now(UTC), f"L-{self.kills}"
        plan = {
            "shipment_id": name,
            "stops": [
                {"place": "FOUNDRY", "departure": {"close": (now - timedelta(hours=4)).isoformat()}},
                {"place": "PLANT", "arrival": {"close": (now - timedelta(hours=1)).isoformat()}},
            ],
            "assets": [name],
            "parties": {"shipper": "T2", "consignee": "OEM"},
        }
        http = self.http
        assert (await http.post("/api/v1/shipments", json=plan)).is_success
        about = {"shipment": name}
        async with asyncio.timeout(DEADLINE_S):
            while not (items := (await http.get("/api/v1/alerts", params=about)).json()["items"]):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        self.words.alerts.append(items[0]["alert_id"])

    async def be_killed(self, after_s: float, first: int) -> int:
        """Everyone speaks until it dies; return how far they counted."""
        speaking = [asyncio.create_task(self._speak(topic, first)) for topic in self.topics]
        async with asyncio.timeout(DEADLINE_S):
            while set(self.ledger.answered) != TOPICS:  # noqa: ASYNC110 - in the first round
                await asyncio.sleep(0.01)
        await asyncio.wait(speaking, timeout=after_s, return_when=asyncio.FIRST_EXCEPTION)
        await self.victim.end(signal.SIGKILL)
        self.kills += 1
        return max(await asyncio.gather(*speaking))

    async def be_killed_starting(self, after_s: float) -> None:
        """Nobody speaks: it dies while it takes up what was there."""
        await self.victim.start()
        await asyncio.sleep(after_s)
        await self.victim.end(signal.SIGKILL)
        self.starts_killed += 1

    async def _speak(self, topic: Topic, first: int) -> int:
        number = first
        try:
            while topic is not self.words or number < first + MOST_WORDS:
                await topic.say(number)
                number += 1
        except httpx.TransportError:
            number += 1
        return number

    async def settle(self) -> None:
        """Compare what is there with what was said."""
        found: dict[str, object] = {}
        for topic in self.topics:
            found |= await topic.found()
        self.ledger.settle(found)
        with closing(open_journal_file(self.folder / "journal" / FILE)) as connection:
            self.integrity.add(str(connection.execute("PRAGMA integrity_check").fetchone()[0]))
            now_us, there = time.time_ns() // 1000, [key.split()[1] for key in found if key.startswith("partner ")]
            bare = [code for code in there if not tokens.standing(connection, code, now_us)]
        self.ledger.wrong += [f"partner {code}: there without a token" for code in bare]

    def figures(self) -> str:
        said = self.ledger
        each = ", ".join(f"{topic} {count}" for topic, count in sorted(said.answered.items()))
        return (
            f"{self.kills} kills, {self.starts_killed} in the start after one;"
            f" {said.answered.total()} answered ({each}), {said.unanswered.total()} unanswered,"
            f" {said.after_all} of them there all the same; {len(said.wrong)} wrong, integrity {self.integrity};"
            f" start: p50 {median(self.ready_s):.2f} s, max {max(self.ready_s):.2f} s"
        )


async def tell_and_kill(folder: Path, kills: int, seed: int) -> Told:
    """The whole of it; everything that is started is ended."""
    chance, first = random.Random(seed), 1
    async with AsyncExitStack() as stack:
        told = await _told(folder, stack)
        try:
            await told.start()
            while told.kills < kills:
                await told.be_late()
                first = await told.be_killed(chance.uniform(SOONEST_S, LATEST_S), first)
                if told.kills % 4 == 1:
                    await told.be_killed_starting(chance.uniform(0, told.ready_s[-1]))
                await told.start()
                await told.settle()
        finally:
            await told.victim.end(signal.SIGKILL)
    return told


async def _told(folder: Path, stack: AsyncExitStack) -> Told:
    port, made = free_port(), {party: new_token() for party in PARTIES}
    url, config = f"http://127.0.0.1:{port}", folder / "config.yaml"
    config.write_text(CONFIG.format(port=port))
    async with open_journal(folder / "journal") as journal:
        for party, token in made.items():
            key = hash_token(token)
            await journal.write(lambda c, p=party, k=key: tokens.save(c, hash=k, party=p, label="", created_us=0))  # type: ignore[misc]

    def client(token: str) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {token}"}
        return httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=DEADLINE_S)

    oem, t2 = [await stack.enter_async_context(client(made[party])) for party in PARTIES]
    ledger = Ledger()
    words = Words(t2, ledger)
    file, secrets = folder / "journal" / FILE, folder / "journal" / "secrets"
    hooks = Subscriptions(oem, ledger, lambda: open_journal_file(file), secrets)
    partners = Partners(oem, ledger, client)
    rest: list[Topic] = [topic(t2, ledger) for topic in (Plans, Files, Stock)]
    topics = [*rest, Names(oem, ledger), Maintenance(oem, ledger), hooks, partners, words]
    return Told(folder, Victim(config), oem, topics, words, ledger)


async def survive(folder: Path, kills: int, seed: int) -> None:
    began_s = time.monotonic()
    print(f"seed {seed}")
    told = await tell_and_kill(folder, kills, seed)
    print(f"{told.figures()}; {time.monotonic() - began_s:.0f} s")
    assert not told.ledger.wrong, "\n".join(told.ledger.wrong[:20])
    assert told.integrity == {"ok"}
    assert told.ledger.unanswered.total() > 0, "no kill came between a request and its answer: nothing was tried"


@pytest.mark.timeout(180)
async def test_what_was_answered_stands_and_nothing_stands_by_half(tmp_path: Path) -> None:
    await survive(tmp_path, SHORT, random.randrange(2**32))


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_what_was_answered_stands_after_a_hundred_kills(tmp_path: Path) -> None:
    await survive(tmp_path, LONG, random.randrange(2**32))


if __name__ == "__main__":
    given = [*map(int, sys.argv[1:]), random.randrange(2**32)]
    with tempfile.TemporaryDirectory(prefix="tierview-told-") as name:
        asyncio.run(survive(Path(name), given[0], given[1]))
