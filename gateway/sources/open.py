"""The source that a device's address asks for. MQTT devices share one: see `running`."""

from __future__ import annotations

from pathlib import Path

from gateway.config.address import (
    HttpAddress,
    ListenAddress,
    SerialAddress,
    TcpAddress,
    TopicFilter,
    WebhookAddress,
    parse_address,
)
from gateway.config.model import Device
from gateway.model import Clock
from gateway.sources.http import HttpSource
from gateway.sources.intake import Intake
from gateway.sources.listen import ListenSource
from gateway.sources.serial import SerialSource
from gateway.sources.source import Source
from gateway.sources.tcp import TcpSource
from gateway.sources.webhook import Credentials, WebhookSource


def open_source(device: Device, *, password: str | None, intake: Intake, clock: Clock, base: Path) -> Source:
    """The source of a device with a line of its own; it connects in `run`. Raises ValueError for MQTT.

    `password` is the device's, not the place where it stands; `base` the folder of the configuration.
    """
    match parse_address(device.connect):
        case SerialAddress() as address:
            return SerialSource(device=device.name, address=address, intake=intake, clock=clock)
        case TcpAddress() as address:
            return TcpSource(device=device.name, address=address, intake=intake, clock=clock, base=base)
        case ListenAddress() as address:
            return ListenSource(device=device.name, address=address, networks=device.peers, intake=intake, clock=clock)
        case HttpAddress() as address:
            known = None if password is None else (device.username or "", password)
            return HttpSource(
                device=device.name, address=address, credentials=known, intake=intake, clock=clock, base=base
            )
        case WebhookAddress():
            if password is None:
                raise ValueError(f"{device.name}: expected a password, by which the device proves who it is")
            credentials = Credentials(device.username or device.name, password)
            return WebhookSource(device=device.name, credentials=credentials, intake=intake, clock=clock)
        case TopicFilter():
            raise ValueError(f"{device.name}: devices of the broker share one source")
