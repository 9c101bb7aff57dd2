"""The samplers of the configured servers, by task name."""

from __future__ import annotations

from pathlib import Path

from gateway.config import Config
from gateway.influx import open_writer
from gateway.outputs.influx_out import lines_for, with_secrets
from gateway.sampling.sampler import Sampler
from gateway.web.house import House


def samplers(config: Config, base: Path, house: House) -> dict[str, Sampler]:
    """One for each InfluxDB. Raises BadInput for a secret that is not there."""
    return {
        f"influx.{server.name}.samples": Sampler(
            server=server,
            house=house,
            lines=lines_for(config, server),
            writer=open_writer(with_secrets(server, base)),
        )
        for server in config.influx
    }
