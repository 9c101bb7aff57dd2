"""The command: `python -m tests.bench [--short] [--json] [--only NAME]...`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import msgspec
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from tests.bench import (
    beside,
    fanout,
    journalling,
    json_decoding,
    judging,
    llrp_decoding,
    llrp_through,
    locating,
    m100_decoding,
    machine,
    mqtt_through,
    page,
    shipments,
    starting,
)
from tests.bench.contest import Contest, repetitions
from tests.bench.report import show
from tests.bench.size import FULL, SHORT, Size
from tests.bench.verdict import Verdict, judge

CONTESTS: Mapping[str, Callable[[Size], Contest]] = {
    "llrp": llrp_decoding.contest,
    "llrp1": llrp_decoding.contest_single,
    "m100": m100_decoding.contest,
    "json": json_decoding.contest,
    "locate": locating.contest,
    "rules": judging.contest,
    "engine": judging.contest_engine,
    "journal": journalling.contest,
    "mqtt": mqtt_through.contest,
    "tcp": llrp_through.contest,
    "delay": mqtt_through.contest_paced,
    "beside": beside.contest,
    "fanout": fanout.contest,
    "mix": fanout.contest_mix,
    "two": fanout.contest_two,
    "told": fanout.contest_told,
    "shipments": shipments.contest,
    "help": starting.contest,
    "page": page.contest,
}
WIDTH = 118  # also where the output is no terminal


def main(given: Sequence[str] | None = None) -> int:
    """Run the contests that were asked for."""
    arguments = read_arguments(given)
    size = SHORT if arguments.short else FULL
    size = replace(size, open_shipments=arguments.open or size.open_shipments)
    where = machine.describe()
    out = Console(width=WIDTH)
    if not arguments.json:
        out.print(f"[dim]{machine.words(where)}[/dim]\n", highlight=False)
    verdicts = []
    for name in arguments.only or CONTESTS:
        verdict = _run(CONTESTS[name](size), arguments.repetitions or size.repetitions)
        verdicts.append(verdict)
        if not arguments.json:
            show(verdict, out)
    if arguments.json:
        sys.stdout.write(msgspec.json.encode({"machine": where, "contests": verdicts}).decode() + "\n")
    return int(any(figure.missing or figure.repeated for verdict in verdicts for figure in verdict.figures[:1]))


def _run(contest: Contest, count: int) -> Verdict:
    """Run one contest; who watches sees which repetition it is at."""
    watched = Console(stderr=True)
    done = []
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=watched, transient=True) as progress:
        task = progress.add_task(contest.title, total=count)
        for repetition in repetitions(contest, count):
            done.append(repetition)
            progress.update(task, advance=1, description=f"{contest.title}, {len(done)} of {count}")
    return judge(contest, done)


def read_arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tests.bench", description="Speed, beside a floor measured in the same run.")
    parser.add_argument("--short", action="store_true", help="little work, once: whether the contests themselves run")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--only", action="append", choices=CONTESTS, metavar="NAME", help=", ".join(CONTESTS))
    parser.add_argument("--open", type=int, default=0, help="how many shipments are open, instead of 100,000")
    parser.add_argument("--repetitions", type=int, default=0, help="instead of 5, or 1 with --short")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
