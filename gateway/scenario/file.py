"""A scenario file: stories for rules to be tried on, in the words of a configuration's places, assets and devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gateway.config import Config
from gateway.config.nodes import Scalar, Table
from gateway.config.shape import build
from gateway.config.strict_yaml import MOST_BYTES, parse
from gateway.errors import ConfigError, Fault
from gateway.model import AssetKind, Shipment
from gateway.places import PlaceIndex
from gateway.scenario.sentences import BadSentence, Said, planned, said
from gateway.scenario.world import World

DAY_US = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class _Told:
    """One story as it is written."""

    story: str
    plan: tuple[str, ...] = ()
    happens: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _File:
    """The whole file as it is written."""

    day: str = "2026-01-05"  # a Monday
    assets: Mapping[str, AssetKind] = field(default_factory=dict)  # those that the configuration does not name
    parties: Mapping[str, str] = field(default_factory=dict)  # role -> party of every shipment
    stories: tuple[_Told, ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happens, ready to be played."""

    name: str
    world: World
    plan: tuple[Shipment, ...]
    happens: tuple[Said, ...]


def read_stories(path: Path, config: Config) -> list[Story]:
    """Read a scenario file. Raises ConfigError with all faults of it, each with its line."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        text = f"expected a readable file, came: {error.strerror}"
        raise ConfigError(str(path), [Fault(line=1, column=1, path="(file)", text=text)]) from error
    root, faults = parse(data)
    file_, wrong = build(_File, root)
    faults += wrong
    stories: list[Story] = []
    if file_ is not None:
        world, more = _world(file_, root, config)
        faults += more
        stories = [_story(table, world, faults) for table in root.tables("stories")]
    if faults:
        raise ConfigError(str(path), list(dict.fromkeys(faults)))
    return stories


def _world(file: _File, root: Table, config: Config) -> tuple[World, list[Fault]]:
    kinds = {asset.name: asset.kind for asset in config.assets} | dict(file.assets)
    try:
        day = datetime.strptime(file.day, "%Y-%m-%d").replace(tzinfo=UTC)
        faults = []
    except ValueError:
        day = datetime(2026, 1, 5, tzinfo=UTC)
        faults = [root.spot("day").fault(f"expected a day, came '{file.day[:40]}'", "write it like 2026-01-05")]
    world = World(
        day_us=int(day.timestamp()) * 1_000_000,
        places=PlaceIndex(config.places),
        codes=tuple(place.code for place in config.places),
        kind_of=lambda asset: kinds.get(asset, AssetKind.TRAILER),
        devices=tuple(device.name for device in config.devices),
        roles=file.parties,
    )
    return world, faults


def _story(table: Table, world: World, faults: list[Fault]) -> Story:
    plans: list[Shipment] = []
    happens: list[Said] = []
    for spot, text in table.texts("plan"):
        try:
            plans.append(planned(text, world))
        except BadSentence as error:
            faults.append(spot.fault(error.text, error.fix))
    for spot, one in _happens(table, world, faults):
        if happens and one.at_us < happens[-1].at_us:
            faults.append(
                spot.fault("expected times in order, came one before the last", "late data ends in `at 09:30`")
            )
        happens.append(one)
    return Story(name=table.text("story"), world=world, plan=tuple(plans), happens=tuple(happens))


def _happens(table: Table, world: World, faults: list[Fault]) -> Iterator[tuple[Scalar, Said]]:
    for spot, text in table.texts("happens"):
        try:
            yield spot, said(text, world)
        except BadSentence as error:
            faults.append(spot.fault(error.text, error.fix))
