"""The present for the page: the locator's board in the web's words."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.locate import Board, Where
from gateway.model import Micros, Tier
from gateway.quality.names import NameBook
from gateway.web.ports import DockView, Spot, Whereabouts


class Live:
    """Reads the board; asked on the event loop, between batches.

    What was located under a name before the name was linked is the asset's: of one asset the newest is told, once.
    """

    def __init__(self, board: Board, book: NameBook | None = None) -> None:
        self._board = board
        self._book = NameBook() if book is None else book

    def board(self) -> Iterator[Whereabouts]:
        """Every asset that is somewhere known, or on its way from there."""
        known = (_whereabouts(where) for where in self._board.everyone() if where.since_us is not None)
        return (self._named(where) for where in known if self._is_newest(where))

    def positions(self) -> Iterator[Spot]:
        """The last position of every asset that has one."""
        for where, position in self._board.positions():
            yield Spot(
                asset=where.asset,
                kind=where.kind,
                lat=position.lat,
                lon=position.lon,
                place=where.place,
                tier=where.tier or Tier.TRANSIT,
                at_us=position.at_us,
            )

    def where(self, asset: str) -> Whereabouts | None:
        """One asset; None where it has never been seen."""
        found = [where for key in self._book.keys(asset) if (where := self._board.where(key)) is not None]
        if not found:
            return None
        newest = _whereabouts(max(found, key=_seen_us))
        return msgspec.structs.replace(newest, asset=asset)

    def dock(self, place: str) -> DockView:
        """What the contacts of a place say."""
        dock = self._board.dock(place)
        return DockView() if dock is None else DockView(door_open=dock.door_open, trailer_present=dock.trailer)

    def _named(self, where: Whereabouts) -> Whereabouts:
        key = self._book.asset(where.asset)
        return where if key == where.asset else msgspec.structs.replace(where, asset=key)

    def _is_newest(self, where: Whereabouts) -> bool:
        """Whether an asset is not told under another of its names."""
        if len(self._book) == 0:
            return True
        key = self._book.asset(where.asset)
        names = self._book.keys(key)
        if len(names) == 1:
            return True
        newest = max((found for name in names if (found := self._board.where(name)) is not None), key=_seen_us)
        return newest.asset == where.asset


def _seen_us(where: Where) -> Micros:
    return where.seen_us or where.since_us or 0


def _whereabouts(where: Where) -> Whereabouts:
    since_us: Micros = where.since_us or where.seen_us or 0
    return Whereabouts(
        asset=where.asset,
        kind=where.kind,
        place=where.place,
        tier=where.tier or Tier.TRANSIT,
        since_us=since_us,
        seen_us=where.seen_us or since_us,
        lat=where.lat,
        lon=where.lon,
        parent=where.parents[0] if where.parents else "",
        via=where.parents,
        moving=where.moving,
        moving_since_us=where.moving_since_us,
    )
