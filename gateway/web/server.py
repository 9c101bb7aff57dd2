"""The HTTP server as one of the gateway's tasks: it has no say in signals, and says plainly when its port is taken."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from gateway.config.model import Http
from gateway.errors import SourceError
from gateway.web.listening import listen
from gateway.web.live.hub import SseHub

STOP_S = 3  # open requests get so long to end; event streams are told to


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # app.py stops us


class WebServer:
    """Bound to its port from the beginning; `run` serves."""

    def __init__(self, app: FastAPI, http: Http, base: Path, hub: SseHub) -> None:
        host, _, port = http.listen.rpartition(":")
        self._socket = _bind(host.strip("[]"), int(port))
        self._hub = hub
        tls = (
            {}
            if http.tls_certificate is None
            else {
                "ssl_certfile": str(base / http.tls_certificate),
                "ssl_keyfile": str(base / (http.tls_key or http.tls_certificate)),
            }
        )
        bound = self._socket.getsockname()[1]  # for port 0 the one that was free
        self.url = f"{'https' if tls else 'http'}://{host}:{bound}"
        self._server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=STOP_S,
                server_header=False,
                **tls,  # type: ignore[arg-type]
            )
        )

    async def run(self) -> None:
        """Serve until `stop`."""
        await self._server.serve(sockets=[self._socket])

    def stop(self) -> None:
        """End the event streams and let open requests finish."""
        self._hub.close()
        self._server.should_exit = True


def _bind(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        why = f"cannot listen on {host}:{port} ({error.strerror})"
        raise SourceError(f"{why}: set `http.listen` to a free port of this machine") from error
