"""Values of Sparkplug B metrics by their data type (specification 3.0, chapter 6.4.16).

Signed integers travel as two's complement inside unsigned fields: Int8 -1 comes as 0xFF from some encoders and as
0xFFFFFFFF from others. Taking as many bits as the type has reads both.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum
from math import isfinite

from device_drivers.sparkplug_b_pb2 import Metric

MOST_TEXT = 1024  # characters of a text value
LATEST_MS = 7_258_118_400_000  # the year 2200


class DataType(IntEnum):
    """Numbers of the specification; arrays (22 to 34) are not read."""

    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12
    DATETIME = 13
    TEXT = 14
    UUID = 15
    DATASET = 16
    BYTES = 17
    FILE = 18
    TEMPLATE = 19


SIGNED_BITS = {DataType.INT8: 8, DataType.INT16: 16, DataType.INT32: 32, DataType.INT64: 64}
UNSIGNED = frozenset({DataType.UINT8, DataType.UINT16, DataType.UINT32, DataType.UINT64})
TEXTS = frozenset({DataType.STRING, DataType.TEXT, DataType.UUID})


class Skipped(Exception):
    """A metric that gives no measurement; `reason` is a word to count it under."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def value_of(metric: Metric, datatype: int) -> float | bool | str:
    """The value of a metric; `datatype` is its own, or its birth's. Raises Skipped."""
    field = metric.WhichOneof("value")
    if metric.is_null or field is None:
        raise Skipped("null")
    if datatype not in DataType.__members__.values():
        raise Skipped(f"data type {datatype}" if datatype else "no data type")
    kind = DataType(datatype)
    if field in ("int_value", "long_value"):
        return _from_integer(getattr(metric, field), kind)
    if field in ("float_value", "double_value") and kind in (DataType.FLOAT, DataType.DOUBLE):
        return _finite(getattr(metric, field))
    if field == "boolean_value" and kind is DataType.BOOLEAN:
        return metric.boolean_value
    if field == "string_value" and kind in TEXTS:
        return metric.string_value[:MOST_TEXT]
    raise Skipped(kind.name.lower())


def _from_integer(value: int, kind: DataType) -> float | bool | str:
    if kind in SIGNED_BITS:
        bits = SIGNED_BITS[kind]
        value &= (1 << bits) - 1
        return float(value - (1 << bits) if value >> (bits - 1) else value)
    if kind in UNSIGNED:
        return float(value)
    if kind is DataType.BOOLEAN:
        return bool(value)
    if kind is DataType.DATETIME and value < LATEST_MS:
        return datetime.fromtimestamp(value / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    raise Skipped(kind.name.lower())


def _finite(value: float) -> float:
    if not isfinite(value):
        raise Skipped("not finite")
    return value
