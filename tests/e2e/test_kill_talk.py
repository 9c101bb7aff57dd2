"""`kill -9` right behind an acknowledgement's answer: the word, its notices and its promise are there, each once."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.access import hash_token, new_token
from gateway.engine.streams import REMARKS_CURSOR
from gateway.journal import alerts, open_journal, remarks, shipments, states, tokens
from gateway.journal.journal import FILE
from gateway.model import Delivery, Micros, Remark, Trip
from tests.e2e.killing import Victim
from tests.e2e.running import DEADLINE_S, answers, free_port
from tests.e2e.stock import open_journal_file

KILLS = 4
MOST_KILLS = 24  # until one came before the engine had heard: with nothing in between, most do
LATEST_KILL_S = 0.01  # behind the answer: the engine hears of it within about so long
PARTIES = ("OEM", "T2")

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
subscriptions:
  - {{name: oem-page, party: OEM, channel: sse}}
  - {{name: t2-page, party: T2, channel: sse}}
"""


@dataclass
class Stand:
    """A gateway to be killed, and what was said to it and answered."""

    folder: Path
    victim: Victim
    url: str
    tokens: dict[str, str]
    alert: str = ""
    said: list[tuple[str, Micros]] = field(default_factory=list)  # party, promised
    unheard: int = 0  # kills after which the engine had not stored that it heard

    def client(self, party: str) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {self.tokens[party]}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=DEADLINE_S)

    async def start(self) -> None:
        await self.victim.start()
        async with self.client("OEM") as http:
            await answers(http)

    async def be_late(self) -> None:
        """A shipment that should have come an hour ago; wait until that is told."""
        now = datetime.now(UTC)
        window = {"open": _iso(now - timedelta(hours=2)), "close": _iso(now - timedelta(hours=1))}
        earlier = {"open": _iso(now - timedelta(hours=5)), "close": _iso(now - timedelta(hours=4))}
        plan = {
            "shipment_id": "S1",
            "stops": [{"place": "FOUNDRY", "departure": earlier}, {"place": "PLANT", "arrival": window}],
            "assets": ["TRL-1"],
            "parties": {"shipper": "T2", "consignee": "OEM"},
        }
        async with self.client("OEM") as http, asyncio.timeout(DEADLINE_S):
            made = await http.post("/api/v1/shipments", json=plan)
            assert made.is_success, made.text
            while not (items := (await http.get("/api/v1/alerts")).json()["items"]):  # noqa: ASYNC110 - by asking
                await asyncio.sleep(0.01)
        self.alert = items[0]["alert_id"]

    async def say_and_kill(self, after_s: float) -> None:
        """One party promises another time than ever before; its gateway dies behind the answer."""
        number = len(self.said)
        party = PARTIES[number % len(PARTIES)]
        promised = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2, minutes=number)
        body = {"code": "traffic", "promised": _iso(promised)}
        async with self.client(party) as http:
            answer = await http.post(f"/api/v1/alerts/{self.alert}/acknowledge", json=body)
        assert answer.status_code == 200, answer.text
        await asyncio.sleep(after_s)
        await self.victim.end(signal.SIGKILL)
        self.said.append((party, int(promised.timestamp()) * 1_000_000))
        with closing(open_journal_file(self.folder / "journal" / FILE)) as connection:
            self.unheard += states.cursor(connection, REMARKS_CURSOR) < remarks.log_last(connection)

    async def heard(self) -> tuple[Trip, list[Remark], list[Delivery], dict[str, Any]]:
        """What stands once the engine has heard everything."""
        newest = dict(self.said)
        async with asyncio.timeout(DEADLINE_S):
            while True:
                with closing(open_journal_file(self.folder / "journal" / FILE)) as connection:
                    trip = shipments.trip(connection, "S1")
                    said = remarks.of_alert(connection, self.alert, limit=1000)
                    made = alerts.deliveries_of(connection, self.alert)
                assert trip is not None
                if {promise.party: promise.at_us for promise in trip.promises} == newest:
                    break
                await asyncio.sleep(0.02)
        async with self.client("T2") as http:
            return trip, said, made, (await http.get(f"/api/v1/alerts/{self.alert}")).json()


def _iso(at: datetime) -> str:
    return at.isoformat()


async def _stand(folder: Path) -> Stand:
    port, made = free_port(), {party: new_token() for party in PARTIES}
    (folder / "config.yaml").write_text(CONFIG.format(port=port))
    async with open_journal(folder / "journal") as journal:
        for party, token in made.items():
            key = hash_token(token)
            await journal.write(lambda c, p=party, k=key: tokens.save(c, hash=k, party=p, label="", created_us=0))  # type: ignore[misc]
    return Stand(folder, Victim(folder / "config.yaml"), f"http://127.0.0.1:{port}", made)


@pytest.mark.timeout(180)
async def test_a_kill_behind_an_acknowledgement_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    seed = time.time_ns()
    chance = random.Random(seed)
    print(f"seed {seed}")
    stand = await _stand(tmp_path)
    try:
        await stand.start()
        await stand.be_late()
        while len(stand.said) < KILLS or (not stand.unheard and len(stand.said) < MOST_KILLS):
            await stand.say_and_kill(0.0 if len(stand.said) % 2 else chance.uniform(0, LATEST_KILL_S))
            await stand.start()
        trip, said, made, alert = await stand.heard()
    finally:
        await stand.victim.end(signal.SIGKILL)
    assert [(one.party, one.promised_us) for one in said] == stand.said, "every word that was answered, once, in order"
    assert sorted(promise.party for promise in trip.promises) == sorted(PARTIES)
    told = Counter(one.subscription for one in made if one.notice == "acknowledged")
    assert told == {"oem-page": len(said), "t2-page": len(said)}
    assert sorted(ack["party"] for ack in alert["acks"]) == sorted(PARTIES)
    assert stand.unheard > 0, "no kill came before the engine had heard: nothing was tried"
