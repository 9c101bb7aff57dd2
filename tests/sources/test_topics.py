"""Topics to devices, and which filters are subscribed to."""

from __future__ import annotations

import pytest

from gateway.sources.topics import Topics, covers


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("a/#", "a/b", True),
        ("a/#", "a/+/c", True),
        ("a/#", "a", True),
        ("a/#", "a/#", True),
        ("#", "+/#", True),
        ("a/+", "a/b", True),
        ("a/+", "a/+", True),
        ("a/+", "a/#", False),
        ("a/b", "a/+", False),
        ("a/+", "a/b/c", False),
        ("a/b/c", "a/b", False),
        ("+/b", "a/+", False),
    ],
)
def test_covers(wide: str, narrow: str, expected: bool) -> None:
    assert covers(wide, narrow) is expected


def test_covered_filters_are_not_subscribed_and_their_devices_hang_on_the_wide_one() -> None:
    topics = Topics({"all": "dock/#", "one": "dock/+/reads", "same": "dock/#", "other": "yard/gps"})
    assert topics.subscriptions == {"dock/#": ("all", "one", "same"), "yard/gps": ("other",)}


def test_a_topic_means_every_device_whose_filter_matches() -> None:
    topics = Topics({"all": "dock/#", "one": "dock/+/reads", "same": "dock/#", "other": "yard/gps"})
    assert set(topics.devices_of("dock/7/reads")) == {"all", "one", "same"}
    assert set(topics.devices_of("dock/7/status")) == {"all", "same"}
    assert topics.devices_of("yard/gps") == ("other",)
    assert topics.devices_of("elsewhere") == ()
