"""Devices and read points: drivers and their settings, addresses, antennas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.config.catalogue import Catalogue
from gateway.config.names import Names, means, refers
from gateway.config.nodes import Items, Spot, Table, number
from gateway.config.shape import build
from gateway.errors import Fault

_STREAM = re.compile(
    r"serial://(?P<port>[^\s?]+)(\?\S*)?"
    r"|(?P<scheme>socket|rfc2217|tcp)://(?P<host>\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):(?P<number>\d{1,5})/?(\?\S*)?"
)
_STREAM_FIX = "write serial:///dev/ttyUSB0?baud=115200, tcp://HOST:PORT, socket://HOST:PORT or rfc2217://HOST:PORT"
_MOST_PORT = 65_535


def check_devices(root: Table, names: Names, catalogue: Catalogue) -> Iterator[Fault]:
    """Yield the faults of each device, and of two that share a port."""
    streams: dict[str, Table] = {}
    for device in root.tables("devices"):
        yield from refers(device, "place", names.places, "the code of a place")
        yield from refers(device, "asset", names.assets, "the name of an asset")
        yield from _driver(device, catalogue)
        yield from _shared_port(device, streams)


def check_read_points(root: Table, names: Names) -> Iterator[Fault]:
    """Yield the faults of each read point, and of two that claim one antenna."""
    claimed: dict[tuple[str, int | None], Table] = {}
    for point in root.tables("read_points"):
        yield from refers(point, "place", names.places, "the code of a place")
        yield from refers(point, "device", names.devices, "the name of a device")
        yield from _antennas(point, claimed)


def _driver(device: Table, catalogue: Catalogue) -> Iterator[Fault]:
    driver = device.text("driver")
    if not driver:
        return
    entry = catalogue.drivers.get(driver)
    if entry is None:
        yield from means(device.spot("driver"), driver, sorted(catalogue.drivers), "a driver")
        return
    yield from build(entry.settings, device.table("settings"))[1]
    if entry.transport == "stream":
        yield from _stream(device.spot("connect"), device.text("connect"), driver)
    else:
        yield from _message(device.spot("connect"), device.text("connect"), driver)


def _stream(spot: Spot, connect: str, driver: str) -> Iterator[Fault]:
    match = _STREAM.fullmatch(connect)
    if connect and not match:
        yield spot.fault(f"expected a serial port or a TCP address for {driver}, came '{connect[:80]}'", _STREAM_FIX)
    elif match and match["number"] and not 0 < int(match["number"]) <= _MOST_PORT:
        yield spot.fault(f"expected a port from 1 to {_MOST_PORT}, came {match['number']}")


def _message(spot: Spot, connect: str, driver: str) -> Iterator[Fault]:
    topic = connect.removeprefix("mqtt:")
    if connect and (topic == connect or not topic or topic.startswith("//")):
        text = f"expected an MQTT topic filter for {driver}, came '{connect[:80]}'"
        yield spot.fault(text, "write mqtt:TOPIC or mqtt:TOPIC/+/#; the broker's address stands under `mqtt`")
        return
    levels = topic.split("/")
    if any("#" in level and (level != "#" or index < len(levels) - 1) for index, level in enumerate(levels)):
        yield spot.fault(f"expected # alone, as the last level, came '{topic[:80]}'")
    if any("+" in level and level != "+" for level in levels):
        yield spot.fault(f"expected + alone on its level, came '{topic[:80]}'")


def _shared_port(device: Table, streams: dict[str, Table]) -> Iterator[Fault]:
    connect = device.text("connect")
    if not connect or connect.startswith("mqtt:"):
        return  # a topic may be read by two devices, a port cannot
    other = streams.setdefault(connect.split("?")[0], device)
    if other is not device:
        text = f"expected an address of its own, came that of {other.text('name')}"
        yield device.spot("connect").fault(text, "a port serves one device: remove one of them, or mend the address")


def _antennas(point: Table, claimed: dict[tuple[str, int | None], Table]) -> Iterator[Fault]:
    device = point.text("device")
    node = point.get("antennas")
    numbers = [number(item) for item in node.nodes] if isinstance(node, Items) else []
    wanted: list[int | None] = [int(value) for value in numbers if value is not None] or [None]
    if not device:
        return
    for antenna in wanted:
        other = _owner(claimed, device, antenna, point)
        claimed.setdefault((device, antenna), point)
        if other:
            what = "all antennas" if antenna is None else f"antenna {antenna}"
            text = f"expected antennas of its own, came {what} of {device}, where {other.text('name')} has its own"
            yield point.spot("antennas").fault(text, "give each antenna to one read point")


def _owner(
    claimed: dict[tuple[str, int | None], Table], device: str, antenna: int | None, point: Table
) -> Table | None:
    """Another read point that has this antenna; None stands for all of a device's."""
    for (other_device, other_antenna), other in claimed.items():
        same = antenna is None or other_antenna is None or antenna == other_antenna
        if other_device == device and same and other is not point:
            return other
    return None
