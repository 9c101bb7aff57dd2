"""A kill loses nothing that was acknowledged: the journal's rows are all that is needed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.locate import Locator
from gateway.locate.state import decode_state, encode_state
from gateway.model import Observation
from tests.locate.story import IN_PLANT, IN_PORT, IN_YARD, ON_THE_WAY, T0, Story, fix, network, passage, read, reads

ASSETS = ("PAL-1", "TRL-1", "TRL-2")
POINTS = st.sampled_from(
    [
        "cast-hall",
        "cast-door",
        "door-1",
        "door-2",
        "line",
        "gate-in",
        "gate-out",
        "xd-in",
        "xd-out",
        "lane-in",
        "lane-out",
    ]
)
POSITIONS = st.sampled_from([IN_PLANT, IN_YARD, IN_PORT, ON_THE_WAY])
HAPPENING = st.one_of(
    st.builds(read, st.sampled_from(ASSETS), POINTS, st.just(0), st.sampled_from([-45.0, -60.0, -72.0])),
    st.builds(fix, st.sampled_from(ASSETS[1:]), POSITIONS, st.just(0)),
    st.builds(
        passage,
        st.sampled_from(ASSETS),
        st.just("in"),
        st.sampled_from(["DOOR-1", "CAST", "XD-OUT", "XD-BOTH"]),
        st.just(0),
    ),
    st.builds(passage, st.sampled_from(ASSETS), st.just("out"), st.sampled_from(["PLANT", "CAST"]), st.just(0)),
)


def happenings(step_s: float) -> st.SearchStrategy[list[Observation]]:
    """Things that happen one after the other, `step_s` and more apart, now and then one that comes late."""
    steps = st.tuples(HAPPENING, st.integers(1, 5), st.sampled_from([0, 0, 0, 0, 2000]))
    return st.lists(steps, max_size=60).map(lambda drawn: _timed(drawn, step_s))


def _timed(drawn: list[tuple[Observation, int, int]], step_s: float) -> list[Observation]:
    timed, now_s = [], 10_000.0
    for observation, steps, late_s in drawn:
        now_s += steps * step_s
        at_us = T0 + round((now_s - late_s) * 1_000_000)
        timed.append(
            Observation(
                asset=observation.asset,
                kind=observation.kind,
                device=observation.device,
                reading=observation.reading,
                at_us=at_us,
                received_us=at_us,
                device_us=at_us,
                read_point=observation.read_point,
                place=observation.place,
                direction=observation.direction,
            )
        )
    return timed


@given(happenings(step_s=0.1), st.integers(0, 60))
def test_cut_anywhere_and_restored_from_its_states_it_goes_on_the_same(
    observations: list[Observation], cut: int
) -> None:
    """With the states as they are at the cut: encoding loses nothing."""
    whole, first = Story(), Story()
    whole.tell(observations)
    first.tell(observations[:cut])
    states = [(asset, encode_state(state)) for asset, state in first.locator._whereabouts.states.all()]
    second = Story(rows=states)
    second.tell(observations[cut:])
    assert first.events + second.events == whole.events
    assert first.locator._whereabouts.states is not second.locator._whereabouts.states
    assert second.locator.board.counts() == whole.locator.board.counts()


@given(happenings(step_s=1.1), st.integers(0, 60))
def test_killed_anywhere_the_rows_handed_out_are_enough(observations: list[Observation], cut: int) -> None:
    """With what the journal has: rows lag behind by a second of being seen, and these happen slower."""
    whole, first = Story(), Story()
    whole.tell(observations)
    first.tell(observations[:cut])
    second = first.killed()
    second.tell(observations[cut:])
    assert [event.event_id for event in first.events + second.events] == [event.event_id for event in whole.events]
    for asset in ASSETS:
        assert second.locator.board.where(asset) == whole.locator.board.where(asset)


def test_a_pending_arrival_survives_a_kill() -> None:
    story = Story()
    story.tell(read("PAL-1", "line", 0))
    assert story.killed().tell(read("PAL-1", "line", 1)) == ["arrived PAL-1 LINE @0"]


def test_a_pending_move_survives_a_kill_a_moment_after_the_last_row() -> None:
    story = Story()
    story.tell(reads("PAL-1", "door-1", [0, 1.01], -65), read("PAL-1", "door-2", 1.1, -50))
    assert story.killed().tell(read("PAL-1", "door-2", 1.2, -50)) == ["moved PAL-1 DOOR-1>DOOR-2 @1.1"]


def test_a_run_of_positions_survives_a_kill_a_moment_after_the_last_row() -> None:
    story = Story()
    story.tell(fix("TRL-1", ON_THE_WAY, 0), fix("TRL-1", IN_PORT, 0.5))
    assert story.killed().tell(fix("TRL-1", IN_PORT, 0.9)) == ["arrived TRL-1 PORT @0.5"]


def test_a_kept_position_is_not_kept_again_after_a_kill() -> None:
    story = Story(network(geofence={"keep_every_s": 0.3}))
    story.tell([fix("TRL-1", ON_THE_WAY, at_s) for at_s in (0, 0.4)])
    assert len(story.positions()) == 2
    again = story.killed()
    again.tell(fix("TRL-1", ON_THE_WAY, 0.5))
    assert again.positions() == []


def test_goods_in_a_trailer_survive_a_kill() -> None:
    story = Story()
    story.tell(passage("TRL-1", "in", "DOOR-1", 0), reads("PAL-1", "door-1", [10, 11]))
    again = story.killed()
    assert again.tell(reads("PAL-2", "door-1", [20, 21])) == ["loaded PAL-2 DOOR-1 in TRL-1 @21"]
    again.tell(passage("TRL-1", "out", "PLANT", 100))
    assert again.place("PAL-1") == again.place("PAL-2") == ""


def test_being_seen_is_handed_out_about_once_a_second_and_not_each_time() -> None:
    locator, rows = Locator(network()), 0
    for observation in reads("PAL-1", "line", [at_ms / 1000 for at_ms in range(0, 10_000, 10)]):
        rows += len(locator.observe([observation], T0).rows)
    assert 9 <= rows <= 12


def test_a_repeat_hands_out_nothing() -> None:
    story = Story()
    story.tell(reads("PAL-1", "line", [0, 1, 2]))
    located = story.locator.observe(reads("PAL-1", "line", [0, 1, 2]), T0)
    assert (located.events, located.rows) == ([], [])


def test_a_row_is_small() -> None:
    story = Story()
    story.tell(reads("PAL-1", "line", range(20)))
    row = story.journal["PAL-1"]
    assert len(row) < 100
    assert encode_state(decode_state(row)) == row
