"""When a device's clock is believed, and what stands in for it where not (FAULTS F11)."""

from __future__ import annotations

from gateway.config.model import Clocks
from gateway.model import Micros

DAY_US = 86_400_000_000
GPS_ERA_US = 1024 * 7 * DAY_US  # a GPS receiver counts weeks in 10 bits: old firmware falls back by this much
CLOCK_WAS_SET_US = 946_684_800_000_000  # 2000-01-01: before it, a clock counts from its own start


class DeviceClock:
    """The limits within which a device's time is believed."""

    def __init__(self, limits: Clocks) -> None:
        self._ahead_us = round(limits.most_ahead_s * 1_000_000)
        self._behind_us = round(limits.most_behind_s * 1_000_000)

    def trust(self, seen_us: Micros | None, received_us: Micros) -> tuple[Micros, str]:
        """The time to go by, and the name of the repair: "", gps_week, future, ancient or no_clock.

        A device without a clock (None) leaves nothing to repair: time of receipt, and no name. `no_clock`
        is a device that says a time from before 2000, counted from its own start.
        """
        if seen_us is None:
            return received_us, ""
        behind_us = received_us - seen_us
        if -self._ahead_us <= behind_us <= self._behind_us:
            return seen_us, ""
        if behind_us < 0:
            return received_us, "future"
        for eras in (1, 2):  # receivers from before 2000 have fallen back twice
            if abs(behind_us - eras * GPS_ERA_US) <= DAY_US:
                return min(seen_us + eras * GPS_ERA_US, received_us + self._ahead_us), "gps_week"
        return received_us, "no_clock" if seen_us < CLOCK_WAS_SET_US else "ancient"
