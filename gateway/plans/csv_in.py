"""Shipments from CSV: good rows become shipments, bad ones are told each with line, column and reason.

    shipment,origin,destination,planned_departure,planned_arrival,assets,shipper,consignee,carrier,next_tier,contents,
    part,quantity,unit

A planned time is one column (`planned_arrival`) or a window (`planned_arrival_open`, `planned_arrival_close`), around
it `planned_arrival_hard_open`, `_hard_close`, and `_tolerance_s`, `_grace_s` in seconds. Times are ISO 8601, local
to the place unless they say their offset. Assets are separated by `;` or `|` within their cell. The separator of
columns is a comma, a semicolon or a tab. One line is one row, also inside quotes: a quote left open spoils its own
row and none after it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from gateway.errors import BadInput
from gateway.model import Micros, Shipment
from gateway.plans.draft import Draft, DraftLimits, DraftPart, DraftStop
from gateway.plans.fault import Cell, PlanFault
from gateway.plans.imported import Imported, Row, RowFault
from gateway.plans.shipment import make_shipment
from gateway.plans.site import SiteNames

HEADER = (
    "shipment,origin,destination,planned_departure,planned_arrival,assets,shipper,consignee,carrier,next_tier,contents,"
    "part,quantity,unit"
)
ROLES = ("shipper", "consignee", "carrier", "next_tier")
TIMES = ("planned_departure", "planned_arrival")
LIMITS = ("hard_open", "hard_close", "tolerance_s", "grace_s")
ENDS = ("open", "close", *LIMITS)
COLUMNS = frozenset((*HEADER.split(","), *(f"{name}_{end}" for name in TIMES for end in ENDS)))
NEEDED = (("shipment",), ("origin",), ("destination",), ("planned_arrival", "planned_arrival_close"))
SEPARATORS = (",", ";", "\t")

_LINES = re.compile(r"\r\n|\n|\r")
_WITHIN = re.compile(r"[;|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    raw: str
    cells: dict[str, str]

    def cell(self, name: str) -> Cell:
        return Cell(name=name, text=self.cells.get(name, ""))


def decode_csv(data: bytes) -> str:
    """Decode a file; raises BadInput where it is not UTF-8 (spreadsheets like to write Windows' code page)."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        came = f"line {line}: expected UTF-8, came the byte 0x{data[error.start]:02x}"
        raise BadInput(f"{came}; save the file as CSV UTF-8") from error


def read_csv(text: str, site: SiteNames, now_us: Micros) -> Imported:
    """Read a whole file; the bad rows hold up none of the good ones."""
    lines = _LINES.split(text.removeprefix("\ufeff"))
    at = next((index for index, line in enumerate(lines) if line.strip()), 0)
    separator = max(SEPARATORS, key=lambda one: len(COLUMNS & set(_names(lines[at], one))))
    names = _names(lines[at], separator)
    header_faults = tuple(_header_faults(names, at + 1, lines[at]))
    if header_faults:
        return Imported(shipments=(), faults=header_faults)
    shipments: dict[str, tuple[Shipment, int, str]] = {}
    faults: list[RowFault] = []
    notes: list[RowFault] = []
    for number, line in enumerate(lines[at + 1 :], start=at + 2):
        if line.strip(" \t" + separator):
            row, found = _row(number, line, names, separator)
            shipment, more = _shipment(row, site, now_us, notes) if row else (None, [])
            faults += found + more
            _keep(shipment, number, line, shipments, faults)
    ignored = tuple(name for name in names if name and name not in COLUMNS)
    kept = shipments.values()
    return Imported(
        shipments=tuple(shipment for shipment, _, _ in kept),
        rows=tuple(Row(number=number, raw=line) for _, number, line in kept),
        faults=tuple(faults),
        notes=tuple(notes),
        head=lines[at],
        ignored_columns=ignored,
    )


def _names(header: str, separator: str) -> list[str]:
    try:
        cells = next(csv.reader([header], delimiter=separator), [])
    except csv.Error:  # a cell of more than 128 KiB: no header
        return []
    return [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in cells]


def _header_faults(names: list[str], line: int, raw: str) -> Iterator[RowFault]:
    for choice in NEEDED:
        if not set(choice) & set(names):
            text = f"expected the column {' or '.join(choice)}, came {', '.join(names)[:200] or 'nothing'}"
            fix = f"begin the file with {HEADER}"
            yield RowFault(line=line, column=choice[0], reason="missing_column", text=f"{text} — {fix}", raw=raw)
    for name in sorted({name for name in names if names.count(name) > 1} & COLUMNS):
        text = f"expected each column once, came {name} {names.count(name)} times"
        yield RowFault(line=line, column=name, reason="repeated_column", text=text, raw=raw)
    for name in names:
        meant = get_close_matches(name, COLUMNS - set(names), n=1, cutoff=0.85) if name not in COLUMNS else []
        if meant:
            text = f"expected one of the known columns, came {name} — write {meant[0]}, or name it quite otherwise"
            yield RowFault(line=line, column=name, reason="unknown_column", text=text, raw=raw)


def _row(number: int, line: str, names: list[str], separator: str) -> tuple[_Row | None, list[RowFault]]:
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error as error:
        text = f"expected cells with each quote closed on its line, came: {error}"
        return None, [RowFault(line=number, column="", reason="bad_quotes", text=text, raw=line)]
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        text = f"expected {len(names)} cells, came {len(cells)} — put a cell that holds {separator!r} in quotes"
        return None, [RowFault(line=number, column="", reason="too_many_cells", text=text, raw=line)]
    return _Row(line=number, raw=line, cells=dict(zip(names, cells, strict=False))), []


def _shipment(
    row: _Row, site: SiteNames, now_us: Micros, notes: list[RowFault]
) -> tuple[Shipment | None, list[RowFault]]:
    draft = Draft(
        shipment_id=row.cell("shipment"),
        stops=_stops(row),
        assets=tuple(Cell(name="assets", text=name) for name in _WITHIN.split(row.cells.get("assets", ""))),
        parties=tuple((role, row.cell(role)) for role in ROLES),
        contents=row.cell("contents"),
        parts=(DraftPart(number=row.cell("part"), quantity=row.cell("quantity"), unit=row.cell("unit")),),
    )
    mended: list[PlanFault] = []
    shipment, faults = make_shipment(draft, site, now_us, mended)
    line = Row(number=row.line, raw=row.raw)
    notes += [line.fault(fault) for fault in mended]
    return shipment, [line.fault(fault) for fault in faults]


def _stops(row: _Row) -> tuple[DraftStop, DraftStop]:
    departs, arrives = _window(row, "planned_departure"), _window(row, "planned_arrival")
    none = Cell(name="")
    return (
        DraftStop(
            place=row.cell("origin"),
            arrival_open=none,
            arrival_close=none,
            departure_open=departs[0],
            departure_close=departs[1],
            departure_limits=_limits(row, "planned_departure"),
        ),
        DraftStop(
            place=row.cell("destination"),
            arrival_open=arrives[0],
            arrival_close=arrives[1],
            departure_open=none,
            departure_close=none,
            arrival_limits=_limits(row, "planned_arrival"),
        ),
    )


def _limits(row: _Row, name: str) -> DraftLimits:
    hard_open, hard_close, tolerance, grace = (row.cell(f"{name}_{end}") for end in LIMITS)
    return DraftLimits(hard_open=hard_open, hard_close=hard_close, tolerance_s=tolerance, grace_s=grace)


def _window(row: _Row, name: str) -> tuple[Cell, Cell]:
    """One column for both ends; where a column for one end is filled, it counts for that end."""
    both, opens, closes = row.cell(name), row.cell(f"{name}_open"), row.cell(f"{name}_close")
    return (opens if opens.text.strip() else both, closes if closes.text.strip() else both)


def _keep(
    shipment: Shipment | None,
    number: int,
    line: str,
    shipments: dict[str, tuple[Shipment, int, str]],
    faults: list[RowFault],
) -> None:
    """The first row of a shipment counts; a second is a fault, for nobody can say which is meant."""
    if shipment is None:
        return
    first = shipments.setdefault(shipment.shipment_id, (shipment, number, line))
    if first[1] != number:
        text = f"expected each shipment once, came {shipment.shipment_id} again, as in line {first[1]}"
        faults.append(RowFault(line=number, column="shipment", reason="repeated_shipment", text=text, raw=line))
