"""`tierview devices discover`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.discovery.found import Found
    from gateway.discovery.serial_ports import Port


def devices_discover(*, subnet: str = "", mdns: bool = False, attempt: bool = False, json: bool = False) -> int:
    """Find devices: serial ports, readers on a subnet, what announces itself.

    For example:

        tierview devices discover
        tierview devices discover --attempt
        tierview devices discover --subnet 192.0.2.0/24 --mdns

    Each comes with its entry for config.yaml. Of each serial port: what is plugged in, the path that stays the same
    however often it is replugged, whether this user may open it and, if not,
    what to do. Without --attempt the driver is a guess from the maker of the
    USB chip. The exit code is 1 where nothing was found.

    Parameters
    ----------
    subnet
        Ask every address of this subnet, at most 1024, for an LLRP reader. A reader that is in use says so.
    mdns
        Ask the link for services that announce themselves: LLRP, gpsd, Modbus.
    attempt
        Listen on each serial port with one driver after another. Readers are asked questions: do not use it
        where something else is on a port.
    json
        One JSON object a line: port, path, usb, description, serial_number, usable, why_not, driver, entry;
        or host, port, mac, driver, description, in_use, entry.
    """
    return asyncio.run(_discover(subnet, mdns=mdns, attempt=attempt, json=json))


async def _discover(subnet: str, *, mdns: bool, attempt: bool, json: bool) -> int:
    from gateway.cli.printed import warn

    count = 0
    async for port in _ports(attempt=attempt):
        _show_port(port, json=json)
        count += 1
    if not count:
        warn("There is no serial port: plug the device in, and look with `dmesg` whether the kernel sees it.")
    async for found in _on_network(subnet, mdns=mdns):
        _show_found(found, json=json)
        count += 1
    return 0 if count else 1


async def _ports(*, attempt: bool) -> AsyncIterator[Port]:
    from gateway.cli.printed import warn
    from gateway.clock import SystemClock
    from gateway.discovery.attempt import driver_of
    from gateway.discovery.serial_ports import entered, found_ports
    from gateway.logs import set_up_logs

    set_up_logs(level="error")
    for port in found_ports():
        if not (attempt and port.usable):
            yield port
            continue
        warn(f"listening on {port.port} ...")
        candidate = await driver_of(port.path, SystemClock())
        if candidate is None:
            warn(f"no driver understands what comes from {port.port}: is the device powered?")
        yield port if candidate is None else entered(port, candidate.driver, candidate.baud)


async def _on_network(subnet: str, *, mdns: bool) -> AsyncIterator[Found]:
    from gateway.cli.printed import warn
    from gateway.discovery import llrp_readers
    from gateway.discovery.mdns import announced

    if subnet:
        network = llrp_readers.subnet(subnet)
        warn(f"asking {network.num_addresses} addresses of {network} for LLRP readers ...")
        async for reader in llrp_readers.readers_on(network):
            yield reader
    if mdns:
        warn("asking the link who announces itself ...")
        for service in await announced():
            yield service


def _show_port(port: Port, *, json: bool) -> None:
    from gateway.cli.printed import say, write_json

    if json:
        write_json(port)
        return
    say(f"{port.port}  {port.description}".rstrip(), "bold")
    say(f"  USB {port.usb}" if port.usb else "  not on USB")
    if port.why_not:
        say(f"  {port.why_not}", "yellow")
    _show_entry(port.entry)


def _show_found(found: Found, *, json: bool) -> None:
    from gateway.cli.printed import say, write_json

    if json:
        write_json(found)
        return
    say(f"{found.host}:{found.port}  {found.description}", "bold")
    say(f"  {found.mac or 'link address not known'}")
    if found.in_use:
        say("  in use by another client: a reader serves one at a time", "yellow")
    _show_entry(found.entry)


def _show_entry(entry: str) -> None:
    from gateway.cli.printed import say

    for line in entry.splitlines():
        say(f"    {line}")
