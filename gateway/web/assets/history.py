"""Where an asset has been and what it was in, page by page back in time, with the alerts of that time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.access import Sight
from gateway.errors import BadInput
from gateway.journal import alerts, events, shipments
from gateway.model import Alert, LocationEvent, Micros
from gateway.plans import SiteNames
from gateway.web.assets.carriers import Carriage, carriages
from gateway.web.assets.history_shapes import HistoryAlertShape, HistoryShape
from gateway.web.assets.render_events import location_shape
from gateway.web.door.security import SignedIn
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.times import LAST_US, iso, iso_or_none, parse_micros

MOST_OF_A_CARRIER = 100  # its events while the asset was in it: a tour has a few dozen
MOST_ALERTS = 200
DEEPEST = 4  # a part in a box on a pallet in a container on a trailer
MOST_DIGITS = 18

router = APIRouter(prefix="/api/v1", tags=["assets"])

Numbered = tuple[int, LocationEvent]


@router.get("/history", openapi_extra=describe(answer=HistoryShape))
async def history(
    viewer: SignedIn,
    house: HouseDep,
    asset: Annotated[str, Query(min_length=1, max_length=512, description="by any of its names")],
    before: Annotated[str, Query(max_length=64, description="`next_before` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=500, description="most events of its own in the answer")] = 100,
) -> Response:
    """Where an asset has been, newest first, as far as it may be seen; nothing where nothing is known."""
    end = _cursor(before)
    names = house.ports.names.of(viewer.party)
    try:
        keys = names.book.keys(names.asset(asset), viewer.party)
    except BadInput:
        return send(HistoryShape(items=[], carried=[], alerts=[], next_before=None))
    sight = await house.sights.of(viewer)
    now_us = house.ports.clock.now_us()
    found = await house.ports.journal.read(lambda c: _Page(c, sight, names, end, now_us).read(keys, limit))
    return send(found)


@dataclass(frozen=True)
class _Page:
    """One page, read in one transaction."""

    connection: sqlite3.Connection
    sight: Sight
    names: SiteNames
    end: tuple[Micros, int]  # the page tells of what was before
    now_us: Micros

    def read(self, keys: Sequence[str], limit: int) -> HistoryShape:
        """The page of an asset of these keys."""
        own, is_last = self._own(keys, limit)
        from_us = 0 if is_last else own[-1][1].at_us
        until_us = min(self.end[0], self.now_us)
        carried = dict(self._carried(own[::-1], from_us, until_us, DEEPEST))
        told = [view for alert in self._alerts(keys, from_us) if (view := self.sight.alert_as(alert)) is not None]
        return HistoryShape(
            items=[location_shape(seq, event) for seq, event in own],
            carried=[location_shape(seq, carried[seq]) for seq in sorted(carried, key=lambda n: (carried[n].at_us, n))],
            alerts=[_alert(alert) for alert in told],
            next_before=None if is_last else f"{iso(from_us)},{own[-1][0]}",
        )

    def _own(self, keys: Sequence[str], limit: int) -> tuple[list[Numbered], bool]:
        """Its events, and whether nothing older is known. The cursor names what was shown, never what may not be."""
        own: list[Numbered] = []
        end = self.end
        while True:
            rows = events.history(
                self.connection,
                keys[0],
                also=keys[1:],
                party=self.sight.viewer.scope,
                places=sorted(self.sight.places),
                before=end,
                limit=limit,
            )
            own += self._seen(rows)
            if len(rows) < limit:
                return own[:limit], len(own) <= limit
            if len(own) >= limit:
                return own[:limit], False
            seq, last = rows[-1]
            end = (last.at_us, seq)

    def _seen(self, rows: Sequence[events.Numbered]) -> list[Numbered]:
        return [(seq, seen) for seq, one in rows if isinstance(seen := self.sight.event(one), LocationEvent)]

    def _carried(
        self, own: Sequence[Numbered], from_us: Micros, until_us: Micros, depth: int
    ) -> Iterator[tuple[int, LocationEvent]]:
        """The events of what something was in, and of what that was in."""
        for ride in carriages((event for _, event in own), from_us, until_us):
            theirs = self._of_carrier(ride)
            yield from theirs
            if depth > 1:
                yield from self._carried(theirs, ride.from_us, ride.until_us, depth - 1)

    def _of_carrier(self, ride: Carriage) -> list[Numbered]:
        keys = self.names.book.keys(ride.carrier, self.sight.viewer.party)
        found = events.locations_between(self.connection, keys, ride.from_us, ride.until_us, MOST_OF_A_CARRIER)
        return self._seen(found)

    def _alerts(self, keys: Sequence[str], from_us: Micros) -> list[Alert]:
        plans = {plan.shipment_id for key in keys for plan in shipments.of_asset(self.connection, key)}
        return alerts.about(
            self.connection,
            assets=keys,
            shipments=sorted(plans),
            from_us=from_us,
            until_us=min(self.end[0] - 1, LAST_US),
            limit=MOST_ALERTS,
        )


def _cursor(before: str) -> tuple[Micros, int]:
    """`TIME,NUMBER` as it was given out; without one, the end of time. Raises BadInput."""
    if not before:
        return events.EVER
    time, _, number = before.partition(",")
    if not (number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
        raise BadInput(f"before: expected `next_before` of the page before, got {before[:64]!r}")
    return parse_micros(time, "before"), int(number)


def _alert(alert: Alert) -> HistoryAlertShape:
    return HistoryAlertShape(
        alert_id=alert.alert_id,
        rule=alert.rule,
        reason=alert.reason,
        severity=alert.severity.value,
        state=alert.state.value,
        subject=alert.subject,
        shipment=alert.shipment,
        asset=alert.asset,
        place=alert.place,
        raised=iso(alert.raised_us),
        ended=iso_or_none(alert.ended_us),
        late_s=alert.late_s,
        text=alert.text,
    )
