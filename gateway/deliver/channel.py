"""What the dispatcher asks of a channel: prepare a message, then send it the moment it is told to."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from gateway.model import Alert, Delivery

SOURCE = "/tierview"  # of CloudEvents where nothing else is said; the application adds its site

Content = Literal["cloudevents", "plain"]
Together = Literal["", "grouped", "digest"]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What one subscriber is told at once: one notice of one alert, or many that are told together."""

    message_id: str  # of the delivery, or made from those of all; the same when it is sent again
    deliveries: tuple[Delivery, ...]
    alerts: tuple[Alert, ...]  # one for each delivery
    together: Together = ""  # why these are one message
    content: Content = "cloudevents"
    source: str = SOURCE
    sample: bool = False  # nothing happened: someone tries whether they would be told

    @property
    def delivery(self) -> Delivery:
        """The first, or only one."""
        return self.deliveries[0]

    @property
    def alert(self) -> Alert:
        """That of `delivery`."""
        return self.alerts[0]

    @property
    def kind(self) -> str:
        """What it tells, in a word: the notice's kind, or that it is a test."""
        return "test" if self.sample else self.delivery.notice


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an attempt ended; where it failed, whether trying again can help."""

    accepted: bool
    reason: str  # a stable word: accepted, timeout, refused, status_503, address_blocked, nobody_connected, ...
    again: bool = True  # False: it will never be accepted
    tried: bool = True  # False: nobody was there to be told; it does not count as an attempt
    gone: bool = False  # the receiver wants no more of anything
    retry_after_s: float | None = None  # the receiver's own wish
    status: int | None = None  # of an answer over HTTP


class Prepared(Protocol):
    """A message that is rendered and signed, on a connection that stands, and needs only to be let go."""

    async def send(self) -> Outcome:
        """Send it and wait for the receiver's word. Never raises for what the receiver does."""


class Channel(Protocol):
    """One way to one subscriber."""

    slots: int  # messages at a time
    groups: bool  # whether many alerts may come as one message; False: each has a place of its own there

    async def prepare(self, message: Message) -> Prepared:
        """Everything that can be done before the release. Never raises for what the receiver does."""

    async def close(self) -> None:
        """Let go of connections."""
