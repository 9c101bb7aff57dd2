"""Where a device is: whether its driver can use the address, and what else that address needs."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from gateway.config.address import (
    MESSAGES,
    STREAMS,
    Address,
    HttpAddress,
    ListenAddress,
    MessageAddress,
    NoAddress,
    TcpAddress,
    TopicFilter,
    WebhookAddress,
    parse_address,
)
from gateway.config.nodes import Table
from gateway.errors import Fault

_WANTED = {
    "stream": ("a serial port or a TCP address", f"write {STREAMS}"),
    "message": (
        "an MQTT topic filter, an HTTP address or webhook",
        f"write {MESSAGES}; the broker stands under `mqtt`",
    ),
}


def check_address(device: Table, driver: str, transport: Literal["stream", "message"]) -> Iterator[Fault]:
    """Yield the faults of `connect` and of the keys that only some addresses have."""
    connect, spot = device.text("connect"), device.spot("connect")
    if not connect:
        return
    what, fix = _WANTED[transport]
    try:
        address = parse_address(connect)
    except NoAddress:
        yield spot.fault(f"expected {what} for {driver}, came '{connect[:80]}'", fix)
        return
    except ValueError as error:
        text, _, fix = str(error).partition(" — ")
        yield spot.fault(text, fix)
        return
    if isinstance(address, MessageAddress) != (transport == "message"):
        yield spot.fault(f"expected {what} for {driver}, came '{connect[:80]}'", fix)
        return
    yield from _peers(device, address)
    yield from _secrets(device, address)


def check_files(device: Table, folder: Path) -> Iterator[Fault]:
    """Yield a fault where the file of those who vouch for a device is not there."""
    address = _address(device)
    tls = address.tls if isinstance(address, TcpAddress | HttpAddress) else None
    if tls is not None and tls.ca and not (folder / tls.ca).is_file():
        text = f"ca: expected a file, came '{tls.ca[:120]}', which is none"
        yield device.spot("connect").fault(text, f"it is looked for in {folder}")


class Ports:
    """Which device has which port; a topic may be read by two devices, a port cannot."""

    def __init__(self) -> None:
        self._taken: dict[str, Table] = {}

    def check(self, device: Table) -> Iterator[Fault]:
        """Yield a fault where another device has this one's address."""
        address = _address(device)
        if address is None or isinstance(address, TopicFilter | WebhookAddress):
            return
        other = self._taken.setdefault(_port(address), device)
        if other is not device:
            text = f"expected an address of its own, came that of {other.text('name')}"
            yield device.spot("connect").fault(
                text, "a port serves one device: remove one of them, or mend the address"
            )


def _address(device: Table) -> Address | None:
    try:
        return parse_address(device.text("connect"))
    except ValueError:  # told by check_address
        return None


def _port(address: Address) -> str:
    match address:
        case ListenAddress():
            return f"listen:{address.port}"
        case TcpAddress():
            return f"{address.host}:{address.port}"
        case HttpAddress():
            return address.url
        case _:
            return getattr(address, "port", "")


def _peers(device: Table, address: Address) -> Iterator[Fault]:
    listens = isinstance(address, ListenAddress)
    if not listens and device.has("peers"):
        yield device.spot("peers").fault("expected no `peers` here: nobody dials in", "remove it")
        return
    for spot, network in device.texts("peers"):
        try:
            ip_network(network)
        except ValueError as error:
            fix = "write the network's first address and its length, as 10.20.0.0/16, or one address"
            yield spot.fault(f"expected a network, came '{network[:60]}': {str(error)[:120]}", fix)
    if isinstance(address, ListenAddress) and not address.is_loopback and not any(device.texts("peers")):
        text = f"expected `peers`, the networks that may dial in to {address.host}:{address.port}, came none"
        fix = "add `peers: [10.20.0.0/16]`; [0.0.0.0/0, '::/0'] lets everyone in"
        yield device.spot("connect").fault(text, fix)


def _secrets(device: Table, address: Address) -> Iterator[Fault]:
    given = [key for key in ("username", "password") if device.has(key)]
    if isinstance(address, WebhookAddress):
        if "password" not in given:
            text = "expected `password`, the secret by which the device proves who it is, came none"
            yield device.spot("connect").fault(text, "add `password: ${NAME}`, or file:PATH")
    elif isinstance(address, HttpAddress):
        if len(given) == 1:
            yield device.spot(given[0]).fault("expected `username` and `password` together, came one of them")
    else:
        for key in given:
            yield device.spot(key).fault(
                f"expected no `{key}` here: only http, https and webhook have one", "remove it"
            )
