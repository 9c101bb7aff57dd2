"""What rules find, the alerts that follow, and their deliveries."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Literal, Protocol, runtime_checkable

import msgspec

from gateway.model.followed import Band
from gateway.model.plans import Subject
from gateway.model.terms import Micros, Tier


class Severity(StrEnum):
    """How loud an alert is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A rule says that something is wrong with its subject, since when, and why."""

    since_us: Micros  # when it became true, not when we noticed: the same at any replay speed
    reason: str  # a stable word: not_seen, arrived_late, dwell_over, silent
    text: str  # for people: what, how much, since when, with the numbers
    severity: Severity
    late_s: int = 0  # how late, where that has a meaning


class Cleared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A rule says that what it may have found before is over, or never was."""

    at_us: Micros
    reason: str  # arrived, departed, heard, left, disproved, ...
    text: str
    disproved: bool = False  # True: later data shows it was never so; the alert is withdrawn, not resolved


class Judgement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a rule thinks of one subject at one time, and when to ask again if nothing is heard."""

    verdict: Finding | Cleared | None = None  # None: fine so far
    again_us: Micros | None = None  # None: only when the subject changes


class Rule(Protocol):
    """The rule contract: a frozen dataclass; its docstring is its question, its fields are its settings.

    `judge` is pure: the same subject and time always give the same judgement. So a rule needs no
    memory of its own, survives a restart, and does not care in which order late events came.
    """

    judges: ClassVar[type[Subject]]  # which subjects it is asked about

    def judge(self, subject: Subject, now_us: Micros) -> Judgement: ...


@runtime_checkable
class Banded(Protocol):
    """A rule about conditions also says against what band it wants sensors to be held."""

    @property
    def band(self) -> Band: ...


class AlertState(StrEnum):
    """ISA-18.2 in short: an alert that ended unacknowledged keeps its missing acknowledgements."""

    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Ack(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A party has taken note: who, when, why, and what they promise."""

    party: str
    at_us: Micros
    by: str = ""
    reason: str = ""
    promised_us: Micros | None = None


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, for one subject of one rule, told to several parties at once."""

    alert_id: str  # from rule, subject and since_us: a replay gives the same id
    rule: str
    subject: str  # shipment:ID, stay:ASSET@PLACE, load:TRAILER@SITE, device:NAME, journey:ASSET, ...
    state: AlertState
    severity: Severity
    reason: str
    text: str
    raised_us: Micros  # the finding's since_us
    recorded_us: Micros  # when the gateway committed it
    ended_us: Micros | None = None
    ended_reason: str = ""
    ended_text: str = ""
    shipment: str = ""
    asset: str = ""
    place: str = ""
    tier: Tier | None = None
    lane: str = ""
    device: str = ""
    late_s: int = 0
    parties: tuple[str, ...] = ()  # whom it concerns: the audience, never more than access allows
    acks: tuple[Ack, ...] = ()


class DeliveryState(StrEnum):
    """Where a delivery stands. `failed` is final: it was given up, and the reason says why."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    FAILED = "failed"


class Delivery(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One notice of one alert to one subscription; repeated under the same id, never under a new one."""

    delivery_id: str
    alert_id: str
    notice: Literal["raised", "acknowledged", "resolved", "withdrawn"]
    subscription: str
    party: str
    channel: Literal["webhook", "mqtt", "sse", "email"]
    severity: Severity = Severity.INFO  # of the alert when it was told: the louder goes first
    group: str = ""  # what it is told together with when much is to be told at once; empty: always alone
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_us: Micros = 0  # when to try (again)
    accepted_us: Micros | None = None  # the release's time plus `offset_us`: the skew is the difference of two of these
    offset_us: int | None = None  # of acceptance after the release of that attempt, by the monotonic clock
    reason: str = ""  # the last attempt's outcome, a stable word: accepted, timeout, refused, status_503, ...
