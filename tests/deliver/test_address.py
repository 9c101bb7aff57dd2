"""Which addresses a webhook may reach: none on this side of the firewall, in whatever spelling (FAULTS F23)."""

from __future__ import annotations

import ipaddress

import pytest

from gateway.deliver.address import AddressBlocked, is_public, resolve
from gateway.deliver.lookup import Lookup

BLOCKED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.0.1",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.254",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.1.2.3",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:c0a8:101::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.1.0.1",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
]
SPELLINGS = ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.1", "0", "localhost", "LOCALHOST", "::1"]


@pytest.mark.parametrize("address", BLOCKED)
def test_it_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_it_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", [*SPELLINGS, "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"])
async def test_what_a_name_leads_to_is_what_is_judged(host: str) -> None:
    with pytest.raises(AddressBlocked):
        await resolve(host, Lookup(), allow_private=False)


async def test_a_receiver_on_site_is_reached_where_the_subscription_says_so() -> None:
    assert await resolve("127.1", Lookup(), allow_private=True) == ("127.0.0.1",)


@pytest.mark.parametrize("host", ["", "a..b", "x" * 64, "no such host", "nobody.invalid"])
async def test_a_name_that_leads_nowhere_is_an_os_error(host: str) -> None:
    with pytest.raises(OSError, match=r"\S"):
        await resolve(host, Lookup(), allow_private=False)
