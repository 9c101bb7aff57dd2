"""Which addresses a webhook may reach: looked up once, checked, and connected to as checked (no rebinding)."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_SHARED = ipaddress.ip_network("100.64.0.0/10")  # carriers' NAT; not "private" by the library's word
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressBlocked(Exception):
    """The name leads to an address that this subscription may not reach."""


async def resolve(host: str, port: int, *, allow_private: bool) -> str:
    """The address to connect to. Raises AddressBlocked, or OSError when the name is not known."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    for address in addresses:
        if not allow_private and not is_public(address):
            raise AddressBlocked(f"{host} leads to {address}, which is not on the public Internet")
    return str(addresses[0])


def is_public(address: Address) -> bool:
    """Whether an address is anybody's on the Internet; addresses that carry another inside are judged by that."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (_low(address) if address in _NAT64 else None)
        if inner is not None:
            return is_public(inner)
    elif address in _SHARED:
        return False
    return address.is_global and not address.is_multicast


def _low(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
