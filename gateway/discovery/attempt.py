"""Which driver a serial port suits: each likely one listens for some seconds, and the one that understands wins."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from gateway.catalogue import drivers
from gateway.config import Config
from gateway.config.model import Device
from gateway.model import Clock
from gateway.trial.listen import Trial, open_trial
from gateway.trial.tally import Tally

SECONDS = 2.5  # for one driver at one speed: GPS speaks once a second, reader modules answer at once
MOST_ERRORS = 0.2  # of the bytes: a stream that is joined amid a frame begins with some


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A driver at a speed."""

    driver: str
    baud: int


# What stands at which speed by default, the most common first.
CANDIDATES = (
    Candidate(driver="nmea0183", baud=9600),
    Candidate(driver="m100", baud=115200),
    Candidate(driver="uhfreader", baud=57600),
    Candidate(driver="thingmagic", baud=115200),
    Candidate(driver="ubx", baud=38400),
    Candidate(driver="nmea0183", baud=4800),
    Candidate(driver="nmea0183", baud=38400),
    Candidate(driver="nmea0183", baud=115200),
    Candidate(driver="ubx", baud=9600),
    Candidate(driver="m100", baud=9600),
)


async def driver_of(port: str, clock: Clock, candidates: Iterable[Candidate] = CANDIDATES) -> Candidate | None:
    """The first candidate that understands what a port says; None where none does.

    Drivers that poll write their questions to the port: what is on it must bear that.
    """
    for candidate in candidates:
        if candidate.driver in drivers() and await _understands(port, candidate, clock):
            return candidate
    return None


async def _understands(port: str, candidate: Candidate, clock: Clock) -> bool:
    device = Device(name="port", driver=candidate.driver, connect=f"serial://{port}?baud={candidate.baud}")
    trial = Trial(device, clock)
    async with open_trial(trial, Config(), Path(), SECONDS) as turns:
        async for _ in turns:
            if fits(trial.tally):
                return True
    return fits(trial.tally) or _answered(trial.tally)


def fits(tally: Tally) -> bool:
    """Whether a driver understood what came: readings, word of health or answers, and little that was no frame."""
    told = tally.total > 0 or any(not notice.fault for notice in tally.notices.values())
    return told and tally.framing_errors <= MOST_ERRORS


def _answered(tally: Tally) -> bool:
    """Whether a device answered a driver that asks, in frames that say nothing worth a reading."""
    return tally.sent > 0 and tally.bytes > 0 and not tally.rejected
