"""What the API answers with: the JSON shapes, from which its OpenAPI document is made.

Field names are the interface; new fields may be added, those here keep their names and meanings. Times are
ISO 8601 in UTC with microseconds and a Z. A null is "not known" or "does not apply".
"""

from __future__ import annotations

from typing import Literal

import msgspec

from gateway.web.alerts.impact_shape import ImpactShape

Time = str  # 2024-05-13T06:00:00.000000Z


class PartyShape(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    tier: str


class ClockShape(msgspec.Struct, frozen=True, kw_only=True):
    now: Time
    speed: float  # simulated seconds in a real one; 1 outside of the demo


class SessionShape(msgspec.Struct, frozen=True, kw_only=True):
    party: PartyShape
    operator: bool
    site: str
    clock: ClockShape


class PlanPointShape(msgspec.Struct, frozen=True, kw_only=True):
    pixel: tuple[float, float]  # from the upper left corner: right, down
    at: tuple[float, float]  # latitude, longitude


class PlanShape(msgspec.Struct, frozen=True, kw_only=True):
    image: str  # its address, from the root of this gateway
    width: int  # pixels
    height: int
    points: tuple[PlanPointShape, ...]  # three


class PlaceShape(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    tier: str
    kind: str
    party: str
    inside: str | None
    lat: float | None
    lon: float | None
    radius_m: float
    polygon: tuple[tuple[float, float], ...] | None
    door_open: bool | None  # of own doors that tell it
    trailer_present: bool | None
    plan: PlanShape | None = None
    time_zone: str = "UTC"  # IANA name: its own, or that of what it is inside


class PlacesShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[PlaceShape]


# --- shipments ---------------------------------------------------------------------------------------


class WindowShape(msgspec.Struct, frozen=True, kw_only=True):
    open: Time
    close: Time
    hard_open: Time | None = None
    hard_close: Time | None = None
    tolerance_s: int = 0
    grace_s: int | None = None  # null: as the rule says


class EstimateShape(msgspec.Struct, frozen=True, kw_only=True):
    p10: Time  # four arrivals in five lie between p10 and p90
    p50: Time
    p90: Time
    method: str  # schedule, carried, shrunk, lane_and_hour, distance, promised
    made: Time
    seen: Time | None  # of what was last seen; null: it was not seen where it should have been by then
    trips: int  # of this lane that were learned from
    promised_by: str  # party whose word it is; empty: nobody's


class MilestoneShape(msgspec.Struct, frozen=True, kw_only=True):
    planned: WindowShape | None
    estimated: Time | None  # p50 of the estimate
    actual: Time | None
    estimate: EstimateShape | None = None  # of arrivals ahead


class RungShape(msgspec.Struct, frozen=True, kw_only=True):
    method: str
    arrives: Time
    off_s: float | None  # its mean absolute error at this horizon, on trips it had not learned from; null: not scored


class ExplanationShape(msgspec.Struct, frozen=True, kw_only=True):
    stop: int  # index into the shipment's stops
    place: str
    lane: str
    estimate: EstimateShape
    late_s: float  # when it was last seen, or at least by now
    horizon_s: float  # from then until it is planned at the stop
    unrest: float  # how far off estimates of this lane are, beside others at the same horizons
    method: str  # the rung that counts, below any promise
    rungs: list[RungShape]  # from the schedule up


class ExplanationsShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[ExplanationShape]


class StopShape(msgspec.Struct, frozen=True, kw_only=True):
    place: str
    arrival: MilestoneShape
    departure: MilestoneShape


class PartShape(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    quantity: float | None
    unit: str
    within: str = ""  # the asset that it is packed in; empty: not said


class LegShape(msgspec.Struct, frozen=True, kw_only=True):
    mode: str
    carrier: str
    trip: str


class ShipmentShape(msgspec.Struct, frozen=True, kw_only=True):
    shipment_id: str
    lane: str
    status: str
    late: bool
    late_s: int
    parties: dict[str, str]
    assets: list[str]
    contents: str
    parts: list[PartShape]
    legs: list[LegShape]  # none, or one fewer than stops
    stops: list[StopShape]
    created: Time
    findings: list[str]


class ShipmentsShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[ShipmentShape]
    next_after: str | None  # null: there are no more


class ChangeShape(msgspec.Struct, frozen=True, kw_only=True):
    field: str
    before: str | float | None  # null: it was not there, or nothing was said
    after: str | float | None


class VersionShape(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    recorded: Time
    by: str  # party that sent it; empty: not known
    changes: list[ChangeShape]  # none in the first that may be seen
    more: int  # changes that are not listed


class VersionsShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[VersionShape]
    next_before: int | None  # null: there are no more


class RowFaultShape(msgspec.Struct, frozen=True, kw_only=True):
    line: int
    column: str
    reason: str
    text: str


class ImportShape(msgspec.Struct, frozen=True, kw_only=True):
    accepted: int
    unchanged: int
    rejected: list[RowFaultShape]


# --- alerts ------------------------------------------------------------------------------------------


class AckShape(msgspec.Struct, frozen=True, kw_only=True):
    party: str
    at: Time
    by: str
    code: str | None  # why, in a word that can be counted
    reason: str
    promised: Time | None


class ShelfShape(msgspec.Struct, frozen=True, kw_only=True):
    party: str  # wants to hear nothing of it ...
    until: Time  # ... until then


class RemarkShape(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    alert_id: str
    party: str
    at: Time
    kind: str  # acknowledged, comment, task, done, shelved, unshelved
    by: str
    text: str
    code: str | None  # acknowledged: why
    promised: Time | None  # acknowledged: when it will be at its next stop
    to: str  # task: the party that should do it
    until: Time | None  # task: when it is due; shelved: until then
    answers: int | None  # done: number of the task


class RemarksShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[RemarkShape]
    next_after: int | None  # null: there are no more


class ReceiptShape(msgspec.Struct, frozen=True, kw_only=True):
    party: str
    channel: str
    subscription: str
    notice: str
    state: str
    accepted: Time | None
    offset_ms: float | None  # of acceptance after the notice's first release
    attempts: int
    reason: str


class AlertShape(msgspec.Struct, frozen=True, kw_only=True):
    alert_id: str
    rule: str
    subject: str
    state: str
    severity: str
    reason: str
    text: str
    raised: Time
    recorded: Time
    ended: Time | None
    ended_reason: str
    ended_text: str
    shipment: str
    asset: str
    place: str
    tier: str | None
    lane: str
    late_s: int
    parties: list[str]
    acks: list[AckShape]
    shelves: list[ShelfShape]
    remarks: int  # how many the conversation holds: GET /api/v1/alerts/ID/remarks
    settles: Time | None  # it seems to be over, and ends then unless it comes back
    suppressed: str  # why nobody is told: maintenance:NAME, unseeable:PLACE; empty: they are
    escalated: list[str]  # subscriptions that were told because nobody had acknowledged it
    supersedes: str  # the alert that this one corrects; empty: none
    superseded_by: str  # the alert that says it right; empty: none
    impact: ImpactShape | None  # who waits for it; null: nobody, or it is about no shipment
    receipts: list[ReceiptShape]
    skew_ms: float | None  # between the parties' first acceptances of the `raised` notice; null until two were told


class AlertsShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[AlertShape]
    next_before: str | None  # null: there are no more


# --- the operator's ----------------------------------------------------------------------------------


class QuarantinedShape(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    received: Time
    source: str
    stage: str
    reason: str
    text: str
    topic: str
    owner: str  # party whose data it is; empty: the operator's own
    subject: str  # what the reason is about
    size: int  # bytes
    data: str  # the first bytes, in base64


class QuarantineShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[QuarantinedShape]
    counts: list[QuarantineCountShape]


class QuarantineCountShape(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    reason: str
    count: int


class DeviceShape(msgspec.Struct, frozen=True, kw_only=True):
    device: str
    driver: str
    place: str | None
    asset: str | None
    connected: bool
    heard: Time | None
    expected_since: Time | None


class CursorShape(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    seq: int


class HealthShape(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["starting", "ok", "stopping"]
    version: str
    ready: bool  # status is ok


class HealthDetailsShape(HealthShape, frozen=True, kw_only=True):
    devices: list[DeviceShape]
    last_seq: int
    cursors: list[CursorShape]
    pending_deliveries: int
    quarantined: int
    open_streams: int


class ProblemShape(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457, as `application/problem+json`."""

    type: str
    title: str
    status: int
    detail: str
    reason: str = ""  # a stable word, for who says it in another language; absent: the status says enough
