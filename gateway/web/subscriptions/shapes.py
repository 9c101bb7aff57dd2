"""The JSON shapes of subscriptions. See `shapes`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from gateway.web.shapes import Time


class SubscriptionBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What someone subscribes: the words of config.yaml, part `subscriptions`, with the secret itself."""

    name: str  # one of your own; everywhere else your party's code and a colon stand before it
    channel: Literal["webhook", "mqtt", "sse", "email", "apprise"]
    party: str | None = None  # the operator may subscribe for others
    url: str | None = None  # webhook: https://HOST/PATH; apprise: the service's address, which is kept as a secret
    secret: str | None = None  # webhook: left out, one is made, and shown once
    signature: Literal["standard_webhooks", "gs1", "dcsa"] = "standard_webhooks"
    allow_private: bool = False  # the operator's to say
    to: tuple[str, ...] = ()
    content: Literal["cloudevents", "plain"] = "cloudevents"
    group_interval_s: float = 0.0
    quiet: dict[str, Any] | None = None  # start, end, time_zone
    digest: dict[str, Any] | None = None  # at, time_zone
    rules: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    least_severity: Literal["info", "warning", "critical"] = "info"
    notices: tuple[str, ...] = ("raised", "escalated", "acknowledged", "resolved", "withdrawn")


class RotateBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another secret; left out, one is made, and shown once."""

    secret: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None


class ReplayBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when on."""

    since: str


class ConfirmBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that came to an address."""

    address: Annotated[str, msgspec.Meta(max_length=320)]
    code: Annotated[str, msgspec.Meta(max_length=40)]


class SubscriptionStateShape(msgspec.Struct, frozen=True, kw_only=True):
    state: Literal["ok", "troubled", "disabled", "unconfirmed", "broken"]
    reason: str = ""  # a stable word
    text: str = ""  # the same for people
    since: Time | None = None  # disabled: since then
    next: Time | None = None  # troubled: when it is tried again


class SubscriptionShape(msgspec.Struct, frozen=True, kw_only=True):
    name: str  # as receipts, logs and addresses name it
    party: str
    channel: str
    made: Literal["here", "configuration"]
    created: Time | None
    status: SubscriptionStateShape
    settings: dict[str, Any]  # what PUT takes; without secrets
    unconfirmed: list[str]  # addresses that are told nothing yet
    old_secret_until: Time | None  # two secrets sign until then
    secret: str | None = None  # only in the answer that made it


class SubscriptionsShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[SubscriptionShape]


class TestedShape(msgspec.Struct, frozen=True, kw_only=True):
    outcome: Literal["accepted", "failed"]
    reason: str
    text: str
    ms: float


class TrialShape(msgspec.Struct, frozen=True, kw_only=True):
    """One request of a check and what the receiver made of it."""

    name: str
    wanted: Literal["taken", "refused"]
    passed: bool
    reason: str  # a stable word: accepted, status_401, timeout, not_tried, ...
    text: str  # the same for people
    ms: float
    hint: str  # what is probably wrong; empty where it passed


class CheckedShape(msgspec.Struct, frozen=True, kw_only=True):
    """How a receiver did with all of them, in their order."""

    passed: bool
    items: list[TrialShape]


class CountShape(msgspec.Struct, frozen=True, kw_only=True):
    count: int  # notices that are delivered now


class AttemptShape(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    at: Time
    delivery_id: str  # webhook-id, where it was told alone
    alert_id: str
    notice: str
    state: str
    attempts: int
    accepted: Time | None
    offset_ms: float | None  # of acceptance after its release
    next: Time | None  # when it is tried (again)
    reason: str
    text: str


class AttemptsShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[AttemptShape]
    next_before: int | None  # null: there are no more
