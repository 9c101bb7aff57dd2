"""The short form of `make eval-trips`: the first real trips, and those with impossible dates, through the gateway."""

from __future__ import annotations

from pathlib import Path

from tests.evaluate.trip_data import read
from tests.evaluate.trips import judge, run, signature

ORDINARY = 20  # rows from the top
LATE = 10  # that the operator calls late
IMPOSSIBLE = 20


async def test_real_trips_are_flagged_like_their_operator_does_and_alike_at_any_speed(shared_fixtures: Path) -> None:
    every = read(shared_fixtures / "delays" / "trucks_india.csv.gz")
    rows = every[:ORDINARY]
    rows += [row for row in every[ORDINARY:] if row.label == "late" and not row.fault][:LATE]
    rows += [row for row in every[ORDINARY:] if row.fault.startswith(("planned", "arrived"))][:IMPOSSIBLE]
    fast = await run(rows, speed=None)
    paced = await run(rows, speed=100_000_000.0)
    verdict = judge(rows, fast)
    impossible = sum(count for fault, count in verdict.unsound.items() if fault.startswith(("planned", "arrived")))
    assert verdict.sound >= ORDINARY
    assert verdict.agree >= verdict.sound - 1
    assert verdict.late >= LATE
    assert verdict.warned == verdict.late
    assert verdict.unsound_alerts == []
    assert verdict.unsound_reported == impossible >= IMPOSSIBLE
    assert signature(fast) == signature(paced)
