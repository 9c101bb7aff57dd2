"""Has a reader, receiver or sensor not been heard for too long?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import Cleared, DeviceState, Finding, Judgement, Micros, Severity, Subject
from rules.wording import SECOND_US, clock, duration


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Has a reader, receiver or sensor not been heard for too long?"""

    judges: ClassVar[type[DeviceState]] = DeviceState

    limit_s: float = 900.0  # a quarter of an hour
    devices: tuple[str, ...] = ()  # which; none: all
    severity: Severity = Severity.WARNING

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, DeviceState)
        if self.devices and subject.device not in self.devices:
            return Judgement()
        heard_us = subject.known_us if subject.heard_us is None else subject.heard_us
        due_us = heard_us + int(self.limit_s * SECOND_US)
        if now_us <= due_us:
            text = f"{subject.device} is heard again, at {clock(heard_us)}"
            return Judgement(verdict=Cleared(at_us=heard_us, reason="heard", text=text), again_us=due_us + 1)
        since = f"since {clock(heard_us)}" if subject.heard_us else f"ever, in {duration(self.limit_s)} of waiting"
        text = f"{subject.device} has not been heard {since}"
        return Judgement(verdict=Finding(since_us=due_us, reason="silent", severity=self.severity, text=text))
