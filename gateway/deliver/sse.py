"""SSE: accepted once it was written to an open stream of the party; until one is open, it waits."""

from __future__ import annotations

from typing import Protocol

from gateway.deliver.channel import Outcome
from gateway.deliver.envelope import render
from gateway.model import Alert, Delivery

LOOK_AGAIN_S = 30.0


class Hub(Protocol):
    """The open streams, which the web keeps."""

    async def deliver(self, party: str, payload: bytes) -> bool:
        """Write to every open stream of a party; False when there is none."""


class Sse:
    """The channel to whoever of a party has the page open."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def prepare(self, delivery: Delivery, alert: Alert) -> PreparedPush:
        return PreparedPush(self._hub, delivery.party, render(delivery, alert))

    async def close(self) -> None:
        """The web closes its streams itself."""


class PreparedPush:
    """A rendered notice that waits for the release."""

    def __init__(self, hub: Hub, party: str, body: bytes) -> None:
        self._hub = hub
        self._party = party
        self._body = body

    async def send(self) -> Outcome:
        if await self._hub.deliver(self._party, self._body):
            return Outcome(accepted=True, reason="accepted")
        return Outcome(accepted=False, reason="nobody_connected", tried=False, retry_after_s=LOOK_AGAIN_S)
