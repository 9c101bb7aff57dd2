"""The lanes of the configured outputs, by task name: one for each log that an output takes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import structlog

from gateway.access import Estate
from gateway.clock import SystemClock
from gateway.config import Config, resolve_secret
from gateway.config.model import Mqtt
from gateway.config.outputs import FileOutput, MqttOutput, SparkplugOutput
from gateway.influx import Lines
from gateway.journal import Journal
from gateway.model import Clock
from gateway.outputs.feed import OutputFeed
from gateway.outputs.file_out import FileOut
from gateway.outputs.influx_out import LOGS, Following, influx_followers
from gateway.outputs.lane import OutputLane, State, Target
from gateway.outputs.mqtt_out import MqttTarget
from gateway.outputs.seen_by import seen_by
from gateway.outputs.sparkplug_link import SparkplugLink
from gateway.outputs.sparkplug_node import EdgeNode
from gateway.outputs.sparkplug_primary import PrimaryHost

MEGABYTE = 1_000_000
OF_SPARKPLUG = ("events", "alerts")  # who was told of an alert is nothing that a plant's historian asks for

log = structlog.get_logger("outputs")


def output_followers(
    config: Config, base: Path, journal: Journal, estate: Estate, clock: Clock
) -> dict[str, Following | OutputLane]:
    """Everything that follows the journal out of the gateway, by task name: into InfluxDB, files, MQTT, Sparkplug.

    Raises BadInput for a secret that is not there.
    """
    lanes = OutputBuilder(config, base, journal, estate, clock).lanes()
    return {**influx_followers(config, base, journal, estate), **lanes}


class OutputBuilder:
    """Makes lanes of entries of the configuration."""

    def __init__(self, config: Config, base: Path, journal: Journal, estate: Estate, clock: Clock) -> None:
        self._config = config
        self._base = base
        self._journal = journal
        self._estate = estate
        self._clock = clock
        self._lines = Lines(site=config.site.name, parties={place.code: place.party for place in config.places})

    def lanes(self) -> dict[str, OutputLane]:
        """Every lane of every output. Raises BadInput for a secret that is not there."""
        outputs = self._config.outputs
        found: dict[str, OutputLane] = {}
        for file in outputs.files:
            found |= self._files(file)
        for broker in outputs.mqtt:
            found |= self._mqtt(broker)
        for node in outputs.sparkplug:
            found |= self._sparkplug(node)
        return found

    def _files(self, output: FileOutput) -> Iterator[tuple[str, OutputLane]]:
        for what in LOGS:
            feed = self._feed(f"file.{output.name}.{what}", what, output.party)
            target = FileOut(
                folder=self._base / output.folder,
                log=what,
                feed=feed,
                line=self._lines.line,
                clock=self._clock,
                rotate_bytes=round(output.rotate_mb * MEGABYTE),
                batch=output.batch,
            )
            yield self._lane(feed, target, output.batch)

    def _mqtt(self, output: MqttOutput) -> Iterator[tuple[str, OutputLane]]:
        party = output.party or self._config.site.operator or self._config.site.name
        for what in LOGS:
            feed = self._feed(f"mqtt.{output.name}.{what}", what, output.party)
            settings = self._settings(f"{output.name}-{what}")
            yield self._lane(feed, MqttTarget(settings, self._password(), party=party), output.batch)

    def _sparkplug(self, output: SparkplugOutput) -> Iterator[tuple[str, OutputLane]]:
        own = self._feed(f"sparkplug.{output.name}", "events", output.party)
        link = SparkplugLink(
            self._settings(output.name),
            self._password(),
            EdgeNode(group=output.group, node=output.node),
            self._clock,
            load=partial(own.mark, "bdSeq"),
            save=partial(own.save_mark, "bdSeq"),
            primary_host=None if output.primary_host is None else PrimaryHost(output.primary_host),
        )
        for what in OF_SPARKPLUG:
            feed = self._feed(f"sparkplug.{output.name}.{what}", what, output.party)
            yield self._lane(feed, link, output.batch)

    def _feed(self, name: str, what: str, party: str) -> OutputFeed:
        return OutputFeed(self._journal, name, seen_by(LOGS[what], party, self._estate))

    def _settings(self, ending: str) -> Mqtt:
        mqtt = self._config.mqtt
        return mqtt.model_copy(update={"client_id": f"{mqtt.client_id}-out-{ending}"})

    def _password(self) -> str | None:
        password = self._config.mqtt.password
        return None if password is None else resolve_secret(password, self._base)

    def _lane(self, feed: OutputFeed, target: Target, batch: int) -> tuple[str, OutputLane]:
        lane = OutputLane(
            feed=feed, target=target, clock=SystemClock(), batch=batch, on_state=partial(_tell, feed.name)
        )
        return feed.name, lane


def _tell(name: str, state: State) -> None:
    tell = log.error if state.alarm else log.info
    tell("output", lane=name, state=state.reason, text=state.text)
