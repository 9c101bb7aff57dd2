"""Worlds over the demo's own configuration, for tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gateway.config.model import Config
from gateway.config.shape import build
from gateway.config.strict_yaml import parse
from simulators.scenarios import SCENARIOS
from simulators.world import Sensed, World

EPOCH_US = 1_800_000_000_000_000
ROOT = Path(__file__).resolve().parents[2]


@cache
def demo_config() -> Config:
    """config.yaml as it stands at the root; references in it are the gateway's to check."""
    root, _ = parse((ROOT / "config.yaml").read_bytes())
    config, faults = build(Config, root)
    assert config is not None, faults
    return config


@cache
def demo_world(scenario: str, seed: int = 1) -> World:
    """A world that plays a scenario on the demo's network."""
    return World(config=demo_config(), scenario=SCENARIOS[scenario], seed=seed, epoch_us=EPOCH_US)


@cache
def demo_sensed(scenario: str) -> tuple[Sensed, ...]:
    """All that the devices of that world sense; made once, as it is long."""
    return tuple(demo_world(scenario).sensed())
