"""Instants in the configuration: ISO 8601 with their zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.model import Micros

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant_us(text: str) -> Micros:
    """Read 2026-03-01T06:00+01:00. Raises ValueError for anything else, a time without its zone among it."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or "T" not in text:
        raise ValueError("a time needs its zone")
    return (at - _EPOCH) // timedelta(microseconds=1)
