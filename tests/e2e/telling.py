"""What a gateway that is killed is told over HTTP, and what of it must stand afterwards.

Each topic has a few things of its own, each of which is in one state at a time. What was answered 2xx is the state;
what was answered nothing or 5xx is the one before or the one after; nothing else is ever right.
"""

from __future__ import annotations

import base64
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import httpx

from gateway.journal import subscriptions

State: TypeAlias = Any  # what a thing is; None: it is not there
ROWS = 60  # of one file of plans, of one report of stock
CSV = {"content-type": "text/csv"}


@dataclass
class Ledger:
    """Which state each thing may be in."""

    may_be: dict[str, tuple[State, ...]] = field(default_factory=dict)
    answered: Counter[str] = field(default_factory=Counter)  # by topic
    unanswered: Counter[str] = field(default_factory=Counter)  # likewise: by nothing or 5xx
    after_all: int = 0  # unanswered, and there
    wrong: list[str] = field(default_factory=list)

    def now(self, key: str) -> State:
        """The state of a thing that is in no doubt, as all are after a start."""
        (state,) = self.may_be.get(key, (None,))
        return state

    async def tell(self, key: str, after: State, request: Awaitable[httpx.Response]) -> httpx.Response:
        """Ask for a state. Raises httpx.TransportError where nothing is answered."""
        topic, before = key.split(" ")[0], self.now(key)
        self.may_be[key] = (before, after)
        self.unanswered[topic] += 1
        answer = await request
        if answer.status_code < 500:
            self.unanswered[topic] -= 1
            self.answered[topic] += 1
            self.may_be[key] = (after if answer.is_success else before,)
            if not answer.is_success:
                self.wrong.append(f"{key}: refused with {answer.status_code}: {answer.text[:200]}")
        return answer

    def settle(self, found: dict[str, State]) -> None:
        """Compare with what was found, from where it goes on."""
        for key in {*self.may_be, *found}:
            may_be, state = self.may_be.get(key, (None,)), found.get(key)
            if state not in may_be:
                self.wrong.append(f"{key}: found {state!r}, expected one of {may_be!r}")
            self.after_all += len(may_be) > 1 and state == may_be[-1]
            self.may_be[key] = (state,)


class Topic(Protocol):
    """Something that a gateway is told of."""

    async def say(self, number: int) -> None:
        """Tell it one thing more."""

    async def found(self) -> dict[str, State]:
        """What the API says of it now."""


@dataclass
class Plans:
    """Single plans, each changed again and again."""

    http: httpx.AsyncClient
    ledger: Ledger

    async def say(self, number: int) -> None:
        name, contents = f"P-{number % 7}", f"v{number}"
        times = {"planned": _iso(hours=5), "before": _iso(hours=1)}
        body = {
            "shipment_id": name,
            "contents": contents,
            "assets": [f"TRL-{name}"],
            "parties": {"shipper": "T2", "consignee": "OEM"},
            "stops": [
                {"place": "FOUNDRY", "departure": {"close": times["before"]}},
                {"place": "PLANT", "arrival": {"close": times["planned"]}},
            ],
        }
        await self.ledger.tell(f"plan {name}", contents, self.http.post("/api/v1/shipments", json=body))

    async def found(self) -> dict[str, State]:
        return {f"plan {name}": contents for name, contents in await _contents(self.http, "P-")}


@dataclass
class Files:
    """Files of plans: a file is there with all of its rows, or with none."""

    http: httpx.AsyncClient
    ledger: Ledger

    async def say(self, number: int) -> None:
        name, contents = f"C-{number % 3}", f"v{number}"
        head = "shipment,origin,destination,planned_arrival,assets,shipper,consignee,contents"
        rows = [f"{name}-{row},FOUNDRY,PLANT,{_iso(hours=5)},BOX-{name}-{row},T2,OEM,{contents}" for row in range(ROWS)]
        request = self.http.post("/api/v1/shipments/import", content="\n".join([head, *rows]), headers=CSV)
        answer = await self.ledger.tell(f"file {name}", (contents,) * ROWS, request)
        if answer.is_success and answer.json()["rejected"]:
            self.ledger.wrong.append(f"file {name}: {answer.text[:300]}")

    async def found(self) -> dict[str, State]:
        return _together("file", [(name.rpartition("-")[0], text) for name, text in await _contents(self.http, "C-")])


