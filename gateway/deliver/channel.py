"""What the dispatcher asks of a channel: prepare a notice, then send it the moment it is told to."""

from __future__ import annotations

from typing import Protocol

import msgspec

from gateway.model import Alert, Delivery


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an attempt ended; where it failed, whether trying again can help."""

    accepted: bool
    reason: str  # a stable word: accepted, timeout, refused, status_503, address_blocked, nobody_connected, ...
    again: bool = True  # False: it will never be accepted
    tried: bool = True  # False: nobody was there to be told; it does not count as an attempt
    retry_after_s: float | None = None  # the receiver's own wish


class Prepared(Protocol):
    """A notice that is rendered and signed, and needs only to be let go."""

    async def send(self) -> Outcome:
        """Send it and wait for the receiver's word. Never raises for what the receiver does."""


class Channel(Protocol):
    """One way to one subscriber."""

    async def prepare(self, delivery: Delivery, alert: Alert) -> Prepared:
        """Everything that can be done before the release."""

    async def close(self) -> None:
        """Let go of connections."""
