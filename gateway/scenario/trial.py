"""What rules find in a story."""

from __future__ import annotations

from collections.abc import Callable

from gateway.engine.engine import Engine
from gateway.hearing import Hearing
from gateway.model import Alert, DeviceState, Micros
from gateway.scenario.file import Story
from gateway.scenario.sentences import Heard
from gateway.scenario.stage import Stage

BEFORE_US = 3600 * 1_000_000  # the gateway began to listen so long before anything happens


def found(
    story: Story, make: Callable[[Hearing], Engine], devices_since: Callable[[Micros], list[DeviceState]]
) -> list[Alert]:
    """All alerts that are raised, as they stand in the end; corrected ones only as they were corrected.

    Only devices that the story names are listened for: all others would be silent.
    """
    begins_us = (story.happens[0].at_us if story.happens else story.world.day_us) - BEFORE_US
    named = {said.what.device for said in story.happens if isinstance(said.what, Heard)}
    hearing = Hearing([state for state in devices_since(begins_us) if state.device in named], {})
    stage = Stage(lambda: make(hearing), hearing)
    stage.plan(story.plan, begins_us)
    for said in story.happens:
        stage.play(said)
    return [alert for alert in stage.alerts if not alert.superseded_by]
