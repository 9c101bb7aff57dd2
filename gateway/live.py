"""The present for the page: the locator's board in the web's words."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.locate import Board, Where
from gateway.model import Micros, Tier
from gateway.web.ports import Spot, Whereabouts


class Live:
    """Reads the board; asked on the event loop, between batches."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def board(self) -> Iterator[Whereabouts]:
        """Every asset that is somewhere known, or on its way from there."""
        return (_whereabouts(where) for where in self._board.everyone() if where.since_us is not None)

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
        where = self._board.where(asset)
        return None if where is None else _whereabouts(where)


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
    )
