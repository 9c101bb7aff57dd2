"""The socket that answers leave by at once, and that forgets clients which stopped reading."""

from __future__ import annotations

import asyncio
import socket

import pytest

from gateway.web.listening import GIVE_UP_MS, listen


async def test_accepted_connections_neither_hold_answers_back_nor_last_for_ever() -> None:
    listening = listen("127.0.0.1", 0)
    accepted: asyncio.Future[tuple[int, int]] = asyncio.get_running_loop().create_future()

    async def look(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        nodelay = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        accepted.set_result((nodelay, connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)))
        writer.close()

    async with await asyncio.start_server(look, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        nodelay, give_up_ms = await asyncio.wait_for(accepted, 5)
        writer.close()
        await writer.wait_closed()
    assert nodelay == 1
    assert give_up_ms == GIVE_UP_MS


def test_a_taken_port_is_an_error_and_leaks_nothing() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])
