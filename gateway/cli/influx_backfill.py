"""`tierview influx backfill`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from gateway.config import Config
    from gateway.config.model import Influx
    from gateway.influx import Health, Writer
    from gateway.model import Micros

Log = Literal["events", "alerts", "deliveries", "stops"]
LATEST_US = 2**62


def influx_backfill(
    config: Path = Path("config.yaml"),
    /,
    *,
    since: Annotated[str, Parameter(name="--from")] = "",
    until: str = "",
    name: str = "",
    log: tuple[Log, ...] = (),
    per_s: float = 0.0,
    json: bool = False,
) -> int:
    """Send a part of the journal to InfluxDB again, beside the gateway that may be running.

    For example:

        tierview influx backfill --from 2026-03-01T06:00Z --until 2026-03-01T12:00Z
        tierview influx backfill --name plant --log events --json

    A point that is there already overwrites itself. What a server refuses for
    good is told with its reason, and the rest is sent; while it is away it is
    waited for. After an outage nothing needs to be done: the gateway follows
    by itself, and its place in the journal does not move here.

    Parameters
    ----------
    config
        The configuration, which names the servers.
    since
        First moment, by when the gateway recorded it; otherwise from the beginning.
    until
        Last moment; otherwise now.
    name
        Only to this server.
    log
        Only this log; may be repeated.
    per_s
        Most points a second; 0: the server's own backfill_per_s.
    json
        A JSON object a second: what, done, total, per_s, ends_s.
    """
    import asyncio

    from gateway.cli.given import journal_folder, read_config
    from gateway.cli.influx_setup import servers_of
    from gateway.errors import BadInput
    from gateway.journal import beside
    from gateway.outputs.influx_out import INFLUX_LOGS

    if per_s < 0:
        raise BadInput("expected points a second from 0")
    from_us, until_us = _moment(since, "--from", 0), _moment(until, "--until", LATEST_US)
    servers, read = servers_of(config, name), read_config(config)
    refused = 0
    with beside.reading(journal_folder(read, config)) as connection:
        for server in servers:
            paced = server.model_copy(update={"backfill_per_s": per_s} if per_s else {})
            work = _Work(config=read, base=config.parent, connection=connection, server=paced, json=json)
            refused += asyncio.run(work.send(log or INFLUX_LOGS, from_us, until_us))
    return 1 if refused else 0


def _moment(text: str, what: str, otherwise: Micros) -> Micros:
    from gateway.web.http.times import parse_micros

    return parse_micros(text, what) if text else otherwise


@dataclass(frozen=True, kw_only=True)
class _Work:
    """One server's part."""

    config: Config
    base: Path
    connection: sqlite3.Connection
    server: Influx
    json: bool

    async def send(self, logs: Sequence[str], from_us: Micros, until_us: Micros) -> int:
        """Send the span of each log; returns how many points were refused."""
        from gateway.influx import open_writer
        from gateway.outputs.influx_out import with_secrets

        writer = open_writer(with_secrets(self.server, self.base))
        try:
            return sum([await self._log(writer, log, from_us, until_us) for log in logs])
        finally:
            await writer.close()

    async def _log(self, writer: Writer, log: str, from_us: Micros, until_us: Micros) -> int:
        from gateway.access import Estate
        from gateway.cli.counting import counting
        from gateway.cli.printed import say, warn
        from gateway.journal.spans import recorded_between
        from gateway.outputs.influx_out import lines_for
        from gateway.outputs.influx_resend import Resend

        span = recorded_between(self.connection, log, from_us, until_us)
        what, total = f"{self.server.name} {log}", span.until - span.after
        lines = lines_for(self.config, self.server)
        estate = Estate(self.config)
        resend = Resend(self.connection, self.server, log, lines, writer, on_health=_told, estate=estate)
        with counting(what, total, json=self.json, unit="points") as moved:
            refused = await resend.run(span, moved)
        for one in refused:
            warn(f"refused: {one.reason}: {one.text}")
        if not self.json:
            say(f"{what}: {total - len(refused)} sent, {len(refused)} refused")
        return len(refused)


def _told(health: Health) -> None:
    from gateway.cli.printed import warn

    if health.reason != "written":
        warn(f"{health.reason}: {health.text} - trying again")
