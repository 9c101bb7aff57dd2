"""Stock as a CSV file, as planners' spreadsheets write it: place,part,quantity,counted,per_hour."""

from __future__ import annotations

import csv

import msgspec

from gateway.errors import BadInput
from gateway.plans import decode_csv
from gateway.web.http.problems import FieldFault
from gateway.web.stock.shapes import MOST_COUNTS, CountBody

HEADER = ("place", "part", "quantity", "counted", "per_hour")
NEEDED = HEADER[:4]
SEPARATORS = (",", ";", "\t")


def read_counts(data: bytes, faults: list[FieldFault]) -> list[tuple[str, CountBody]]:
    """Each row as what it says, with where it stands; what cannot be read goes to the faults.

    Raises BadInput for a file that is none.
    """
    lines = decode_csv(data).splitlines()
    if len(lines) > MOST_COUNTS + 1:
        raise BadInput(f"expected at most {MOST_COUNTS} rows, came {len(lines) - 1}")
    separator = max(SEPARATORS, key=lambda one: lines[0].count(one)) if lines else ","
    names = [cell.strip().lower() for cell in _cells(lines[0], separator)] if lines else []
    if not set(NEEDED) <= set(names):
        raise BadInput(f"expected the columns {','.join(HEADER)}, came {','.join(names)[:200] or 'nothing'}")
    rows: list[tuple[str, CountBody]] = []
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            said = dict(zip(names, (cell.strip() for cell in _cells(line, separator)), strict=False))
            row = _row(f"line {number}", said, faults)
            if row is not None:
                rows.append((f"line {number}", row))
    return rows


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a cell of more than 128 KiB
        return []


def _row(where: str, said: dict[str, str], faults: list[FieldFault]) -> CountBody | None:
    """A number that is none stays a text, so that the shape says what it expects."""
    cells = {
        name: _number(said[name]) if name in ("quantity", "per_hour") else said[name]
        for name in HEADER
        if said.get(name)
    }
    try:
        return msgspec.convert(cells, CountBody)
    except msgspec.ValidationError as error:
        faults.append(FieldFault(field=where, reason="bad_row", text=str(error)[:300]))
        return None


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
