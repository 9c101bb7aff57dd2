"""`make eval-trips DATA=FILE`: real trips through the whole gateway, on a virtual clock, twice at different speeds.

The plan goes in through the HTTP CSV import; departures and arrivals come as MQTT messages; the clock is moved
from message to message, so that every timer on the way fires at its own time. Then the gateway's late flags,
read over HTTP, are held against the operator's own labels, and its alerts against the actual arrivals.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiomqtt
import httpx

from gateway.access import hash_token, new_token
from gateway.app import Gateway, Options, open_gateway
from gateway.clock import ManualClock
from gateway.journal import events, tokens
from gateway.model import Micros
from tests.evaluate.trip_data import OPERATOR, TOPIC, Message, TripRow, configuration, messages, plan_csv, read

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
PACED = 5_000_000.0  # virtual seconds in a real one, in the second run
PROGRESS_EVERY = 500
LEAST_SHARE = 0.99


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to."""

    refused: dict[str, str]  # trip -> why its row was not taken
    shipments: dict[str, dict[str, Any]]  # trip -> as the API tells it
    alerts: dict[str, dict[str, Any]]  # alert_id -> as the API tells it
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The figures asked for."""

    rows: int
    sound: int
    agree: int
    unsound: Counter[str]
    unsound_alerts: list[str]
    unsound_reported: int
    late: int
    warned: int

    @property
    def agreement(self) -> float:
        return self.agree / self.sound if self.sound else 0.0

    @property
    def warned_share(self) -> float:
        return self.warned / self.late if self.late else 1.0


async def run(rows: Sequence[TripRow], *, speed: float | None) -> Outcome:
    """One replay; `speed` in virtual seconds a real one, None for as fast as it goes."""
    began = time.monotonic()
    clock = ManualClock(min(row.started_us for row in rows) - DAY_US)
    with tempfile.TemporaryDirectory(prefix="tierview-trips-") as folder:
        config = configuration(rows, http_port=_port(), mqtt_port=(mqtt_port := _port()), folder=Path(folder))
        async with open_gateway(config, Options(base=Path(folder), clock=clock)) as gateway, _running(gateway):
            token = new_token()
            await gateway.journal.write(
                lambda c: tokens.save(c, hash=hash_token(token), party=OPERATOR, label="eval", created_us=0)
            )
            headers = {"authorization": f"Bearer {token}"}
            async with httpx.AsyncClient(base_url=gateway.web.url, headers=headers, timeout=120) as api:
                refused = await _import(api, rows)
                await _tell(gateway, clock, list(messages(rows)), mqtt_port, speed)
                await _pass_time(gateway, clock, max(row.planned_us for row in rows) + DAY_US, speed)
                shipments = {item["shipment_id"]: item async for item in _pages(api, "/api/v1/shipments", "after")}
                alerts = {item["alert_id"]: item async for item in _alerts(api)}
    return Outcome(refused=refused, shipments=shipments, alerts=alerts, seconds=time.monotonic() - began)


@asynccontextmanager
async def _running(gateway: Gateway) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(gateway.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def _import(api: httpx.AsyncClient, rows: Sequence[TripRow]) -> dict[str, str]:
    answer = await api.post("/api/v1/shipments/import", content=plan_csv(rows), headers={"content-type": "text/csv"})
    answer.raise_for_status()
    refused = {rows[fault["line"] - 2].trip: fault["reason"] for fault in answer.json()["rejected"]}
    print(f"  plan: {answer.json()['accepted']} shipments taken, {len(refused)} refused", flush=True)
    return refused


async def _tell(gateway: Gateway, clock: ManualClock, told: list[Message], mqtt_port: int, speed: float | None) -> None:
    """Publish each message when the virtual clock has come to its time, and go on when it has been judged."""
    await _subscribed(gateway)
    async with aiomqtt.Client("127.0.0.1", mqtt_port, identifier="tms") as client:
        for number, message in enumerate(told, 1):
            await _pass_time(gateway, clock, message.at_us, speed)
            await client.publish(TOPIC, message.body, qos=1)
            await _judged(gateway, number, message.at_us)
            if number % PROGRESS_EVERY == 0:
                print(f"  {number} of {len(told)} messages", end="\r", flush=True, file=sys.stderr)


async def _subscribed(gateway: Gateway) -> None:
    """The broker keeps nothing for a gateway that has not subscribed yet."""
    async with asyncio.timeout(30):
        while not any(state.connected for state in gateway.floor.hearing.all()):
            await gateway.journal.beyond(gateway.journal.commits)


async def _judged(gateway: Gateway, chunks: int, at_us: Micros) -> None:
    pipeline, journal = gateway.floor.pipeline, gateway.journal
    async with asyncio.timeout(60):
        while pipeline.counts.chunks < chunks or pipeline.horizon_us() < at_us:
            await journal.beyond(journal.commits)
        await gateway.floor.engine.settled(at_us, await journal.read(events.last_seq))


async def _pass_time(gateway: Gateway, clock: ManualClock, until_us: Micros, speed: float | None) -> None:
    """Move the clock; at a given speed in steps of an hour, so that the engine looks at each."""
    while speed is not None and clock.now_us() + HOUR_US < until_us:
        clock.advance_to(clock.now_us() + HOUR_US)
        await gateway.floor.engine.settled(clock.now_us())
        await asyncio.sleep(HOUR_US / 1_000_000 / speed)
    clock.advance_to(until_us)
    await gateway.floor.engine.settled(until_us)


async def _pages(api: httpx.AsyncClient, path: str, cursor: str) -> AsyncIterator[dict[str, Any]]:
    after = ""
    while True:
        answer = (
            (await api.get(path, params={"limit": 500} | ({cursor: after} if after else {}))).raise_for_status().json()
        )
        for item in answer["items"]:
            yield item
        if not answer.get("next_after") or not answer["items"]:
            return
        after = answer["next_after"]


async def _alerts(api: httpx.AsyncClient) -> AsyncIterator[dict[str, Any]]:
    before = ""
    while True:
        answer = await api.get("/api/v1/alerts", params={"limit": 500} | ({"before": before} if before else {}))
        body = answer.raise_for_status().json()
        for item in body["items"]:
            yield item
        if not body.get("next_before"):
            return
        before = body["next_before"]


def judge(rows: Sequence[TripRow], outcome: Outcome) -> Verdict:
    """Hold a run against the operator's labels and the actual arrivals."""
    seen: set[str] = set()
    unsound: Counter[str] = Counter()
    sound: list[TripRow] = []
    faulty: list[TripRow] = []
    for row in rows:
        fault = "the same trip again" if row.trip in seen else row.fault
        seen.add(row.trip)
        if fault:
            unsound[fault] += 1
            faulty.append(row)
        else:
            sound.append(row)
    alerts = {alert["shipment"]: alert for alert in outcome.alerts.values()}
    late = [row for row in sound if row.arrived_us is not None and row.arrived_us > row.planned_us]
    impossible = [row for row in faulty if row.fault in ("planned before it started", "arrived before it started")]
    return Verdict(
        rows=len(rows),
        sound=len(sound),
        agree=sum(outcome.shipments[row.trip]["late"] == (row.label == "late") for row in sound),
        unsound=unsound,
        unsound_alerts=[row.trip for row in impossible if row.trip in alerts],
        unsound_reported=sum(_reported(row, outcome) for row in impossible),
        late=len(late),
        warned=sum(_warned(row, alerts.get(row.trip)) for row in late),
    )


