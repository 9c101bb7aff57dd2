"""When a planned window makes something late or early: one reading of tolerance and grace for all rules."""

from __future__ import annotations

from gateway.model import Micros, Window
from rules.wording import SECOND_US


def late_after_us(window: Window, grace_s: float) -> Micros:
    """The last moment that is not yet late: tolerance is agreed, and grace, the window's or the rule's, waits on."""
    grace_s = grace_s if window.grace_s is None else window.grace_s
    return window.close_us + int((window.tolerance_s + grace_s) * SECOND_US)


def early_before_us(window: Window, before_s: float) -> Micros:
    """The first moment that is no longer too early."""
    return window.open_us - int(max(window.tolerance_s, before_s) * SECOND_US)
