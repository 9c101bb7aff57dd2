"""How alerts behave beyond what rules find: as the configuration says it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.config.instant import instant_us
from gateway.config.model import Config, Escalation, Maintenance
from gateway.model import MaintenanceWindow, Micros

SECOND_US = 1_000_000


class Alerting(msgspec.Struct, frozen=True, kw_only=True):
    """Off-delays by the name of their rule, the steps of escalation, and the windows that are known beforehand."""

    off_delays_us: Mapping[str, Micros] = {}
    escalation: tuple[Escalation, ...] = ()
    maintenance: tuple[MaintenanceWindow, ...] = ()


PLAIN = Alerting()  # nothing waits, nothing escalates


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
