"""Ids of events, from their content: what is read, sent or replayed twice is the same event."""

from __future__ import annotations

from hashlib import blake2b

from gateway.model import EventKind, Micros

# An asset that came to a place moved there or arrived there, depending on what we knew of it before. Late data
# changes what we knew, never that it came: both words share one id.
_SAME = {EventKind.MOVED: EventKind.ARRIVED}


def event_id(kind: EventKind | str, asset: str, place: str, at_us: Micros, source: str) -> str:
    """Name an event by what happened: 128 bits of BLAKE2b, 32 hexadecimal digits.

    `kind` is an EventKind or the word of another event (position, sensor, device); `source` the device that saw it.
    """
    word = _SAME.get(kind, kind) if isinstance(kind, EventKind) else kind
    content = "\x1f".join((word, asset, place, str(at_us), source))  # unit separator: in no code and no EPC
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
