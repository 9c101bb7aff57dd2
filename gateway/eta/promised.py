"""What a party promises stands above the ladder, as long as nothing newer was seen and it can still come true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from gateway.model import Estimate, Method, Micros, Promise


def with_promises(
    told: Sequence[Estimate], promises: Iterable[Promise], seen_us: Micros | None, now_us: Micros
) -> tuple[Estimate, ...]:
    """The estimates with what parties say of their stops, of which the newest word counts; see `with_promise`.

    `seen_us`: when the trip was last seen; a promise from before that speaks of what has changed since.
    """
    newest: dict[int, Promise] = {}
    for promise in sorted(promises, key=lambda promise: (promise.said_us, promise.party)):
        if promise.at_us > now_us and (seen_us is None or promise.said_us >= seen_us):
            newest[promise.stop] = promise
    if not newest:
        return tuple(told)
    later_us = 0
    found: list[Estimate] = []
    for estimate in told:
        held = newest.get(estimate.stop)
        if held is None:
            found.append(_shifted(estimate, later_us))
        else:
            later_us = max(0, held.at_us - estimate.p50_us)  # a delay that is announced is carried on to what follows
            found.append(with_promise(estimate, held.at_us, now_us))
    return tuple(_in_order(found))


def with_promise(estimate: Estimate, at_us: Micros, now_us: Micros) -> Estimate:
    """The stop's estimate with the promise as its median; the interval holds the ladder's and, around the promise,
    one as wide: a promise says when, and nothing of how sure that is."""
    off_us = at_us - estimate.p50_us
    return replace(
        estimate,
        p10_us=max(now_us, min(estimate.p10_us, estimate.p10_us + off_us)),
        p25_us=max(now_us, min(estimate.p25_us, estimate.p25_us + off_us)),
        p50_us=at_us,
        p75_us=max(estimate.p75_us, estimate.p75_us + off_us),
        p90_us=max(estimate.p90_us, estimate.p90_us + off_us),
        method=Method.PROMISED,
    )


def _shifted(estimate: Estimate, by_us: Micros) -> Estimate:
    if by_us == 0:
        return estimate
    return replace(
        estimate,
        p10_us=estimate.p10_us + by_us,
        p25_us=estimate.p25_us + by_us,
        p50_us=estimate.p50_us + by_us,
        p75_us=estimate.p75_us + by_us,
        p90_us=estimate.p90_us + by_us,
    )


def _in_order(told: list[Estimate]) -> list[Estimate]:
    """No stop is reached before the one before it."""
    for number in range(1, len(told)):
        before, own = told[number - 1], told[number]
        told[number] = replace(
            own,
            p10_us=max(own.p10_us, before.p10_us),
            p25_us=max(own.p25_us, before.p25_us),
            p50_us=max(own.p50_us, before.p50_us),
            p75_us=max(own.p75_us, before.p75_us),
            p90_us=max(own.p90_us, before.p90_us),
        )
    return told
