"""Is a condition true that the configuration states in CEL, and for how long has it been?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.model import (
    BadSettings,
    Band,
    Cleared,
    Condition,
    Finding,
    Judgement,
    Micros,
    Severity,
    Subject,
    WrongSetting,
)
from rules.expressions.abouts import ABOUTS
from rules.expressions.fields import About
from rules.expressions.run import gate, program, try_out
from rules.expressions.template import check_template, filled, names_in
from rules.expressions.timeline import Past, Timeline
from rules.expressions.types import WrongExpression
from rules.wording import SECOND_US, clock, duration

HOUR_US = 3600 * SECOND_US


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Is a condition true that the configuration states in CEL, and for how long has it been?"""

    about: Literal["shipment", "stay", "device", "journey", "condition", "load"]  # of what it is asked
    when: str  # the condition, in CEL: docs/expressions.md says what it may name
    clear_when: str = ""  # what must be true besides before it is over; empty: nothing
    for_s: float = 0.0  # how long it must have been true
    text: str  # of its alerts, with variables in braces
    time_zone: str = "UTC"  # of `weekday` and `hour`
    measurement: str = ""  # about: condition: of a sensor, such as temperature ...
    low: float | None = None  # ... and its band: less is out of it; null: no bound
    high: float | None = None  # more is out of it; a flag counts as 1 where it is true
    hysteresis: float = 0.0  # back in band only so far within
    severity: Severity = Severity.WARNING  # of its alerts: info, warning or critical

    def __post_init__(self) -> None:
        """Raises BadSettings with all that is wrong."""
        wrong = list(self._wrong())
        if wrong:
            raise BadSettings(wrong)

    @property
    def judges(self) -> type[Subject]:
        """Of which subjects it is asked."""
        return ABOUTS[self.about].judges

    @property
    def band(self) -> Band:
        """What sensors are held against, about: condition."""
        return Band(measurement=self.measurement, low=self.low, high=self.high, hysteresis=self.hysteresis)

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        if isinstance(subject, Condition) and subject.band != self.band:
            return Judgement()
        past = self._timeline.past(subject, now_us)
        if past.fault or self._about.begins(subject) is None:
            return Judgement(fault=past.fault, again_us=past.next_us)
        open_span = past.spans[-1] if past.spans and past.spans[-1].until_us is None else None
        if open_span is None:
            return Judgement(verdict=self._over(subject, past), again_us=past.next_us)
        due_us = open_span.since_us + self._for_us
        if past.at_us < due_us:
            again_us = due_us if past.next_us is None else min(past.next_us, due_us)
            return Judgement(verdict=self._over(subject, past), again_us=again_us)
        return Judgement(verdict=self._finding(subject, open_span.since_us, due_us), again_us=past.next_us)

    @cached_property
    def _about(self) -> About:
        return ABOUTS[self.about]

    @cached_property
    def _timeline(self) -> Timeline:
        clears = program(self.clear_when, self._about) if self.clear_when else None
        raises, always = program(self.when, self._about), gate(self.when, self._about)
        return Timeline(self._about, raises, clears, self.time_zone, always)

    @property
    def _for_us(self) -> Micros:
        return int(self.for_s * SECOND_US)

    def _finding(self, subject: Subject, since_us: Micros, due_us: Micros) -> Finding:
        """Its text is as of when it had been true long enough: else it would differ by when somebody asks."""
        then = self._about.then(subject, due_us)
        values = {name: self._about.field(name).value(then, due_us) for name in self._shown}
        waits = any(name in self._about.waits for name in program(self.when, self._about).names)
        return Finding(
            since_us=since_us,
            reason="came_true",
            severity=self.severity,
            text=filled(self.text, values),
            unseen_at=self._about.unseen_at(subject, due_us) if waits else "",
        )

    @cached_property
    def _shown(self) -> tuple[str, ...]:
        return tuple(names_in(self.text))

    def _over(self, subject: Subject, past: Past) -> Cleared | None:
        """The newest time that it was true long enough ends what was found; none of them disproves it."""
        ended = [(span.since_us, span.until_us) for span in past.spans if span.until_us is not None]
        long_enough = [(since_us, until_us) for since_us, until_us in ended if until_us - since_us >= self._for_us]
        if long_enough:
            since_us, until_us = long_enough[-1]
            text = f"No longer so since {clock(until_us)}, after {duration((until_us - since_us) / SECOND_US)}"
            return Cleared(at_us=until_us, reason="over", text=text)
        begins_us = self._about.begins(subject)
        assert begins_us is not None
        known_us = max(self._about.changes(subject), default=begins_us)
        if self._about.remembers:
            text = "By what is known now it was not so"
            return Cleared(at_us=known_us, reason="never_so", text=text, disproved=True)
        return Cleared(at_us=known_us, reason="over", text=f"No longer so since {clock(known_us)}")

    def _wrong(self) -> Iterator[WrongSetting]:
        about = ABOUTS[self.about]
        for key in ("when", "clear_when"):
            text: str = getattr(self, key)
            if text or key == "when":
                yield from _wrong_condition(key, text, about)
        try:
            check_template(self.text, about.fields)
        except WrongExpression as error:
            yield WrongSetting(key="text", text=error.text, fix=error.fix)
        yield from _wrong_zone(self.time_zone)
        yield from self._wrong_band()

    def _wrong_band(self) -> Iterator[WrongSetting]:
        bounds = self.low is not None or self.high is not None
        if self.about == "condition" and not (self.measurement and bounds):
            text = "expected `measurement` with `low` or `high` for about: condition, came none"
            yield WrongSetting(key="about", text=text, fix="add `measurement: temperature` and `high: 8`")
        if self.about != "condition" and (self.measurement or bounds):
            text = f"expected no `measurement`, `low` or `high` for about: {self.about}, came one"
            yield WrongSetting(key="about", text=text, fix="write `about: condition`, or remove them")
        if self.for_s < 0:
            yield WrongSetting(key="for_s", text=f"expected 0 or more, came {self.for_s:g}")


def _wrong_condition(key: str, text: str, about: About) -> Iterator[WrongSetting]:
    try:
        made = program(text, about)
        at_us = about.begins(about.sample)
        assert at_us is not None
        try_out(made, Timeline(about, made, None, "UTC").values(about.sample, at_us + HOUR_US))
    except WrongExpression as error:
        yield WrongSetting(key=key, text=f"{error.text} (at character {error.at + 1} of it)", fix=error.fix)


def _wrong_zone(name: str) -> Iterator[WrongSetting]:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        text = f"expected an IANA time zone, came '{name[:64]}'"
        yield WrongSetting(key="time_zone", text=text, fix="write it like Europe/Berlin")
