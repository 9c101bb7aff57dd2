"""Sketches: bounded, the same in any order, and true to the values within their bins."""

from __future__ import annotations

import random
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.eta.sketch import MOST_BINS, Sketch

VALUES = st.lists(st.floats(-4e6, 4e6), min_size=1, max_size=60)


def sketch_of(values: list[float]) -> Sketch:
    sketch = Sketch()
    for value in values:
        sketch.add(value)
    return sketch


@given(VALUES, st.randoms())
def test_the_order_does_not_matter(values: list[float], chance: random.Random) -> None:
    mixed = list(values)
    chance.shuffle(mixed)
    assert sketch_of(values).bins == sketch_of(mixed).bins


@given(VALUES, VALUES)
def test_two_sketches_add_up_to_one_of_both(one: list[float], other: list[float]) -> None:
    both = sketch_of(one)
    both.add_all(sketch_of(other))
    assert both.bins == sketch_of(one + other).bins


@given(VALUES)
def test_quantiles_rise_and_are_undone_by_shares(values: list[float]) -> None:
    spread = sketch_of(values).spread()
    told = [spread.quantile(share / 20) for share in range(21)]
    assert told == sorted(told)
    assert spread.below(told[10]) == pytest.approx(0.5, abs=1e-6) or len(set(values)) < len(values) or len(values) < 3


def test_quantiles_are_within_a_bin_of_the_true_ones() -> None:
    chance = random.Random(3)
    values = [chance.lognormvariate(5, 1) - 100 for _ in range(20_000)]
    spread = sketch_of(values).spread()
    true = quantiles(values, n=10)
    for number in (0, 4, 8):
        assert spread.quantile((number + 1) / 10) == pytest.approx(true[number], rel=0.03, abs=3)


def test_a_sketch_never_holds_more_than_its_bound() -> None:
    chance = random.Random(4)
    sketch = sketch_of([chance.uniform(-1, 1) * 10 ** chance.uniform(0, 9) for _ in range(50_000)])
    assert len(sketch.bins) <= MOST_BINS


def test_what_fades_away_is_forgotten() -> None:
    sketch = sketch_of([0.0] * 100 + [500.0])
    sketch.fade(0.01, least=0.02)
    assert sketch.weight == pytest.approx(1.0)
    assert len(sketch.bins) == 1


def test_an_empty_sketch_says_nothing() -> None:
    assert Sketch().spread().quantile(0.9) == 0.0
    assert Sketch().spread().weight == 0.0
