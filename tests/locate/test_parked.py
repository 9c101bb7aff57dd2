"""A truck that stands on the fence: one arrival, no departure, however its receiver drifts; in the end it leaves."""

from __future__ import annotations

import math
import random
from itertools import islice

import pytest

from gateway.locate import Locator
from gateway.model import LocationEvent, Observation
from tests.locate.drift import DRIFTS, EVERY_S, Drift
from tests.locate.story import T0, fix, network, short

METRE = 1 / 111_195  # degrees of latitude
EDGE = (52.3415, 10.5600)  # on the plant's southern fence
DAY = 24 * 3600
PACKET = 60  # positions in one message
SPEED_MPS = 10.0


def at(east_m: float, north_m: float) -> tuple[float, float]:
    return EDGE[0] + north_m * METRE, EDGE[1] + east_m * METRE / math.cos(math.radians(EDGE[0]))


def a_day_on_the_fence(drift: Drift, seed: int) -> list[Observation]:
    offsets = islice(drift(random.Random(seed)), round(DAY / EVERY_S))
    return [fix("TRL-1", at(*offset), number * EVERY_S, None) for number, offset in enumerate(offsets)]


def driving_off(drift: Drift, seed: int) -> list[Observation]:
    """South, away from the plant, at 10 m/s from the end of the day on."""
    offsets = islice(drift(random.Random(-1 - seed)), 30)
    return [
        fix("TRL-1", at(east, north - SPEED_MPS * EVERY_S * number), DAY + number * EVERY_S, None)
        for number, (east, north) in enumerate(offsets)
    ]


def events(locator: Locator, observations: list[Observation]) -> list[LocationEvent]:
    told = []
    for first in range(0, len(observations), PACKET):
        located = locator.observe(observations[first : first + PACKET], T0)
        told += [event for event in located.events if isinstance(event, LocationEvent)]
    return told


def stands_and_leaves(drift: Drift, seed: int) -> None:
    locator = Locator(network(plausibility={}))
    arrived = events(locator, a_day_on_the_fence(drift, seed))
    assert [event.kind for event in arrived] == ["arrived"], f"seed {seed}"
    left = events(locator, driving_off(drift, seed))
    assert [event.kind for event in left] == ["left"], f"seed {seed}"
    # 50 m of margin are passed after 5 s; the next position is the first to tell, the two after it confirm.
    assert 0 <= (left[0].at_us - T0) / 1e6 - DAY <= 3 * EVERY_S, short(left[0])


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.__name__)
@pytest.mark.parametrize("seed", range(4))
def test_a_day_on_the_fence_is_one_arrival_and_no_departure(drift: Drift, seed: int) -> None:
    stands_and_leaves(drift, seed)


@pytest.mark.long
@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.__name__)
@pytest.mark.parametrize("seed", range(4, 100))
def test_a_hundred_days_on_the_fence(drift: Drift, seed: int) -> None:
    stands_and_leaves(drift, seed)
