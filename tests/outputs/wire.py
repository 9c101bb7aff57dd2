"""Sparkplug payloads read from the bytes by the numbers of the specification (6.4), without any generated code."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def fields(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """Number, wire type and value of each field of a message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        value: int | bytes
        if kind == VARINT:
            value, at = _varint(data, at)
        elif kind == BYTES:
            length, at = _varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            width = {FIXED64: 8, FIXED32: 4}[kind]
            value, at = data[at : at + width], at + width
        yield number, kind, value
    assert at == len(data)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


@dataclass
class Read:
    """A payload."""

    timestamp: int | None = None
    seq: int | None = None
    metrics: dict[str, object] = field(default_factory=dict)  # name to value; None: null
    types: dict[str, int] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    historical: set[str] = field(default_factory=set)


def read(data: bytes) -> Read:
    """A payload with its metrics."""
    found = Read()
    for number, kind, value in fields(data):
        if number == 1:
            assert isinstance(value, int)
            found.timestamp = value
        elif number == 3:
            assert isinstance(value, int)
            found.seq = value
        else:
            assert (number, kind) == (2, BYTES), f"field {number}"
            assert isinstance(value, bytes)
            _metric(found, {number: part for number, _, part in fields(value)})
    return found


def _metric(found: Read, parts: dict[int, int | bytes]) -> None:
    raw = parts[1]
    assert isinstance(raw, bytes)
    name = raw.decode()
    kind = parts[4]
    assert isinstance(kind, int)
    found.types[name] = kind
    if isinstance(time := parts.get(3), int):
        found.times[name] = time
    if parts.get(5) == 1:
        found.historical.add(name)
    value = {8: 11, 10: 13, 11: 14, 12: 15}[kind]  # data type to the field that carries it
    found.metrics[name] = None if parts.get(7) == 1 else _value(kind, parts[value])
    assert not {10, 11, 12, 13, 14, 15, 16, 17, 18} & set(parts) - {value}, "a value of another type"


def _value(kind: int, value: int | bytes) -> object:
    if isinstance(value, int):
        return bool(value) if kind == 11 else value
    return struct.unpack("<d", value)[0] if kind == 10 else value.decode()
