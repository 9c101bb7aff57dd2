"""What one open stream is to be sent next: its cursor over the journal, in its viewer's sight."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace

import msgspec

from gateway.access import Sight, Viewer
from gateway.journal import alerts, remarks
from gateway.model import Remark
from gateway.web.alerts.remarks import remark_shape
from gateway.web.alerts.routes import told
from gateway.web.assets.board import counts
from gateway.web.assets.render_events import event_shape
from gateway.web.door.security import viewer_of
from gateway.web.house import House
from gateway.web.live.cursor import Cursor
from gateway.web.live.hub import Seat
from gateway.web.live.tail import Marks
from gateway.web.shapes import AlertShape

ALERT_LOG = 200  # entries of each log in one read
BOARD_EVERY_S = 1.0
CHECK_EVERY_S = 0.4  # of the token: a revoked one ends the stream within a second

_json = msgspec.json.Encoder().encode


class Listener:
    """One stream's state. It writes nothing: `EventStream` sends the frames."""

    def __init__(self, *, house: House, viewer: Viewer, token: str | None, session: str, cursor: Cursor) -> None:
        self.journal = house.ports.journal
        self._house = house
        self._viewer = viewer
        self._token = token
        self._session = session
        self._cursor = cursor
        self._counts: dict[str, int] = {}
        self._counted_s = 0.0
        self._owes_counts = True
        self._commits = -1  # up to which everything was told
        self._checked_s = time.monotonic()

    def take_seat(self) -> AbstractContextManager[Seat]:
        """A seat for this viewer's party. Entering it raises TooManyStreams."""
        return self._house.ports.hub.seat(self._viewer.party, session=self._session)

    async def allowed(self) -> bool:
        """Whether the token still holds; asked of the journal every CHECK_EVERY_S."""
        if time.monotonic() - self._checked_s >= CHECK_EVERY_S:
            self._checked_s = time.monotonic()
            return await viewer_of(self._house, self._token) == self._viewer
        return True

    async def news(self) -> tuple[list[bytes], bool]:
        """Frames of what happened behind the cursor, and whether there is more to ask for at once.

        Costs nothing while nothing is committed: an idle gateway with open streams stays idle.
        """
        commits = self.journal.commits
        if commits == self._commits and not self._owes_counts:
            return [], False
        marks = await self._house.tail.marks()
        rows = await self._house.tail.after(self._cursor.event)
        sight = await self._house.sights.of(self._viewer)  # after the events: plans that came before them count
        frames = []
        for seq, found in rows:
            self._cursor = replace(self._cursor, event=seq)
            if (event := sight.event(found)) is not None:
                shape = event_shape(seq, event)
                frames.append(frame(str(shape.__struct_config__.tag), _json(shape), str(self._cursor)))
        frames += await self._alerts(marks, sight)
        frames += await self._remarks(marks, sight)
        frames += await self._board(sight)
        more = self._cursor.event < marks.event or self._cursor.remark < marks.remark or self._behind(marks)
        self._commits = -1 if more else commits
        return frames, more

    def _behind(self, marks: Marks) -> bool:
        return self._cursor.alert < marks.alert or self._cursor.delivery < marks.delivery

    async def _alerts(self, marks: Marks, sight: Sight) -> list[bytes]:
        """Each alert that changed, once, as it stands now."""
        if not self._behind(marks):
            return []
        before = self._cursor
        changed, self._cursor = await self.journal.read(lambda c: _changed(c, before, sight))
        # Only the last frame moves the client's cursor: one cut off in between gets all of them again.
        last = len(changed) - 1
        return [
            frame("alert", _json(shape), str(self._cursor if number == last else before))
            for number, shape in enumerate(changed)
        ]

    async def _remarks(self, marks: Marks, sight: Sight) -> list[bytes]:
        """What was said of alerts, each remark once, behind the alert with its new count of them."""
        if self._cursor.remark >= marks.remark:
            return []
        before = self._cursor
        shapes, said, end = await self.journal.read(lambda c: _said(c, before.remark, sight))
        frames = [frame("alert", _json(shape), str(before)) for shape in shapes]
        for remark in said:
            self._cursor = replace(self._cursor, remark=remark.number)
            frames.append(frame("remark", _json(remark_shape(remark)), str(self._cursor)))
        self._cursor = replace(self._cursor, remark=end)
        return frames

    async def _board(self, sight: Sight) -> list[bytes]:
        self._owes_counts = time.monotonic() - self._counted_s < BOARD_EVERY_S
        if self._owes_counts:
            return []
        self._counted_s = time.monotonic()
        moment = await self._house.present.look()
        self._owes_counts = moment.last_seq < self._cursor.event  # a kept look may be older than what was just told
        found = counts(moment, sight)
        if found == self._counts:
            return []
        self._counts = found
        return [frame("board", _json({"tiers": found}), str(self._cursor))]


def frame(event: str, data: bytes, id: str = "") -> bytes:
    """One server-sent event; where data has more lines than one, each is told as such."""
    mark = f"id: {id}\n" if id else ""
    return f"{mark}event: {event}\ndata: ".encode() + data.replace(b"\n", b"\ndata: ") + b"\n\n"


def _changed(connection: sqlite3.Connection, cursor: Cursor, sight: Sight) -> tuple[list[AlertShape], Cursor]:
    versions = alerts.log_after(connection, cursor.alert, ALERT_LOG)
    attempts = alerts.delivery_log_after(connection, cursor.delivery, ALERT_LOG)
    ids = dict.fromkeys([alert.alert_id for _, alert in versions] + [made.alert_id for _, made in attempts])
    found = (alerts.get(connection, alert_id) for alert_id in ids)
    views = (sight.alert_as(alert) for alert in found if alert is not None)
    shapes = [told(connection, view, sight) for view in views if view is not None]
    alert, delivery = _end(cursor.alert, versions), _end(cursor.delivery, attempts)
    return shapes, replace(cursor, alert=alert, delivery=delivery)


def _said(connection: sqlite3.Connection, start: int, sight: Sight) -> tuple[list[AlertShape], list[Remark], int]:
    """The remarks behind a number that may be seen, with their alerts, and the number up to which there are no others.

    The alerts of acknowledgements are told by their own log.
    """
    found = remarks.log_after(connection, start, ALERT_LOG)
    ids = dict.fromkeys(remark.alert_id for _, _, remark in found)
    views = (sight.alert_as(alert) for key in ids if (alert := alerts.get(connection, key)) is not None)
    seen = {view.alert_id: view for view in views if view is not None}
    said = [shown for _, _, one in found if one.alert_id in seen for shown in sight.remarks(seen[one.alert_id], [one])]
    changed = dict.fromkeys(one.alert_id for one in said if one.kind != "acknowledged")
    shapes = [told(connection, seen[alert_id], sight) for alert_id in changed]
    return shapes, said, _end(start, [(number, remark) for number, _, remark in found])


def _end(start: int, rows: Iterable[tuple[int, object]]) -> int:
    return max((number for number, _ in rows), default=start)
