"""A webhook's connection: to the address that was checked and no other, with the receiver's own name on it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from gateway.deliver import lookup as lookups
from gateway.deliver.channel import Outcome
from gateway.deliver.lookup import Lookup, NameTimeout, UnknownHost
from gateway.deliver.webhook import Webhook
from tests.deliver.desk import SECRET, an_alert, hook
from tests.deliver.messages import message
from tests.deliver.receiver import answering, receiving
from tests.sources.certificates import make_certificate


class Names:
    """A resolver that the test decides; it counts what it is asked."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, *_arguments: Any, **_named: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        address = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if not address:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]


async def post(webhook: Webhook, number: int = 1) -> Outcome:
    one = hook("OEM", "http://ignored.example/")
    return await (await webhook.prepare(message(one, [an_alert(number, ["OEM"])]))).send()


async def test_the_checked_address_is_connected_to_with_the_receivers_name_in_host_and_tls(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, alt_name="DNS:erp.oem.example")
    shown: list[str | None] = []
    context = certificate.server_context()
    context.sni_callback = lambda _socket, name, _context: shown.append(name)
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    names = Names("127.0.0.1")
    trust = ssl.create_default_context(cafile=certificate.pem)
    known = Webhook(hook("OEM", f"https://erp.oem.example:{port}/in?x=1"), [SECRET], lookup=Lookup(names), trust=trust)
    other = Webhook(hook("OEM", f"https://other.example:{port}/"), [SECRET], lookup=Lookup(names), trust=trust)
    assert (await post(known)).accepted
    assert (await post(other)).reason == "tls_failed"
    for webhook in (known, other):
        await webhook.close()
    server.close()
    assert shown == ["erp.oem.example", "other.example"]
    assert heads[0].startswith(b"POST /in?x=1 HTTP/1.1\r\nhost: erp.oem.example:%d\r\n" % port)


async def test_a_name_that_leads_elsewhere_later_is_not_followed_to_a_private_address() -> None:
    names = Names("8.8.8.8", "127.0.0.1")
    async with receiving(answering(204)) as receiver:
        port = int(receiver.url.split(":")[2].split("/")[0])
        subscription = hook("OEM", f"http://rebind.example:{port}/").model_copy(update={"allow_private": False})
        lookup = Lookup(names)
        first = await lookup.addresses("rebind.example")
        assert [str(address) for address in first] == ["8.8.8.8"]
        assert (await post(Webhook(subscription, [SECRET], lookup=Lookup(names)))).reason == "address_blocked"
    assert receiver.requests == []


async def test_of_many_addresses_the_first_counts_that_takes_a_connection_and_all_are_checked() -> None:
    def both(*_arguments: Any, **_named: Any) -> list[tuple[Any, ...]]:
        found = [(socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1")]  # what `localhost` means on most machines
        return [(family, socket.SOCK_STREAM, 6, "", (address, 0)) for family, address in found]

    async with receiving(answering(204)) as receiver:  # by IPv4 alone
        port = int(receiver.url.split(":")[2].split("/")[0])
        subscription = hook("OEM", f"http://box.example:{port}/")
        webhook = Webhook(subscription, [SECRET], lookup=Lookup(both))
        assert [(await post(webhook, number)).reason for number in range(2)] == ["accepted"] * 2
        public = subscription.model_copy(update={"allow_private": False})
        assert (await post(Webhook(public, [SECRET], lookup=Lookup(both)))).reason == "address_blocked"
        await webhook.close()
    assert len(receiver.requests) == 2


async def test_a_connection_is_used_again_and_one_that_was_ended_meanwhile_costs_nothing() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with closing(writer), suppress(asyncio.IncompleteReadError):
            for _ in range(2):  # then it goes without a word, as receivers do
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
                await reader.readexactly(int(length.partition(b":")[2]))
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    webhook = Webhook(hook("OEM", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"), [SECRET])
    assert [(await post(webhook, number)).reason for number in range(5)] == ["accepted"] * 5
    assert connections == 3
    await webhook.close()
    server.close()


@pytest.mark.parametrize(
    "answer",
    [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 999999 X\r\n\r\n", b"\x00" * 100, b"HTTP/1.1 204 X\r\nx" + b"y" * 70_000],
    ids=["ssh", "status", "zeros", "long"],
)
async def test_what_is_no_answer_is_no_acceptance(answer: bytes) -> None:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with receiving(say) as receiver:
        webhook = Webhook(hook("OEM", receiver.url), [SECRET])
        outcome = await post(webhook)
        await webhook.close()
    assert (outcome.accepted, outcome.again, outcome.reason) == (False, True, "broken_answer")


async def test_a_name_is_asked_for_once_while_it_is_fresh_and_while_it_is_asked_for() -> None:
    names = Names("192.0.2.1")
    lookup = Lookup(names)
    found = await asyncio.gather(*(lookup.addresses("erp.oem.example") for _ in range(20)))
    assert len({tuple(addresses) for addresses in found}) == 1
    assert names.asked == ["erp.oem.example"]


async def test_a_resolver_without_an_answer_ends_the_question_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lookups, "LOOKUP_S", 0.05)
    never, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask(host: str, *arguments: Any, **named: Any) -> list[tuple[Any, ...]]:
        if host == "stall.example":
            asyncio.run_coroutine_threadsafe(never.wait(), loop).result()
        return Names("192.0.2.1")(host, *arguments, **named)

    lookup = Lookup(ask)
    stalled = asyncio.create_task(lookup.addresses("stall.example"))
    assert await lookup.addresses("erp.oem.example")
    with pytest.raises(NameTimeout):
        await stalled
    never.set()


async def test_an_unknown_name_is_asked_for_again() -> None:
    lookup = Lookup(Names("", "192.0.2.1"))
    with pytest.raises(UnknownHost):
        await lookup.addresses("erp.oem.example")
    assert await lookup.addresses("erp.oem.example")
