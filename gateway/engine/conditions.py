"""Sensors' values -> when they were out of a band. Pure, and the same for any order of arrival."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from functools import cache

from msgspec.structs import replace

from gateway.model import Band, Condition, Excursion, Micros, Sample, SensorEvent

MOST_SAMPLES = 12  # kept as they came: late data among these is put where it belongs
MOST_EXCURSIONS = 3


@cache
def band_key(band: Band) -> str:
    """MEASUREMENT/LOW..HIGH, with what else tells bands apart."""
    ends = "..".join("" if end is None else f"{end:g}" for end in (band.low, band.high))
    hysteresis = f"~{band.hysteresis:g}" if band.hysteresis else ""
    return "/".join((band.measurement, ends + hysteresis, *filter(None, (band.unit, *band.tiers))))


def condition_key(asset: str, band: Band) -> str:
    """By which a condition is found: condition:ASSET/MEASUREMENT/LOW..HIGH."""
    return f"condition:{asset}/{band_key(band)}"


def with_sample(condition: Condition | None, band: Band, event: SensorEvent) -> Condition | None:
    """The condition with a value; None, or the same object, where it is none that the band asks about."""
    if isinstance(event.value, str) or (band.unit and event.unit and event.unit != band.unit):
        return condition
    if condition is None:
        flag = isinstance(event.value, bool)
        condition = Condition(asset=event.asset, band=band, unit=event.unit, flag=flag)
    asked = not band.tiers or event.tier in band.tiers
    return _with(condition, Sample(at_us=event.at_us, value=float(event.value), asked=asked), event)


def _with(condition: Condition, sample: Sample, event: SensorEvent) -> Condition:
    samples, settled = list(condition.samples), condition.settled
    full = len(samples) == MOST_SAMPLES
    if sample in samples or (full and _in_order(sample) < _in_order(samples[0])):
        return condition
    bisect.insort(samples, sample, key=_in_order)
    newest = samples[-1] is sample
    if full:
        settled = tuple(walked(settled, samples[:1], condition.band)[-MOST_EXCURSIONS:])
        del samples[0]
    # What comes last only goes on from what followed before; what comes between is walked with all after it.
    known, news = (condition.excursions, samples[-1:]) if newest else (settled, samples)
    return replace(
        condition,
        place=event.place if newest else condition.place,
        tier=event.tier if newest else condition.tier,
        settled=settled,
        samples=tuple(samples),
        excursions=tuple(walked(known, news, condition.band)[-MOST_EXCURSIONS:]),
    )


def walked(settled: Sequence[Excursion], samples: Sequence[Sample], band: Band) -> list[Excursion]:
    """The excursions that follow from samples, after those that are settled."""
    excursions = list(settled)
    for sample in samples:
        last = excursions[-1] if excursions and excursions[-1].until_us is None else None
        if last is not None and _goes_on(last, sample, band):
            worst = max(last.worst, sample.value) if last.high else min(last.worst, sample.value)
            excursions[-1] = last if worst == last.worst else replace(last, worst=worst)
            continue
        if last is not None:
            excursions[-1] = replace(last, until_us=sample.at_us)
        high = band.high is not None and sample.value > band.high
        if sample.asked and (high or (band.low is not None and sample.value < band.low)):
            excursions.append(Excursion(since_us=sample.at_us, high=high, worst=sample.value))
    return excursions


def _goes_on(excursion: Excursion, sample: Sample, band: Band) -> bool:
    if not sample.asked:
        return False
    if excursion.high:
        return band.high is not None and sample.value > band.high - band.hysteresis
    return band.low is not None and sample.value < band.low + band.hysteresis


def _in_order(sample: Sample) -> tuple[Micros, float]:
    return sample.at_us, sample.value
