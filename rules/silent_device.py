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

    limit_s: float = 900.0  # how long it may say nothing
    devices: tuple[str, ...] = ()  # which; none: all
    severity: Severity = Severity.WARNING  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, DeviceState)
        if self.devices and subject.device not in self.devices:
            return Judgement()
        # While the gateway was away it could hear nobody: silence counts from its return.
        heard_us = subject.heard_us
        due_us = max(heard_us or 0, subject.known_us) + int(self.limit_s * SECOND_US)
        if now_us <= due_us:
            return Judgement(verdict=_heard(subject), again_us=due_us + 1)
        since = f"ever, in {duration(self.limit_s)} of waiting" if heard_us is None else f"since {clock(heard_us)}"
        text = f"{subject.device} has not been heard {since}"
        return Judgement(verdict=Finding(since_us=due_us, reason="silent", severity=self.severity, text=text))


def _heard(device: DeviceState) -> Cleared | None:
    """What ends its silence: only what was heard since the gateway listens."""
    if device.heard_us is None or device.heard_us < device.known_us:
        return None
    text = f"{device.device} is heard again, at {clock(device.heard_us)}"
    return Cleared(at_us=device.heard_us, reason="heard", text=text)
