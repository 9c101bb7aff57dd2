"""Names of hosts to addresses, in threads of its own: a name server that does not answer holds up nobody else.

The system's resolver blocks for as long as it likes and cannot be stopped. So each question has a thread, with a bound
on how many there are, and whoever asks for a name that is being looked up waits for the same answer. No answer within
`LOOKUP_S` is a TimeoutError for who asked; the thread ends when the resolver does. The threads are daemons: an exit
does not wait for them.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

LOOKUP_S = 5.0
MOST_AT_ONCE = 64  # questions; the next is told that the resolver is busy
KEEP_S = 30.0  # a good answer
MOST_KEPT = 10_000  # names

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Ask: TypeAlias = Callable[..., list[tuple[Any, ...]]]


class UnknownHost(OSError):
    """No such name, or none that could be asked for."""


class NameTimeout(OSError):
    """The resolver has not answered in time."""


class Lookup:
    """What the gateway knows of names; belongs to one event loop."""

    def __init__(self, ask: Ask = socket.getaddrinfo) -> None:
        self._ask = ask
        self._asked: dict[str, asyncio.Future[list[Address]]] = {}
        self._kept: dict[str, tuple[float, list[Address]]] = {}  # when found, and what; the oldest first

    async def addresses(self, host: str) -> list[Address]:
        """All addresses of a host. Raises UnknownHost or NameTimeout."""
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            pass  # a name, or an address in a spelling that the resolver knows
        loop = asyncio.get_running_loop()
        found_s, kept = self._kept.get(host, (-KEEP_S, []))
        if kept and loop.time() - found_s < KEEP_S:
            return kept
        if host not in self._asked:
            if len(self._asked) >= MOST_AT_ONCE:
                raise NameTimeout("too many names are being looked up")
            self._start(loop, host)
        try:
            async with asyncio.timeout(LOOKUP_S):
                return await asyncio.shield(self._asked[host])
        except TimeoutError as error:
            raise NameTimeout(f"no answer within {LOOKUP_S:g} s") from error

    def _start(self, loop: asyncio.AbstractEventLoop, host: str) -> None:
        answer: asyncio.Future[list[Address]] = loop.create_future()
        answer.add_done_callback(lambda done: done.exception())  # nobody may be waiting any more
        self._asked[host] = answer
        threading.Thread(target=self._run, args=(loop, host), name=f"lookup-{host}", daemon=True).start()

    def _run(self, loop: asyncio.AbstractEventLoop, host: str) -> None:
        try:
            result: list[Address] | UnknownHost = _addresses(self._ask(host, None, type=socket.SOCK_STREAM))
        except OSError as error:
            result = UnknownHost(f"{host}: {error.strerror}")
        except UnicodeError:  # a name that no DNS can hold: a label of none or of more than 63 characters
            result = UnknownHost(f"{host} is no name of a host")
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(self._settle, host, result)

    def _settle(self, host: str, result: list[Address] | UnknownHost) -> None:
        answer = self._asked.pop(host)
        if isinstance(result, UnknownHost):
            answer.set_exception(result)
            return
        self._kept.pop(host, None)
        self._kept[host] = (asyncio.get_running_loop().time(), result)
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        answer.set_result(result)


def _addresses(found: list[tuple[Any, ...]]) -> list[Address]:
    return list(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))
