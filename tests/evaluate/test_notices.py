"""The short form of `make eval-notices`: real trips, late ones among them, told in time and not too often."""

from __future__ import annotations

from pathlib import Path

from tests.evaluate.notices import LEAST_COVERED, MOST_AN_HOUR, covered, figures, late_ones, run
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
    assert figures("parties", parties).p95 <= MOST_AN_HOUR
