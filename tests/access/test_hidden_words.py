"""What is hidden is not named in a text, and what is said around it stays as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.access.hidden_words import without_codes, without_names


def stands(code: str) -> str:
    """Whoever asks about nothing gets something: so it is seen that nobody asks."""
    return {"DOOR-7": "another place", "": "nothing at all"}.get(code, "")


def test_codes_are_replaced_with_and_without_what_ends_a_sentence() -> None:
    told = without_codes("Seen at DOOR-7, not at DOOR-70. Due at DOOR-7: late by 03:17 UTC: really DOOR-7.", stands)
    assert (
        told == "Seen at another place, not at DOOR-70. Due at another place: late by 03:17 UTC: really another place."
    )


@given(st.text(alphabet="AB7 :.-,\n", max_size=40))
def test_a_text_without_hidden_codes_stays_as_it_is(text: str) -> None:
    assert without_codes(text, stands) == text


def test_names_with_any_characters_are_replaced_as_whole_words() -> None:
    assert without_names("Börde Axles (T1) and Börde Axles-2", ["Börde Axles", ""], "another party") == (
        "another party (T1) and Börde Axles-2"
    )
