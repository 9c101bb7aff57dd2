"""How alerts behave beyond what rules find: as the configuration says it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec

from gateway.config.instant import instant_us
from gateway.config.model import Config, Escalation, Maintenance, Subscription
from gateway.engine.alerts import About
from gateway.engine.desk import AlertDesk
from gateway.engine.escalation import EscalationTable
from gateway.engine.quieting import Ears, Quieting
from gateway.engine.settling import OffDelays
from gateway.engine.trips import Lineage
from gateway.model import Alert, Finding, MaintenanceWindow, Micros, Subject

SECOND_US = 1_000_000


class Alerting(msgspec.Struct, frozen=True, kw_only=True):
    """Off-delays by the name of their rule, the steps of escalation, and the windows that are known beforehand."""

    off_delays_us: Mapping[str, Micros] = {}
    escalation: tuple[Escalation, ...] = ()
    maintenance: tuple[MaintenanceWindow, ...] = ()


PLAIN = Alerting()  # nothing waits, nothing escalates


def make_desk(
    alerting: Alerting,
    *,
    about: Callable[[Subject, Finding, Micros], About],
    subscriptions: Collection[Subscription],
    devices: Ears,
    lineage: Lineage,
    assets_of: Callable[[Alert], Collection[str]],
) -> AlertDesk:
    """The desk at which alerts behave so."""
    return AlertDesk(
        about=about,
        subscriptions=subscriptions,
        off_delays=OffDelays(alerting.off_delays_us),
        quieting=Quieting(windows=alerting.maintenance, devices=devices, lineage=lineage, assets_of=assets_of),
        escalation=EscalationTable(alerting.escalation),
    )


def alerting_of(config: Config) -> Alerting:
    """What a configuration says of it."""
    return Alerting(
        off_delays_us={entry.name: int(entry.off_delay_s * SECOND_US) for entry in config.rules},
        escalation=config.escalation,
        maintenance=tuple(map(window_of, config.maintenance)),
    )


def window_of(entry: Maintenance) -> MaintenanceWindow:
    """A window of the configuration, whose instants were checked."""
    return MaintenanceWindow(
        name=entry.name,
        start_us=instant_us(entry.start),
        end_us=instant_us(entry.end),
        devices=entry.devices,
        places=entry.places,
        lanes=entry.lanes,
        rules=entry.rules,
    )