@dataclass
class Stock:
    """Reports of stock, each of many parts at once."""

    http: httpx.AsyncClient
    ledger: Ledger

    async def say(self, number: int) -> None:
        name, counted = f"PN{number % 3}", _iso()
        body = [
            {"place": "FOUNDRY", "part": f"{name}-{row:02}", "quantity": number + 1, "counted": counted}
            for row in range(ROWS)
        ]
        await self.ledger.tell(f"stock {name}", (number + 1,) * ROWS, self.http.put("/api/v1/stock", json=body))

    async def found(self) -> dict[str, State]:
        answer = await _get(self.http, "/api/v1/stock", limit=1000)
        return _together("stock", [(one["part"].split("-")[0], int(one["quantity"])) for one in answer["items"]])


@dataclass
class Partners:
    """Partners that come, subscribe, and go; with them goes all that they held."""

    http: httpx.AsyncClient
    ledger: Ledger
    anyone: Callable[[str], httpx.AsyncClient]  # a client for a token
    tokens: dict[str, str] = field(default_factory=dict)  # the last that was handed out, by partner

    async def say(self, number: int) -> None:
        code = f"NEW{number % 3}"
        key, state = f"partner {code}", self.ledger.now(f"partner {code}")
        if state is None:
            body = {"code": code, "name": f"Partner {number}", "tier": "tier2"}
            self.tokens.pop(code, None)
            answer = await self.ledger.tell(key, (body["name"], 0), self.http.post("/api/v1/partners", json=body))
            self.tokens[code] = answer.json().get("token", "")
        elif state[1] == 0 and code in self.tokens:
            async with self.anyone(self.tokens[code]) as own:
                made = own.post("/api/v1/subscriptions", json={"name": "own", "channel": "sse"})
                await self.ledger.tell(key, (state[0], 1), made)
        else:
            await self.ledger.tell(key, None, self.http.delete(f"/api/v1/partners/{code}"))

    async def found(self) -> dict[str, State]:
        partners = (await _get(self.http, "/api/v1/partners"))["items"]
        held = (await _get(self.http, "/api/v1/subscriptions"))["items"]
        owners = Counter(one["party"] for one in held if one["party"].startswith("NEW"))
        there = {one["code"]: (one["name"], owners.pop(one["code"], 0)) for one in partners}
        self.ledger.wrong += [f"partner {code}: gone, and its subscription is there" for code in owners]
        for code, token in self.tokens.items():
            async with self.anyone(token) as own:
                status = (await own.get("/api/v1/alerts")).status_code
            if status != (200 if code in there else 401):
                self.ledger.wrong.append(f"partner {code}: {'there' if code in there else 'gone'}, its token: {status}")
        return {f"partner {code}": state for code, state in there.items()}


@dataclass
class Subscriptions:
    """Webhooks that are made, whose secrets change, and that are removed; a state is the secret that counts."""

    http: httpx.AsyncClient
    ledger: Ledger
    journal: Callable[[], sqlite3.Connection]
    secrets: Path

    async def say(self, number: int) -> None:
        name = f"hook{number % 4}"
        key, path = f"subscription {name}", f"/api/v1/subscriptions/T2:{name}"
        secret = "whsec_" + base64.b64encode(f"{number:032}".encode()).decode()
        if self.ledger.now(key) is None:
            body = {"name": name, "party": "T2", "channel": "webhook", "url": "http://127.0.0.1:9/", "secret": secret}
            made = self.http.post("/api/v1/subscriptions", json={**body, "allow_private": True})
            await self.ledger.tell(key, secret, made)
        elif number % 3:
            await self.ledger.tell(key, secret, self.http.post(f"{path}/rotate", json={"secret": secret}))
        else:
            await self.ledger.tell(key, None, self.http.delete(path))

    async def found(self) -> dict[str, State]:
        """By the API, which must say the same as the journal; no file is missing, and none is too many."""
        held = (await _get(self.http, "/api/v1/subscriptions"))["items"]
        states = {one["name"]: one["status"]["state"] for one in held if one["party"] == "T2"}
        connection = self.journal()
        rows = {one.name: one for one in subscriptions.standing(connection) if one.party == "T2"}
        connection.close()
        files = {path.name: path.read_text() for path in self.secrets.glob("*")}
        used = {file for row in rows.values() for file in (row.secret, row.old_secret) if file}
        if used != set(files):
            self.ledger.wrong.append(f"subscription: files {sorted(files)}, named are {sorted(used)}")
        broken = [name for name, state in states.items() if state in ("broken", "unconfirmed")]
        if set(states) != set(rows) or broken:
            self.ledger.wrong.append(f"subscription: the API says {states}, the journal {sorted(rows)}")
        return {f"subscription {name.split(':')[1]}": files.get(row.secret, "") for name, row in rows.items()}


