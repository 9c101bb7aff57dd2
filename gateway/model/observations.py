"""Who was seen, where and when: resolved, not yet believed."""

from __future__ import annotations

from typing import Literal

import msgspec

from gateway.model.readings import Fix, Label, Measurement, Packing, Passage, TagRead
from gateway.model.terms import AssetKind, Micros


class Identity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who a tag or a label says it is.

    `key` is the canonical name under which everything else knows the asset: the EPC pure identity
    URI where there is one, else a `urn:tierview:` URI. What does not decode has scheme `raw`.
    """

    key: str
    scheme: str  # sgtin-96, ..., iso17364, raw
    kind: AssetKind
    tag_uri: str | None = None  # urn:epc:tag:...
    digital_link: str | None = None  # https://id.gs1.org/...
    element_string: str | None = None  # (01)...(21)...
    reason: str = ""  # why it stayed raw; empty where decoded


class Observation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A reading with its who, where and when. Resolved, not yet believed."""

    asset: str
    kind: AssetKind
    device: str
    reading: TagRead | Label | Fix | Measurement | Passage | Packing
    at_us: Micros  # device time where it can be trusted, else receipt
    received_us: Micros
    device_us: Micros | None  # as the device said, unrepaired
    read_point: str = ""  # empty: not at a configured read point
    place: str = ""  # the read point's or the geofence's place; empty: between places
    direction: Literal["", "in", "out"] = ""  # what passing this read point means; empty: presence only
    parent: str = ""  # of a packing only: what the asset was put into, or taken out of
    parent_kind: AssetKind = AssetKind.OTHER
    zone: Literal["", "outer", "inner"] = ""  # side of a door that decides by two zones; empty: no such door
    time_fixed: str = ""  # which repair was made: "", gps_week, future, ancient, no_clock
