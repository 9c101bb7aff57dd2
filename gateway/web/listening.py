"""The listening socket, with the one option that asyncio and uvicorn do not set."""

from __future__ import annotations

import socket

BACKLOG = 2048
GIVE_UP_MS = 30_000  # after this long without an acknowledged byte the kernel drops a connection


def listen(host: str, port: int) -> socket.socket:
    """A bound, listening socket for uvicorn's `serve(sockets=[...])`; port 0 takes a free one. Raises OSError.

    TCP_USER_TIMEOUT is inherited by every accepted connection: without it, one whose client stopped reading
    would keep its last bytes, and a file descriptor, for as long as the client lives.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only on sockets that say they are TCP; without it every answer waits 40 ms for an ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GIVE_UP_MS)
    try:
        listening.bind((host.strip("[]"), port))
    except OSError:
        listening.close()
        raise
    listening.listen(BACKLOG)
    listening.settimeout(0)
    return listening
