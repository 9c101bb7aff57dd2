"""A scenario played on an engine; it can be restarted between two sentences, as a gateway can."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gateway.engine.engine import Engine
from gateway.engine.step import Step
from gateway.hearing import Hearing
from gateway.model import Alert, Followed, Load, Micros, Nesting, Shipment, Trip, Whereabouts
from gateway.scenario.sentences import Heard, Said


class Stage:
    """Keeps what the engine concludes, as the journal would."""

    def __init__(self, make: Callable[[], Engine], hearing: Hearing) -> None:
        self._make, self._hearing = make, hearing
        self._trips: dict[str, tuple[Trip, bool]] = {}
        self._stays: dict[str, Whereabouts] = {}
        self._loads: dict[str, Load] = {}
        self._nestings: dict[str, Nesting] = {}
        self._followed: dict[str, Followed | None] = {}
        self._alerts: dict[str, Alert] = {}
        self.engine = make()
        self.start()

    def start(self) -> None:
        """Start, or start again, from what had been committed."""
        self.engine = self._make()
        self.engine.restore(
            trips=[trip for trip, is_open in self._trips.values() if is_open],
            stays=self._stays.values(),
            alerts=self._alerts.values(),
            now_us=0,
            loads=[load for load in self._loads.values() if not load.over],
            nestings=self._nestings.values(),
            followed=[subject for subject in self._followed.values() if subject is not None],
        )

    @property
    def alerts(self) -> list[Alert]:
        """All alerts that were raised, as they stand."""
        return list(self._alerts.values())

    def plan(self, shipments: Iterable[Shipment], at_us: Micros) -> Step:
        """The plans with which it begins."""
        self.engine.advance(at_us)
        for shipment in shipments:
            self.engine.plan(shipment, ())
        return self._commit()

    def play(self, said: Said) -> Step:
        """What one sentence says."""
        self.engine.advance(said.at_us)
        match said.what:
            case None:
                pass
            case Heard(device):
                self._hearing.heard(device, said.at_us)
                self.engine.listen()
            case Shipment() as shipment:
                self.engine.plan(shipment, ())
            case event:
                self.engine.take(event)
        return self._commit()

    def _commit(self) -> Step:
        step = self.engine.drain()
        self._trips |= {trip.shipment.shipment_id: (trip, is_open) for trip, is_open in step.trips}
        self._stays |= {stay.asset: stay for stay in step.stays}
        self._loads |= {load.trailer: load for load in step.loads}
        self._nestings |= {nesting.asset: nesting for nesting in step.nestings}
        self._followed |= step.followed
        self._alerts |= {alert.alert_id: alert for alert in step.alerts}
        return step
