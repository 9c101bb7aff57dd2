"""Modelled dock doors in short: the figures asked for, on a seed and a site that nothing was fitted to."""

from __future__ import annotations

import os

import pytest

from tests.evaluate.dock import ABSENT, MOST_LATENCY_S, run, worst
from tests.evaluate.dock_fit import SITES, logistic
from tests.evaluate.dock_site import MODEL, Site, configuration


@pytest.fixture
def tools() -> None:
    """The physical model beside this checkout; needed in CI, skipped elsewhere when absent."""
    if not MODEL.is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(ABSENT)


@pytest.mark.parametrize("site", [Site(seed=1, passes=150)], ids=str)
@pytest.mark.usefixtures("tools")
def test_the_figures_asked_for_are_reached(site: Site) -> None:
    results = run(site)
    ours, first, zones = results.values()
    assert ours.are_reached, f"{site}: {ours}"
    assert 0 < ours.latency_max <= MOST_LATENCY_S
    assert ours.right > max(first.right, zones.right)
    assert ours.phantom < min(first.phantom, zones.phantom)
    assert worst(results.values()).right == first.right


def test_nothing_was_fitted_to_what_is_tried() -> None:
    assert not {site.seed for site in SITES} & set(range(1, 40))


def test_the_site_tells_the_gateway_nothing_of_its_measures() -> None:
    config = configuration(4)
    assert {point.zone for point in config.read_points} == {"outer", "inner"}
    assert len(config.read_points) == 8
    assert all(place.at is None for place in config.places)


def test_the_fit_finds_the_weights_that_made_the_labels() -> None:
    figures = [(1.0, step / 10) for step in range(-50, 51)]
    one, slope = logistic(figures, [2 * value - 1 > 0 for _, value in figures])
    assert 0.3 < -one / slope < 0.7
