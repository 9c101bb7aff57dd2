"""How a receiver's position wanders while it stands: three models, each with 95 % of its positions within 15 m."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator

WITHIN_M = 15.0  # of the true place, for 95 %
GAUSS_M = WITHIN_M / math.sqrt(-2 * math.log(0.05))  # sigma of each axis: the radius is Rayleigh distributed
HEAVY_M = WITHIN_M / 4.303  # scale of a Student t with two degrees of freedom: no variance at all
MEMORY_S = 120.0  # of the correlated drift: what satellites and reflections change in
EVERY_S = 10.0

Offset = tuple[float, float]  # east and north in metres
Drift = Callable[[random.Random], Iterator[Offset]]


def gaussian(noise: random.Random) -> Iterator[Offset]:
    """Each position by itself."""
    while True:
        yield noise.gauss(0, GAUSS_M), noise.gauss(0, GAUSS_M)


def heavy_tailed(noise: random.Random) -> Iterator[Offset]:
    """Student's t with two degrees of freedom: now and then a position is hundreds of metres off."""
    while True:
        reach = HEAVY_M * math.sqrt(2 / noise.gammavariate(1.0, 2.0))
        away = reach * noise.gauss(0, 1)
        bearing = noise.uniform(0, math.tau)
        yield away * math.cos(bearing), away * math.sin(bearing)


def correlated(noise: random.Random) -> Iterator[Offset]:
    """A walk that is drawn back (first-order autoregression): off to one side for minutes."""
    keep = math.exp(-EVERY_S / MEMORY_S)
    fresh_m = GAUSS_M * math.sqrt(1 - keep * keep)
    east, north = noise.gauss(0, GAUSS_M), noise.gauss(0, GAUSS_M)
    while True:
        yield east, north
        east, north = keep * east + noise.gauss(0, fresh_m), keep * north + noise.gauss(0, fresh_m)


DRIFTS: tuple[Drift, ...] = (gaussian, heavy_tailed, correlated)
