"""What config.yaml says of rules, of alerts, and of who is told: see gateway.config.model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.config.part import Code, MailAddress, Part, Settings, TimeOfDay
from gateway.model import NoticeKind, Severity, Tier


class RuleEntry(Part):
    """A rule that runs, under a name of its own so that one rule can run twice with other settings."""

    name: Code
    rule: str  # the file in rules/
    off_delay_s: Annotated[float, Field(ge=0)] = 0.0  # what it found must be gone for so long before its alert ends
    settings: Settings = Field(default_factory=dict)


class Maintenance(Part):
    """Nobody is told of what happens while something is worked on; what still stands at the end is told then."""

    name: Code
    start: str  # ISO 8601 with its zone, such as 2026-03-01T06:00+01:00
    end: str
    devices: tuple[str, ...] = ()  # what is worked on: any of these; at least one is named ...
    places: tuple[str, ...] = ()  # ... with all that is inside them
    lanes: tuple[str, ...] = ()  # ORIGIN>DESTINATION
    rules: tuple[str, ...] = ()  # only these; none: all


class Escalation(Part):
    """Who else is told when nobody has acknowledged an alert for so long. Any acknowledgement ends it."""

    after_s: Annotated[float, Field(gt=0)]  # since it was told
    tell: tuple[str, ...]  # subscriptions of parties that the alert concerns, whatever notices they asked for
    rules: tuple[str, ...] = ()  # none: all
    lanes: tuple[str, ...] = ()  # none: all
    least_severity: Severity = Severity.CRITICAL


class Demand(Part):
    """A part that a place uses up: with its stock, how long a line runs without the next delivery."""

    place: str
    part: str  # number, as shipments name it
    per_hour: Annotated[float, Field(gt=0)]  # used while the place works, by its calendar
    stock: Annotated[float, Field(ge=0)] | None = None  # counted at `counted`; PUT /api/v1/stock tells newer counts
    counted: str | None = None  # ISO 8601 with its zone


class Cover(Part):
    """How loud lateness is where it is known how long the stock lasts: by the hours that are left, not by minutes."""

    critical_h: Annotated[float, Field(ge=0)] = 2.0  # it comes later than this before the stock is used up
    warning_h: Annotated[float, Field(ge=0)] = 8.0  # likewise; with more left it is for information only
    demand: tuple[Demand, ...] = ()


class Mail(Part):
    """The mail server that takes what is told by e-mail."""

    host: str = ""  # empty: no mail is sent
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"  # none: only on loopback or a network you trust
    username: str | None = None
    password: str | None = None  # ${ENV} or file:PATH
    sender: MailAddress = "tierview@localhost"  # whom the mails are from


class Quiet(Part):
    """Hours in which only critical alerts are told; the rest follows in one message at their end."""

    start: TimeOfDay  # by the clock of `time_zone`, summer time or not ...
    end: TimeOfDay  # ... of the same day, or of the next where it is earlier than `start`
    time_zone: str = "UTC"  # IANA name


class Digest(Part):
    """Times of day until which all but critical alerts wait; what has gathered is told in one message."""

    at: Annotated[tuple[TimeOfDay, ...], Field(min_length=1, max_length=24)]  # by the clock of `time_zone`
    time_zone: str = "UTC"  # IANA name


class Subscription(Part):
    """Who is told, how, and of what. Access still decides what a party may see."""

    name: Code
    party: str
    channel: Literal["webhook", "mqtt", "sse", "email", "apprise"]
    url: str | None = None  # webhook only
    secret: str | None = None  # ${ENV} or file:PATH. webhook: of a whsec_... secret; apprise: of the whole Apprise URL
    old_secret: str | None = None  # webhook only: while the receiver changes to `secret`, both sign
    signature: Literal["standard_webhooks", "gs1", "dcsa"] = "standard_webhooks"  # webhook only
    allow_private: bool = False  # webhook, apprise: this receiver may stand on a private or loopback address
    to: tuple[MailAddress, ...] = ()  # email only
    content: Literal["cloudevents", "plain"] = "cloudevents"  # plain: only type, timestamp and data; not for mail
    group_interval_s: Annotated[float, Field(ge=0)] = 0.0  # least between messages of one rule and lane; not mqtt, sse
    quiet: Quiet | None = None  # webhook, email, apprise
    digest: Digest | None = None  # webhook, email, apprise
    rules: tuple[str, ...] = ()  # none: all
    lanes: tuple[str, ...] = ()  # ORIGIN>DESTINATION; none: all
    places: tuple[str, ...] = ()  # where it is, or a place inside; none: all
    tiers: tuple[Tier, ...] = ()  # where it is; none: all
    roles: tuple[str, ...] = ()  # what our party is to the shipment: shipper, consignee, carrier, ...; none: any
    least_severity: Severity = Severity.INFO
    notices: tuple[NoticeKind, ...] = (
        "raised",
        "escalated",
        "acknowledged",
        "resolved",
        "withdrawn",
    )
