"""Real truck trips, as rows of a CSV file, and what tierview is told of them: places, plan, departures, arrivals.

The file's form is that of the shared fixture `delays/trucks_india.csv.gz`: trip_id, vehicle, started_at,
planned_eta, actual_arrival, origin_code, dest_code, origin_latlon, dest_latlon, customer, material, label.
Its times carry no zone and are taken as UTC: all of one row share whatever zone they are in.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.config.model import Config, Device, Http, Journal, Mqtt, Party, Place, RuleEntry, Site
from gateway.model import Micros, Tier

OPERATOR = "OPERATOR"
TOPIC = "tms/trips"
RULE = "late-arrival"
COLUMNS = (
    "shipment",
    "origin",
    "destination",
    "planned_departure",
    "planned_arrival",
    "assets",
    "shipper",
    "consignee",
    "contents",
)


@dataclass(frozen=True, kw_only=True)
class TripRow:
    """One row; times in microseconds UTC, None where the file has none."""

    trip: str
    vehicle: str
    started_us: Micros
    planned_us: Micros
    arrived_us: Micros | None
    origin: str
    destination: str
    origin_at: tuple[float, float]
    destination_at: tuple[float, float]
    customer: str
    material: str
    label: str  # late, ontime, or empty

    @property
    def fault(self) -> str:
        """Why this row is not sound, by its own dates; empty where it is."""
        if self.planned_us < self.started_us:
            return "planned before it started"
        if self.arrived_us is None:
            return "no arrival"
        if self.arrived_us < self.started_us:
            return "arrived before it started"
        return "" if self.label else "no label"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A departure or an arrival as a transport system tells it."""

    at_us: Micros
    body: bytes


def read(file: Path) -> list[TripRow]:
    """The rows of a file, gzipped or not."""
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return [_row(row) for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]


def _row(row: dict[str, str]) -> TripRow:
    return TripRow(
        trip=row["trip_id"],
        vehicle=row["vehicle"],
        started_us=_us(row["started_at"]),
        planned_us=_us(row["planned_eta"]),
        arrived_us=_us(row["actual_arrival"]) if row["actual_arrival"] else None,
        origin=code(row["origin_code"]),
        destination=code(row["dest_code"]),
        origin_at=_point(row["origin_latlon"]),
        destination_at=_point(row["dest_latlon"]),
        customer=code(row["customer"]),
        material=" ".join(row["material"].split()),
        label=row["label"],
    )


def code(text: str) -> str:
    """A code of the configuration's alphabet from whatever the file writes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:60] or "UNKNOWN"


def _us(text: str) -> Micros:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


def _point(text: str) -> tuple[float, float]:
    lat, _, lon = text.partition(",")
    return (float(lat), float(lon))


def configuration(rows: Sequence[TripRow], *, http_port: int, mqtt_port: int, folder: Path) -> Config:
    """The network that the rows speak of."""
    places: dict[str, Place] = {}
    for row in rows:
        places.setdefault(row.origin, _place(row.origin, row.origin_at, Tier.TIER1, f"S-{row.origin}"[:64]))
    for row in rows:
        places.setdefault(row.destination, _place(row.destination, row.destination_at, Tier.OEM, row.customer))
    parties = {OPERATOR: Party(code=OPERATOR, name="Operator", tier=Tier.OEM)}
    for place in places.values():
        parties[place.party] = Party(code=place.party, name=place.party, tier=place.tier)
    for row in rows:
        parties[row.customer] = Party(code=row.customer, name=row.customer, tier=Tier.OEM)
        supplier = f"S-{row.origin}"[:64]
        parties.setdefault(supplier, Party(code=supplier, name=supplier, tier=Tier.TIER1))
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
                "time": "at | us",
                "shipment": "trip",
            },
            "values": {"departed": "out", "arrived": "in"},
        },
    )
    return Config(
        site=Site(name="trips", operator=OPERATOR),
        journal=Journal(folder=str(folder)),
        http=Http(listen=f"127.0.0.1:{http_port}"),
        mqtt=Mqtt(url=f"mqtt://127.0.0.1:{mqtt_port}"),
        parties=tuple(parties.values()),
        places=tuple(places.values()),
        devices=(tms,),
        rules=(RuleEntry(name=RULE, rule="late_arrival", settings={"grace_s": 0}),),
    )


def _place(name: str, at: tuple[float, float], tier: Tier, party: str) -> Place:
    return Place(code=name, name=name, party=party, tier=tier, at=at)


def plan_csv(rows: Sequence[TripRow]) -> bytes:
    """The rows as the shipments CSV that partners send."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(
            [
                row.trip,
                row.origin,
                row.destination,
                _iso(row.started_us),
                _iso(row.planned_us),
                row.vehicle,
                f"S-{row.origin}"[:64],
                row.customer,
                row.material,
            ]
        )
    return out.getvalue().encode()


def messages(rows: Sequence[TripRow]) -> Iterator[Message]:
    """Departures and arrivals in the order of their times; a departure before an arrival of the same instant."""
    told: list[tuple[Micros, int, str, TripRow, str]] = []
    for row in rows:
        told.append((row.started_us, 0, "departed", row, row.origin))
        if row.arrived_us is not None:
            told.append((row.arrived_us, 1, "arrived", row, row.destination))
    for at_us, _, status, row, place in sorted(told, key=lambda item: item[:2]):
        body = {"truck": row.vehicle, "location": place, "status": status, "at": at_us, "trip": row.trip}
        yield Message(at_us=at_us, body=json.dumps(body).encode())


def _iso(at_us: Micros) -> str:
    return datetime.fromtimestamp(at_us / 1_000_000, UTC).isoformat()
