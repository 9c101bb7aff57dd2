"""A CSV file of names: kind,name,target,party."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from gateway.errors import BadInput
from gateway.plans import decode_csv
from gateway.quality.names import KINDS
from gateway.web.quality.shapes import NameBody
from gateway.web.shapes import RowFaultShape

HEADER = ("kind", "name", "target", "party")
MOST_ROWS = 100_000


def read_names(data: bytes) -> Iterator[tuple[int, NameBody | RowFaultShape]]:
    """Each row with its line: what it says, or what is wrong with it. Raises BadInput for a file that is none."""
    lines = decode_csv(data).splitlines()
    if len(lines) > MOST_ROWS:
        raise BadInput(f"expected at most {MOST_ROWS} rows, came {len(lines)}")
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    names = [cell.strip().lower() for cell in _cells(lines[0], separator)] if lines else []
    if not set(HEADER[:3]) <= set(names):
        raise BadInput(f"expected the columns {','.join(HEADER)}, came {','.join(names)[:200] or 'nothing'}")
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            cells = dict(zip(names, _cells(line, separator), strict=False))
            yield number, _body(number, {name: cells.get(name, "").strip() for name in HEADER})


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a cell of more than 128 KiB
        return []


def _body(line: int, cells: dict[str, str]) -> NameBody | RowFaultShape:
    kind = cells["kind"].lower()
    if kind not in KINDS:
        text = f"expected one of {', '.join(KINDS)}, came '{kind[:40]}'"
        return RowFaultShape(line=line, column="kind", reason="unknown_kind", text=text)
    return NameBody(kind=kind, name=cells["name"], target=cells["target"], party=cells["party"])
