"""What could be taken in, and whether a device of the answers works: discovery and trial, as answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from gateway.clock import SystemClock
from gateway.config import Config
from gateway.discovery import llrp_readers
from gateway.discovery.found import Found
from gateway.discovery.mdns import announced
from gateway.discovery.serial_ports import Port, found_ports
from gateway.setup.answers import DeviceAnswer
from gateway.setup.shapes import AntennaShape, FindShape, Search, TriedShape
from gateway.trial.listen import Trial, open_trial

TRIAL_S = 8.0  # a reader answers at once, a receiver of GPS once a second, a person finds a tag
IN_USE = "in use by another client: a reader serves one at a time"


async def find(search: Search) -> list[FindShape]:
    """Every serial port, and of the network what was asked for. Raises BadInput for a subnet that is none."""
    network = [one async for one in _on_network(search)]
    return [_of_port(port) for port in await asyncio.to_thread(found_ports)] + [_of_network(one) for one in network]


async def _on_network(search: Search) -> AsyncIterator[Found]:
    if search.subnet:
        async for reader in llrp_readers.readers_on(llrp_readers.subnet(search.subnet)):
            yield reader
    if search.mdns:
        for service in await announced():
            yield service


def _of_port(port: Port) -> FindShape:
    device = DeviceAnswer(name=port.name, driver=port.driver, connect=port.connect)
    about = port.description or port.port
    return FindShape(
        device=device,
        description=f"{about} ({port.usb})" if port.usb else about,
        trouble=port.why_not,
        obstacle="no_permission" if port.why_not else "",
    )


def _of_network(found: Found) -> FindShape:
    device = DeviceAnswer(name=found.name, driver=found.driver, connect=found.connect)
    return FindShape(
        device=device,
        description=found.description,
        trouble=IN_USE if found.in_use else "",
        obstacle="in_use" if found.in_use else "",
    )


async def attempt(config: Config, device: int, base: Path, seconds: float = TRIAL_S) -> TriedShape:
    """Connect to a device of a checked configuration and listen; end early once it has read a tag well.

    Raises BadInput for one that can only be heard by a gateway that runs.
    """
    trial = Trial(config.devices[device], SystemClock())
    async with open_trial(trial, config, base, seconds) as turns:
        async for _ in turns:
            if any(saying.grade == "ok" for saying in trial.says()):
                break
    antennas = [
        AntennaShape(
            number=number,
            reads=antenna.reads,
            tags=len(antenna.tags),
            rssi_dbm=None if antenna.rssi_dbm is None else round(antenna.rssi_dbm[1], 1),
        )
        for number, antenna in sorted(trial.tally.antennas.items())
    ]
    return TriedShape(says=trial.says(), antennas=antennas)
