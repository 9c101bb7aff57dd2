"""The devices of a configuration with their addresses, as far as these can be read."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.config.address import Address, parse_address
from gateway.config.model import Config, Device


def addresses(config: Config) -> Iterator[tuple[Device, Address]]:
    """Each device with what its `connect` means; the configuration was checked before."""
    for device in config.devices:
        yield device, parse_address(device.connect)
