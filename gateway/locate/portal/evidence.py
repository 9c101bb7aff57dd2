"""What one tag's own reads say: did it cross, and which way. In nats, the natural logarithm of odds.

The weights stand in one table, within a fifth of what `tests/evaluate/dock_fit.py` fits on the physical model with
seeds and sites of its own. They hold for all sites alike: no figure below is a distance, a power or a speed.
"""

from __future__ import annotations

import math

import msgspec

from gateway.locate.portal.profile import Heard, Profile
from gateway.model import Micros

CERTAIN = 6.0  # nats: more than this is not believed of one tag


class OwnWeights(msgspec.Struct, frozen=True, kw_only=True):
    """Nats for each figure of one tag; `one` stands for what is usual."""

    one: float = -11.1
    balance: float = -8.0  # for each 10 dB between its strongest read in one zone and in the other
    elsewhere: float = -2.9  # for each tenfold of its power that other doors of the wall hear
    nested: float = 4.2  # for each second by which one zone has it first and loses it first
    height: float = 7.3  # for each 10 dB over the weakest that the wall hears
    lingering: float = -2.4  # of the logarithm of half minutes that it has been heard


class WayWeights(msgspec.Struct, frozen=True, kw_only=True):
    """Nats for inwards (negative: outwards)."""

    centre: float = 4.0  # for how far the power's centre in time is later inside than outside, in its spread
    first: float = 3.2  # for each second that it is first heard later inside than outside
    last: float = 2.5  # ... and last heard


OWN = OwnWeights()
WAY = WayWeights()


class Evidence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One tag at the door that hears it most."""

    door: str
    crossed: float  # nats that it passed the door
    inward: float  # nats that it went in; 0 where only one zone heard it
    reads: int
    nearest_us: Micros  # between its strongest reads of both zones: about when it passed, if it did
    at_us: Micros  # centre of its power in time
    outer_us: Micros | None  # likewise for each zone; None where it was not heard there
    inner_us: Micros | None
    spread_s: float  # standard deviation of its power in time
    figures: tuple[float, ...]  # in the order of OwnWeights, for who wants to know why
    way: tuple[float, float, float]  # in the order of WayWeights


def evidence_of(profile: Profile, floor_dbm: float) -> Evidence:
    """Weigh a tag's profile; `floor_dbm` is about the weakest that this wall ever hears."""
    whole, base_us = profile.merged()
    outer, inner = whole.get((profile.door, "outer")), whole.get((profile.door, "inner"))
    here = [heard for heard in (outer, inner) if heard is not None]
    power = sum(heard.power for heard in here)
    centre_s = sum(heard.moment for heard in here) / power
    nearest_s = sum(heard.sharp_moment / heard.sharp for heard in here) / len(here)
    spread_s = math.sqrt(max(0.0, sum(heard.square for heard in here) / power - centre_s * centre_s))
    way = _way(outer, inner, spread_s)
    inward = sum(weight * figure for weight, figure in zip(msgspec.structs.astuple(WAY), way, strict=True))
    reads = sum(heard.count for heard in whole.values())
    unheard_dbm = min(heard.weakest for heard in whole.values()) - 2.0  # just below the weakest that was read
    peaks = [unheard_dbm if heard is None else heard.peak for heard in (outer, inner)]
    share = power / sum(heard.power for heard in whole.values())
    figures = (
        1.0,
        min(abs(peaks[0] - peaks[1]), 20.0) / 10,
        math.log10(1.0 - share + 0.001),
        _nested(way, inward),
        min(max(max(peaks) - floor_dbm, 0.0), 25.0) / 10,
        min(math.log1p((profile.last_us - profile.first_us) / 30_000_000), 2.0),
    )
    return Evidence(
        door=profile.door,
        crossed=sum(weight * figure for weight, figure in zip(msgspec.structs.astuple(OWN), figures, strict=True)),
        inward=inward,
        reads=reads,
        nearest_us=base_us + round(nearest_s * 1_000_000),
        at_us=base_us + round(centre_s * 1_000_000),
        outer_us=_centre_us(outer, base_us),
        inner_us=_centre_us(inner, base_us),
        spread_s=spread_s,
        figures=figures,
        way=way,
    )


def _way(outer: Heard | None, inner: Heard | None, spread_s: float) -> tuple[float, float, float]:
    """Centre, first and last: positive where the inner zone is later than the outer; nothing known with one zone."""
    if outer is None or inner is None:
        return 0.0, 0.0, 0.0
    later_s = inner.moment / inner.power - outer.moment / outer.power
    return (
        _within(later_s / (spread_s + 0.2), 1.5),
        _within(inner.first - outer.first, 1.5),
        _within(inner.last - outer.last, 1.5),
    )


def _nested(way: tuple[float, float, float], inward: float) -> float:
    """By how many seconds it came and went in one and the same order; negative: one stay holds the other."""
    sign = (inward > 0) - (inward < 0)
    return min(_within(way[1] * sign, 1.0), _within(way[2] * sign, 1.0))


def _centre_us(heard: Heard | None, base_us: Micros) -> Micros | None:
    return None if heard is None else base_us + round(heard.moment / heard.power * 1_000_000)


def _within(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))
