"""Is something too warm, too cold, too damp, shaken, tilted, or opened on its way?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import Band, Cleared, Condition, Excursion, Finding, Judgement, Micros, Severity, Subject, Tier
from rules.wording import SECOND_US, clock, duration


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Is something too warm, too cold, too damp, shaken, tilted, or opened on its way?"""

    judges: ClassVar[type[Condition]] = Condition

    measurement: str  # of a sensor: temperature, humidity, shock, tilt, door_open, ...; a rule entry for each
    low: float | None = None  # less is out of band; null: no bound
    high: float | None = None  # more is out of band; a flag counts as 1 where it is true
    hysteresis: float = 0.0  # back in band only so far within
    for_s: float = 0.0  # how long it must have been out of band
    unit: str = ""  # UN/ECE Recommendation 20 code; only values of it are compared; empty: of any
    tiers: tuple[Tier, ...] = ()  # where it is asked; transit: between places; none: everywhere
    assets: tuple[str, ...] = ()  # of what; none: of everything
    severity: Severity = Severity.WARNING  # of its alerts: info, warning or critical

    @property
    def band(self) -> Band:
        """What its sensors are held against."""
        return Band(
            measurement=self.measurement,
            low=self.low,
            high=self.high,
            hysteresis=self.hysteresis,
            unit=self.unit,
            tiers=self.tiers,
        )

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Condition)
        if subject.band != self.band or (self.assets and subject.asset not in self.assets):
            return Judgement()
        last = subject.excursions[-1] if subject.excursions else None
        if last is None or last.until_us is not None:
            return Judgement(verdict=self._within(subject))
        due_us = last.since_us + self._for_us
        if now_us < due_us:
            return Judgement(verdict=self._within(subject), again_us=due_us)
        return Judgement(verdict=self._finding(subject, last))

    @property
    def _for_us(self) -> Micros:
        return int(self.for_s * SECOND_US)

    def _finding(self, condition: Condition, last: Excursion) -> Finding:
        name, since = self.measurement, clock(last.since_us)
        if condition.flag:
            text = f"{condition.asset}: {name} is {'true' if last.high else 'false'} since {since}"
        else:
            bound = f"above {self.high:g}" if last.high else f"below {self.low:g}"
            unit = f" {condition.unit}" if condition.unit else ""
            text = f"{condition.asset}: {name} {bound}{unit} since {since}, at worst {last.worst:g}{unit}"
        return Finding(since_us=last.since_us, reason="out_of_band", severity=self.severity, text=text)

    def _within(self, condition: Condition) -> Cleared:
        """The newest excursion that is over; one that was too short, or none, disproves what was found."""
        name = f"{condition.asset}: {self.measurement}"
        over = [(one.since_us, one.until_us) for one in condition.excursions if one.until_us is not None]
        if not over:
            at_us = condition.samples[-1].at_us
            return Cleared(at_us=at_us, reason="never_out", text=f"{name} was in its band", disproved=True)
        since_us, until_us = over[-1]
        text = (
            f"{name} is back in its band since {clock(until_us)}, after {duration((until_us - since_us) / SECOND_US)}"
        )
        return Cleared(at_us=until_us, reason="back", text=text, disproved=until_us - since_us < self._for_us)
