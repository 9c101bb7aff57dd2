"""What rules find, the alerts that follow, and their deliveries."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Protocol, TypeAlias, runtime_checkable

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
    unseen_at: str = ""  # the place at which something was not seen; empty: it does not rest on not having seen
    foretold: bool = False  # it says what will be: newer data moves it, and corrects nothing that was said
    impact: Impact | None = None  # what it means downstream, which no rule says: see gateway.engine.weighing


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
    fault: str = ""  # why it could not be judged, for the log: no verdict, and what was found before stands


class Rule(Protocol):
    """The rule contract: a frozen dataclass; its docstring is its question, its fields are its settings.

    `judge` is pure: the same subject and time always give the same judgement. So a rule needs no
    memory of its own, survives a restart, and does not care in which order late events came.
    """

    @property
    def judges(self) -> type[Subject]:
        """Which subjects it is asked about; most rules say so in a ClassVar."""

    def judge(self, subject: Subject, now_us: Micros) -> Judgement: ...


class Episode(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that was found of a subject, and is over."""

    finding: Finding
    cleared: Cleared


@runtime_checkable
class Reviewing(Protocol):
    """A rule that asks about one stop after another also says what it would have found of those that are behind.

    Late data moves them, too: what has ended is held against it.
    """

    def past(self, subject: Subject, now_us: Micros) -> tuple[Episode, ...]:
        """All that is over, as it is known now, the first first; each with another `since_us` or place."""


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


class Reason(StrEnum):
    """Why something is late, as a party says: few words that can be counted."""

    TRAFFIC = "traffic"
    WEATHER = "weather"
    BREAKDOWN = "breakdown"
    CUSTOMS = "customs"
    CONGESTION = "congestion"  # of a port, a gate, a dock
    NOT_READY = "not_ready"  # the goods, at their origin
    DOCUMENTS = "documents"
    NO_CAPACITY = "no_capacity"
    INCIDENT = "incident"  # accident, theft, strike
    PLAN_WRONG = "plan_wrong"
    DATA_WRONG = "data_wrong"  # it is where it should be
    OTHER = "other"


class Ack(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A party has taken note: who, when, why, and what they promise."""

    party: str
    at_us: Micros
    by: str = ""
    code: Reason | None = None
    reason: str = ""  # in words
    promised_us: Micros | None = None  # when it will be at its next stop


class Shelf(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A party wants to hear nothing of an alert for a while (ISA-18.2: shelved); the others go on hearing."""

    party: str
    until_us: Micros


RemarkKind: TypeAlias = Literal["acknowledged", "comment", "task", "done", "shelved", "unshelved"]


class Remark(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What a party said of an alert: a line of the conversation that all its parties read. Nothing is edited."""

    number: int = 0  # by the journal
    alert_id: str
    party: str
    at_us: Micros
    kind: RemarkKind
    by: str = ""
    text: str = ""
    code: Reason | None = None  # acknowledged
    shipment: str = ""  # acknowledged: of the alert; whose arrival is promised
    promised_us: Micros | None = None  # acknowledged: when it will be at its next stop
    until_us: Micros | None = None  # shelved: until then; task: when it is due
    to: str = ""  # task: the party that should do it
    answers: int = 0  # done: number of the task


class AtRisk(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A part that a place waits for, and how long its stock lasts."""

    part: str
    place: str
    quantity: float | None = None  # on the shipment; None: not said
    unit: str = ""
    runs_out_us: Micros | None = None  # None: stock or use of it is not known


class Onward(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The next shipment of something that a late one carries: it leaves from where that is late."""

    shipment: str
    lane: str
    places: tuple[str, ...]  # its stops, without the first
    tiers: tuple[Tier, ...]  # of these
    parties: tuple[str, ...]  # of it: it is no business of others


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """What an alert means downstream: who waits for what, and when it runs out."""

    shipment: str = ""  # whose
    places: tuple[str, ...] = ()  # the stops that the trip has yet to reach
    tiers: tuple[Tier, ...] = ()  # of these
    parts: tuple[AtRisk, ...] = ()  # the first to run out first
    more_parts: int = 0  # that are not listed
    expected_us: Micros | None = None  # at the last stop, by the estimate of that time
    onward: tuple[Onward, ...] = ()  # what follows downstream, the first to leave first

    @property
    def runs_out_us(self) -> Micros | None:
        """When the first of its parts is used up; None: not known of any."""
        return min((part.runs_out_us for part in self.parts if part.runs_out_us is not None), default=None)

    def margin_h(self, part: AtRisk) -> float | None:
        """Hours from the arrival at the last stop until a part runs out, below zero where it runs out before; None:
        not known."""
        if part.runs_out_us is None or self.expected_us is None:
            return None
        return round((part.runs_out_us - self.expected_us) / 3_600_000_000, 1)


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
    unseen_at: str = ""  # the place at which something was not seen
    found_us: Micros = 0  # since when by the newest finding; 0: `raised_us`
    told_us: Micros | None = None  # when its parties were told first; None: they have not been
    told_severity: Severity | None = None  # the loudest that they were told
    clearing: Cleared | None = None  # it is over unless it comes back ...
    settles_us: Micros | None = None  # ... before then
    within: tuple[str, ...] = ()  # the places around `place` and `unseen_at`, and these
    roles: dict[str, str] = {}  # role -> party, of its shipment
    suppressed: str = ""  # why nobody is told: maintenance:NAME, unseeable:PLACE; empty: they are
    shelves: tuple[Shelf, ...] = ()
    escalated: tuple[str, ...] = ()  # subscriptions that were told by escalation: they hear of its end, too
    impact: Impact | None = None
    supersedes: str = ""  # the alert that this one corrects: late data showed other times or reasons
    superseded_by: str = ""  # withdrawn: the alert that says it right


NoticeKind: TypeAlias = Literal["raised", "escalated", "acknowledged", "resolved", "withdrawn"]


class DeliveryState(StrEnum):
    """Where a delivery stands. `failed` is final: it was given up, and the reason says why."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    FAILED = "failed"


class Delivery(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One notice of one alert to one subscription; repeated under the same id, never under a new one."""

    delivery_id: str
    alert_id: str
    notice: NoticeKind
    subscription: str
    party: str
    channel: Literal["webhook", "mqtt", "sse", "email", "apprise"]
    severity: Severity = Severity.INFO  # of the alert when it was told: the louder goes first
    group: str = ""  # what it is told together with when much is to be told at once; empty: always alone
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_us: Micros = 0  # when to try (again)
    accepted_us: Micros | None = None  # the release's time plus `offset_us`: the skew is the difference of two of these
    offset_us: int | None = None  # of acceptance after the release of that attempt, by the monotonic clock
    reason: str = ""  # the last attempt's outcome, a stable word: accepted, timeout, refused, status_503, ...
