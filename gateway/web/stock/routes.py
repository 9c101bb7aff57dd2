"""Stock: how much of a part a place has, told and read by whoever owns the place, and by the operator."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection, Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from msgspec.structs import replace

from gateway.access import Viewer
from gateway.engine.cover import Stock, Stocks, stocks_of
from gateway.journal import stock
from gateway.model import Micros, StockCount
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import MOST_JSON, expect_media_type, parse_json, read_body
from gateway.web.http.csv_out import Bom, csv_file, csv_text
from gateway.web.http.parameters import Limit, Word
from gateway.web.http.problems import FieldFault, Problem
from gateway.web.http.times import iso, iso_or_none
from gateway.web.stock.check import Counting
from gateway.web.stock.shapes import CountBody, Counts, StockShape, StocksShape, StoredShape
from gateway.web.stock.stock_csv import read_counts

JSON, CSV = "application/json", "text/csv"
EXPORTED = 10_000  # rows
MOST_FAULTS, MOST_IN_WORDS = 1000, 20  # of a request that are told, and in its one sentence

router = APIRouter(prefix="/api/v1", tags=["stock"])


@router.get("/stock", openapi_extra=describe(answer=StocksShape))
async def page(
    viewer: SignedIn, house: HouseDep, place: Word = "", part: Word = "", after: Word = "", limit: Limit = 200
) -> Response:
    """The stock of one's own places, all for the operator, with how long it lasts; `next_after` is where to go on."""
    items = await _seen(viewer, house, place, part, after, limit + 1)
    more, items = len(items) > limit, items[:limit]
    return send(StocksShape(items=items, next_after=f"{items[-1].place}/{items[-1].part}" if more else None))


@router.get("/stock.csv", response_class=Response)
async def export(viewer: SignedIn, house: HouseDep, place: Word = "", part: Word = "", bom: Bom = False) -> Response:
    """The same as a CSV file; PUT takes it back with other counts."""
    shapes = await _seen(viewer, house, place, part, "", EXPORTED)
    header = StockShape.__struct_fields__
    text = csv_text(header, [[getattr(shape, name) for name in header] for shape in shapes])
    return csv_file("stock", text, bom=bom)


@router.put("/stock", openapi_extra=describe(answer=StoredShape, body=Counts, more_types=(CSV,)))
async def put(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """Tell counts of parts at one's own places: all, or, where any is at fault, none.

    As JSON, or as a CSV file with the columns place,part,quantity,counted,per_hour.
    """
    faults: list[FieldFault] = []
    media_type = expect_media_type(request, JSON, CSV)
    data = await read_body(request, MOST_JSON)
    counting = Counting(
        names=house.ports.names.of(viewer.party),
        places=_places(viewer, house),
        party=viewer.party,
        now_us=house.ports.clock.now_us(),
        faults=faults,
    )
    rows = await asyncio.to_thread(_rows, data, media_type, faults)
    counts = await asyncio.to_thread(counting.read, rows)
    _refuse(faults)
    configured = _stocks(house)

    def job(connection: sqlite3.Connection) -> int:
        """How many are new."""
        held = {where: _held(connection, configured, count) for where, count in counts.items()}
        _refuse([_older(where, held[where]) for where, count in counts.items() if _is_older(count, held[where])])
        news = [_going_on(count, held[where]) for where, count in counts.items() if not _is_same(count, held[where])]
        stock.enter(connection, news, counting.now_us)
        return len(news)

    accepted = await house.ports.journal.write(job)
    return send(StoredShape(accepted=accepted, unchanged=len(counts) - accepted))


def _rows(data: bytes, media_type: str, faults: list[FieldFault]) -> Sequence[tuple[str, CountBody]]:
    if media_type == CSV:
        return read_counts(data, faults)
    return [(f"[{index}]", row) for index, row in enumerate(parse_json(data, Counts))]


def _refuse(faults: Sequence[FieldFault]) -> None:
    if faults:
        detail = "; ".join(f"{fault.field}: {fault.text}" for fault in faults[:MOST_IN_WORDS])
        detail += f"; and {len(faults) - MOST_IN_WORDS} more" if len(faults) > MOST_IN_WORDS else ""
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, faults=faults[:MOST_FAULTS])


def _places(viewer: Viewer, house: House) -> Collection[str]:
    everywhere = frozenset(place.code for place in house.ports.places)
    return everywhere if viewer.operator else house.estate.places(viewer.party)


def _stocks(house: House) -> Stocks:
    return stocks_of(house.ports.config, house.ports.places.lineage)


def _held(connection: sqlite3.Connection, configured: Stocks, count: StockCount) -> StockCount | None:
    """What stands: what was told, or what the configuration says where that was counted later."""
    told = stock.find(connection, count.place, count.part)
    known = configured.find(count.place, count.part)
    said = None if known is None else known.count
    return said if told is None or (said is not None and said.counted_us > told.counted_us) else told


def _is_older(count: StockCount, held: StockCount | None) -> bool:
    return held is not None and count.counted_us < held.counted_us


def _is_same(count: StockCount, held: StockCount | None) -> bool:
    return held is not None and _going_on(count, held) == replace(held, party=count.party)


def _going_on(count: StockCount, held: StockCount | None) -> StockCount:
    """The count with the rate that stands where it says none."""
    return count if held is None or count.per_hour is not None else replace(count, per_hour=held.per_hour)


def _older(where: str, held: StockCount | None) -> FieldFault:
    assert held is not None
    text = f"expected a count that is not older than that of {iso(held.counted_us)}, which stands"
    return FieldFault(field=where, reason="older", text=text)


async def _seen(viewer: Viewer, house: House, place: str, part: str, after: str, most: int) -> list[StockShape]:
    now_us = house.ports.clock.now_us()
    places = _places(viewer, house)
    begin = tuple(after.split("/", 1))

    def query(connection: sqlite3.Connection) -> list[Stock]:
        stocks = _stocks(house)
        stocks.count(stock.standing(connection))
        found = (one for one in stocks.all() if one.place in places and place in ("", one.place))
        return sorted((one for one in found if part in ("", one.part)), key=_in_order)

    found = [one for one in await house.ports.journal.read(query) if _in_order(one) > begin]
    return await asyncio.to_thread(lambda: [_shape(one, now_us) for one in found[:most]])


def _in_order(one: Stock) -> tuple[str, ...]:
    return one.place, one.part


def _shape(one: Stock, now_us: Micros) -> StockShape:
    count = one.count
    return StockShape(
        place=one.place,
        part=one.part,
        quantity=None if count is None else count.quantity,
        counted=None if count is None else iso(count.counted_us),
        per_hour=one.per_hour,
        left=one.left_at(now_us),
        runs_out=iso_or_none(one.runs_out_us),
        party="" if count is None else count.party,
    )
