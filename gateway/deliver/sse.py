"""SSE: accepted once it was written to an open stream of the party; until one is open, it waits."""

from __future__ import annotations

from typing import Protocol

from gateway.deliver.channel import Message, Outcome
from gateway.deliver.envelope import render

LOOK_AGAIN_S = 30.0


class Hub(Protocol):
    """The open streams, which the web keeps."""

    async def deliver(self, party: str, payload: bytes) -> bool:
        """Write to every open stream of a party; False when there is none."""


class Sse:
    """The channel to whoever of a party has the page open."""

    slots = 16
    groups = False  # the page shows each alert for itself

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def prepare(self, message: Message) -> PreparedPush:
        return PreparedPush(self._hub, message.delivery.party, render(message))

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
