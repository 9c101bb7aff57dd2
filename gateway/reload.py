"""A configuration that changes while the gateway runs: devices and their read points count at once, the rest later.

A file with any fault changes nothing: the running configuration stays, and every fault is told. What the change
touches besides devices waits for the next start, and is named.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import structlog
from watchfiles import Change, awatch

from gateway.catalogue import catalogue
from gateway.config import Config, load
from gateway.errors import BadInput, ConfigError
from gateway.sources import Applied

LIVE = ("devices", "read_points", "inputs")

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
        """Look at the file whenever it changes. The folder is watched: editors and mounts replace the file."""
        async for _ in awatch(self._file.parent, watch_filter=self._is_ours, recursive=False):
            await self.look()

    async def look(self) -> Applied | None:
        """Apply what the file says now; None where nothing could be applied."""
        try:
            wanted = load(self._file, catalogue(self._file))
        except ConfigError as error:
            log.warning("the configuration has faults: the running one stays", faults=[str(f) for f in error.faults])
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

    def _is_ours(self, change: Change, path: str) -> bool:
        """The file, or the link through which a mount replaces it."""
        return Path(path).name in (self._file.name, "..data")
