"""One search for devices: step by step, bounded by a deadline, told as it goes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing
from ipaddress import ip_network

import msgspec

from gateway.config.address import Address, SerialAddress, TcpAddress, parse_address
from gateway.config.model import Device
from gateway.devices.asked import Find, Search, SearchState, Step, Wish
from gateway.discovery.attempt import driver_of
from gateway.discovery.found import Found
from gateway.discovery.llrp_readers import PLAIN, SECURE, readers_on, subnet
from gateway.discovery.mdns import announced
from gateway.discovery.serial_ports import Port, entered, found_ports
from gateway.errors import BadInput
from gateway.model import Clock, Micros

DEADLINE_S = 180.0  # an attempt on one port takes 25 s where no driver understands it
MOST_FINDS = 500


def check(wish: Wish) -> None:
    """Raise BadInput where a wish has nothing to search, or names a subnet that may not be asked."""
    if not (wish.serial or wish.attempt or wish.mdns or wish.subnet):
        raise BadInput("expected where to search: serial, attempt, mdns or subnet", reason="nowhere_to_search")
    if wish.subnet and not ip_network(subnet(wish.subnet)).is_private:
        raise BadInput(
            f"expected a private subnet such as 192.168.1.0/24, came {wish.subnet[:80]!r}", reason="not_private"
        )


class Searching:
    """The search that was begun last: `search` says how it stands, `run` runs it."""

    def __init__(
        self,
        clock: Clock,
        *,
        deadline_s: float = DEADLINE_S,
        plain: int = PLAIN,
        secure: int = SECURE,
        ports: Callable[[], list[Port]] = found_ports,
    ) -> None:
        """`plain` and `secure`: where LLRP readers listen. `ports`: looks what is plugged in; called in a thread."""
        self.search = Search()
        self._clock = clock
        self._deadline_s = deadline_s
        self._plain, self._secure = plain, secure
        self._ports = ports
        self._limit: asyncio.Timeout | None = None
        self._is_cancelled = False

    def announce(self, now_us: Micros) -> None:
        """A search will run: from now on it counts as the one that runs."""
        self._is_cancelled = False
        self.search = Search(state="running", began_us=now_us)

    def cancel(self) -> None:
        """End it, if it runs."""
        if self.search.state == "running":
            self._is_cancelled = True
            if self._limit is not None:
                self._limit.reschedule(asyncio.get_running_loop().time())

    async def run(self, wish: Wish, devices: Iterable[Device]) -> None:
        """Search, and return when it is done, cancelled or overdue."""
        state: SearchState = "done"
        known = Known(devices)
        try:
            async with asyncio.timeout(0.0 if self._is_cancelled else self._deadline_s) as self._limit:
                await self._steps(wish, known)
        except TimeoutError:
            state = "cancelled" if self._is_cancelled else "overdue"
        finally:
            self._limit = None
            self._note(state=state, step="")

    async def _steps(self, wish: Wish, known: Known) -> None:
        if wish.serial or wish.attempt:
            await self._step("serial", self._of_ports(wish, known))
        if wish.subnet:
            await self._step("subnet", self._of_subnet(wish, known))
        if wish.mdns:
            await self._step("mdns", self._of_link(known))

    async def _step(self, step: Step, finds: AsyncIterator[Find]) -> None:
        self._note(step=step, asked=0, to_ask=0)
        try:
            async for find in finds:
                if len(self.search.finds) < MOST_FINDS:
                    self._note(finds=(*self.search.finds, find))
        except OSError as error:  # no network, no multicast: the other steps may still find something
            self._note(faults=(*self.search.faults, f"{step}: {error.strerror or error}"))

    async def _of_ports(self, wish: Wish, known: Known) -> AsyncIterator[Find]:
        ports = await asyncio.to_thread(self._ports)
        tried = [port for port in ports if wish.attempt and port.usable and not known.serial(port.path)]
        if tried:
            self._note(step="attempt", to_ask=len(tried))
        for port in ports:
            if port not in tried:
                yield _of_port(port, known)
                continue
            candidate = await driver_of(port.path, self._clock)
            self._asked()
            yield _of_port(port if candidate is None else entered(port, candidate.driver, candidate.baud), known)

    async def _of_subnet(self, wish: Wish, known: Known) -> AsyncIterator[Find]:
        network = subnet(wish.subnet)
        self._note(to_ask=len(list(network.hosts())))
        readers = readers_on(network, self._plain, self._secure, asked=self._asked)
        async with aclosing(readers):
            async for found in readers:
                yield _of_network(found, known)

    async def _of_link(self, known: Known) -> AsyncIterator[Find]:
        for found in await announced():
            yield _of_network(found, known)

    def _asked(self) -> None:
        self._note(asked=self.search.asked + 1)

    def _note(self, **changed: object) -> None:
        self.search = msgspec.structs.replace(self.search, **changed)


class Known:
    """The configured devices by where they are."""

    def __init__(self, devices: Iterable[Device]) -> None:
        self._ports: dict[str, str] = {}
        self._hosts: dict[tuple[str, int], str] = {}
        for device in devices:
            address = _address(device)
            if isinstance(address, SerialAddress):
                self._ports[os.path.realpath(address.port)] = device.name
            elif isinstance(address, TcpAddress):
                self._hosts[address.host, address.port] = device.name

    def serial(self, path: str) -> str:
        """The device on a serial port; empty where there is none."""
        return self._ports.get(os.path.realpath(path), "")

    def host(self, host: str, port: int) -> str:
        """The device at a host's port; empty where there is none."""
        return self._hosts.get((host, port), "")


def _address(device: Device) -> Address | None:
    """Where it is; None where nobody could connect to it either."""
    try:
        return parse_address(device.connect)
    except ValueError:
        return None


def _of_port(port: Port, known: Known) -> Find:
    usb = f"USB {port.usb}" if port.usb else ""
    return Find(
        address=port.port,
        driver=port.driver,
        description=" ".join(filter(None, (port.description, port.serial_number, usb))),
        note=port.why_not,
        obstacle="no_permission" if port.why_not else "",
        device=known.serial(port.path),
        entry=port.entry,
    )


def _of_network(found: Found, known: Known) -> Find:
    host = f"[{found.host}]" if ":" in found.host else found.host
    return Find(
        address=f"{host}:{found.port}",
        driver=found.driver,
        description=" ".join(filter(None, (found.description, found.mac))),
        note="in use by another client: a reader serves one at a time" if found.in_use else "",
        obstacle="in_use" if found.in_use else "",
        device=known.host(found.host, found.port),
        entry=found.entry,
    )
