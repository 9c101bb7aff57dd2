"""Captured bytes through a driver: what a device said once, read as the gateway reads it live. Pure.

A stream's capture is its bytes; any cutting gives the same outputs. A capture of messages is one message a
line, or one object a line that holds the message under `payload` (a text as it is, anything else as JSON),
beside `topic` or `expected`: so rows of test fixtures and of a logging MQTT client can be read.

After the last byte time passes once, so that what waits for silence comes out. What a driver complains of
then is left out: the silence is the end of the file, and says nothing of the device.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeAlias

import msgspec

from gateway.model import (
    Decoder,
    Fix,
    Label,
    Measurement,
    Micros,
    Notice,
    Output,
    Packing,
    Passage,
    Rejected,
    Send,
    TagRead,
)

Said: TypeAlias = TagRead | Label | Fix | Measurement | Passage | Packing | Notice | Rejected  # all but Send

END_US = 3600 * 1_000_000  # how much time passes after the last byte


class StreamDecoder(Decoder, Protocol):
    """A decoder of a stream: it can say how much of a frame it holds."""

    @property
    def pending_bytes(self) -> int: ...


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message of a capture."""

    payload: bytes
    topic: str = ""


class _Row(msgspec.Struct, frozen=True, gc=False):
    payload: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    topic: str | msgspec.UnsetType = msgspec.UNSET
    expected: Any = msgspec.UNSET


_row = msgspec.json.Decoder(_Row).decode
_text = msgspec.json.Decoder(str).decode


def read_stream(decoder: StreamDecoder, pieces: Iterable[bytes], now_us: Micros) -> Iterator[Said]:
    """What a stream's bytes mean, in order, without what the driver would have sent.

    An unfinished tail comes last, as Rejected with the reason `unfinished` and the capture's last bytes.
    """
    yield from _kept(decoder.start(now_us))
    tail: deque[bytes] = deque()
    held = 0
    for piece in pieces:
        yield from _kept(decoder.feed(piece, now_us))
        tail.append(piece)
        held += len(piece)
        while held - len(tail[0]) >= decoder.pending_bytes and len(tail) > 1:
            held -= len(tail.popleft())
    yield from _without_faults(decoder.tick(now_us + END_US))
    pending = decoder.pending_bytes
    if pending:
        text = f"expected the rest of a frame, came the end of the capture after {pending} bytes of it"
        yield Rejected(data=b"".join(tail)[-pending:], reason="unfinished", text=text)


def read_messages(decoder: Decoder, messages: Iterable[Message], now_us: Micros) -> Iterator[Said]:
    """What messages mean, in order."""
    yield from _kept(decoder.start(now_us))
    for message in messages:
        yield from _kept(decoder.feed(message.payload, now_us, message.topic))
    yield from _without_faults(decoder.tick(now_us + END_US))


def message_of(line: bytes, topic: str = "") -> Message:
    """The message that a line of a capture holds; `topic` is that of messages whose line says none."""
    try:
        row = _row(line)
    except (msgspec.DecodeError, RecursionError):  # no object, or one of the device's own
        return Message(payload=line, topic=topic)
    bare = row.topic is msgspec.UNSET and row.expected is msgspec.UNSET
    if isinstance(row.payload, msgspec.UnsetType) or bare:
        return Message(payload=line, topic=topic)
    payload = bytes(row.payload)
    if payload[:1] == b'"':
        payload = _text(payload).encode()
    return Message(payload=payload, topic=topic if isinstance(row.topic, msgspec.UnsetType) else row.topic)


def _kept(outputs: list[Output]) -> Iterator[Said]:
    return (output for output in outputs if not isinstance(output, Send))


def _without_faults(outputs: list[Output]) -> Iterator[Said]:
    return (output for output in _kept(outputs) if not (type(output) is Notice and output.fault))
