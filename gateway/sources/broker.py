"""The embedded broker: iotcore in a child process on loopback, for a gateway that needs no other server.

It forgets all on restart, and has neither users nor access rules. So it listens on loopback alone, and what
must not be lost is in our journal: a message is acknowledged to it only after COMMIT. In the field take mosquitto.

The child ends with us, also when we are killed: it watches a pipe that only we hold.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from iotcore import Broker

from gateway.errors import SourceError

LOOPBACK = "127.0.0.1"
READY_S = 10.0  # it is ready in well under a second
MOST_PAYLOAD_BYTES = 2 * 1024 * 1024  # twice what a driver takes, so that drivers say what is wrong
MOST_INFLIGHT = 1000  # messages that a subscriber may have unacknowledged
WATCH_S = 1.0

log = structlog.get_logger("broker")


def _start_apart(broker: Any) -> None:
    """Start the child deaf to Ctrl-C, which a terminal sends to it too: it stops when we are done with it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # of this thread; the child inherits it
    try:
        broker.start(READY_S)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class EmbeddedBroker:
    """A broker of our own on loopback."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._broker: Any = None
        self.restarts = 0

    async def start(self) -> None:
        """Start it and wait until it accepts connections; raises SourceError in words."""
        self._broker = Broker(
            port=self._port, listen=LOOPBACK, max_payload_size=MOST_PAYLOAD_BYTES, max_inflight_count=MOST_INFLIGHT
        )
        try:
            await asyncio.to_thread(_start_apart, self._broker)
        except OSError as error:
            raise SourceError(
                f"the embedded broker cannot listen on {LOOPBACK}:{self._port}: another program does. "
                "Set `mqtt.embedded: false` to use that one, or another port in `mqtt.url`"
            ) from error
        except RuntimeError as error:
            raise SourceError(f"the embedded broker did not start: {error}") from error

    async def stop(self) -> None:
        """Stop it and free its port; harmless when it does not run."""
        if self._broker is not None:
            await asyncio.to_thread(self._broker.stop)

    async def watch(self) -> None:
        """Start it anew whenever it ended by itself; run until cancelled."""
        while True:
            await asyncio.sleep(WATCH_S)
            if not self._broker.is_running:
                self.restarts += 1
                log.warning("the embedded broker ended by itself and is started anew", restarts=self.restarts)
                await self._try_again()

    async def _try_again(self) -> None:
        try:
            await self.start()
        except SourceError as error:
            log.warning("the embedded broker cannot be started anew yet", error=str(error))


@asynccontextmanager
async def embedded_broker(port: int) -> AsyncIterator[EmbeddedBroker]:
    """An embedded broker while the block runs, watched."""
    broker = EmbeddedBroker(port)
    await broker.start()
    watching = asyncio.create_task(broker.watch(), name="broker-watch")
    try:
        yield broker
    finally:
        watching.cancel()
        await broker.stop()
