"""States in use are objects, all others bytes; nothing but memory tells the difference."""

from __future__ import annotations

from gateway.locate.memory import AssetStates
from gateway.locate.state import AssetState
from gateway.model import AssetKind


def test_above_the_bound_the_longest_in_use_become_bytes_and_come_back_as_they_were() -> None:
    states = AssetStates(most_warm=2)
    for number in range(5):
        states.add(f"A{number}", AssetState(AssetKind.PART, place=f"P{number}", since_us=number + 1))
    assert states.cool() == []  # all told
    assert len(states) == 5
    assert list(states._warm) == ["A3", "A4"]
    back = states.get("A0")
    assert back is not None
    assert (back.place, back.since_us) == ("P0", 1)
    assert list(states._cold) == ["A1", "A2"]


def test_what_the_journal_does_not_have_yet_is_handed_out_on_the_way() -> None:
    states = AssetStates(most_warm=0)
    states.add("A", AssetState(AssetKind.PART, seen_us=9, untold_us=4))
    rows = states.cool()
    assert [asset for asset, _ in rows] == ["A"]
    back = states.get("A")
    assert back is not None
    assert (back.seen_us, back.untold_us) == (9, 0)


def test_a_look_leaves_a_state_where_it_is() -> None:
    states = AssetStates(most_warm=0)
    states.add("A", AssetState(AssetKind.PART, place="P"))
    states.cool()
    seen = states.look("A")
    assert seen is not None
    assert seen.place == "P"
    assert list(states._cold) == ["A"]
    assert [asset for asset, _ in states.all()] == ["A"]
    assert states.look("B") is None