def _reported(row: TripRow, outcome: Outcome) -> bool:
    return row.trip in outcome.refused or bool(outcome.shipments.get(row.trip, {}).get("findings"))


def _warned(row: TripRow, alert: dict[str, Any] | None) -> bool:
    """Whether "late, not seen" was on record before the truck came."""
    if alert is None or row.arrived_us is None:
        return False
    recorded_us = round(datetime.fromisoformat(alert["recorded"]).timestamp() * 1_000_000)
    return alert["reason"] == "not_seen" and recorded_us < row.arrived_us


def signature(outcome: Outcome) -> set[tuple[str, ...]]:
    """What must be the same at every speed."""
    names = ("alert_id", "shipment", "state", "reason", "raised", "recorded", "ended", "ended_reason", "text")
    return {tuple(str(alert[name]) for name in names) for alert in outcome.alerts.values()}


def report(verdict: Verdict, fast: Outcome, paced: Outcome) -> bool:
    """Print the figures; whether all were reached."""
    same = signature(fast) == signature(paced)
    warned = f"{verdict.warned}/{verdict.late} = {verdict.warned_share:.2%}"
    checks = [
        (
            f"late flag agrees with the label: {verdict.agree}/{verdict.sound} = {verdict.agreement:.2%}",
            verdict.agreement >= LEAST_SHARE,
        ),
        (f"late trips with the alert before the arrival: {warned}", verdict.warned_share >= LEAST_SHARE),
        (f"rows with impossible dates that raised an alert: {len(verdict.unsound_alerts)}", not verdict.unsound_alerts),
        (f"alerts of both runs: {len(fast.alerts)} and {len(paced.alerts)}, identical: {same}", same),
    ]
    print(f"\nrows: {verdict.rows}, sound: {verdict.sound}")
    for fault, count in verdict.unsound.most_common():
        print(f"  not sound, {fault}: {count}")
    print(f"  of those with impossible dates reported as findings: {verdict.unsound_reported}")
    for text, reached in checks:
        print(f"{'reached' if reached else 'MISSED '}  {text}")
    print(f"run as fast as it goes: {fast.seconds:.0f} s; paced: {paced.seconds:.0f} s")
    return all(reached for _, reached in checks)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make eval-trips DATA=FILE", description=__doc__)
    parser.add_argument("data", type=Path, help="the trips, CSV or CSV.gz")
    parser.add_argument("--most", type=int, default=None, help="only so many rows")
    arguments = parser.parse_args()
    rows = read(arguments.data)[: arguments.most]
    print(f"{len(rows)} trips of {arguments.data.name}; first as fast as it goes", flush=True)
    fast = asyncio.run(run(rows, speed=None))
    print(f"again at {PACED:,.0f} times real time", flush=True)
    paced = asyncio.run(run(rows, speed=PACED))
    sys.exit(0 if report(judge(rows, fast), fast, paced) else 1)


if __name__ == "__main__":
    main()
