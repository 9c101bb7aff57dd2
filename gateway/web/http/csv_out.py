"""CSV that spreadsheets open without running what stands in it (FAULTS F28)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BEHIND_A_SEPARATOR = re.compile(r"([;\t])(?=\s*[=+\-@])")  # where spreadsheets part cells at semicolons, as in German

Bom = Annotated[bool, Query(description="begin with the mark by which spreadsheets know that it is UTF-8")]


def csv_file(name: str, text: str, *, bom: bool) -> Response:
    """An answer that is saved as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(f"\ufeff{text}" if bom else text, media_type="text/csv; charset=utf-8", headers=headers)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under a header; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.replace("\r", " ").replace("\n", " ").replace("\0", "")
    text = _BEHIND_A_SEPARATOR.sub(r"\1'", text)
    return f"'{text}" if value.startswith(_STARTS_A_FORMULA) or text.lstrip().startswith(_STARTS_A_FORMULA) else text
