"""Devices and read points: drivers and their settings, addresses, antennas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.config.catalogue import Catalogue
from gateway.config.check_address import Ports, check_address, check_files
from gateway.config.names import Names, means, refers
from gateway.config.nodes import Items, Table, number
from gateway.config.shape import build
from gateway.errors import Fault


def check_devices(root: Table, names: Names, catalogue: Catalogue, folder: Path) -> Iterator[Fault]:
    """Yield the faults of each device, and of two that share a port; `folder` is where the file stands."""
    ports = Ports()
    for device in root.tables("devices"):
        yield from refers(device, "place", names.places, "the code of a place")
        yield from refers(device, "asset", names.assets, "the name of an asset")
        yield from _driver(device, catalogue)
        yield from check_files(device, folder)
        yield from ports.check(device)


def check_read_points(root: Table, names: Names) -> Iterator[Fault]:
    """Yield the faults of each read point, and of two that claim one antenna."""
    claimed: dict[tuple[str, int | None], Table] = {}
    for point in root.tables("read_points"):
        yield from refers(point, "place", names.places, "the code of a place")
        yield from refers(point, "device", names.devices, "the name of a device")
        yield from _antennas(point, claimed)
    yield from _zones(root)


def check_inputs(root: Table, names: Names) -> Iterator[Fault]:
    """Yield the faults of each dock input, and of two that read the same contact alike."""
    first: dict[tuple[str, str, str, str], Table] = {}
    for entry in root.tables("inputs"):
        yield from refers(entry, "place", names.places, "the code of a place")
        yield from refers(entry, "device", names.devices, "the name of a device")
        key = (entry.text("device"), entry.text("name"), entry.text("place"), entry.text("means"))
        if first.setdefault(key, entry) is not entry:
            text = f"expected an input of its own, came {key[1]} of {key[0]} once more, as in line {first[key].line}"
            yield entry.fault(text, "remove one of them")


def _driver(device: Table, catalogue: Catalogue) -> Iterator[Fault]:
    driver = device.text("driver")
    if not driver:
        return
    entry = catalogue.drivers.get(driver)
    if entry is None:
        yield from means(device.spot("driver"), driver, sorted(catalogue.drivers), "a driver")
        return
    yield from build(entry.settings, device.table("settings"))[1]
    yield from check_address(device, driver, entry.transport)


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


def _zones(root: Table) -> Iterator[Fault]:
    """A door decides by its two zones, or has none at all."""
    kinds = {place.text("code"): place.text("kind") or "plant" for place in root.tables("places")}
    points = [point for point in root.tables("read_points") if point.text("zone")]
    zones: dict[str, set[str]] = {}
    for point in points:
        zones.setdefault(point.text("place"), set()).add(point.text("zone"))
    for point in points:
        place, spot = point.text("place"), point.spot("zone")
        if kinds.get(place, "door") != "door":
            yield spot.fault(f"expected a zone at a door, came one at {place}, a {kinds[place]}", "remove it")
        elif point.text("passing"):
            yield spot.fault("expected `zone` or `passing`, came both", "remove `passing`: two zones know both ways")
        elif len(zones[place]) == 1:
            other = "inner" if point.text("zone") == "outer" else "outer"
            text = f"expected read points of {place} in both zones, came only {point.text('zone')}"
            yield spot.fault(text, f"add one with `zone: {other}`, or remove the zone")


def _owner(
    claimed: dict[tuple[str, int | None], Table], device: str, antenna: int | None, point: Table
) -> Table | None:
    """Another read point that has this antenna; None stands for all of a device's."""
    for (other_device, other_antenna), other in claimed.items():
        same = antenna is None or other_antenna is None or antenna == other_antenna
        if other_device == device and same and other is not point:
            return other
    return None
