"""Which devices a topic means, and which filters to subscribe to for them.

A broker may deliver a message once for each subscription that matches it. So a filter that another one covers
(`a/+/x` under `a/#`) is not subscribed to: the message comes once, and every device that it means gets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from paho.mqtt.matcher import MQTTMatcher

MOST_TOPICS = 10_000  # remembered with their devices


class Topics:
    """Device names by topic."""

    def __init__(self, filters: Mapping[str, str], *, own: str = "") -> None:
        """`filters`: device name -> topic filter; `own`: a topic that we want for ourselves."""
        self.filters = dict(filters)
        self._matcher: Any = MQTTMatcher()  # type: ignore[no-untyped-call]
        by_filter: dict[str, list[str]] = {own: []} if own else {}
        for device, topic_filter in filters.items():
            by_filter.setdefault(topic_filter, []).append(device)
        for topic_filter, devices in by_filter.items():
            self._matcher[topic_filter] = tuple(devices)
        self.subscriptions: dict[str, tuple[str, ...]] = {
            wide: tuple(device for device, one in filters.items() if covers(wide, one)) for wide in _widest(by_filter)
        }
        self.devices_of = lru_cache(maxsize=MOST_TOPICS)(self._devices_of)

    def _devices_of(self, topic: str) -> tuple[str, ...]:
        return tuple(device for devices in self._matcher.iter_match(topic) for device in devices)


def _widest(filters: Mapping[str, object]) -> list[str]:
    return [one for one in filters if not any(covers(other, one) for other in filters if other != one)]


def covers(wide: str, narrow: str) -> bool:
    """Whether every topic that matches `narrow` also matches `wide`."""
    wide_levels, narrow_levels = wide.split("/"), narrow.split("/")
    for index, level in enumerate(wide_levels):
        if level == "#":
            return True
        if index >= len(narrow_levels) or narrow_levels[index] == "#":
            return False
        if level not in ("+", narrow_levels[index]):
            return False
    return len(wide_levels) == len(narrow_levels)
