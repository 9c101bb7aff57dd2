"""A TCP server whose end leaves nothing behind: no open connection, no task that the loop would have to cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

Serve: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]

LIMIT_BYTES = 65_536  # asyncio's own, of what a reader holds


class TcpServer:
    """Runs `serve` for each connection, in a task of its own; `serve` ends when its connection is cut."""

    def __init__(self, serve: Serve, host: str, *, limit: int = LIMIT_BYTES) -> None:
        self._serve = serve
        self._host = host
        self._limit = limit
        self._server: asyncio.Server | None = None
        self._talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def open(self, port: int = 0) -> int:
        """Listen; return the port, which is a free one for 0."""
        self._server = await asyncio.start_server(self._talk, self._host, port, limit=self._limit)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening, cut all connections and wait until each conversation has ended."""
        assert self._server is not None
        self._server.close()
        for writer in self._talks.values():
            writer.transport.abort()
        await asyncio.gather(*self._talks)
        await self._server.wait_closed()

    def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="conversation")
        self._talks[task] = writer
        task.add_done_callback(self._talks.__delitem__)
