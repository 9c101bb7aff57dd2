"""The plans of a contest: many open shipments over a network of places, some of them late, in a journal that waits."""

from __future__ import annotations

import asyncio
import csv
import io
import sqlite3
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from gateway.access import hash_token, new_token
from gateway.config.model import Config, Device, Http, Journal, Mqtt, Party, Place, RuleEntry, Site
from gateway.journal import open_journal, shipments, tokens
from gateway.model import Micros, PartLine, Shipment, Stop, Tier, Window
from tests.bench.generator import TOPIC

PLANT = "PLANT"
LATE = "LOAD-"  # assets as `simulators.load` names them
SUPPLIERS, PORTS = 40, 5
HOUR_US = 3_600_000_000
BATCH = 2_000  # plans to a commit
RULES = ("late_departure", "late_arrival", "missed_milestone", "early_arrival", "wrong_place")
COLUMNS = (
    "shipment",
    "origin",
    "destination",
    "planned_departure",
    "planned_arrival",
    "assets",
    "shipper",
    "consignee",
)


def network(*, http_port: int, mqtt: Mqtt) -> Config:
    """Suppliers, ports and a plant, and a transport system that tells of departures and arrivals."""
    suppliers = [f"SUP-{number}" for number in range(SUPPLIERS)]
    tms = Device(
        name="tms",
        driver="json_mqtt",
        connect=f"mqtt:{TOPIC}",
        settings={
            "yields": "passage",
            "fields": {
                "asset": "truck",
                "place": "location",
                "direction": "status | values",
                "time": "at | iso",
            },
            "values": {"departed": "out", "arrived": "in"},
        },
    )
    return Config(
        site=Site(name="bench", operator="OEM"),
        journal=Journal(folder="journal"),
        http=Http(listen=f"127.0.0.1:{http_port}"),
        mqtt=mqtt,
        parties=(
            Party(code="OEM", name="Elbe Motors", tier=Tier.OEM),
            *(Party(code=code, name=code, tier=Tier.TIER1) for code in suppliers),
        ),
        places=(
            Place(code=PLANT, name="Plant", party="OEM", tier=Tier.OEM),
            *(Place(code=f"P-{code}", name=code, party=code, tier=Tier.TIER1) for code in suppliers),
            *(Place(code=f"PORT-{n}", name=f"Port {n}", party="OEM", tier=Tier.PORT) for n in range(PORTS)),
        ),
        devices=(tms,),
        rules=tuple(RuleEntry(name=rule, rule=rule) for rule in RULES),
    )


def shipment(number: int, asset: str, now_us: Micros, arrives_us: Micros) -> Shipment:
    """From a supplier by a port to the plant."""
    supplier = f"SUP-{number % SUPPLIERS}"
    return Shipment(
        shipment_id=f"S{number:06}",
        stops=(
            Stop(place=f"P-{supplier}", departure=_window(arrives_us - 20 * HOUR_US)),
            Stop(
                place=f"PORT-{number % PORTS}",
                arrival=_window(arrives_us - 12 * HOUR_US),
                departure=_window(arrives_us - 8 * HOUR_US),
            ),
            Stop(place=PLANT, arrival=_window(arrives_us)),
        ),
        assets=(asset, f"PALLET-{number}-1", f"PALLET-{number}-2"),
        parties={"shipper": supplier, "consignee": "OEM"},
        created_us=now_us,
        contents="seat frames",
        parts=(PartLine(number=f"N-{number % 500}", quantity=96.0, unit="C62"),),
    )


def _window(close_us: Micros) -> Window:
    return Window(open_us=close_us - HOUR_US, close_us=close_us, tolerance_s=300)


def shipments_of(count: int, late: int, now_us: Micros) -> list[Shipment]:
    """So many, of which some, spread among the others, were due at the plant an hour ago; the others from tomorrow."""
    made, every = [], count // late
    for number in range(count):
        is_late = number % every == 0 and number // every < late
        asset = f"{LATE}{number // every}" if is_late else f"TRL-{number}"
        arrives_us = now_us - HOUR_US if is_late else now_us + (24 + number % 240) * HOUR_US
        made.append(shipment(number, asset, now_us, arrives_us))
    return made


def fill(folder: Path, plans: list[Shipment], now_us: Micros) -> str:
    """Store plans in a new journal, and a token of the operator; return that."""
    token = new_token()
    asyncio.run(_fill(folder, plans, token, now_us))
    return token


async def _fill(folder: Path, plans: list[Shipment], token: str, now_us: Micros) -> None:
    async with open_journal(folder) as journal:
        for at in range(0, len(plans), BATCH):
            await journal.write(partial(_store, plans[at : at + BATCH], now_us))
        await journal.write(lambda c: tokens.save(c, hash=hash_token(token), party="OEM", label="bench", created_us=0))


def _store(plans: list[Shipment], now_us: Micros, connection: sqlite3.Connection) -> None:
    for plan in plans:
        shipments.save(connection, plan, now_us)


def plan_csv(count: int, first_us: Micros, apart_us: Micros) -> bytes:
    """More shipments as a partner sends them, of which one after the other falls due."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for number in range(count):
        due_us = first_us + number * apart_us
        ends = (f"P-SUP-{number % SUPPLIERS}", PLANT, _iso(due_us - 20 * HOUR_US), _iso(due_us))
        writer.writerow((f"ZDUE-{number}", *ends, f"ZDUE-{number}", f"SUP-{number % SUPPLIERS}", "OEM"))
    return out.getvalue().encode()


def _iso(at_us: Micros) -> str:
    return datetime.fromtimestamp(at_us / 1_000_000, UTC).isoformat()
