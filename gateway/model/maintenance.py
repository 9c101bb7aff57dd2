"""When something is worked on, so that nobody is told of what happens there meanwhile."""

from __future__ import annotations

import msgspec

from gateway.model.terms import Micros


class MaintenanceWindow(msgspec.Struct, frozen=True, kw_only=True):
    """From `start_us` until before `end_us` what happens at these is told to nobody. One name, one window."""

    name: str
    start_us: Micros
    end_us: Micros
    devices: tuple[str, ...] = ()  # what is worked on: any of these; at least one is named ...
    places: tuple[str, ...] = ()  # ... with all that is inside them
    lanes: tuple[str, ...] = ()  # ORIGIN>DESTINATION
    rules: tuple[str, ...] = ()  # only these; none: all
