"""Plans and what became of them: the subjects that rules judge."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from gateway.model.estimates import Estimate, Promise
from gateway.model.followed import Condition, Journey, Spot, Track
from gateway.model.terms import AssetKind, Micros, Tier

Mode: TypeAlias = Literal["", "road", "rail", "sea", "air", "barge"]


class Window(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A planned time window; open and close may be equal.

    Open and close are what was agreed (soft); outside of the hard ends nothing is done at all: the gate is shut, the
    vessel has gone. Tolerance is part of the agreement: within it nothing is late. Grace is not: it only holds
    back who is told.
    """

    open_us: Micros
    close_us: Micros
    hard_open_us: Micros | None = None  # None: none
    hard_close_us: Micros | None = None
    tolerance_s: int = 0  # before open and after close
    grace_s: int | None = None  # None: as the rule says

    def late_us(self, at_us: Micros) -> Micros:
        """How far behind the close, 0 within its tolerance; what is beyond that is late by all of it."""
        over_us = at_us - self.close_us
        return over_us if over_us > self.tolerance_s * 1_000_000 else 0

    def early_us(self, at_us: Micros) -> Micros:
        """How far before the open, likewise."""
        under_us = self.open_us - at_us
        return under_us if under_us > self.tolerance_s * 1_000_000 else 0

    def is_refused(self, at_us: Micros) -> bool:
        """Whether nothing can be done at this time: it is outside of a hard end."""
        shut = self.hard_close_us is not None and at_us > self.hard_close_us
        return shut or (self.hard_open_us is not None and at_us < self.hard_open_us)


