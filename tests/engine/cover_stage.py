"""An engine with one rule about lateness and a plant that uses a part, on which stories of cover are played."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from gateway.catalogue import make_rule
from gateway.config.alerting import Demand
from gateway.config.model import RuleEntry, Subscription
from gateway.engine.cover import HOUR_US, Stocks
from gateway.engine.engine import Engine
from gateway.engine.weighing import Cover
from gateway.hearing import Hearing
from gateway.model import Alert, Delivery, PartLine, Shipment, StockCount, Stocktaking, Trip
from tests.engine.scenario import PLACES, at, clock, event, shipment

PART = "4711-A"
PER_HOUR = 60.0


def carrying(line: str, *parts: str) -> Shipment:
    """A plan of a story, with goods."""
    goods = tuple(PartLine(number=part, quantity=960, unit="C62") for part in parts or (PART,))
    return replace(shipment(line), parts=goods)


def counted(quantity: float, when: str, place: str = "B", part: str = PART) -> StockCount:
    """A count, told when it was made."""
    return StockCount(place=place, part=part, quantity=quantity, counted_us=at(when))


class CoverStage:
    """Plays a story; it can be restarted between two lines."""

    def __init__(self, rule: str = "late_arrival", *, places: Sequence[str] = ("B",), **settings: object) -> None:
        self._entry = RuleEntry(name="rule", rule=rule, settings=settings)  # type: ignore[arg-type]
        self._places = places
        self._trips: dict[str, tuple[Trip, bool]] = {}
        self._counts: dict[tuple[str, str], StockCount] = {}
        self.alerts: dict[str, Alert] = {}
        self.deliveries: list[Delivery] = []
        self.told: list[str] = []
        self.start()

    def start(self) -> None:
        """Start, or start again, from what had been committed."""
        demand = [Demand(place=place, part=PART, per_hour=PER_HOUR) for place in self._places]
        self.engine = Engine(
            rules={"rule": make_rule(self._entry)},
            subscriptions=[Subscription(name="page", party="OWN-B", channel="sse")],
            lineage=PLACES.lineage,
            owners=PLACES,
            hearing=Hearing([], {}),
            operator="OWN-B",
            cover=Cover(
                stocks=Stocks(demand, lambda _: None),
                rules=("rule",),
                critical_us=2 * HOUR_US,
                warning_us=8 * HOUR_US,
            ),
        )
        self.engine.count(Stocktaking(recorded_us=0, counts=tuple(self._counts.values())))
        self.engine.restore(
            trips=[trip for trip, is_open in self._trips.values() if is_open],
            stays=(),
            alerts=self.alerts.values(),
            now_us=0,
        )

    def plan(self, when: str, *plans: Shipment) -> None:
        self.engine.advance(at(when))
        for plan in plans:
            self.engine.plan(plan, ())
        self._commit()

    def count(self, when: str, *counts: StockCount) -> None:
        self.engine.advance(at(when))
        self.engine.count(Stocktaking(recorded_us=at(when), counts=counts))
        for one in counts:
            held = self._counts.get((one.place, one.part))
            if held is None or held.counted_us <= one.counted_us:
                self._counts[one.place, one.part] = one
        self.until(when)

    def until(self, when: str) -> None:
        """Time passes, and nothing happens."""
        self.engine.advance(at(when))
        self._commit()

    def happens(self, line: str) -> None:
        happened = event(line)
        self.engine.advance(happened.recorded_us)
        self.engine.take(happened)
        self._commit()

    @property
    def alert(self) -> Alert:
        """The one that was raised."""
        (alert,) = self.alerts.values()
        return alert

    def _commit(self) -> None:
        step = self.engine.drain()
        self._trips |= {trip.shipment.shipment_id: (trip, is_open) for trip, is_open in step.trips}
        self.deliveries += step.deliveries
        for alert in step.alerts:
            held = self.alerts.get(alert.alert_id)
            self.alerts[alert.alert_id] = alert
            if held is None or held.severity != alert.severity:
                self.told.append(f"{clock(alert.recorded_us)} {alert.severity}")
