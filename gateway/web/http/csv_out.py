"""CSV that spreadsheets open without running what stands in it (FAULTS F28)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BEHIND_A_SEPARATOR = re.compile(r"([;\t])(?=\s*[=+\-@])")  # where spreadsheets part cells at semicolons, as in German


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
