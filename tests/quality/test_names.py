"""The book of names: what a name means in the end, also where links go round."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from gateway.quality.names import MOST_STEPS, Link, NameBook


def link(name: str, target: str, party: str = "") -> Link:
    return Link(
        number=0, kind="asset", name=name, target=target, party=party, entered_us=0, entered_by="OEM", source="csv"
    )


def test_names_that_go_round_are_one_thing_whatever_came_first() -> None:
    circle = [link("A", "B"), link("B", "C"), link("C", "A"), link("X", "B")]  # one file can hold them all
    for order in permutations(circle):
        book = NameBook(order)
        assert {book.asset(name) for name in "ABCX"} == {"A"}


def test_a_circle_of_a_partys_name_and_everyones_is_one_thing_to_that_party() -> None:
    book = NameBook([link("A", "B", "T1"), link("B", "A")])
    assert (book.asset("A", "T1"), book.asset("B", "T1")) == ("A", "A")
    assert (book.asset("A"), book.asset("B")) == ("A", "A")


@given(st.dictionaries(st.sampled_from("ABCDEFG"), st.sampled_from("ABCDEFG"), max_size=MOST_STEPS - 1))
def test_what_a_name_means_means_itself(targets: dict[str, str]) -> None:
    book = NameBook(link(name, target) for name, target in targets.items())
    for name in "ABCDEFG":
        meant = book.asset(name)
        assert book.asset(meant) == meant
