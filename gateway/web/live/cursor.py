"""Where a stream stands: what stands in its `id:` lines and comes back in Last-Event-ID."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.errors import BadInput
from gateway.web.live.tail import Marks

_FORM = re.compile(r"(\d{1,18})(?:-(\d{1,18})-(\d{1,18})(?:-(\d{1,18}))?)?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The last event, alert version, delivery outcome and remark that the client has."""

    event: int
    alert: int
    delivery: int
    remark: int

    def __str__(self) -> str:
        return f"{self.event}-{self.alert}-{self.delivery}-{self.remark}"


def parse_cursor(text: str, marks: Marks) -> Cursor:
    """`EVENT-ALERT-DELIVERY-REMARK`; what is left away at its end counts from now on; empty: all does. Raises BadInput.

    A number beyond the journal's end counts as its end: the journal is not the one that it came from.
    """
    if not text:
        return Cursor(event=marks.event, alert=marks.alert, delivery=marks.delivery, remark=marks.remark)
    match = _FORM.fullmatch(text)
    if match is None:
        raise BadInput(f"Last-Event-ID: expected the id of an event of this stream, got {text[:80]!r}")
    event, alert, delivery, remark = match.groups()
    return Cursor(
        event=min(int(event), marks.event),
        alert=marks.alert if alert is None else min(int(alert), marks.alert),
        delivery=marks.delivery if delivery is None else min(int(delivery), marks.delivery),
        remark=marks.remark if remark is None else min(int(remark), marks.remark),
    )
