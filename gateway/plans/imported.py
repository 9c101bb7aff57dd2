"""What reading a file of plans gives, whichever its form: shipments, and what is wrong with which part of it."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model import Shipment
from gateway.plans.fault import PlanFault


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """Why a row or a message, or the whole file, cannot be used."""

    line: int  # 1-based; of EDI which message, 0 for their envelope
    column: str  # of EDI the segment; empty: the row as a whole
    reason: str  # a stable word
    text: str  # what was expected, what came, and the fix
    raw: str  # the line or message as it came
    subject: str = ""  # the name or number that it is about, as it came
    suggestion: str = ""  # what was probably meant
    what: str = "line"  # what is counted: line, message
    head: str = ""  # what must stand before it to read it again alone, where that is not the file's

    def __str__(self) -> str:
        place = f"{self.what} {self.line}" if self.line else "interchange"
        return place + (f", {self.column}" if self.column else "") + f": {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one plan was read from: a line, or a message."""

    number: int  # 1-based
    raw: str
    what: str = "line"
    head: str = ""

    def fault(self, fault: PlanFault) -> RowFault:
        """A plan's fault as that of its row."""
        return RowFault(
            line=self.number,
            column=fault.field,
            reason=fault.reason,
            text=fault.text,
            raw=self.raw,
            subject=fault.subject,
            suggestion=fault.suggestion,
            what=self.what,
            head=self.head,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file gave: every row is either a shipment or has a fault."""

    shipments: tuple[Shipment, ...]
    rows: tuple[Row, ...] = ()  # for each shipment what it was read from
    faults: tuple[RowFault, ...]
    notes: tuple[RowFault, ...] = ()  # what was put right in rows that are good
    head: str = ""  # the header line
    ignored_columns: tuple[str, ...] = ()  # columns of the file that mean nothing here
