"""Serving the first start until it is done, or until whoever waits has had enough."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import ip_address

from gateway.config.model import Http
from gateway.errors import BadInput
from gateway.setup.app import PAGE, Setting, build
from gateway.web.live.hub import SseHub
from gateway.web.server import WebServer

MOST_PORT = 65535


def local(listen: str) -> str:
    """The address, where it is one of this machine alone. Raises BadInput: no certificate protects this page yet."""
    host, _, port = listen.rpartition(":")
    try:
        is_local = host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        is_local = False
    has_port = port.isdecimal() and int(port) <= MOST_PORT
    if not is_local or not has_port:
        there = int(port) if has_port and int(port) else 8080
        fix = f"from another machine: ssh -L {there}:127.0.0.1:{there} THIS-MACHINE"
        raise BadInput(f"expected an address of this machine alone such as 127.0.0.1:8080, came {listen!r}; {fix}")
    return listen


async def serve(setting: Setting, stop: asyncio.Event, opened: Callable[[str], None]) -> bool:
    """Serve until the file is written, or `stop` is set; return whether it was written.

    `opened` is called with the address to open, whose code is good once.
    """
    web = WebServer(build(setting), Http(listen=setting.listen), setting.file.parent, SseHub())
    opened(f"{web.url}{PAGE}#{setting.door.code}")
    running = asyncio.create_task(web.run())
    waits = [asyncio.create_task(event.wait()) for event in (setting.done, stop)]
    try:
        await asyncio.wait([running, *waits], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        web.stop()
        await running
    return setting.done.is_set()
