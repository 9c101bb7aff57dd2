"""Flap control: what a rule clears stands on for its off-delay, so that what comes and goes is told once. Pure.

ISA-18.2 calls it the off-delay. The end that is told is the time at which it truly was over; a finding that comes back
before the delay has passed changes nothing, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.model import Alert, Cleared, Micros


class OffDelays:
    """How long what a rule found must be gone before its alert ends, by the name of the rule."""

    def __init__(self, delays_us: Mapping[str, Micros]) -> None:
        self._delays_us = delays_us

    def of(self, rule: str) -> Micros:
        """The off-delay of a rule; 0 where it has none."""
        return self._delays_us.get(rule, 0)

    def settling(self, alert: Alert, cleared: Cleared, now_us: Micros) -> Alert | None:
        """The alert with its end, which has yet to last; None where it ends at once.

        The delay runs from when we learn of the end: a tracker that hands in an hour of coming and going at once
        flaps no less than one that tells it as it happens. What was never so does not wait.
        """
        delay_us = self.of(alert.rule)
        if cleared.disproved or delay_us == 0:
            return None
        if alert.clearing is not None:
            return alert  # it runs already, and from the first time at which it was over
        return msgspec.structs.replace(alert, clearing=cleared, settles_us=max(now_us, cleared.at_us) + delay_us)
