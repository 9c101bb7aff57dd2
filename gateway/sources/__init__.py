"""Sources: byte streams and messages from devices into the intake. See `source` for the contract.

`open_sources` makes one source for each stream, and one for all devices of the broker.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.config.address import SerialAddress, TcpAddress, TopicFilter, parse_address
from gateway.config.model import Device, Mqtt
from gateway.model import Clock
from gateway.sources.inbound import Arrival, Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.mqtt import MqttSource
from gateway.sources.serial import SerialSource
from gateway.sources.source import Counts, Source
from gateway.sources.tcp import TcpSource

__all__ = [
    "Arrival",
    "Connected",
    "Counts",
    "Disconnected",
    "Inbound",
    "Intake",
    "IntakeClosed",
    "Source",
    "open_source",
    "open_sources",
]


def open_source(device: Device, *, intake: Intake, clock: Clock) -> Source:
    """The source of a device with a stream of its own; it connects in `run`. Raises ValueError for MQTT."""
    address = parse_address(device.connect)
    if isinstance(address, SerialAddress):
        return SerialSource(device=device.name, address=address, intake=intake, clock=clock)
    if isinstance(address, TcpAddress):
        return TcpSource(device=device.name, address=address, intake=intake, clock=clock)
    raise ValueError(f"{device.name}: devices of the broker share one source, see open_sources")


def open_sources(
    devices: Iterable[Device], *, mqtt: Mqtt, password: str | None, intake: Intake, clock: Clock
) -> list[Source]:
    """The sources of all devices. `password` is the broker's, not the place where it stands."""
    filters: dict[str, str] = {}
    sources: list[Source] = []
    for device in devices:
        address = parse_address(device.connect)
        if isinstance(address, TopicFilter):
            filters[device.name] = address.topic
        else:
            sources.append(open_source(device, intake=intake, clock=clock))
    if filters:
        sources.append(MqttSource(mqtt=mqtt, password=password, filters=filters, intake=intake, clock=clock))
    return sources
