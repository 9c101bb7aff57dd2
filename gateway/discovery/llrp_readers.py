"""LLRP readers on a subnet: who takes a connection to the LLRP port, says so as a reader does, and who made it.

Bounded: so many addresses, so many at a time, a second or two for each. A reader serves one client, so one that a
gateway uses answers that it is in use, and is left at once.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from device_drivers.llrp_answers import ConnectionAttempt
from device_drivers.llrp_capabilities import Capabilities
from device_drivers.llrp_custom import MAKERS
from device_drivers.llrp_events import Notification
from device_drivers.llrp_requests import get_reader_capabilities
from device_drivers.llrp_wire import HEADER, HEADER_BYTES, Malformed, Message, MessageType
from gateway.discovery.found import Found, entry_of, name_of
from gateway.errors import BadInput

PLAIN, SECURE = 5084, 5085
MOST_ADDRESSES = 1024  # a /22
AT_A_TIME = 64
CONNECT_S = 1.0
ANSWER_S = 2.0
MOST_MESSAGE_BYTES = 65_536  # of a greeting and of capabilities
MOST_SKIPPED = 8  # messages before the answer
NEIGHBOURS = Path("/proc/net/arp")
NO_MAC = "00:00:00:00:00:00"

Network = IPv4Network | IPv6Network


def subnet(text: str) -> Network:
    """The subnet to ask, written as 192.0.2.0/24. Raises BadInput where it is none, or has too many addresses."""
    try:
        network = ip_network(text, strict=False)
    except ValueError as error:
        raise BadInput(f"expected a subnet such as 192.0.2.0/24, came {text!r}: {error}", reason="no_subnet") from None
    if network.num_addresses > MOST_ADDRESSES:
        raise BadInput(
            f"{text} has {network.num_addresses} addresses: at most {MOST_ADDRESSES} are asked at a time",
            reason="too_many_addresses",
        )
    return network


async def readers_on(
    network: Network, plain: int = PLAIN, secure: int = SECURE, *, asked: Callable[[], None] = lambda: None
) -> AsyncGenerator[Found, None]:
    """Yield each reader as it answers; one with several addresses, known by its link address, once.

    `asked` is called when an address has answered, or has not.
    """
    gate, seen = asyncio.Semaphore(AT_A_TIME), set[str]()
    hosts = [str(host) for host in network.hosts()]
    asking = [asyncio.create_task(_ask(gate, host, plain, secure)) for host in hosts]
    try:
        for answer in asyncio.as_completed(asking):
            found = await answer
            asked()
            if found is not None and not (found.mac and found.mac in seen):
                seen.add(found.mac)
                yield found
    finally:
        for task in asking:
            task.cancel()


async def _ask(gate: asyncio.Semaphore, host: str, plain: int, secure: int) -> Found | None:
    async with gate:
        for port, scheme in ((plain, "tcp"), (secure, "tls")):
            with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, Malformed):
                return await _greet(host, port, scheme)
    return None


async def _greet(host: str, port: int, scheme: str) -> Found:
    """Connect, hear who it is, leave. Raises one of the errors that `_ask` names where it is no reader."""
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(host, port, ssl=_any_certificate() if scheme == "tls" else None)
    try:
        async with asyncio.timeout(ANSWER_S):
            attempt = Notification.of((await _next(reader, MessageType.READER_EVENT_NOTIFICATION)).body).attempt
            free = attempt == ConnectionAttempt.Success
            who = await _capabilities(reader, writer) if free else None
            if free:
                writer.write(Message(type=MessageType.CLOSE_CONNECTION, message_id=2).to_bytes())
                await writer.drain()
    finally:
        writer.transport.abort()
    mac = mac_of(host)
    connect = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    name, remark = name_of("reader", mac, host), ""
    if scheme == "tls":
        connect, remark = f"{connect}?verify=no", "   # better: ?fingerprint=... of its certificate"
    return Found(
        host=host,
        port=port,
        mac=mac,
        driver="llrp",
        description=_described(who),
        in_use=not free,
        name=name,
        connect=connect,
        entry=entry_of(name, "llrp", connect + remark),
    )


async def _capabilities(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Capabilities:
    asked = get_reader_capabilities()
    writer.write(Message(type=asked.type, message_id=1, body=asked.body).to_bytes())
    await writer.drain()
    return Capabilities.of((await _next(reader, MessageType.GET_READER_CAPABILITIES_RESPONSE)).body)


async def _next(reader: asyncio.StreamReader, kind: MessageType) -> Message:
    """The next message of a kind; others, such as keep-alives, are passed over."""
    for _ in range(MOST_SKIPPED):
        head = await reader.readexactly(HEADER_BYTES)
        first, length, _ = HEADER.unpack(head)
        if first >> 10 not in (1, 2) or not HEADER_BYTES <= length <= MOST_MESSAGE_BYTES:
            raise Malformed("expected an LLRP header")
        message = Message.from_bytes(head + await reader.readexactly(length - HEADER_BYTES))
        if message.type == kind:
            return message
    raise Malformed(f"expected {kind.name} among {MOST_SKIPPED} messages")


def mac_of(host: str, neighbours: Path = NEIGHBOURS) -> str:
    """The link address of a host that this machine has just spoken to; empty where the kernel has none for it."""
    with suppress(OSError):
        for line in neighbours.read_text().splitlines()[1:]:
            columns = line.split()
            if len(columns) > 3 and columns[0] == host and columns[3] != NO_MAC:
                return columns[3].lower()
    return ""


def _described(who: Capabilities | None) -> str:
    if who is None:
        return "an LLRP reader that another client is using"
    maker = MAKERS.get(who.maker, f"maker {who.maker}")
    return f"{maker} model {who.model}, {who.antennas} antennas, firmware {who.firmware or 'not said'}"


@cache
def _any_certificate() -> ssl.SSLContext:
    """Readers sign their own certificates; nothing is told to them here but that we are leaving.

    Made once, and without this machine's authorities: to read those takes 20 ms, at each of a thousand addresses.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
