"""A CSV file in parts that are sent one after the other: each with the head line. A row is a line."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


class CsvPart(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Rows of a file, below its head line."""

    data: bytes
    before: int  # lines of the file between its head line and these rows
    lines: int  # of the rows


def csv_parts(data: bytes, most_lines: int) -> Iterator[CsvPart]:
    """The parts of a file, one at least, of so many rows at most."""
    head, *lines = data.splitlines(keepends=True) or [b""]
    if b"\0" in data:  # not UTF-8: whoever reads it says so, of the whole
        yield CsvPart(data=data, before=0, lines=len(lines))
        return
    for begin in range(0, max(len(lines), 1), most_lines):
        rows = lines[begin : begin + most_lines]
        yield CsvPart(data=head + b"".join(rows), before=begin, lines=len(rows))
