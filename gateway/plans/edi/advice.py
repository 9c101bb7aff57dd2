"""What a despatch advice says, in words that DESADV and 856 share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from gateway.plans.fault import Cell

Part: TypeAlias = Literal[
    "ship_from", "consignor", "supplier", "seller", "ship_to", "consignee", "buyer", "carrier", "ultimate_consignee"
]
Event: TypeAlias = Literal["departure", "arrival"]
Bound: TypeAlias = Literal["", "from", "until"]  # a time, or one end of a window said in two
Numbering: TypeAlias = Literal["shipper", "consignee", ""]  # who numbers a part; empty: GS1 and such

PREFERENCE: tuple[Numbering, ...] = ("shipper", "consignee", "")  # plans write a shipper's numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Who takes part, as what: by whichever names were given, the surest first."""

    part: Part
    names: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A time that was said, and how good it is: where several are, the lowest rank counts."""

    event: Event
    bound: Bound
    rank: int
    opens: Cell
    closes: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A labelled handling unit: a pallet, a box; and the one that it is packed in."""

    key: int  # within its message
    outer: int  # 0: none
    labels: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A part and how much of it, in the innermost unit that was said."""

    number: Cell
    numbered_by: Numbering
    quantity: Cell
    unit: Cell
    within: int  # the key of a Unit; 0: none was said


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A despatch advice, before anything of it is believed."""

    is_cancelled: bool  # it takes back what was said before
    shipment_id: Cell
    partners: tuple[Partner, ...]
    times: tuple[Timed, ...]
    equipment: tuple[tuple[Cell, ...], ...]  # trailers and containers: each by its possible spellings
    units: tuple[Unit, ...]
    goods: tuple[Goods, ...]
    mode: str = ""  # road, rail, sea, air, barge
    trip: str = ""  # the carrier's number of it: voyage, flight, tour
