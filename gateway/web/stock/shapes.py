"""What is said of stock, and what the API answers of it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from gateway.web.shapes import Time

MOST_COUNTS = 10_000  # in one request

Quantity = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
Rate = Annotated[float, msgspec.Meta(gt=0, le=1e12)]
Text = Annotated[str, msgspec.Meta(max_length=256)]


class CountBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of a part a place has."""

    place: Text  # its code or one of its other names
    part: Text  # its number
    quantity: Quantity
    counted: Annotated[str, msgspec.Meta(max_length=40)]  # ISO 8601, local to the place unless it says its offset
    per_hour: Rate | None = None  # used in an hour of work from then on; left out: as before


Counts = Annotated[list[CountBody], msgspec.Meta(min_length=1, max_length=MOST_COUNTS)]


class StoredShape(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the counts of a request."""

    accepted: int
    unchanged: int  # said before in the same words


class StockShape(msgspec.Struct, frozen=True, kw_only=True):
    """A part at a place."""

    place: str
    part: str
    quantity: float | None  # as counted; null: nobody counted it
    counted: Time | None
    per_hour: float | None  # null: nobody said
    left: float | None  # by now, by what the place has used since; null: not known
    runs_out: Time | None  # when it is used up; at most 92 days after the count
    party: str  # that counted it; empty: it stands in the configuration


class StocksShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[StockShape]  # by place and part
    next_after: str | None  # null: there are no more
