"""A configuration that changes while the gateway runs: devices and their read points count at once, the rest later.

A file with any fault changes nothing: the running configuration stays, and every fault is told. What the change
touches besides devices waits for the next start, and is named.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
import structlog
from watchfiles import awatch

from gateway.catalogue import catalogue
from gateway.config import Config, load
from gateway.errors import BadInput, ConfigError
from gateway.sources import Applied

LIVE = ("devices", "read_points", "inputs")
LOOK_S = 2.0  # between looks where the kernel does not tell
MOUNTED = "..data"  # the link through which a mount of Kubernetes replaces all its files at once

log = structlog.get_logger("reload")


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """What of a new configuration counts now, and what waits."""

    config: Config
    waiting: tuple[str, ...]  # top-level parts that count from the next start on
    unknown_places: tuple[str, ...]  # which devices name and the running gateway does not know: nothing can be applied


def merge(running: Config, wanted: Config) -> Merged:
    """The running configuration with the devices of another one."""
    parts = Config.model_fields
    waiting = tuple(name for name in parts if name not in LIVE and getattr(running, name) != getattr(wanted, name))
    known = {place.code for place in running.places}
    named = [device.place for device in wanted.devices] + [point.place for point in wanted.read_points]
    named += [given.place for given in wanted.inputs]
    return Merged(
        config=running.model_copy(update={name: getattr(wanted, name) for name in LIVE}),
        waiting=waiting,
        unknown_places=tuple(sorted({place for place in named if place is not None} - known)),
    )


class Reloader:
    """One task: `run`. `apply` makes a configuration's devices count; it is given only sound ones."""

    def __init__(self, file: Path, running: Config, apply: Callable[[Config], Awaitable[Applied]]) -> None:
        self._file = file
        self._running = running
        self._apply = apply

    async def run(self) -> None:
        """Look at the file whenever it changes."""
        async for _ in self._changes():
            await self.look()

    async def _changes(self) -> AsyncIterator[None]:
        """Yield at each change. Folders are watched, not the file: editors and mounts replace it."""
        real = self._file.resolve()
        folders = {self._file.parent.resolve()}
        if not real.is_relative_to(self._file.parent.resolve()):  # a link to elsewhere, where it is edited
            folders.add(real.parent)
        names = (self._file.name, real.name, MOUNTED)
        try:
            async for _ in awatch(*folders, watch_filter=lambda _, path: Path(path).name in names, recursive=False):
                yield
        except (OSError, RuntimeError) as error:  # the kernel's watches are used up, by whichever program
            log.warning(f"nobody tells of changes to the configuration: looking every {LOOK_S:g} s", reason=str(error))
            async for _ in self._looked_at():
                yield

    async def _looked_at(self) -> AsyncIterator[None]:
        seen = self._stamp()
        while True:
            await asyncio.sleep(LOOK_S)
            if (now := self._stamp()) != seen:
                seen = now
                yield

    def _stamp(self) -> tuple[int, ...]:
        """What differs whenever the file does; nothing while there is none."""
        try:
            held = self._file.stat()
        except OSError:
            return ()
        return held.st_ino, held.st_mtime_ns, held.st_size

    async def look(self) -> Applied | None:
        """Apply what the file says now; None where nothing could be applied."""
        try:
            wanted = load(self._file, catalogue(self._file))
        except ConfigError as error:
            log.warning("the configuration has faults: the running one stays", faults=[str(f) for f in error.faults])
            return None
        except BadInput as error:  # a driver beside it
            log.warning("the configuration cannot be used: the running one stays", reason=str(error))
            return None
        merged = merge(self._running, wanted)
        if merged.waiting:
            log.warning("these parts count from the next start on", parts=merged.waiting)
        if merged.unknown_places:
            places = ", ".join(merged.unknown_places)
            log.error("devices stand at places that are new: restart the gateway", places=places)
            return None
        if merged.config == self._running:
            return None
        return await self._change(merged.config)

    async def _change(self, config: Config) -> Applied | None:
        try:
            applied = await self._apply(config)
        except BadInput as error:  # a secret that is not there
            log.warning("the devices stay as they are", reason=str(error))
            return None
        self._running = config
        log.info("devices changed", started=applied.started, stopped=applied.stopped, restarted=applied.restarted)
        return applied
