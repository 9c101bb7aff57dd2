"""Whether a count may be told, and what it means: every fault of a request at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from gateway.clock import SECOND_US
from gateway.model import Micros, StockCount
from gateway.plans import SiteNames
from gateway.plans.instant import BadTime, read_instant
from gateway.plans.site import PlaceFound
from gateway.quality.part_numbers import MOST_NUMBER
from gateway.web.http.problems import FieldFault
from gateway.web.http.times import iso
from gateway.web.stock.shapes import CountBody

AHEAD_US = 60 * SECOND_US  # that another's clock may be before ours
OLDEST_US = 31 * 86_400 * SECOND_US  # nobody plans by what was counted longer ago


@dataclass(kw_only=True)
class Counting:
    """Reads the counts of one request."""

    names: SiteNames  # as the party uses them that tells
    places: Collection[str]  # of which it may tell
    party: str
    now_us: Micros
    faults: list[FieldFault] = field(default_factory=list)

    def read(self, rows: Iterable[tuple[str, CountBody]]) -> dict[str, StockCount]:
        """What the rows mean, by where they stand; the others have their faults."""
        found: dict[str, StockCount] = {}
        first: dict[tuple[str, str], str] = {}
        for where, row in rows:
            count = self._count(where, row)
            if count is None:
                continue
            before = first.setdefault((count.place, count.part), where)
            if before != where:
                text = f"expected each part of a place once, came {count.part} of {count.place} again after {before}"
                self._fault(where, "part", "repeated", text)
            found[where] = count
        return found

    def _count(self, where: str, row: CountBody) -> StockCount | None:
        place = self.names.place(row.place)
        if place is None or place.code not in self.places:  # what is others' and what is nowhere: one answer
            self._fault(where, "place", "not_yours", f"expected a place of yours, came {row.place[:64]!r}")
            place = None
        part = self._part(where, row.part.strip())
        counted_us = None if place is None else self._counted(where, row.counted, place)
        if place is None or counted_us is None or not part:
            return None
        return StockCount(
            place=place.code,
            part=part,
            quantity=row.quantity,
            counted_us=counted_us,
            per_hour=row.per_hour,
            party=self.party,
        )

    def _part(self, where: str, said: str) -> str:
        if not said or len(said) > MOST_NUMBER or not said.isprintable():
            text = f"expected a part number of at most {MOST_NUMBER} printable characters, came {said[:40]!a}"
            self._fault(where, "part", "bad_part_number", text)
            return ""
        return self.names.part(said)

    def _counted(self, where: str, said: str, place: PlaceFound) -> Micros | None:
        try:
            counted_us = read_instant(said, place.time_zone)
        except BadTime as error:
            self._fault(where, "counted", error.reason, str(error) + (f" — {error.fix}" if error.fix else ""))
            return None
        if not self.now_us - OLDEST_US <= counted_us <= self.now_us + AHEAD_US:
            text = f"expected a count of the last 31 days, came {iso(counted_us)}; it is {iso(self.now_us)}"
            self._fault(where, "counted", "not_of_now", text)
            return None
        return counted_us

    def _fault(self, where: str, name: str, reason: str, text: str) -> None:
        separator = ", " if where.startswith("line") else "."
        self.faults.append(FieldFault(field=f"{where}{separator}{name}", reason=reason, text=text))
