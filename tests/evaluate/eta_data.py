"""Bus days in the form of CapMetrics (github.com/scascketta/CapMetrics, MIT) as trips: plans, and what was observed.

`vehicle_positions/DAY.csv.gz` holds pings, `schedule/schedule_FROM_TO.csv.gz` and `stops/stops_FROM_TO.csv.gz` what
was planned from a day to another. A ping belongs to its trip's id; a trip is looked up in the schedule in force, then
in the others (a night's last trips belong to the day before).

Observed arrival: of the pings whose nearest stop of their trip is this stop and lies within ZONE_M, the one nearest to
it. Nothing is interpolated: between pings that are up to ten minutes apart, a straight line would be the method that is
tested, not the truth. A stop that is observed before an earlier stop of its trip is not counted.
"""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.eta.words import Point
from gateway.model import Actual, Micros, Shipment, Stop, Trip, Window

ZONE_M = 75.0
DAY_S = 86_400
SECOND_US = 1_000_000
DEGREE_M = 111_195.0


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day's trips as the gateway would know them."""

    name: str
    trips: tuple[Trip, ...]  # those that stand in a schedule
    points: Mapping[str, Point]  # of the stops
    pings: int
    unplanned: int  # trips with pings that stand in no schedule

    @property
    def arrivals(self) -> int:
        return sum(actual.arrived_us is not None for trip in self.trips for actual in trip.actuals)


@dataclass(frozen=True, kw_only=True)
class Ping:
    """Where a bus was."""

    at_s: float  # since 1970, UTC
    point: Point


@dataclass(frozen=True, kw_only=True)
class Call:
    """A planned stop of a trip."""

    stop_id: str
    after_s: int  # since the midnight at which its service day begins; may be more than a day


def read_day(folder: Path, name: str) -> Day:
    """One day of a folder; raises FileNotFoundError where it, or any schedule, is missing."""
    pings, midnight = _pings(folder / "vehicle_positions" / f"{name}.csv.gz")
    wanted = {trip_id for trip_id, _ in pings}
    calls: dict[str, list[Call]] = {}
    points: dict[str, Point] = {}
    for schedule in _schedules(folder, name):
        lost = wanted - calls.keys()
        found = _calls(schedule, lost)
        if found or not points:
            points = _points(folder / "stops" / schedule.name.replace("schedule_", "stops_")) | points
        calls |= found
        if len(calls) == len(wanted):
            break
    trips = [
        trip
        for (trip_id, vehicle), seen in sorted(pings.items())
        if trip_id in calls
        and (trip := _trip(f"{name} {trip_id} {vehicle}", calls[trip_id], seen, points, midnight)) is not None
    ]
    total = sum(len(seen) for seen in pings.values())
    return Day(name=name, trips=tuple(trips), points=points, pings=total, unplanned=len(wanted - calls.keys()))


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", newline="") as lines:
        yield from csv.DictReader(lines)


def _pings(file: Path) -> tuple[dict[tuple[str, str], list[Ping]], float]:
    """Pings by trip and vehicle, and the day's local midnight in seconds since 1970."""
    found: dict[tuple[str, str], list[Ping]] = defaultdict(list)
    midnight = 0.0
    for row in _rows(file):
        at = datetime.fromisoformat(row["timestamp"])
        midnight = (
            midnight or datetime.fromisoformat(f"{file.name[:10]}T00:00:00").replace(tzinfo=at.tzinfo).timestamp()
        )
        point = float(row["latitude"]), float(row["longitude"])
        found[row["trip_id"], row["vehicle_id"]].append(Ping(at_s=at.timestamp(), point=point))
    return found, midnight


def _schedules(folder: Path, name: str) -> list[Path]:
    """The schedule files, those in force on a day first."""
    day = name.replace("-", "")

    def out_of_force(file: Path) -> tuple[bool, str]:
        first, last = file.name.removesuffix(".csv.gz").split("_")[1:3]
        return not first <= day <= last, file.name

    files = sorted((folder / "schedule").glob("schedule_*.csv.gz"), key=out_of_force)
    if not files:
        raise FileNotFoundError(f"no schedule_FROM_TO.csv.gz in {folder / 'schedule'}")
    return files


def _calls(schedule: Path, wanted: set[str]) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = defaultdict(list)
    with gzip.open(schedule, "rt", newline="") as lines:
        rows = csv.reader(lines)
        columns = next(rows)
        trip, at, stop = (columns.index(name) for name in ("trip_id", "arrival_time", "stop_id"))
        for row in rows:
            if row[trip] in wanted:
                hours, minutes, seconds = map(int, row[at].split(":"))
                found[row[trip]].append(Call(stop_id=row[stop], after_s=hours * 3600 + minutes * 60 + seconds))
    return {trip: sorted(calls, key=lambda call: call.after_s) for trip, calls in found.items()}


def _points(file: Path) -> dict[str, Point]:
    return {row["stop_id"]: (float(row["stop_lat"]), float(row["stop_lon"])) for row in _rows(file)}


def _trip(name: str, calls: list[Call], pings: list[Ping], points: Mapping[str, Point], midnight: float) -> Trip | None:
    """A bus trip as a milk run; None: it was observed nowhere, or a stop of it stands on no map."""
    if len(calls) < 2 or any(call.stop_id not in points for call in calls):
        return None
    seen = _in_order(_observed([points[call.stop_id] for call in calls], pings))
    if not seen:
        return None
    first, at_s = next(iter(seen.items()))
    service_s = midnight + round((at_s - midnight - calls[first].after_s) / DAY_S) * DAY_S
    service_us = round(service_s * SECOND_US)
    stops = tuple(_stop(call.stop_id, round((service_s + call.after_s) * SECOND_US)) for call in calls)
    actuals = tuple(
        Actual(stop=number, arrived_us=round(seen[number] * SECOND_US) if number in seen else None)
        for number in range(len(stops))
    )
    shipment = Shipment(shipment_id=name, stops=stops, assets=(name,), parties={}, created_us=service_us)
    return Trip(shipment=shipment, actuals=actuals)


def _stop(place: str, due_us: Micros) -> Stop:
    return Stop(place=place, arrival=Window(open_us=due_us, close_us=due_us))


def _observed(stops: list[Point], pings: list[Ping]) -> dict[int, float]:
    """When each stop was observed, in seconds since 1970."""
    nearest: dict[int, tuple[float, float]] = {}
    for ping in pings:
        stop, away_m = min(((number, _away_m(ping.point, at)) for number, at in enumerate(stops)), key=lambda it: it[1])
        if away_m <= ZONE_M and (stop not in nearest or away_m < nearest[stop][0]):
            nearest[stop] = away_m, ping.at_s
    return {stop: at_s for stop, (_, at_s) in nearest.items()}


def _in_order(seen: dict[int, float]) -> dict[int, float]:
    kept: dict[int, float] = {}
    for stop, at_s in sorted(seen.items(), key=lambda item: item[1]):
        if not kept or stop > max(kept):
            kept[stop] = at_s
    return kept


def _away_m(point: Point, other: Point) -> float:
    """Metres on a plane: within a town that is enough, and quick."""
    north = (point[0] - other[0]) * DEGREE_M
    return math.hypot(north, (point[1] - other[1]) * DEGREE_M * math.cos(math.radians(point[0])))
