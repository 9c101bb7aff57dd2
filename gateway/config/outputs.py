"""Where what happens goes beside InfluxDB: files of line protocol, MQTT, Sparkplug B."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.config.part import Code, Part

SparkplugName = Annotated[str, Field(pattern=r"^[^+/#\x00-\x1f]{1,64}$")]


class FileOutput(Part):
    """Line protocol in files, which InfluxDB takes later, or anybody else."""

    name: Code
    folder: str  # relative to the configuration file
    party: str = ""  # code of the party whose view it is; empty: everything
    rotate_mb: Annotated[float, Field(gt=0)] = 64.0  # then a new file is begun, and with each new day (UTC)
    batch: Annotated[int, Field(ge=1, le=50_000)] = 2000


class MqttOutput(Part):
    """Events, alerts and deliveries as JSON to the broker of `mqtt`."""

    name: Code
    party: str = ""  # code of the party whose view it is, below whose topics it stands; empty: everything
    batch: Annotated[int, Field(ge=1, le=10_000)] = 200  # messages that wait for the broker at a time


class SparkplugOutput(Part):
    """A Sparkplug B edge node at the broker of `mqtt`, with a device for each place and each device."""

    name: Code
    group: SparkplugName
    node: SparkplugName = "tierview"
    primary_host: SparkplugName | None = None  # the host application by whose STATE the node lives and dies; None: none
    party: str = ""  # code of the party whose view it is; empty: everything
    batch: Annotated[int, Field(ge=1, le=10_000)] = 200


class Outputs(Part):
    """Each entry follows the journal by a cursor of its own."""

    files: tuple[FileOutput, ...] = ()
    mqtt: tuple[MqttOutput, ...] = ()
    sparkplug: tuple[SparkplugOutput, ...] = ()
