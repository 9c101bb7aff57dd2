"""Every rule's stories: played once, with each event repeated, and with a restart after every line."""

from __future__ import annotations

import pytest

from gateway.catalogue import rule_types
from tests.conftest import ROOT
from tests.engine.scenario import Scenario, Stage, load

STORIES = load(ROOT / "tests" / "scenarios")


def name(story: Scenario) -> str:
    return f"{story.rule}: {story.name}"


@pytest.mark.parametrize("story", STORIES, ids=name)
def test_what_happens_is_told(story: Scenario) -> None:
    stage = Stage(story)
    stage.plan(story.plan)
    for line in story.happens:
        stage.play(line)
    assert stage.told == list(story.tells)


@pytest.mark.parametrize("story", STORIES, ids=name)
def test_repeated_events_change_nothing(story: Scenario) -> None:
    stage = Stage(story)
    stage.plan(story.plan)
    for line in story.happens:
        stage.play(line)
        stage.play(line)
    assert stage.told == list(story.tells)


@pytest.mark.parametrize("story", STORIES, ids=name)
def test_a_restart_after_every_line_changes_nothing(story: Scenario) -> None:
    stage = Stage(story)
    stage.plan(story.plan)
    for line in story.happens:
        stage.start()
        stage.play(line)
    assert stage.told == list(story.tells)


@pytest.mark.parametrize("rule", sorted(rule_types()))
def test_every_rule_has_stories_with_late_missing_and_ordinary_events(rule: str) -> None:
    stories = [story for story in STORIES if story.rule == rule]
    lines = [line for story in stories for line in story.happens]
    assert len(stories) >= 3
    assert any(line.startswith("until ") for line in lines), "a story where nothing is seen"
    assert any(not story.tells for story in stories), "a story where all is well"
