"""How a device stands, in one word. Pure."""

from __future__ import annotations

from typing import Literal, TypeAlias

from gateway.devices.watch import Doing
from gateway.model import DeviceState, Micros

SILENT_US = 2 * 3600 * 1_000_000  # a parked tracker speaks once an hour
FAULTY_S = 60.0  # so long after the last byte that was no use it counts

Standing: TypeAlias = Literal["connected", "failing", "silent"]


def standing(doing: Doing, heard: DeviceState | None, now_us: Micros, now_s: float) -> Standing:
    """Failing: no link, and we know why, or all that comes is no use. Silent: never heard, or not for long."""
    if doing.away is not None:
        return "failing"
    if doing.faulty_s > doing.good_s and now_s - doing.faulty_s <= FAULTY_S:
        return "failing"
    heard_us = None if heard is None else heard.heard_us
    if not doing.peers or heard_us is None or now_us - heard_us > SILENT_US:
        return "silent"
    return "connected"


def since_us(doing: Doing, heard: DeviceState | None, now_us: Micros, now_s: float) -> Micros | None:
    """Since when it stands so; None where that is not known, or was always so."""
    match standing(doing, heard, now_us, now_s):
        case "silent":
            return None if heard is None else heard.heard_us
        case "failing" if doing.away is None:
            return doing.faulty_since_us
        case _:
            return doing.since_us
