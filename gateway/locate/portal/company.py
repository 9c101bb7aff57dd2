"""One load, one verdict: what moved alike at one door bears witness for each other.

Two tags moved alike where the centres of their power in time agree, in each zone that heard both. Each
companion counts by how well it agrees; what it says is what its own reads say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from gateway.locate.portal.evidence import CERTAIN, Evidence
from gateway.model import Micros

APART_S = 0.5  # by so much the tags of one load differ where it does not stop
APART_OF_SPREAD = 0.1  # ... and by this share of the variance where it does
MOST_APART_US = 20_000_000
LEAST_ALIKE = 0.05


class CompanyWeights(msgspec.Struct, frozen=True, kw_only=True):
    """How much a tag's own evidence and that of its company weigh together."""

    one: float = -1.2
    own: float = 1.05
    company: float = 0.95  # of the companions' mean
    few_reads: float = -1.5  # a tag with few reads may be a bystander


COMPANY = CompanyWeights()
WAY_OF_COMPANY = 1.5  # for the direction, companions' mean over own


class Verdict(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a tag's own reads and its company say together; nats."""

    crossed: float
    inward: float
    at_us: Micros  # when the company passed, if it did: those that both zones heard know best
    figures: tuple[float, ...]  # in the order of CompanyWeights


def judge(own: Evidence, others: Iterable[Evidence]) -> Verdict:
    """Weigh one tag's evidence with that of all others at its door."""
    alike = crossed = inward = later_us = 0.0
    known = _knowing(own)
    for other in others:
        share = likeness(own, other)
        if share >= LEAST_ALIKE:
            alike += share
            known += share * _knowing(other)
            later_us += share * _knowing(other) * (other.nearest_us - own.nearest_us)
            crossed += share * _within(other.crossed, CERTAIN)
            inward += share * _within(other.inward, CERTAIN - 1)
    mean = crossed / (alike + 0.5)
    few = math.exp(-own.reads / 4)
    figures = (1.0, _within(own.crossed, CERTAIN + 2), mean, few)
    return Verdict(
        crossed=sum(weight * figure for weight, figure in zip(msgspec.structs.astuple(COMPANY), figures, strict=True)),
        inward=_within(own.inward, CERTAIN - 1) + WAY_OF_COMPANY * inward / (alike + 0.5),
        at_us=own.nearest_us + round(later_us / known),
        figures=figures,
    )


def likeness(one: Evidence, other: Evidence) -> float:
    """From 0 to 1: whether two tags at one door moved together."""
    if abs(one.at_us - other.at_us) > MOST_APART_US:
        return 0.0
    apart_us = [_apart(one.outer_us, other.outer_us), _apart(one.inner_us, other.inner_us)]
    known_us = [apart for apart in apart_us if apart is not None] or [abs(one.at_us - other.at_us)]
    apart_s = max(known_us) / 1_000_000
    variance = APART_S**2 + APART_OF_SPREAD * (one.spread_s**2 + other.spread_s**2) / 2
    return math.exp(-0.5 * apart_s * apart_s / variance)


def _knowing(evidence: Evidence) -> float:
    return 0.1 if evidence.outer_us is None or evidence.inner_us is None else 1.0


def _apart(one_us: Micros | None, other_us: Micros | None) -> Micros | None:
    return None if one_us is None or other_us is None else abs(one_us - other_us)


def _within(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))
