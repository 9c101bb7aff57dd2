"""How loud lateness is where it is known how long the stock lasts: by the hours that are left, not by minutes. Pure.

What comes later than so many hours before a part is used up is a warning, and later still critical; what comes earlier
is for information, however late it is. For how late it comes, nine arrivals in ten decide; what is not there yet comes
no earlier than now, so that the hours that are left shrink while nothing is heard. Where nothing is known of a stock,
or of when its parts come, the rule's own severity stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from gateway.config.model import Config
from gateway.engine.alerts import LOUDNESS
from gateway.engine.cover import HOUR_US, Stocks, stocks_of
from gateway.engine.impact import Waiting, impact_of, onward_of, stops_ahead, waiting
from gateway.engine.subjects import Trips
from gateway.engine.trips import Lineage
from gateway.model import (
    Alert,
    DeviceState,
    Finding,
    Judgement,
    Load,
    Micros,
    Rule,
    Severity,
    StockCount,
    Subject,
    Tier,
    Trip,
)

LATENESS = ("late_departure", "late_arrival", "predicted_late", "at_risk", "missed_milestone")  # rules


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What is known of stocks, which rules are weighed by it, and the margins."""

    stocks: Stocks = field(default_factory=lambda: Stocks((), lambda _: None))
    rules: Collection[str] = ()  # the names of those about lateness
    critical_us: Micros = 0  # it comes later than this before a part is used up
    warning_us: Micros = 0


def cover_of(config: Config, lineage: Lineage) -> Cover:
    """What a configuration says of it."""
    return Cover(
        stocks=stocks_of(config, lineage),
        rules=frozenset(entry.name for entry in config.rules if entry.rule in LATENESS),
        critical_us=round(config.cover.critical_h * HOUR_US),
        warning_us=round(config.cover.warning_h * HOUR_US),
    )


class Weighing:
    """Looks from trips to the stocks that wait for them."""

    def __init__(self, cover: Cover, *, trips: Trips, lineage: Lineage, tier_of: Callable[[str], Tier]) -> None:
        self._cover = cover
        self._trips = trips
        self._lineage = lineage
        self._tier_of = tier_of

    def judge(self, name: str, rule: Rule, subject: Subject, now_us: Micros) -> Judgement:
        """What a rule says of a subject, with who waits for it, and as loud as the stock of its parts allows.

        A rule that wants to be asked again at a time that has passed would say the same for ever: it is not.
        """
        judgement = self._judged(name, rule, subject, now_us)
        is_past = judgement.again_us is not None and judgement.again_us <= now_us
        return replace(judgement, again_us=None) if is_past else judgement

    def _judged(self, name: str, rule: Rule, subject: Subject, now_us: Micros) -> Judgement:
        judgement = rule.judge(subject, now_us)
        finding = judgement.verdict
        trip = self._trip(subject, now_us) if isinstance(finding, Finding) else None
        if trip is None or not isinstance(finding, Finding):
            return judgement
        onward = onward_of(trip, self._trips, self._lineage)
        impact = impact_of(trip, onward, self._cover.stocks, self._lineage, self._tier_of)
        judgement = replace(judgement, verdict=replace(finding, impact=impact))
        return self._weighed(judgement, trip, now_us) if name in self._cover.rules and trip is subject else judgement

    def _weighed(self, judgement: Judgement, trip: Trip, now_us: Micros) -> Judgement:
        found = [self._loudness(one, now_us) for one in self._known(trip)]
        if not found or not isinstance(judgement.verdict, Finding):
            return judgement
        severity = max((severity for severity, _ in found), key=LOUDNESS.__getitem__)
        dues = [due_us for due_us in (judgement.again_us, *(again_us for _, again_us in found)) if due_us is not None]
        return replace(
            judgement, verdict=replace(judgement.verdict, severity=severity), again_us=min(dues, default=None)
        )

    def _trip(self, subject: Subject, now_us: Micros) -> Trip | None:
        """The trip that a subject is about: for which of its assets' trips that is, see gateway.engine.about."""
        match subject:
            case Trip():
                return subject
            case DeviceState():
                return None
            case Load():
                return self._trips.get(subject.shipments[0]) if subject.shipments else None
            case _:
                return next(iter(self._trips.carrying(subject.asset, now_us)), None)

    def count(self, counts: Iterable[StockCount], alerts: Iterable[Alert]) -> list[Alert]:
        """Take counts; return which of the alerts they may concern."""
        changed = self._cover.stocks.count(counts)
        return [alert for alert in alerts if changed and self._carries(alert.shipment, changed)]

    def _known(self, trip: Trip) -> Iterable[Waiting]:
        ahead = stops_ahead(trip)
        for one in waiting(trip, ahead, self._cover.stocks, self._lineage):
            if one.runs_out_us is not None and one.ahead.latest_us is not None:
                yield one

    def _loudness(self, one: Waiting, now_us: Micros) -> tuple[Severity, Micros | None]:
        """How loud it is that a part is late, and when it will be louder if nothing is heard."""
        assert one.runs_out_us is not None
        assert one.ahead.latest_us is not None
        comes_us = max(one.ahead.latest_us, now_us)
        critical_us, warning_us = one.runs_out_us - self._cover.critical_us, one.runs_out_us - self._cover.warning_us
        if comes_us >= critical_us:
            return Severity.CRITICAL, None
        if comes_us >= warning_us:
            return Severity.WARNING, critical_us
        return Severity.INFO, warning_us

    def _carries(self, shipment: str, parts: Collection[str]) -> bool:
        trip = self._trips.get(shipment)
        return trip is not None and any(line.number in parts for line in trip.shipment.parts)
