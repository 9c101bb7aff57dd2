"""The devices of a running gateway, and what it takes to change them: nobody else notices.

Who reads their configuration is told before their lines are touched, so that the first word of a new device is
understood; what is on its way from one that is gone is still decoded, and waits in quarantine with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.access import Estate
from gateway.assembly import decoder_makers, expected_devices
from gateway.config import Config
from gateway.devices import DeviceWatch
from gateway.engine.follow import EngineFollower
from gateway.hearing import Hearing
from gateway.locate import Locator
from gateway.model import Clock
from gateway.places import PlaceIndex
from gateway.quality.inspect import Inspector
from gateway.quality.names import NameBook
from gateway.resolve import Resolver
from gateway.sources import Applied, Intake, Sources
from gateway.walk.pipeline import Pipeline


@dataclass(kw_only=True)
class Floor:
    """All that knows of devices."""

    config: Config  # the one that counts now
    clock: Clock
    places: PlaceIndex
    book: NameBook
    estate: Estate
    intake: Intake
    hearing: Hearing
    watch: DeviceWatch
    locator: Locator
    pipeline: Pipeline
    engine: EngineFollower
    sources: Sources

    async def rearrange(self, config: Config) -> Applied:
        """Let the devices, read points and inputs of a configuration count. Raises BadInput where a secret is missing.

        The rest of it must be that of the running one.
        """
        before = self.config
        self._know(config)
        try:
            applied = await self.sources.apply(config.devices)
        except BaseException:  # nothing was touched: know again what is still there
            self._know(before)
            raise
        self.engine.expect_devices()
        return applied

    def _know(self, config: Config) -> None:
        """On the event loop and without waiting: between two batches."""
        self.config = config
        self.estate.stand(config.devices)
        self.hearing.expect(expected_devices(config, self.clock.now_us()))
        self.watch.expect([device.name for device in config.devices])
        self.locator = self.locator.rearranged(config)
        self.pipeline.rearrange(
            resolver=Resolver(config, self.places, self.book),
            locator=self.locator,
            decoders=decoder_makers(config),
            inspector=Inspector(config, self.places),
        )
