"""The journal in InfluxDB: line protocol, writers for 1.x and for 2.x and 3.x, and the follower."""

from gateway.config.model import Influx
from gateway.influx.answer import Writer
from gateway.influx.backfill import Backfill, Gaps
from gateway.influx.follower import Feed, Follower
from gateway.influx.lines import Lines
from gateway.influx.sender import Health, Sender
from gateway.influx.writer_v1 import WriterV1

__all__ = ["Backfill", "Feed", "Follower", "Gaps", "Health", "Lines", "Sender", "Writer", "open_writer"]


def open_writer(config: Influx) -> Writer:
    """The writer for one configured InfluxDB, its secrets already resolved."""
    if config.version == 1:
        return WriterV1(
            url=config.url,
            database=config.database,
            retention_policy=config.retention_policy,
            username=config.username,
            password=config.password,
            timeout_s=config.timeout_s,
        )
    from gateway.influx.writer_v2 import WriterV2  # its client takes a quarter of the gateway's time to start

    return WriterV2(
        url=config.url,
        bucket=config.database,
        organisation=config.organisation,
        token=config.token or "",
        timeout_s=config.timeout_s,
    )
