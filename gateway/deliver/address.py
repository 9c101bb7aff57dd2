"""Which addresses a webhook may reach: looked up once, checked, and connected to as checked (no rebinding)."""

from __future__ import annotations

import ipaddress

from gateway.deliver.lookup import Address, Lookup

_NOT_PUBLIC = tuple(  # by IANA's registries of special addresses; not "private" by the library's word
    map(
        ipaddress.ip_network,
        ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "3fff::/20"),  # carriers' NAT, protocols, 6to4, documents
    )
)
_UNICAST = ipaddress.ip_network("2000::/3")  # all that IPv6 routes between networks
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressBlocked(Exception):
    """The name leads to an address that this subscription may not reach."""


async def resolve(host: str, lookup: Lookup, *, allow_private: bool) -> tuple[str, ...]:
    """The addresses to connect to, the first before the next. Raises AddressBlocked, UnknownHost or NameTimeout."""
    addresses = await lookup.addresses(host)
    for address in addresses:
        if not allow_private and not is_public(address):
            raise AddressBlocked(f"{host} leads to {address}, which is not on the public Internet")
    return tuple(map(str, addresses))


def is_public(address: Address) -> bool:
    """Whether an address is anybody's on the Internet; addresses that carry another inside are judged by that."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (_low(address) if address in _NAT64 else None)
        if inner is not None:
            return is_public(inner)
        if address not in _UNICAST:
            return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _NOT_PUBLIC)


def _low(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
