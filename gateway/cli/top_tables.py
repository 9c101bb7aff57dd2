"""How `tierview top` shares a terminal among its tables: a small one shows less of each, not less tables at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

NARROW = 70  # columns of a terminal; below them tables do without their spare columns
AROUND = 3  # lines of a table beside its rows: an empty one before it, its head, a rule
LEAST_ROWS = 2  # one, and how many more there are
NUMBERS = frozenset({"waiting", "backfill", "heard", "readings/s", "bytes/s", "failures"})


@dataclass(frozen=True, kw_only=True)
class Section:
    """A table before it is known how much of it there is room for."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[str | Text]]
    most: int  # rows, however much room there is
    widest: tuple[str, ...]  # columns that share what the others leave, and are cut
    spare: tuple[str, ...] = ()  # columns that a narrow terminal does without

    @property
    def wanted(self) -> int:
        """How many rows it shows where there is room: one says how many more there are, or that there are none."""
        return max(1, min(len(self.rows), self.most + 1))


def tables(sections: Sequence[Section], width: int, lines: int | None) -> list[Table | Text]:
    """The tables of a terminal so many columns wide, in so many lines; None: as many as they take."""
    made: list[Table | Text] = []
    for section, rows in zip(sections, share([one.wanted for one in sections], lines), strict=False):
        made += [Text(""), _table(section, rows, narrow=width < NARROW)]
    return made


def share(wanted: Sequence[int], lines: int | None) -> list[int]:
    """How many rows each table gets, in turn until all is given; the last ones get none where even that is too much."""
    if lines is None:
        return list(wanted)
    shares: list[int] = []
    for rows in wanted:
        least = min(rows, LEAST_ROWS)
        if sum(shares) + least + AROUND * (len(shares) + 1) > lines:
            break
        shares.append(least)
    left = lines - sum(shares) - AROUND * len(shares)
    while left > 0 and (hungry := [at for at, rows in enumerate(shares) if rows < wanted[at]]):
        for at in hungry[:left]:
            shares[at] += 1
        left -= len(hungry[:left])
    return shares


def _table(section: Section, rows: int, *, narrow: bool) -> Table:
    kept = [at for at, name in enumerate(section.columns) if not (narrow and name in section.spare)]
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False, expand=True)
    for name in (section.columns[at] for at in kept):
        justify: JustifyMethod = "right" if name in NUMBERS else "left"
        ratio = 1 if name in section.widest else None
        table.add_column(name, overflow="ellipsis", no_wrap=True, justify=justify, ratio=ratio)
    shown = section.rows if len(section.rows) <= rows else section.rows[: rows - 1]
    for row in shown:
        table.add_row(*(row[at] for at in kept))
    if len(shown) < len(section.rows):
        table.add_row(f"and {len(section.rows) - len(shown)} more")
    if not section.rows:
        table.add_row(Text("none", style="dim"))
    return table
