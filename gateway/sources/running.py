"""All sources of the gateway: kept up while it runs, and only what differs touched when its devices change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from gateway.config import resolve_secret
from gateway.config.address import TopicFilter, parse_address
from gateway.config.model import Device, Mqtt
from gateway.model import Clock
from gateway.sources.inbound import Disconnected
from gateway.sources.intake import Intake
from gateway.sources.mqtt import MqttSource
from gateway.sources.open import open_source
from gateway.sources.source import Source
from gateway.sources.webhook import WebhookSource

RESTART_S = 1.0  # after a fault of ours in a source
BROKER = ""  # under which the source of all MQTT devices stands among those of one device

log = structlog.get_logger("source")


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What became of the devices, by name; those that are not named noticed nothing."""

    started: tuple[str, ...]
    stopped: tuple[str, ...]
    restarted: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Plug:
    """What a device's line is made of: as long as it is the same, the line stays."""

    device: Device  # without what only concerns where its readings count
    topic: str | None  # MQTT only
    password: str | None = field(repr=False)


class Sources:
    """The sources of the configured devices. `apply` says which, `run` keeps them up; in either order."""

    def __init__(self, *, mqtt: Mqtt, intake: Intake, clock: Clock, base: Path) -> None:
        """`base`: the folder of the configuration. Raises BadInput where the broker's password is not there."""
        self._mqtt = mqtt
        self._mqtt_password = None if mqtt.password is None else resolve_secret(mqtt.password, base)
        self._intake = intake
        self._clock = clock
        self._base = base
        self._plugs: dict[str, Plug] = {}
        self._sources: dict[str, Source] = {}  # by device, and the broker's under BROKER
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._applying = asyncio.Lock()

    def __iter__(self) -> Iterator[Source]:
        """The sources there are now."""
        return iter(list(self._sources.values()))

    def webhook(self, device: str) -> WebhookSource | None:
        """The source of a device that posts; None where there is no such device."""
        source = self._sources.get(device)
        return source if isinstance(source, WebhookSource) else None

    async def run(self) -> None:
        """Keep all sources up until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                for key in self._sources:
                    self._launch(key)
                await asyncio.Event().wait()
            finally:
                self._group = None

    async def apply(self, devices: Iterable[Device]) -> Applied:
        """Have a source for each of these devices and for no other.

        A device whose line, driver or settings changed is told as gone and then connects anew. Nothing is
        touched where a secret is not there (BadInput). A device is gone from the intake's point of view when
        this returns: nothing more of it comes.
        """
        async with self._applying:
            before, wanted = self._plugs, {device.name: self._plug(device) for device in devices}
            changed = {name for name in before.keys() & wanted.keys() if before[name] != wanted[name]}
            gone, new = before.keys() - wanted.keys(), wanted.keys() - before.keys()
            fresh = {
                name: self._open(wanted[name]) for name in wanted if name in new | changed and _is_own(wanted[name])
            }
            for name in before:
                if name in gone | changed and _is_own(before[name]):
                    await self._stop(name, "changed" if name in changed else "removed")
            await self._apply_broker({name: plug.topic for name, plug in wanted.items() if plug.topic}, changed)
            self._plugs = wanted
            for name, source in fresh.items():
                self._sources[name] = source
                self._launch(name)
            return Applied(started=tuple(sorted(new)), stopped=tuple(sorted(gone)), restarted=tuple(sorted(changed)))

    def _plug(self, device: Device) -> Plug:
        address = parse_address(device.connect)
        return Plug(
            device=device.model_copy(update={"place": None, "asset": None}),
            topic=address.topic if isinstance(address, TopicFilter) else None,
            password=None if device.password is None else resolve_secret(device.password, self._base),
        )

    def _open(self, plug: Plug) -> Source:
        return open_source(plug.device, password=plug.password, intake=self._intake, clock=self._clock, base=self._base)

    async def _apply_broker(self, filters: Mapping[str, str], changed: set[str]) -> None:
        source = self._sources.get(BROKER)
        assert source is None or isinstance(source, MqttSource)
        if source is None and filters:
            self._sources[BROKER] = MqttSource(
                mqtt=self._mqtt,
                password=self._mqtt_password,
                filters=filters,
                intake=self._intake,
                clock=self._clock,
            )
            self._launch(BROKER)
        elif source is not None and not filters:
            await self._stop(BROKER, "removed")
        elif source is not None and (set(source.devices) != filters.keys() or changed & filters.keys()):
            await source.change(filters, anew=changed & filters.keys())

    def _launch(self, key: str) -> None:
        if self._group is not None:
            source = self._sources[key]
            self._tasks[key] = self._group.create_task(self._keep_up(source), name=source.name)

    async def _stop(self, key: str, reason: str) -> None:
        source, task = self._sources.pop(key), self._tasks.pop(key, None)
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))
        text = "its configuration changed" if reason == "changed" else "it is no longer in the configuration"
        await self._tell_gone(source, reason, text)

    async def _keep_up(self, source: Source) -> None:
        """Run a source for ever: a fault of one device's source must not stop the others."""
        while True:
            try:
                await source.run()
            except Exception:  # a task's top: named in the log, started again
                log.exception("source failed and is started again", source=source.name)
                await self._tell_gone(source, "failed", "the gateway failed at this device; its log says where")
                await asyncio.sleep(RESTART_S)
            else:
                return

    async def _tell_gone(self, source: Source, reason: str, text: str) -> None:
        for device in source.devices:
            for peer in self._intake.standing(device):
                now_us = self._clock.now_us()
                await self._intake.put(
                    Disconnected(device=device, at_us=now_us, reason=reason, text=text, peer=peer, told=not peer)
                )


def _is_own(plug: Plug) -> bool:
    """Whether the device has a line of its own."""
    return plug.topic is None
