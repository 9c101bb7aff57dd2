"""Sensors' values -> when they were out of a band. Pure, and the same for any order of arrival."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from functools import cache

from msgspec.structs import replace

from gateway.model import Band, Condition, Excursion, Micros, Sample, SensorEvent, Sighting, Tier

MOST_SAMPLES = 12  # kept as they came: late data among these is put where it belongs
MOST_EXCURSIONS = 3
MOST_SIGHTINGS = 8


@cache
def band_key(band: Band) -> str:
    """MEASUREMENT/LOW..HIGH, with what else tells bands apart."""
    ends = "..".join("" if end is None else f"{end:g}" for end in (band.low, band.high))
    hysteresis = f"~{band.hysteresis:g}" if band.hysteresis else ""
    return "/".join((band.measurement, ends + hysteresis, *filter(None, (band.unit, *band.tiers))))


def condition_key(asset: str, band: Band) -> str:
    """By which a condition is found: condition:ASSET/MEASUREMENT/LOW..HIGH."""
    return f"condition:{asset}/{band_key(band)}"


def with_sample(
    condition: Condition | None, band: Band, event: SensorEvent, site: str = "", sightings: Iterable[Sighting] = ()
) -> Condition | None:
    """The condition with a value; None, or the same object, where it is none that the band asks about.

    `site` is the outermost place around where it was told; `sightings` say where a new condition's asset was.
    """
    if isinstance(event.value, str) or (band.unit and event.unit and event.unit != band.unit):
        return condition
    if condition is None:
        flag = isinstance(event.value, bool)
        condition = Condition(
            asset=event.asset, band=band, unit=event.unit, flag=flag, sightings=tuple(sightings) if band.tiers else ()
        )
    asked = not band.tiers or event.tier in band.tiers
    return _with(condition, Sample(at_us=event.at_us, value=float(event.value), asked=asked, site=site), event)


def with_whereabouts(condition: Condition, told: Iterable[Sighting]) -> Condition:
    """The condition once more is known of where its asset was: what was out of band may not have been asked there."""
    if not condition.band.tiers:
        return condition
    sightings = sorted({*condition.sightings, *told}, key=_when)[-MOST_SIGHTINGS:]
    if tuple(sightings) == condition.sightings:
        return condition
    after = replace(condition, sightings=tuple(sightings))
    return replace(after, excursions=tuple(_walked(after, after.settled, after.samples)[-MOST_EXCURSIONS:]))


def _with(condition: Condition, sample: Sample, event: SensorEvent) -> Condition:
    samples, settled = list(condition.samples), condition.settled
    full = len(samples) == MOST_SAMPLES
    if sample in samples or (full and _in_order(sample) < _in_order(samples[0])):
        return condition
    bisect.insort(samples, sample, key=_in_order)
    newest = samples[-1] is sample
    if full:
        settled = tuple(_walked(condition, settled, samples[:1])[-MOST_EXCURSIONS:])
        del samples[0]
    # What comes last only goes on from what followed before; what comes between is walked with all after it.
    known, news = (condition.excursions, samples[-1:]) if newest else (settled, samples)
    return replace(
        condition,
        place=event.place if newest else condition.place,
        tier=event.tier if newest else condition.tier,
        settled=settled,
        samples=tuple(samples),
        excursions=tuple(_walked(condition, known, news)[-MOST_EXCURSIONS:]),
    )


def _walked(condition: Condition, settled: Sequence[Excursion], samples: Sequence[Sample]) -> list[Excursion]:
    """The excursions that follow from samples, after those that are settled."""
    excursions, band = list(settled), condition.band
    for sample in samples:
        asked = _is_asked(condition, sample)
        last = excursions[-1] if excursions and excursions[-1].until_us is None else None
        if last is not None and asked and _goes_on(last, sample, band):
            worst = max(last.worst, sample.value) if last.high else min(last.worst, sample.value)
            excursions[-1] = last if worst == last.worst else replace(last, worst=worst)
            continue
        if last is not None:
            excursions[-1] = replace(last, until_us=sample.at_us)
        high = band.high is not None and sample.value > band.high
        if asked and (high or (band.low is not None and sample.value < band.low)):
            excursions.append(Excursion(since_us=sample.at_us, high=high, worst=sample.value))
    return excursions


def _is_asked(condition: Condition, sample: Sample) -> bool:
    """Whether the band holds where its asset was.

    What a sensor told at a place was told there, unless the asset had left it; between places it was where it was
    seen last, unless it had left that.
    """
    seen = bisect.bisect_right(condition.sightings, sample.at_us, key=lambda sighting: sighting.at_us)
    if not seen:
        return sample.asked
    last = condition.sightings[seen - 1]
    if sample.site and (last.arrived or last.site != sample.site):
        return sample.asked
    return (last.tier if last.arrived else Tier.TRANSIT) in condition.band.tiers


def _goes_on(excursion: Excursion, sample: Sample, band: Band) -> bool:
    if excursion.high:
        return band.high is not None and sample.value > band.high - band.hysteresis
    return band.low is not None and sample.value < band.low + band.hysteresis


def _in_order(sample: Sample) -> tuple[Micros, float]:
    return sample.at_us, sample.value


def _when(sighting: Sighting) -> tuple[Micros, bool, str]:
    """Out of one site before into the next."""
    return sighting.at_us, sighting.arrived, sighting.site
