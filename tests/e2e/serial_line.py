"""A serial line between a test and the gateway: a pseudo-terminal that waits while nobody reads it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.sources.test_serial import Plug

PIECE_BYTES = 512


@contextmanager
def plugged(name: Path) -> Iterator[Plug]:
    """A device on a line under a stable name, as udev's by-id links are; it may be unplugged before the end."""
    plug = Plug(name)
    try:
        yield plug
    finally:
        plug.unplug()


def say_all(plug: Plug, data: bytes) -> None:
    """Say bytes as fast as they are read; blocks, so give it a thread where there are many."""
    while data:
        data = data[os.write(plug.device, data[:PIECE_BYTES]) :]
