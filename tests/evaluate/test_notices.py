"""The short form of `make eval-notices`: real trips, late ones among them, told in time and not too often."""

from __future__ import annotations

from pathlib import Path

from gateway.model import Delivery
from tests.evaluate.notices import LEAST_COVERED, MOST_AN_HOUR, alone, covered, figures, late_ones, run, together
from tests.evaluate.trip_data import OPERATOR, read

ORDINARY, LATE = 40, 20  # rows


async def test_parties_are_told_of_late_trips_in_time_and_at_most_a_few_times_an_hour(shared_fixtures: Path) -> None:
    sound = [row for row in read(shared_fixtures / "delays" / "trucks_india.csv.gz") if not row.fault]
    rows = sound[:ORDINARY] + late_ones(sound[ORDINARY:])[:LATE]
    told = await run(rows)
    late = late_ones(rows)
    assert len(late) >= LATE
    assert covered(late, told.alerts) >= LEAST_COVERED * len(late)
    parties = [one for one in told.deliveries if one.party != OPERATOR]
    assert len(parties) >= 2 * len(late)  # each of them told both sides
    assert figures("parties", alone(parties)).p95 <= MOST_AN_HOUR


def test_a_group_is_told_at_once_and_then_what_came_meanwhile() -> None:
    times = [
        ("late:A>B", 0),
        ("late:A>B", 10),
        ("late:A>B", 20),
        ("late:C>D", 20),
        ("late:A>B", 130),
        ("late:A>B", 400),
    ]
    told = [delivery(number, group, at_us) for number, (group, at_us) in enumerate(times)]
    assert together(told, 100) == [("to-1", 0), ("to-1", 100), ("to-1", 20), ("to-1", 200), ("to-1", 400)]


def delivery(number: int, group: str, at_us: int) -> Delivery:
    return Delivery(
        delivery_id=f"de_{number}",
        alert_id=f"al_{number}",
        notice="raised",
        subscription="to-1",
        party="OEM",
        channel="sse",
        group=group,
        next_us=at_us,
    )
