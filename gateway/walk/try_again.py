"""One record of the quarantine, tried again as if it came now: what it means, or why it still cannot be used. Pure.

resolve   the reading as it was decoded gets its who, where and when once more
decode    the bytes go to a fresh decoder of their device, as one message
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from gateway.model import (
    Decoder,
    Notice,
    Observation,
    Output,
    Quarantined,
    Reading,
    Rejected,
    Send,
)
from gateway.resolve import Resolver

_reading = msgspec.json.Decoder(Reading).decode


class TriedAgain(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    observations: tuple[Observation, ...] = ()
    parts: tuple[Quarantined, ...] = ()  # of a message that could be read: readings of it that cannot be used
    still: Quarantined | None = None  # the record waits on, for this reason; None: it waits no more


def try_again(held: Quarantined, resolver: Resolver, decoders: Mapping[str, Callable[[], Decoder]]) -> TriedAgain:
    """Try a record that waits; it keeps the time at which it came first. Never raises on any record."""
    if held.stage == "resolve":
        return _resolved(held, resolver)
    if held.stage == "decode" and held.source in decoders:
        return _decoded(held, resolver, decoders[held.source]())
    return TriedAgain(still=held)


def _resolved(held: Quarantined, resolver: Resolver) -> TriedAgain:
    try:
        reading = _reading(held.data)
    except msgspec.DecodeError:  # written by another version, whose readings had other fields
        return TriedAgain(still=held)
    outcome = resolver.resolve(held.source, reading, held.received_us)
    if isinstance(outcome, Quarantined):
        return TriedAgain(still=outcome)
    return TriedAgain(observations=() if outcome is None else (outcome,))


def _decoded(held: Quarantined, resolver: Resolver, decoder: Decoder) -> TriedAgain:
    outputs = [o for o in decoder.feed(held.data, held.received_us, held.topic) if not isinstance(o, Send | Notice)]
    if not outputs or all(isinstance(output, Rejected) for output in outputs):
        return TriedAgain(still=_rejected_again(held, outputs))
    observations: list[Observation] = []
    parts: list[Quarantined] = []
    for output in outputs:
        resolved = _output(output, held, resolver)
        if isinstance(resolved, Observation):
            observations.append(resolved)
        elif resolved is not None:
            parts.append(resolved)
    return TriedAgain(observations=tuple(observations), parts=tuple(parts))


def _output(output: Output, held: Quarantined, resolver: Resolver) -> Observation | Quarantined | None:
    if isinstance(output, Rejected):
        return _with(held, output)
    assert not isinstance(output, Send)
    return resolver.resolve(held.source, output, held.received_us)


def _rejected_again(held: Quarantined, outputs: Sequence[Output]) -> Quarantined:
    first = outputs[0] if outputs else None
    return held if not isinstance(first, Rejected) else msgspec.structs.replace(_with(held, first), data=held.data)


def _with(held: Quarantined, rejected: Rejected) -> Quarantined:
    return msgspec.structs.replace(
        held, reason=rejected.reason, text=f"{held.source}: {rejected.text}", data=rejected.data
    )