class Stop(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One place on a shipment's way. The first stop has no arrival, the last no departure."""

    place: str
    arrival: Window | None = None
    departure: Window | None = None


class Leg(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """The way from one stop to the next."""

    mode: Mode = ""
    carrier: str = ""  # code of a party of the shipment; empty: the one whose role that is
    trip: str = ""  # the carrier's number of it: voyage, flight, tour


class PartLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Goods that a shipment carries: a part number and how much of it."""

    number: str  # as its partner writes it
    quantity: float | None = None  # in `unit`; None: not said
    unit: str = ""  # UN/ECE Recommendation 20 common code
    within: str = ""  # the one of the shipment's assets that it is packed in; empty: not said


class Expected(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How much of a part a shipment should bring, over all that it is packed in."""

    part: str
    quantity: float | None = None  # None: not said of all of it
    unit: str = ""


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """A planned movement of assets from place to place, with parties by role."""

    shipment_id: str
    stops: tuple[Stop, ...]  # two or more
    assets: tuple[str, ...]  # identities' keys or configured names: trailer, containers, pallets
    parties: dict[str, str]  # role (shipper, consignee, carrier, next_tier, ...) -> party code
    created_us: Micros
    contents: str = ""  # what it carries, in words
    parts: tuple[PartLine, ...] = ()  # what it carries, in numbers
    legs: tuple[Leg, ...] = ()  # none, or one fewer than stops

    @property
    def lane(self) -> str:
        """Origin and destination, on which subscriptions and statistics hang."""
        return f"{self.stops[0].place}>{self.stops[-1].place}"

    @property
    def expected(self) -> tuple[Expected, ...]:
        """What should come, of each part and unit once, in the order said."""
        found: dict[tuple[str, str], float | None] = {}
        for line in self.parts:
            key = (line.number, line.unit)
            held = found.get(key, 0.0)
            found[key] = None if held is None or line.quantity is None else held + line.quantity
        return tuple(Expected(part=part, quantity=total, unit=unit) for (part, unit), total in found.items())


class Seen(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event of one of a shipment's assets at one of its stops; together they tell what happened to it."""

    event_id: str
    place: str  # the stop's place, not the door within it
    kind: Literal["arrived", "departed"]
    at_us: Micros
    named: bool = False  # the sender named this very shipment


class Actual(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What happened at one stop: the ACT of DCSA's PLN, EST, ACT."""

    stop: int  # index into Shipment.stops
    arrived_us: Micros | None = None
    departed_us: Micros | None = None


class TripStatus(StrEnum):
    """Where a trip stands against its plan."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    ARRIVED = "arrived"


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment with what has happened to it: the subject that lateness rules judge."""

    shipment: Shipment
    actuals: tuple[Actual, ...]  # one per stop, folded from `seen`: the same for any order of arrival
    seen: tuple[Seen, ...] = ()  # in the order of their times; some may be another trip's of the same asset
    findings: tuple[str, ...] = ()  # data quality: stable words such as window_ends_before_it_begins
    promises: tuple[Promise, ...] = ()  # what parties said, the newest of each party and stop
    estimates: tuple[Estimate, ...] = ()  # of the stops ahead, as last made; empty: nothing can be said
    spot: Spot | None = None  # where what leads it was last, between two stops: what estimates may rest on

    @property
    def status(self) -> TripStatus:
        """Planned until the first departure, arrived with the last arrival."""
        if self.actuals[-1].arrived_us is not None:
            return TripStatus.ARRIVED
        moved = any(a.arrived_us is not None or a.departed_us is not None for a in self.actuals)
        return TripStatus.UNDER_WAY if moved else TripStatus.PLANNED


class Stay(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """An asset at a place, from and, once it left, until: the subject of dwell."""

    asset: str
    asset_kind: AssetKind
    place: str
    tier: Tier
    since_us: Micros
    until_us: Micros | None = None
    earlier: tuple[Stay, ...] = ()  # where it is judged: those at the same place before it, as far as they are known
    known_us: Micros = 0  # likewise: what was before is known no longer
    past_us: Micros = 0  # likewise: what happened up to then is of the past


class Spotted(msgspec.Struct, frozen=True, kw_only=True, gc=False, array_like=True):
    """What an event said of where an asset is: it is at a place, or has left it."""

    at_us: Micros
    left: bool
    place: str
    tier: Tier


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Where an asset stays, and stayed lately: the same for any order in which it was told."""

    asset: str
    asset_kind: AssetKind
    settled: tuple[Stay, ...] = ()  # from before what was spotted: what is told of them now comes too late
    settled_us: Micros = 0  # up to then
    spotted: tuple[Spotted, ...] = ()  # in the order of their times


class DeviceState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """When a device was last heard: the subject of silence."""

    device: str
    place: str  # where it is mounted, or empty for a tracker
    asset: str  # what it is mounted on, or empty
    heard_us: Micros | None = None  # None: never
    known_us: Micros  # since when the gateway has been listening for it: its start
    connected: bool = False
    sees: tuple[str, ...] = ()  # the places of its read points


class Nesting(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an asset is in, by the newest event that said so."""

    asset: str
    asset_kind: AssetKind
    parent: str  # empty: it came out, and is in nothing
    at_us: Micros


class Boarding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Goods that went into a trailer, or came out again: the newest that is known of them and this load."""

    asset: str
    asset_kind: AssetKind
    parent: str  # what they are in: the trailer, or something in it
    at_us: Micros
    aboard: bool  # False: they came out again
    before: bool = False  # they were in it when it came


class Misplaced(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Goods and the trailer of which they are, or should be, instead."""

    asset: str
    trailer: str


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """A trailer at the doors of a site, what went into it and what should: the subject of load checks.

    `goods` is the fold of events; what is expected follows from the plans as they stand.
    """

    trailer: str
    site: str  # the outermost place around its door
    door: str  # where it stands, or stood last
    tier: Tier
    since_us: Micros  # at a door of this site
    departed_us: Micros | None = None  # from the site
    amid: bool = False  # it stood there when we first looked: what had gone in before is not known
    over: bool = False  # nothing can be mended or told any more: its next load began, or it left long ago
    goods: tuple[Boarding, ...] = ()
    shipments: tuple[str, ...] = ()  # that it takes along from here next
    expected: tuple[str, ...] = ()  # goods of these
    closes_us: Micros | None = None  # the first of their departure windows
    extra: tuple[str, ...] = ()  # went in here, and no plan says why
    strays: tuple[Misplaced, ...] = ()  # went in here, and are planned to go with another trailer
    taken: tuple[Misplaced, ...] = ()  # expected here, and in another trailer

    @property
    def missing(self) -> tuple[str, ...]:
        """Expected, and not aboard."""
        aboard = {boarding.asset for boarding in self.goods if boarding.aboard}
        return tuple(asset for asset in self.expected if asset not in aboard)

    @property
    def newest_us(self) -> Micros | None:
        """When goods last went in here."""
        return max((b.at_us for b in self.goods if b.aboard and not b.before), default=None)


Followed: TypeAlias = Journey | Track | Condition
Subject: TypeAlias = Trip | Stay | DeviceState | Load | Followed
