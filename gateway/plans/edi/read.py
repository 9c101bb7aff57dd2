"""An interchange of either syntax -> shipments, and for each other message its segment and reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from gateway.model import Micros, Shipment
from gateway.plans.edi import asn856, desadv, edifact, x12
from gateway.plans.edi.advice import Advice
from gateway.plans.edi.envelope import Envelopes
from gateway.plans.edi.plan import draft_of
from gateway.plans.edi.segment import EdiFault, Message
from gateway.plans.fault import PlanFault
from gateway.plans.imported import Imported, Row, RowFault
from gateway.plans.shipment import make_shipment
from gateway.plans.site import SiteNames

Reader: TypeAlias = Callable[[Message], Advice]

READERS: Mapping[str, Reader] = MappingProxyType({desadv.KIND: desadv.read_desadv, asn856.KIND: asn856.read_asn})
MOST_RAW = 1_000_000  # characters of one message that is kept; what is longer cannot be read again

_OPENINGS = ("UNA", "UNB", "UNH", "ISA")


def is_edi(text: str) -> bool:
    """Whether a text begins as an interchange does, rather than as a table."""
    return text.lstrip("\ufeff \t\r\n").startswith(_OPENINGS)


def decode_edi(data: bytes) -> str:
    """The text of an interchange in the character set that it names."""
    return x12.decode(data) if _is_x12(data[:64].decode("latin-1")) else edifact.decode(data)


def read_edi(text: str, site: SiteNames, now_us: Micros) -> Imported:
    """Read all of an interchange, or of several; the bad messages hold up none of the good ones."""
    found = scan(text)
    shipments: list[Shipment] = []
    rows: list[Row] = []
    faults = [_envelope_fault(fault) for fault in found.faults]
    notes: list[RowFault] = []
    for message in found.messages:
        row = Row(number=message.number, raw=message.raw[:MOST_RAW], what="message", head=message.head)
        shipment, wrong, mended = _shipment(message, site, now_us)
        faults += _faults(row, wrong)
        if shipment is not None:
            shipments.append(shipment)
            rows.append(row)
            notes += _faults(row, mended)
    return Imported(shipments=tuple(shipments), rows=tuple(rows), faults=tuple(faults), notes=tuple(notes))


def scan(text: str) -> Envelopes:
    """The messages of an interchange, by the syntax that it begins with."""
    return x12.scan(text) if _is_x12(text[:64]) else edifact.scan(text)


def _is_x12(beginning: str) -> bool:
    """By its first segment; a byte order mark may stand before it, decoded or not."""
    return beginning.lstrip("\ufeff\u00ef\u00bb\u00bf \t\r\n").startswith("ISA")


def _shipment(
    message: Message, site: SiteNames, now_us: Micros
) -> tuple[Shipment | None, list[PlanFault], list[PlanFault]]:
    refusal = _refusal(message)
    if refusal is not None:
        return None, [refusal], []
    advice = READERS[message.kind](message)
    if advice.is_cancelled:
        text = f"expected a plan, came the cancellation of {advice.shipment_id.text[:64]}"
        fix = "plans are changed by a new version of them, and not taken back"
        fault = PlanFault(field=advice.shipment_id.name, reason="cancellation", text=f"{text} — {fix}")
        return None, [fault], []
    drafted = draft_of(advice, site)
    notes = list(drafted.notes)
    shipment, faults = make_shipment(drafted.draft, site, now_us, notes)
    return shipment, faults, notes


def _refusal(message: Message) -> PlanFault | None:
    """Why a message is not even looked into."""
    if message.fault is not None:
        return PlanFault(field=message.fault.where, reason=message.fault.reason, text=message.fault.text)
    where = message.segments[0].where
    if message.kind not in READERS:
        text = f"expected {' or '.join(READERS)}, came {message.kind[:20] or 'nothing'!r}"
        return PlanFault(field=where, reason="unsupported_message", text=text)
    if message.is_test:
        text = "expected an interchange that counts, came one that says it is a test"
        return PlanFault(field=where, reason="test_interchange", text=text)
    return None


def _faults(row: Row, faults: Iterable[PlanFault]) -> list[RowFault]:
    return [row.fault(fault) for fault in faults]


def _envelope_fault(fault: EdiFault) -> RowFault:
    return RowFault(
        line=0, column=fault.where, reason=fault.reason, text=fault.text, raw=fault.raw[:MOST_RAW], what="message"
    )
