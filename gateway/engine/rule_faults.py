"""Rules that could not judge: counted, and told to the log once in a while. Pure: the follower does the telling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from gateway.model import Micros

TELL_EVERY_US = 60_000_000  # a rule that fails at every subject would else fill the log


class Told(NamedTuple):
    """What is to be said of a rule."""

    rule: str  # its name in the configuration
    text: str  # why it could not judge, the last time
    times: int  # since the start


class RuleFaults:
    """How often each rule could not judge since the start."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._texts: dict[str, str] = {}  # of rules that failed since they were told of
        self._told_us: dict[str, Micros] = {}

    def note(self, rule: str, text: str) -> None:
        """A rule could not judge a subject: there is no verdict."""
        self.counts[rule] += 1
        self._texts[rule] = text

    def news(self, now_us: Micros) -> Iterator[Told]:
        """What to tell now, of each rule once a minute at most, also where the clock was set back; asked once."""
        for rule in [rule for rule in self._texts if self._is_due(rule, now_us)]:
            self._told_us[rule] = now_us
            yield Told(rule, self._texts.pop(rule), self.counts[rule])

    def _is_due(self, rule: str, now_us: Micros) -> bool:
        told_us = self._told_us.get(rule)
        return told_us is None or not 0 <= now_us - told_us < TELL_EVERY_US
