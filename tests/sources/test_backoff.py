"""Waits double, stay under their cap, and are not all alike."""

from __future__ import annotations

import random

from gateway.sources.backoff import Absence, Backoff


def test_waits_double_with_jitter_up_to_the_cap_and_begin_anew_after_success() -> None:
    backoff = Backoff(first_s=1, most_s=30, chance=random.Random(1))
    waits = [backoff.next_s() for _ in range(100)]
    for wait_s, whole_s in zip(waits, [1, 2, 4, 8, 16, *[30] * 95], strict=True):
        assert whole_s / 2 <= wait_s <= whole_s
    assert len(set(waits)) == 100
    backoff.reset()
    assert backoff.next_s() <= 1


def test_a_thousand_failures_do_not_overflow() -> None:
    backoff = Backoff(first_s=1, most_s=30)
    assert max(backoff.next_s() for _ in range(2000)) <= 30


def test_a_reason_is_news_until_it_is_told_and_again_after_the_return() -> None:
    absence = Absence()
    assert [absence.is_news(reason) for reason in ("refused", "refused", "timeout", "timeout", "refused")] == [
        True,
        False,
        True,
        False,
        True,
    ]
    absence.over()
    assert absence.is_news("refused")
