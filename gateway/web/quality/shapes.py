"""The JSON shapes of names, findings and scores. See `shapes`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from gateway.quality.names import NameKind
from gateway.web.shapes import RowFaultShape, Time

MOST_NUMBERS = 1000

RowNumber = Annotated[int, msgspec.Meta(ge=1, le=2**62)]  # what the journal can hold


class NameBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name, and what it means."""

    kind: NameKind
    name: str
    target: str  # asset's key or name, place's or party's code, unit's common code, part number
    party: str = ""  # in whose data it counts; empty: in everyone's


class NameShape(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    kind: str
    name: str
    target: str
    party: str
    entered: Time
    entered_by: str
    source: str
    removed: Time | None
    removed_by: str


class NamesShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[NameShape]
    next_after: int | None  # null: there are no more


class TriedShape(msgspec.Struct, frozen=True, kw_only=True):
    """What waited and was tried again."""

    tried: int
    replayed: int
    waiting: int  # of those tried


class EnteredShape(msgspec.Struct, frozen=True, kw_only=True):
    name: NameShape | None  # null: it was known already
    tried: TriedShape


class NamesImportShape(msgspec.Struct, frozen=True, kw_only=True):
    accepted: int
    unchanged: int
    rejected: list[RowFaultShape]
    tried: TriedShape


class QualityFindingShape(msgspec.Struct, frozen=True, kw_only=True):
    finding: str
    reason: str
    owner: str
    source: str
    subject: str
    state: str
    count: int
    waiting: int  # records that are read again once it is mended
    first: Time
    last: Time
    text: str
    example: str
    suggestion: str
    mended_by: str | None  # kind of the name that mends it; null: no name does


class QualityFindingsShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[QualityFindingShape]


class FindingStateBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to become of a finding."""

    state: Literal["open", "fixed", "ignored"]


class RowsBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows of the quarantine: all that wait for a finding, or some by their numbers."""

    finding: str = ""
    numbers: Annotated[tuple[RowNumber, ...], msgspec.Meta(max_length=MOST_NUMBERS)] = ()


class DroppedShape(msgspec.Struct, frozen=True, kw_only=True):
    dropped: int


class DayScoreShape(msgspec.Struct, frozen=True, kw_only=True):
    day: str
    score: float | None
    records: int
    flawed: int  # kept back or repaired


class PartyScoreShape(msgspec.Struct, frozen=True, kw_only=True):
    party: str
    days: list[DayScoreShape]


class ScoresShape(msgspec.Struct, frozen=True, kw_only=True):
    definition: str
    items: list[PartyScoreShape]
