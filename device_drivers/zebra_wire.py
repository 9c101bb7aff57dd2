"""What Zebra's two JSON dialects (IoT Connector of fixed readers, MQTT of RFD sleds) have in common. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.model import Micros, Notice

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MOST_EPC_BYTES = 62  # 31 words: the most the PC word's length can say
REPEATED = 100  # an event number this little below the newest is a repeat; further below, the reader has restarted


class BadField(ValueError):
    """A field is not what the document says; the text says what was expected and what came."""


def micros(written: str) -> Micros:
    """Microseconds since 1970 of `2023-02-24T10:14:42.851+0000`, with or without the colon; raises BadField."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise BadField(f"expected a time as 2026-01-31T10:00:00.000+0000, came {written[:40]!r}") from None
    if at.tzinfo is None:
        raise BadField(f"expected a time with its offset from UTC, came {written[:40]!r}")
    return (at - EPOCH) // MICROSECOND


def hex_bytes(name: str, written: str, least: int, most: int) -> bytes:
    """Bytes of a text in hex, within bounds; raises BadField."""
    try:
        value = bytes.fromhex(written)
    except ValueError:
        value = b""
    if not least <= len(value) <= most:
        raise BadField(f"expected {name} as {least} to {most} bytes in hex, came {written[:140]!r}")
    return value


class EventNumbers:
    """The numbers that a reader gives its events: gaps are events that were lost on the way."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._newest: int | None = None

    def hear(self, number: int | None, seen_us: Micros | None) -> list[Notice]:
        """Take the number of one event; tell of the events that are missing before it."""
        newest = self._newest
        if number is None or (newest is not None and newest - REPEATED < number <= newest):
            return []
        self._newest = number
        if newest is None or number <= newest + 1:
            return []
        lost = number - newest - 1
        text = f"{lost} events were lost before number {number}: between reader and broker, or at QoS 0"
        return [Notice(name=self._name, text=text, fault=True, seen_us=seen_us)]
