"""What a reader's antennas hear: a simple physical model of tags in a door.

Backscatter falls with about the fourth power of the distance (radar equation), so with 35 to 40 dB a decade indoors;
a tag at one metre is heard at about -45 dBm. Each read scatters by a few dB (multipath, orientation). The doors beside
hear a tag too, weakly and seldom, through steel.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from gateway.model import Micros
from simulators.network import Door
from simulators.tracks import Visit

AT_ONE_METRE_DBM = -45.0
FALL_DB_PER_DECADE = 36.0
SCATTER_DB = 2.0
SENSITIVITY_DBM = -84.0  # weaker is not heard
NEAREST_M, FARTHEST_M = 1.0, 3.4  # a pallet in the middle of a door, and where it enters the field
STANDING_M = 1.8  # a trailer's own tag at its door
BESIDE_M = 8.5  # the antennas of the next door
STEEL_DB = 6.0  # between two doors
STRAY_SHARE = 0.04  # reads that the door beside hears too


@dataclass(frozen=True, kw_only=True)
class Read:
    """One answer of one tag to one antenna."""

    at_us: Micros
    asset: str
    device: str
    antenna: int  # 0 where the device has one and does not say
    rssi_dbm: float
    stray: bool = False  # heard where the tag is not


def reads(visit: Visit, beside: tuple[Door, ...], every_us: Micros, seed: int) -> Iterator[Read]:
    """The reads of a visit in order of time, strays at the doors beside among them."""
    random = Random(f"{seed}-radio-{visit.asset}-{visit.from_us}-{visit.door.read_point}")
    at_us = visit.from_us + round(every_us * random.uniform(0.05, 0.3))
    while at_us < visit.until_us:
        away_m = _distance_m(visit, at_us)
        yield _read(visit, visit.door, at_us, heard_dbm(away_m, random), random)
        if beside and random.random() < STRAY_SHARE:
            weak_dbm = heard_dbm(BESIDE_M, random) - STEEL_DB
            if weak_dbm >= SENSITIVITY_DBM:
                yield _read(visit, random.choice(beside), at_us + 1000, weak_dbm, random, stray=True)
        at_us += round(every_us * random.uniform(0.9, 1.1))


def heard_dbm(away_m: float, random: Random) -> float:
    """Received strength of a tag that far away, with its scatter."""
    return AT_ONE_METRE_DBM - FALL_DB_PER_DECADE * math.log10(away_m) + random.gauss(0, SCATTER_DB)


def _distance_m(visit: Visit, at_us: Micros) -> float:
    if visit.stands:
        return STANDING_M
    share = (at_us - visit.from_us) / (visit.until_us - visit.from_us)
    return NEAREST_M + (FARTHEST_M - NEAREST_M) * abs(2 * share - 1)


def _read(visit: Visit, door: Door, at_us: Micros, rssi_dbm: float, random: Random, *, stray: bool = False) -> Read:
    return Read(
        at_us=at_us,
        asset=visit.asset,
        device=door.device,
        antenna=random.choice(door.antennas),
        rssi_dbm=round(rssi_dbm, 1),
        stray=stray,
    )
