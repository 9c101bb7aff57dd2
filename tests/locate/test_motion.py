"""Moving or standing, and since when it really did."""

from __future__ import annotations

import msgspec

from gateway.model import Fix, Observation
from tests.locate.story import ON_THE_WAY, SECOND, T0, Story, fix, network, passage, read, reads

METRE = 1 / 111_195


def at(north_m: float, at_s: float, speed_mps: float | None = None) -> Observation:
    observation = fix("TRL-1", (ON_THE_WAY[0] + north_m * METRE, ON_THE_WAY[1]), at_s)
    assert isinstance(observation.reading, Fix)
    return msgspec.structs.replace(
        observation, reading=msgspec.structs.replace(observation.reading, speed_mps=speed_mps)
    )


def motion(story: Story, asset: str = "TRL-1") -> tuple[bool | None, float | None]:
    where = story.locator.board.where(asset)
    assert where is not None
    since_us = where.moving_since_us
    return where.moving, None if since_us is None else (since_us - T0) / SECOND


def standing() -> Story:
    story = Story()
    story.tell([at(0, at_s) for at_s in range(0, 600, 10)])
    return story


def test_at_first_nobody_knows() -> None:
    story = Story()
    story.tell(at(0, 0))
    assert motion(story) == (None, None)


def test_what_stays_stands_since_it_came() -> None:
    story = Story()
    story.tell([at(200 * i, 10 * i) for i in range(10)])
    assert motion(story) == (True, 0)
    story.tell([at(1800, at_s) for at_s in range(100, 380, 10)])
    assert motion(story) == (True, 0)
    story.tell(at(1800, 400))
    assert motion(story) == (False, 90)


def test_it_moves_since_it_was_last_where_it_stood() -> None:
    story = standing()
    story.tell(at(80, 600), at(160, 610))
    assert motion(story) == (False, 0)
    story.tell(at(240, 620))
    assert motion(story) == (True, 590)


def test_two_positions_far_away_are_enough() -> None:
    story = standing()
    story.tell(at(1500, 720), at(3000, 840))
    assert motion(story) == (True, 590)


def test_single_positions_away_do_not_add_up() -> None:
    story = standing()
    for number in range(20):
        story.tell(at(200, 600 + 20 * number), at(0, 610 + 20 * number))
    assert motion(story) == (False, 0)


def test_a_reflection_is_away_and_does_not_move() -> None:
    story = standing()
    story.tell([at(120, at_s, speed_mps=0.2) for at_s in range(600, 900, 10)])
    assert motion(story) == (False, 0)


def test_a_slow_tour_of_the_yard_is_no_standing() -> None:
    story = Story()
    story.tell([at(20 * (i % 3), 10 * i, speed_mps=2.5) for i in range(60)])
    assert motion(story) == (True, 0)


def test_a_slow_creep_is_noticed() -> None:
    story = standing()
    story.tell([at(0.3 * i, 600 + i) for i in range(300)])
    assert motion(story)[0] is True


def test_a_stop_at_a_traffic_light_is_no_stop() -> None:
    story = Story()
    story.tell([at(200 * i, 10 * i) for i in range(10)], [at(1800, at_s) for at_s in range(100, 220, 10)])
    story.tell([at(1800 + 200 * i, 220 + 10 * i) for i in range(10)])
    assert motion(story) == (True, 0)


def test_goods_move_as_their_trailer_does() -> None:
    story = Story(network())
    story.tell(passage("TRL-1", "in", "DOOR-1", -20), reads("PAL-1", "door-1", [-10, -9]))
    story.tell([at(200 * i, 10 * i) for i in range(10)])
    assert motion(story, "PAL-1") == motion(story) == (True, 0)


def test_what_is_only_read_by_readers_says_nothing_of_movement() -> None:
    story = Story()
    story.tell(read("PAL-1", "line", 0))
    assert motion(story, "PAL-1") == (None, None)


def test_it_survives_a_kill() -> None:
    story = standing()
    story.tell(at(80, 600), at(160, 610))
    again = story.killed()
    again.tell(at(240, 620))
    assert motion(again) == (True, 590)
