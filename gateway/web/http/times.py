"""Times at the edge: microseconds inside, ISO 8601 in UTC outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.errors import BadInput
from gateway.model import Micros

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FIRST_US = (datetime(1970, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
LAST_US = (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC) - _EPOCH) // _MICROSECOND


def iso(at_us: Micros) -> str:
    """2024-05-13T06:00:00.000000Z; a device's absurd time stands as the nearest one that can be written."""
    at = _EPOCH + timedelta(microseconds=min(max(at_us, FIRST_US), LAST_US))
    return at.isoformat(timespec="microseconds")[:-6] + "Z"


def iso_or_none(at_us: Micros | None) -> str | None:
    """The same, None staying None."""
    return None if at_us is None else iso(at_us)


def micros(at: datetime) -> Micros:
    """Microseconds of an aware datetime, to the last digit."""
    return (at - _EPOCH) // _MICROSECOND


def parse_micros(text: str, what: str) -> Micros:
    """Microseconds of an ISO 8601 time with its zone. Raises BadInput, naming `what`."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadInput(
            f"{what}: expected an ISO 8601 time with its zone such as 2024-05-13T06:00:00Z, got {text[:80]!r}",
            reason="no_time",
        )
    return micros(at)
