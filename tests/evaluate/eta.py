"""`make eval-eta DATA=FOLDER FIT=DAY,... TEST=DAY,...`: how good estimates of arrival are on days not learned from.

The folder has the form of CapMetrics; `eta_data` says how stop arrivals are observed, the same for all methods.
At each observed arrival of a test day an estimate is asked for every later stop of the trip that was observed too.
It is counted by how far ahead the stop was planned then. Beside ours stand the timetable, lateness carried forward,
and the straight line of shrunk lateness fitted on the same days.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.eta.ladder import Ladder
from gateway.eta.learn import learn
from gateway.eta.learned import Learned, packed
from gateway.eta.legs import Ground
from tests.evaluate.eta_data import Day, read_day
from tests.evaluate.eta_score import BUCKETS_S, Case, Row, Straight, cases, row

LEAST_CHANCE = 0.5  # of being late by more than five minutes, to raise the alert


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a split came to."""

    told: tuple[Case, ...]
    straight: Straight
    lanes: int
    size: int  # bytes of all that was learned
    seconds: float

    def rows(self, least_chance: float) -> list[Row | None]:
        of_bucket: list[list[Case]] = [[] for _ in BUCKETS_S]
        for case in self.told:
            of_bucket[case.bucket].append(case)
        return [row(told, self.straight, least_chance) for told in of_bucket]

    def methods(self, bucket: int) -> str:
        counted = Counter(case.estimate.method for case in self.told if case.bucket == bucket and case.estimate)
        return ", ".join(f"{method} {n / counted.total():.0%}" for method, n in counted.most_common())


def judge(fit: Sequence[Day], test: Sequence[Day], zone: ZoneInfo) -> Outcome:
    """Learn from some days, in their order, and estimate on others."""
    started = time.monotonic()
    points = {place: point for day in (*fit, *test) for place, point in day.points.items()}
    ground, learned = Ground(points=points, zone=zone), Learned()
    for day in sorted(fit, key=lambda day: day.name):
        learn(learned, day.trips, ground)
    straight = Straight.fitted([case for day in fit for case in cases(day.trips, None)])
    ladder = Ladder(learned, ground)
    told = tuple(case for day in test for case in cases(day.trips, ladder))
    size = sum(len(packed(memory)) for memory in learned.memories.values())
    return Outcome(
        told=told,
        straight=straight,
        lanes=len(learned.memories) - 1,
        size=size,
        seconds=time.monotonic() - started,
    )


HEAD = (
    f"{'horizon':>10} {'n':>7} | {'schedule':>8} {'carry':>6} {'shrunk':>6} {'ours':>6} |"
    f" {'P10-P90':>7} {'width':>6} | {'alerts':>6} {'precision':>9} {'recall':>6} | methods"
)


def table(outcome: Outcome, least_chance: float) -> Iterator[str]:
    """The lines of a split's table; mean absolute errors and widths in seconds."""
    yield HEAD
    for number, (low, high) in enumerate(BUCKETS_S):
        figures = outcome.rows(least_chance)[number]
        name = f"{low // 60}-{high // 60} min"
        if figures is None:
            yield f"{name:>10}       0 |"
            continue
        yield (
            f"{name:>10} {figures.n:7} | {figures.schedule_s:8.0f} {figures.carry_s:6.0f} {figures.shrunk_s:6.0f}"
            f" {figures.ours_s:6.0f} | {figures.coverage:7.1%} {figures.width_s:6.0f} | {figures.raised:6}"
            f" {figures.precision:9.3f} {figures.recall:6.3f} | {outcome.methods(number)}"
        )


def one_line(outcome: Outcome, least_chance: float) -> str:
    """A split in one line: our error beside the better of timetable and carry, coverage, and the alert at 5-15."""
    parts = []
    for figures in outcome.rows(least_chance):
        if figures is None:
            parts.append("-")
        else:
            best_s = min(figures.schedule_s, figures.carry_s)
            parts.append(f"{figures.ours_s:3.0f}/{best_s:3.0f} {figures.coverage:.0%}")
    alert = outcome.rows(least_chance)[1]
    return " | ".join(parts) + ("" if alert is None else f" | P {alert.precision:.2f} R {alert.recall:.2f}")


def splits(days: Sequence[Day]) -> Iterator[tuple[list[Day], list[Day]]]:
    """Each way to learn from some of the days that have planned trips, and to test on the others; halves first."""
    planned = [day for day in days if day.trips]
    for size in range(1, len(planned)):
        for fit in combinations(planned, size):
            yield list(fit), [day for day in planned if day not in fit]


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make eval-eta", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with vehicle_positions, schedule and stops")
    parser.add_argument("--fit", default="", help="days to learn from, by comma")
    parser.add_argument("--test", default="", help="days to estimate on, by comma; without: every second day each")
    parser.add_argument("--all-splits", action="store_true", help="a line for each way to share out the days")
    parser.add_argument("--least-chance", type=float, default=LEAST_CHANCE, help="of being late, for an alert")
    parser.add_argument("--zone", type=ZoneInfo, default=ZoneInfo("America/Chicago"), help="of the buses")
    return parser.parse_args(given)


def main(given: Sequence[str]) -> int:
    """Print the table; 2 where a day is missing."""
    options = _arguments(given)
    names = sorted(file.name[:10] for file in (options.data / "vehicle_positions").glob("????-??-??.csv.gz"))
    fit = [name for name in options.fit.split(",") if name] or names[0::2]
    test = [name for name in options.test.split(",") if name] or [name for name in names if name not in fit]
    wanted = names if options.all_splits else [*fit, *test]
    missing = [name for name in wanted if name not in names]
    if missing or not wanted:
        print(f"no pings of {', '.join(missing) or 'any day'} in {options.data / 'vehicle_positions'}", file=sys.stderr)
        return 2
    days = {name: read_day(options.data, name) for name in wanted}
    for day in days.values():
        note = "" if day.trips else ": none of its trips stands in a schedule of this folder, so it tells nothing"
        print(f"{day.name}  {day.pings} pings, {day.arrivals} observed arrivals of {len(day.trips)} trips{note}")
    if options.all_splits:
        print("\nour error / better of timetable and carry in seconds, and coverage, at " + _buckets())
        for one, other in splits(list(days.values())):
            told = one_line(judge(one, other, options.zone), options.least_chance)
            print(f"fit {_short(one)}  test {_short(other)}  {told}", flush=True)
        return 0
    outcome = judge([days[name] for name in fit], [days[name] for name in test], options.zone)
    print(f"\nlearned of {outcome.lanes} lanes: {outcome.size / 1e6:.2f} MB; {outcome.seconds:.0f} s in all\n")
    print("\n".join(table(outcome, options.least_chance)))
    return 0


def _short(days: Sequence[Day]) -> str:
    return ",".join(day.name for day in days)


def _buckets() -> str:
    return ", ".join(f"{low // 60}-{high // 60}" for low, high in BUCKETS_S) + " minutes"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
