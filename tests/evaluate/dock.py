"""`make eval-dock ARGS="--seed 1 --spacing 3"`: modelled dock doors through the gateway, scored against the truth.

Reads go in as a reader's bytes and go the real way, driver, resolver, locator, in virtual time with a tick each
second; what comes out as events is scored, beside EdgeX's rule and a plain rule of two zones. `--matrix` tries many
sites, one line each, and tells the worst figures of all.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import msgspec

from tests.evaluate.dock_rules import Said, first_read, ours, two_zones
from tests.evaluate.dock_site import MODEL, SCORE, Modelled, Site, configuration, model

ABSENT = f"the physical model is not beside this checkout: expected {MODEL.name} in ../shared/tools"
LEAST_RIGHT, MOST_WRONG, MOST_PHANTOM, LEAST_LOADS, MOST_LATENCY_S = 97.0, 0.3, 1.0, 99.0, 5.0
SHARES = f"{'right %':>9}{'wrong %':>9}{'phantom %':>11}{'loads %':>9}"
HEAD = f"{'':<32}{SHARES}{'decided after s: p50':>22}{'p99':>7}{'max':>7}"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a rule reached; shares in percent, latencies in seconds after the last read at the door."""

    right: float
    wrong: float
    phantom: float
    loads: float
    latency_p50: float
    latency_p99: float
    latency_max: float

    @property
    def are_reached(self) -> bool:
        """Whether these are the figures asked for."""
        least = self.right >= LEAST_RIGHT and self.loads >= LEAST_LOADS
        return (
            least and self.wrong <= MOST_WRONG and self.phantom <= MOST_PHANTOM and self.latency_max <= MOST_LATENCY_S
        )

    def line(self, name: str) -> str:
        """A row of the table."""
        shares = f"{self.right:>9.2f}{self.wrong:>9.3f}{self.phantom:>11.2f}{self.loads:>9.2f}"
        return f"{name:<32}{shares}{self.latency_p50:>22.2f}{self.latency_p99:>7.2f}{self.latency_max:>7.2f}"


def run(site: Site) -> dict[str, Figures]:
    """Model one site and score all rules on it."""
    with tempfile.TemporaryDirectory(prefix="tierview-dock-") as folder:
        modelled = model(site, Path(folder))
        return {
            "tierview": score(modelled, list(ours(modelled, configuration(site.doors)))),
            "EdgeX: arrived on first read": score(modelled, list(first_read(modelled))),
            "two zones: first and last": score(modelled, list(two_zones(modelled))),
        }


def run_ours(site: Site) -> Figures:
    """Model one site and score this gateway on it."""
    with tempfile.TemporaryDirectory(prefix="tierview-dock-") as folder:
        modelled = model(site, Path(folder))
        return score(modelled, list(ours(modelled, configuration(site.doors))))


def score(modelled: Modelled, said: Sequence[Said]) -> Figures:
    """Ask the score of the shared tools; latencies are ours."""
    file = modelled.reads_file.with_name("said.jsonl")
    file.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in said))
    names = ["--truth", str(modelled.truth_file), "--reads", str(modelled.reads_file), "--said", str(file)]
    answer = subprocess.run([sys.executable, str(SCORE), *names], check=True, capture_output=True, text=True)
    found = json.loads(answer.stdout)
    late = _latencies(modelled, said)
    return Figures(
        right=found["right_percent"] or 0.0,
        wrong=found["wrong_percent"] or 0.0,
        phantom=found["phantom_percent"] or 0.0,
        loads=found["loads_right_percent"] or 0.0,
        latency_p50=late[len(late) // 2],
        latency_p99=late[len(late) * 99 // 100],
        latency_max=late[-1],
    )


def _latencies(modelled: Modelled, said: Sequence[Said]) -> list[float]:
    """For each verdict: how long before it the tag was last read at that door; shortest first."""
    wanted = {(one.epc, one.door) for one in said}
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    for read in modelled.reads():
        if (read.epc, read.door) in wanted:
            times[read.epc, read.door].append(read.t)
    late = []
    for one in said:
        before = times[one.epc, one.door]
        late.append(one.decided - before[bisect_right(before, one.decided) - 1])
    return sorted(late) or [0.0]


def sites(site: Site) -> list[Site]:
    """The given site, its seeds, and what the options change."""
    changed: list[dict[str, Any]] = [
        {"spacing": 3.0},
        {"spacing": 4.5},
        {"shadow": 4.0},
        {"shadow": 9.0},
        {"speed": 1.0},
        {"speed": 2.5},
        {"spacing": 3.0, "shadow": 9.0, "speed": 2.5},
        {"doors": 2, "power": 27.0},
        {"doors": 6, "power": 32.0, "spacing": 3.0},
        {"gap": 6.0, "doors": 4},
        {"gap": 20.0, "power": 27.0},
    ]
    seeds = [replace(site, seed=seed) for seed in range(1, 6)]
    return seeds + [_change(site, options, 11 + number) for number, options in enumerate(changed)]


def _change(site: Site, options: dict[str, Any], seed: int) -> Site:
    return replace(site, seed=seed, **options)


def worst(all_figures: Iterable[Figures]) -> Figures:
    """The worst of each figure."""
    listed = list(all_figures)
    least = {"right", "loads"}
    names = [item.name for item in fields(Figures)]
    return Figures(**{name: (min if name in least else max)(getattr(one, name) for one in listed) for name in names})


def main() -> int:
    """Run what was asked for; 1 where a figure is missed."""
    parser = argparse.ArgumentParser(prog="make eval-dock ARGS=...", description="modelled dock doors, scored")
    for item in fields(Site):
        parser.add_argument(f"--{item.name}", type=type(item.default), default=item.default, help=item.metadata["help"])
    parser.add_argument("--matrix", action="store_true", help="many sites, one line each, and the worst of all")
    given = vars(parser.parse_args())
    matrix = given.pop("matrix")
    if not MODEL.is_file():
        print(ABSENT)
        return 0
    print(HEAD)
    reached = _matrix(Site(**given)) if matrix else _one(Site(**given))
    goal = f"right >= {LEAST_RIGHT:g}, wrong <= {MOST_WRONG:g}, phantom <= {MOST_PHANTOM:g}, loads >= {LEAST_LOADS:g}"
    print(f"asked for: {goal}, decided within {MOST_LATENCY_S:g} s: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


def _one(site: Site) -> bool:
    began = time.monotonic()
    results = run(site)
    for name, figures in results.items():
        print(figures.line(name))
    print(f"{site}, {site.passes} loads, {time.monotonic() - began:.0f} s")
    return results["tierview"].are_reached


def _matrix(site: Site) -> bool:
    found = []
    for one in sites(site):
        found.append(run_ours(one))
        print(found[-1].line(str(one)), flush=True)
    print(worst(found).line("worst of all"))
    return all(figures.are_reached for figures in found)


if __name__ == "__main__":
    sys.exit(main())
