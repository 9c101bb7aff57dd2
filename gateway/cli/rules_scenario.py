"""`tierview rules test --scenario`: the stories of a file, played against changed rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.config import Config
    from gateway.model import Alert
    from gateway.scenario.file import Story


def in_stories(file: Path, config: Config, against: Config | None) -> Iterator[tuple[str, list[Alert], list[Alert]]]:
    """Each story's name with the alerts before (none where nothing is compared) and after. Raises ConfigError."""
    from gateway.scenario.file import read_stories

    for story in read_stories(file, config):
        before = [] if against is None else _found(story, against)
        yield story.name, before, _found(story, config)


def _found(story: Story, config: Config) -> list[Alert]:
    from gateway.assembly import expected_devices, make_engine
    from gateway.scenario.trial import found

    return found(
        story,
        lambda hearing: make_engine(config, story.world.places, hearing, subscriptions=(), memories={}),
        lambda known_us: expected_devices(config, known_us),
    )
