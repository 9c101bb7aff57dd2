"""From repetitions to figures: medians, ratios within one repetition, and whether they can be believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.contest import Contest, Measured, Repetition, Role

MOST_CALIBRATION_SWING = 2.0  # slowest over fastest
MOST_RATIO_SWING = 1.3


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What one contender reached; medians over the repetitions."""

    name: str
    role: Role
    per_s: float
    cpu_us: float  # of the system, for each unit
    around_cpu_us: float | None  # of broker and generator, for each unit
    p50_ms: float | None
    p99_ms: float | None
    missing: int  # summed
    repeated: int
    ratio: float | None  # by how much ours is faster (or its p99 shorter); None for ours
    beside: Mapping[str, float]  # medians of what else was measured
    inconclusive: str  # why the ratio is not to be believed; empty where it is


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The result of a contest."""

    name: str
    title: str
    unit: str
    paced: bool
    repetitions: int
    units: int  # of ours in one repetition
    figures: Sequence[Figure]


def judge(contest: Contest, repetitions: Sequence[Repetition]) -> Verdict:
    """Take the figures together."""
    calibrations = [repetition.calibration_s for repetition in repetitions]
    swing = max(calibrations) / min(calibrations)
    shaky = f"the machine's speed swung {swing:.1f} times" if swing > MOST_CALIBRATION_SWING else ""
    return Verdict(
        name=contest.name,
        title=contest.title,
        unit=contest.unit,
        paced=contest.paced,
        repetitions=len(repetitions),
        units=repetitions[0].measured[0].units,
        figures=[_figure(contest, number, repetitions, shaky) for number in range(len(contest.contenders))],
    )


def _figure(contest: Contest, number: int, repetitions: Sequence[Repetition], shaky: str) -> Figure:
    contender = contest.contenders[number]
    runs = [repetition.measured[number] for repetition in repetitions]
    ours = [repetition.measured[0] for repetition in repetitions]
    ratios = [_ratio(own, other, paced=contest.paced) for own, other in zip(ours, runs, strict=True)]
    spread = max(ratios) / min(ratios)
    if not shaky and spread > MOST_RATIO_SWING:
        shaky = f"the ratio swung {spread:.1f} times"
    return Figure(
        name=contender.name,
        role=contender.role,
        per_s=median(run.units / run.seconds for run in runs),
        cpu_us=median(_cpu_us(run) for run in runs),
        around_cpu_us=_median(runs, lambda run: run.around_cpu_s and run.around_cpu_s / run.units * 1e6),
        p50_ms=_median(runs, lambda run: run.p50_ms),
        p99_ms=_median(runs, lambda run: run.p99_ms),
        missing=sum(run.missing for run in runs),
        repeated=sum(run.repeated for run in runs),
        ratio=median(ratios) if number else None,
        beside={name: median(run.beside[name] for run in runs) for name in runs[0].beside},
        inconclusive=shaky if number else "",
    )


def _ratio(ours: Measured, other: Measured, *, paced: bool) -> float:
    if paced:
        assert ours.p99_ms is not None
        assert other.p99_ms is not None
        return other.p99_ms / ours.p99_ms
    return (ours.units / ours.seconds) / (other.units / other.seconds)


def _cpu_us(run: Measured) -> float:
    seconds = run.seconds if run.cpu_s is None else run.cpu_s
    return seconds / run.units * 1e6


def _median(runs: Sequence[Measured], value: Callable[[Measured], float | None]) -> float | None:
    known = [one for run in runs if (one := value(run)) is not None]
    return median(known) if known else None
