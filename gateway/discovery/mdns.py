"""Services that announce themselves on the link: DNS-SD over multicast DNS (RFC 6763, RFC 6762), asked once.

The question asks for answers by unicast, so that nothing needs to join a group; what answers within the time counts.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.SRV import SRV

from gateway.discovery.found import Found, entry_of, name_of

GROUP = ("224.0.0.251", 5353)
TOP_BIT = 0x8000  # of a class: in a question, "answer to me alone"; in a record, "forget what you knew" (5.4, 10.2)
POINTER = 0xC0  # from here on a label's length byte is half a pointer
SECONDS = 3.0
MOST_ANSWERS = 500
_COUNTS, _LENGTH = struct.Struct(">HHHH"), struct.Struct(">H")

# What a service is to us: driver, how to connect. Empty driver: worth knowing, nothing to paste a driver for.
SERVICES = {
    "_llrp._tcp.local.": ("llrp", "tcp://{host}:{port}"),
    "_gpsd._tcp.local.": ("gpsd", "tcp://{host}:{port}"),
    "_modbus._tcp.local.": ("modbus", "tcp://{host}:{port}"),
}


@dataclass
class _Records:
    """What the answers said, by owner's name."""

    instances: dict[str, str] = field(default_factory=dict)  # instance -> service
    places: dict[str, tuple[str, int]] = field(default_factory=dict)  # instance -> host name, port
    addresses: dict[str, str] = field(default_factory=dict)  # host name -> IPv4 address
    texts: dict[str, str] = field(default_factory=dict)  # instance -> its TXT record


async def announced(seconds: float = SECONDS, target: tuple[str, int] = GROUP) -> list[Found]:
    """Ask the link for the services we know, wait, and return what came. `target`: whom to ask, for tests."""
    loop = asyncio.get_running_loop()
    records = _Records()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Listener(records), sock=_socket())
    try:
        transport.sendto(question(SERVICES), target)
        await asyncio.sleep(seconds)
    finally:
        transport.close()
    return sorted(_finds(records), key=lambda found: (found.host, found.port))


def question(services: Iterable[str]) -> bytes:
    """One message that asks for the instances of every service, to be answered to whoever asks."""
    message = dns.message.Message(id=0)
    message.flags = dns.flags.Flag(0)
    for service in services:
        name, kind = dns.name.from_text(service), dns.rdataclass.RdataClass.make(dns.rdataclass.IN | TOP_BIT)
        message.question.append(dns.rrset.RRset(name, kind, dns.rdatatype.PTR))
    return message.to_wire()


def as_plain_dns(data: bytes) -> bytes:
    """A message without mDNS's top bits of classes (cache flush), which DNS takes for other classes.

    Raises IndexError or struct.error on a message that is cut.
    """
    wire = bytearray(data)
    questions, *records = _COUNTS.unpack_from(wire, 4)
    at = 12
    for number in range(questions + sum(records)):
        at = _behind_name(wire, at)
        wire[at + 2] &= 0x7F
        at += 4 if number < questions else 10 + _LENGTH.unpack_from(wire, at + 8)[0]
    return bytes(wire)


def _behind_name(wire: bytearray, at: int) -> int:
    while (size := wire[at]) and size < POINTER:
        at += 1 + size
    return at + (2 if size >= POINTER else 1)


class _Listener(asyncio.DatagramProtocol):
    def __init__(self, records: _Records) -> None:
        self._records = records

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            message = dns.message.from_wire(as_plain_dns(data), ignore_trailing=True)
        except (dns.exception.DNSException, ValueError, IndexError, struct.error):
            return  # somebody else's
        if message.flags & dns.flags.QR:
            for rrset in (*message.answer, *message.additional):
                _note(self._records, rrset)


def _note(records: _Records, rrset: dns.rrset.RRset) -> None:
    owner = str(rrset.name)
    for record in list(rrset)[:MOST_ANSWERS]:
        if rrset.rdtype == dns.rdatatype.PTR and owner in SERVICES and len(records.instances) < MOST_ANSWERS:
            records.instances[str(record.target)] = owner
        elif isinstance(record, SRV):
            records.places[owner] = (str(record.target), record.port)
        elif isinstance(record, A):
            records.addresses[str(rrset.name)] = record.address
        elif isinstance(record, TXT):
            records.texts[owner] = b" ".join(record.strings).decode(errors="replace")


def _finds(records: _Records) -> Iterable[Found]:
    for instance, service in records.instances.items():
        if instance not in records.places:
            continue
        target, port = records.places[instance]
        host = records.addresses.get(target, target.rstrip("."))
        driver, connect = SERVICES[service]
        label = instance.removesuffix(f".{service}").replace("\\032", " ")
        name, to = name_of(driver, "", label), connect.format(host=host, port=port)
        yield Found(
            host=host,
            port=port,
            driver=driver,
            description=f"{label} {records.texts.get(instance, '')}".strip(),
            name=name,
            connect=to,
            entry=entry_of(name, driver, to),
        )


def _socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    sock.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    sock.bind(("", 0))
    return sock
