"""Services that announce themselves: a responder on loopback that answers as readers do."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import dns.flags
import dns.message
import dns.rrset
from hypothesis import given
from hypothesis import strategies as st

from gateway.discovery.mdns import announced, as_plain_dns, question

READER = "SpeedwayR-11-22-33._llrp._tcp.local."
RECORDS = [
    ("_llrp._tcp.local.", "PTR", READER),
    (READER, "SRV", "0 0 5084 speedway.local."),
    (READER, "TXT", '"model=R420"'),
    ("speedway.local.", "A", "192.0.2.17"),
]


def answer() -> bytes:
    """As mDNS sends it: an answer to no question, its records' classes with the bit that flushes caches."""
    message = dns.message.Message(id=0)
    message.flags = dns.flags.QR | dns.flags.AA
    for owner, kind, value in RECORDS:
        message.answer.append(dns.rrset.from_text(owner, 120, "IN", kind, value))
    wire = bytearray(message.to_wire())
    for head in (b"\x00\x21\x00\x01", b"\x00\x10\x00\x01", b"\x00\x01\x00\x01"):  # SRV, TXT and A of class IN
        at = wire.index(head)
        wire[at + 2] = 0x80
    return bytes(wire)


class _Responder(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport  # asyncio's own is none of its DatagramTransports

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked.append(data)
        for said in (b"noise", answer()[:40], answer()):
            self._transport.sendto(said, addr)


@asynccontextmanager
async def responder() -> AsyncIterator[tuple[_Responder, tuple[str, int]]]:
    loop = asyncio.get_running_loop()
    transport, mind = await loop.create_datagram_endpoint(_Responder, local_addr=("127.0.0.1", 0))
    try:
        yield mind, transport.get_extra_info("sockname")
    finally:
        transport.close()


async def test_a_reader_that_announces_itself_is_found() -> None:
    async with responder() as (mind, address):
        (found,) = await announced(0.3, address)
    assert (found.host, found.port, found.driver) == ("192.0.2.17", 5084, "llrp")
    assert found.description == "SpeedwayR-11-22-33 model=R420"
    assert found.entry.endswith("connect: tcp://192.0.2.17:5084")
    asked = dns.message.from_wire(as_plain_dns(mind.asked[0]))
    assert "_llrp._tcp.local." in [str(rrset.name) for rrset in asked.question]


async def test_silence_finds_nothing() -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    try:
        assert await announced(0.1, transport.get_extra_info("sockname")) == []
    finally:
        transport.close()


def test_the_question_asks_for_an_answer_by_unicast() -> None:
    wire = question(["_llrp._tcp.local."])
    assert wire.endswith(b"\x05local\x00" + b"\x00\x0c" + b"\x80\x01")


@given(st.binary(max_size=200))
def test_a_datagram_is_read_or_refused(data: bytes) -> None:
    with suppress(IndexError, struct.error):
        assert len(as_plain_dns(data)) == len(data)
