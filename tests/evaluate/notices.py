"""`make eval-notices DATA=FILE`: how often parties are told on days of real trucks, and of how many late trips in time.

Every trip of the file goes through a gateway's engine and journal with the shipped rules: its plan an hour before it
starts, its departure, its arrival, each at its own time on a virtual clock, with all deadlines between. Lanes are
learned on the way as in the field. Every party has one subscription that leaves nothing out; a notice is a delivery.
Beside every notice alone it counts the messages of subscriptions that are told in groups, by rule and lane.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TypeAlias

from gateway.catalogue import catalogue
from gateway.config import Config, load
from gateway.config.model import Mqtt, Subscription
from gateway.model import Alert, AssetKind, Delivery, EventKind, LocationEvent, Micros, Shipment, Stop, Tier, Window
from tests.conftest import ROOT
from tests.evaluate.trip_data import OPERATOR, TripRow, configuration, read
from tests.played import played

HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
KNOWN_BEFORE_US = HOUR_US  # so long before its start a plan comes
TOLERANCE_S = 300
RULES = ("late_departure", "late_arrival", "missed_milestone", "predicted_late", "at_risk")
SECOND_US = 1_000_000
GROUPED_S = 900
MOST_AN_HOUR, LEAST_COVERED, LEAST_DAYS = 6, 0.9, 0.95  # the goals; of the days, that keep to the first


Message: TypeAlias = tuple[str, Micros]  # to which subscription, and when


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of a run."""

    deliveries: Sequence[Delivery]
    alerts: Sequence[Alert]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How often anyone was told."""

    name: str
    notices: int
    hours: int  # of subscribers, with at least one notice
    p50: float
    p95: float
    most: int


async def run(rows: Sequence[TripRow], rules: Sequence[str] = RULES) -> Told:
    """Play all rows; return everything that was to be told."""
    with tempfile.TemporaryDirectory(prefix="tierview-notices-") as name:
        config = network(rows, Path(name), rules)
        async with played(config, Path(name), min(row.started_us for row in rows) - DAY_US) as gateway:
            for at_us, what in sorted(_moments(rows), key=lambda moment: moment[0]):
                await gateway.reach(at_us, what)
            await gateway.reach(max(gateway.clock.now_us(), *(row.planned_us for row in rows)) + DAY_US)
            return Told(deliveries=await gateway.deliveries(), alerts=await gateway.alerts())


def network(rows: Sequence[TripRow], folder: Path, rules: Sequence[str]) -> Config:
    """The network of the rows, with rules as they are shipped and a subscription for everyone."""
    shipped = load(ROOT / "config.yaml", catalogue()).rules
    config = configuration(rows, http_port=0, mqtt_port=0, folder=folder)
    everyone = [Subscription(name=f"to-{n}", party=one.code, channel="sse") for n, one in enumerate(config.parties)]
    return config.model_copy(
        update={
            "rules": tuple(entry for entry in shipped if entry.rule in rules),
            "subscriptions": tuple(everyone),
            "devices": (),
            "mqtt": Mqtt(embedded=False),
        }
    )


def _moments(rows: Sequence[TripRow]) -> Iterable[tuple[Micros, Shipment | LocationEvent]]:
    for row in rows:
        yield row.started_us - KNOWN_BEFORE_US, _plan(row)
        yield row.started_us, _event(row, EventKind.LEFT, row.origin, row.started_us)
        if row.arrived_us is not None:
            yield row.arrived_us, _event(row, EventKind.ARRIVED, row.destination, row.arrived_us)


def _plan(row: TripRow) -> Shipment:
    departure = Window(open_us=row.started_us - HOUR_US, close_us=row.started_us, tolerance_s=TOLERANCE_S)
    arrival = Window(open_us=row.planned_us - HOUR_US, close_us=row.planned_us, tolerance_s=TOLERANCE_S)
    return Shipment(
        shipment_id=row.trip,
        stops=(Stop(place=row.origin, departure=departure), Stop(place=row.destination, arrival=arrival)),
        assets=(row.vehicle,),
        parties={"shipper": f"S-{row.origin}"[:64], "consignee": row.customer},
        created_us=row.started_us - KNOWN_BEFORE_US,
    )


def _event(row: TripRow, kind: EventKind, place: str, at_us: Micros) -> LocationEvent:
    return LocationEvent(
        event_id=f"{row.trip}-{kind}",
        kind=kind,
        asset=row.vehicle,
        asset_kind=AssetKind.TRAILER,
        place=place,
        tier=Tier.OEM if kind is EventKind.ARRIVED else Tier.TRANSIT,
        shipment=row.trip,
        at_us=at_us,
        received_us=at_us,
        recorded_us=at_us,
    )


def figures(name: str, told: Iterable[Message]) -> Figures:
    """Messages in each hour of each subscriber who was told anything in it."""
    hours = Counter((subscription, at_us // HOUR_US) for subscription, at_us in told)
    counts = sorted(hours.values()) or [0]
    p95 = quantiles(counts, n=100, method="inclusive")[94] if len(counts) > 1 else float(counts[0])
    return Figures(name=name, notices=sum(counts), hours=len(hours), p50=median(counts), p95=p95, most=counts[-1])


def alone(told: Iterable[Delivery]) -> list[Message]:
    """Every notice a message of its own."""
    return [(one.subscription, one.next_us) for one in told]


def together(told: Iterable[Delivery], interval_us: Micros) -> list[Message]:
    """The messages of subscriptions with `group_interval_s`: of each group one at once, then what came meanwhile."""
    messages: list[Message] = []
    last_us: dict[tuple[str, str], Micros] = {}  # of each group's last message, which may be still to come
    for one in sorted(told, key=lambda one: one.next_us):
        key = (one.subscription, one.group)
        before_us = last_us.get(key)
        if before_us is not None and one.next_us <= before_us:
            continue  # it goes with the message that waits
        soonest_us = 0 if before_us is None or not one.group else before_us + interval_us
        last_us[key] = max(one.next_us, soonest_us)
        messages.append((one.subscription, last_us[key]))
    return messages


def busiest_day(told: Iterable[Delivery]) -> int:
    """The day on which most was told."""
    days = Counter(one.next_us // DAY_US for one in told)
    return max(days, key=lambda day: (days[day], day))


def late_ones(rows: Sequence[TripRow]) -> list[TripRow]:
    """Sound trips that came later than their tolerance."""
    allowed_us = TOLERANCE_S * 1_000_000
    return [row for row in rows if not row.fault and (row.arrived_us or 0) > row.planned_us + allowed_us]


def covered(rows: Sequence[TripRow], told: Iterable[Alert]) -> int:
    """How many of these trips had an alert about their arrival not later than their lateness began."""
    first_us: dict[str, Micros] = {}
    for alert in told:
        if not alert.rule.startswith("late-departure"):
            first_us[alert.shipment] = min(alert.recorded_us, first_us.get(alert.shipment, alert.recorded_us))
    since_us = TOLERANCE_S * 1_000_000 + 1
    return sum(first_us.get(row.trip, 2**62) <= row.planned_us + since_us for row in rows)


def report(rows: Sequence[TripRow], told: Told) -> bool:
    """Print the figures; whether the goals were reached."""
    parties = [one for one in told.deliveries if one.party != OPERATOR]
    day = busiest_day(parties)
    of_day = [one for one in parties if one.next_us // DAY_US == day]
    lines = [
        figures("alone, the busiest day", alone(of_day)),
        figures("alone, all days", alone(parties)),
        figures(f"group_interval_s: {GROUPED_S}, the busiest day", together(of_day, GROUPED_S * SECOND_US)),
        figures(f"group_interval_s: {GROUPED_S}, all days", together(parties, GROUPED_S * SECOND_US)),
    ]
    print(f"{'':<45}{'notices':>9}{'hours':>8}{'P50':>6}{'P95':>7}{'most':>6}   an hour in which anything was told")
    for line in lines:
        print(f"{line.name:<45}{line.notices:>9}{line.hours:>8}{line.p50:>6.0f}{line.p95:>7.1f}{line.most:>6}")
    days = sorted({one.next_us // DAY_US for one in parties})
    p95s = [figures("", alone([one for one in parties if one.next_us // DAY_US == day])).p95 for day in days]
    within = sum(p95 <= MOST_AN_HOUR for p95 in p95s) / len(days)
    print(f"days on which P95 is at most {MOST_AN_HOUR}, told alone: {within:.1%} of {len(days)}")
    by_rule = {alert.alert_id: alert.rule for alert in told.alerts}
    kinds = Counter((by_rule[one.alert_id], one.notice) for one in parties)
    for (rule, notice), count in kinds.most_common():
        print(f"  {rule}, {notice}: {count}")
    late = late_ones(rows)
    share = covered(late, told.alerts) / len(late) if late else 1.0
    reached = lines[1].p95 <= MOST_AN_HOUR and within >= LEAST_DAYS and share >= LEAST_COVERED
    for (subscription, hour), count in Counter(
        (one.subscription, one.next_us // HOUR_US) for one in of_day
    ).most_common(3):
        these = [d for d in of_day if (d.subscription, d.next_us // HOUR_US) == (subscription, hour)]
        print(f"  {count} in one hour to {these[0].party}: {len({one.group for one in these})} groups")
    print(f"late trips told of before or at their lateness: {share:.1%} of {len(late)}")
    print("reached" if reached else "MISSED")
    return reached


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make eval-notices DATA=FILE", description=__doc__)
    parser.add_argument("data", type=Path, help="the trips, CSV or CSV.gz")
    parser.add_argument("--most", type=int, default=None, help="only so many rows")
    parser.add_argument("--rules", default=",".join(RULES), help="which of the shipped rules")
    given = parser.parse_args()
    rows = read(given.data)[: given.most]
    sys.exit(0 if report(rows, asyncio.run(run(rows, given.rules.split(",")))) else 1)


if __name__ == "__main__":
    main()
