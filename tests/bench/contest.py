"""A contest: several contenders do the same work in turns, and ours is compared with each of the others.

Machines are shared and their speed swings. So contenders take turns, in rotated order, and what counts is the
ratio within one repetition; the result is the median of these ratios. A fixed loop is timed before each repetition:
where it swings, or the ratios do, the result says that it is inconclusive.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a contender stands for."""

    OURS = "ours"
    FLOOR = "floor"  # the least that could do the work, without what ours has to promise
    PEER = "peer"  # what people use


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One contender's work in one repetition."""

    units: int  # that came out, each counted once
    seconds: float
    cpu_s: float | None = None  # of the system alone: neither broker nor generator; None: `seconds` are CPU time
    around_cpu_s: float | None = None  # of broker and generator: whether the system was the limit
    missing: int = 0
    repeated: int = 0
    p50_ms: float | None = None  # from sending a unit to having it; only where sending is paced
    p99_ms: float | None = None
    beside: Mapping[str, float] = field(default_factory=dict)  # what else was measured, by name with its unit


@dataclass(frozen=True, kw_only=True)
class Contender:
    """Who takes part, and how to let it work once; `measure` sets up and tears down outside of its own clock."""

    name: str
    role: Role
    measure: Callable[[], Measured]


@dataclass(frozen=True, kw_only=True)
class Contest:
    """What is compared."""

    name: str
    title: str
    unit: str
    contenders: Sequence[Contender]  # ours first
    clock: Callable[[], float] = time.process_time  # by which `seconds` are measured
    paced: bool = False  # True: what counts is the delay at a given rate, not the rate


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """Every contender once, in the contest's order, and how long the calibration took before them."""

    calibration_s: float
    measured: Sequence[Measured]


LOOPS = 300_000


def calibrate(clock: Callable[[], float]) -> float:
    """Seconds that a fixed piece of work takes now."""
    began = clock()
    total = 0
    for number in range(LOOPS):
        total += number & 7
    return clock() - began


def repetitions(contest: Contest, count: int) -> Iterator[Repetition]:
    """Run a contest, each time beginning with the next contender."""
    contenders = contest.contenders
    for repetition in range(count):
        calibration_s = calibrate(contest.clock)
        order = [(repetition + turn) % len(contenders) for turn in range(len(contenders))]
        measured = {number: contenders[number].measure() for number in order}
        yield Repetition(calibration_s=calibration_s, measured=[measured[number] for number in range(len(contenders))])


def cpu_time(work: Callable[[], int]) -> Measured:
    """Let a function work in this process; it returns how many units it did."""
    began = time.process_time()
    units = work()
    return Measured(units=units, seconds=time.process_time() - began)