@dataclass
class Names:
    """Names that are linked, and taken back."""

    http: httpx.AsyncClient
    ledger: Ledger
    numbers: dict[str, int] = field(default_factory=dict)

    async def say(self, number: int) -> None:
        name, target = f"OLD-{number % 4}", f"PART-{number}"
        key = f"name {name}"
        if self.ledger.now(key) is None:
            body = {"kind": "part", "name": name, "target": target}
            answer = await self.ledger.tell(key, target, self.http.post("/api/v1/names", json=body))
            if answer.is_success:
                self.numbers[name] = answer.json()["name"]["number"]
        else:
            await self.ledger.tell(key, None, self.http.delete(f"/api/v1/names/{self.numbers[name]}"))

    async def found(self) -> dict[str, State]:
        items = (await _get(self.http, "/api/v1/names", limit=1000))["items"]
        self.numbers = {one["name"]: one["number"] for one in items}
        return {f"name {one['name']}": one["target"] for one in items}


@dataclass
class Maintenance:
    """Windows that are entered, changed and called off."""

    http: httpx.AsyncClient
    ledger: Ledger

    async def say(self, number: int) -> None:
        name = f"work{number % 4}"
        if number % 3 == 0 and self.ledger.now(f"window {name}") is not None:
            await self.ledger.tell(f"window {name}", None, self.http.delete(f"/api/v1/maintenance/{name}"))
            return
        end = f"2090-01-01T00:00:00.{number:06}Z"
        body = {"name": name, "start": "2089-01-01T00:00:00Z", "end": end, "places": ["FOUNDRY"]}
        await self.ledger.tell(f"window {name}", end, self.http.post("/api/v1/maintenance", json=body))

    async def found(self) -> dict[str, State]:
        items = (await _get(self.http, "/api/v1/maintenance"))["items"]
        return {f"window {one['name']}": one["end"] for one in items}


@dataclass
class Words:
    """What is said of an alert: acknowledgements, comments, shelving. A state is how often it was said."""

    http: httpx.AsyncClient
    ledger: Ledger
    alerts: list[str] = field(default_factory=list)  # the last is spoken of

    async def say(self, number: int) -> None:
        key, path = f"word {number}", f"/api/v1/alerts/{self.alerts[-1]}"
        text = f"{number}"
        if number % 3 == 0:
            request = self.http.post(f"{path}/acknowledge", json={"code": "traffic", "reason": text})
        elif number % 3 == 1:
            request = self.http.post(f"{path}/remarks", json={"text": text})
        else:
            request = self.http.post(f"{path}/shelve", json={"until": _iso(hours=2), "reason": text})
        await self.ledger.tell(key, 1, request)

    async def found(self) -> dict[str, State]:
        said: Counter[str] = Counter()
        for alert in self.alerts:
            items = (await _get(self.http, f"/api/v1/alerts/{alert}/remarks", limit=1000))["items"]
            said.update(f"word {one['text']}" for one in items)
        return dict(said)


def _together(topic: str, pairs: list[tuple[str, State]]) -> dict[str, State]:
    """What the parts of each whole say, in order."""
    wholes: dict[str, tuple[State, ...]] = {}
    for name, state in pairs:
        wholes[f"{topic} {name}"] = (*wholes.get(f"{topic} {name}", ()), state)
    return wholes


async def _contents(http: httpx.AsyncClient, begin: str) -> list[tuple[str, str]]:
    answer = await _get(http, "/api/v1/shipments", after=begin, limit=1000)
    ids = [(one["shipment_id"], one["contents"]) for one in answer["items"]]
    return [(name, contents) for name, contents in ids if name.startswith(begin)]


async def _get(http: httpx.AsyncClient, path: str, **parameters: str | int) -> dict[str, Any]:
    answer = await http.get(path, params=parameters)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
    found: dict[str, Any] = answer.json()
    assert not found.get("next_after"), path
    return found


def _iso(hours: float = 0.0) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
