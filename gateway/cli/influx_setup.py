"""`tierview influx setup`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.config.model import Influx
    from gateway.influx.wanted import Made, Wanted

KEEP_DAYS, KEEP_HOURLY_DAYS = 90, 1830
TIMEOUT_MS = 30_000


def influx_setup(
    config: Path = Path("config.yaml"),
    /,
    *,
    name: str = "",
    keep_days: int = KEEP_DAYS,
    keep_hourly_days: int = KEEP_HOURLY_DAYS,
    reader: str = "grafana",
    reader_password_file: Path | None = None,
    json: bool = False,
) -> None:
    """Set up the InfluxDB servers of a configuration: retention, hourly sums, who only reads.

    For example:

        tierview influx setup --reader-password-file grafana.password
        tierview influx setup --name plant --keep-days 30 --reader ""

    The configured user or token must be allowed to do so. Done a second time
    it changes nothing but what differs. On 1.x it makes a database, retention
    policies, continuous queries and a user; on 2.x buckets, DBRP mappings,
    tasks and an authorization, whose token is shown once.

    Parameters
    ----------
    config
        The configuration, which names the servers.
    name
        Only this one.
    keep_days
        How long points are kept; 0: for ever.
    keep_hourly_days
        How long hourly sums are kept; 0: for ever.
    reader
        Who may only read; empty: nobody is made.
    reader_password_file
        1.x: a file with the password of the reader.
    json
        One JSON object a line, for machines: server, what, state (unchanged, made, changed), secret.
    """
    from gateway.errors import BadInput
    from gateway.influx.wanted import Wanted

    if min(keep_days, keep_hourly_days) < 0:
        raise BadInput("expected days from 0, which is for ever")
    for server in servers_of(config, name):
        wanted = Wanted(
            database=server.database,
            policy=server.retention_policy,
            organisation=server.organisation,
            keep_days=keep_days,
            keep_hourly_days=keep_hourly_days,
            reader=reader,
            reader_password=_password(reader_password_file) if reader and server.version == 1 else "",
        )
        _print(server.name, _setup(server, wanted, config.parent), json=json)


def servers_of(config: Path, name: str) -> list[Influx]:
    """The servers of a configuration, or the one of a name. Raises BadInput where there is none."""
    from gateway.cli.given import one_of, read_config
    from gateway.errors import BadInput

    servers = read_config(config).influx
    if not servers:
        raise BadInput(f"expected a server under `influx` in {config}, came none")
    if name:
        one_of(name, [server.name for server in servers], "the name of a server")
    return [server for server in servers if name in ("", server.name)]


def _password(file: Path | None) -> str:
    from gateway.errors import BadInput

    if file is None:
        raise BadInput('expected --reader-password-file FILE for the reader of a 1.x server, or --reader ""')
    try:
        return file.read_text().strip()
    except OSError as error:
        raise BadInput(f"expected a readable file {file}: {error.strerror}") from error


def _setup(server: Influx, wanted: Wanted, base: Path) -> Iterable[Made]:
    from gateway.config import resolve_secret
    from gateway.errors import BadInput

    if server.version == 1:
        import httpx

        from gateway.influx.setup_v1 import ANSWER_S, SetupV1

        password = resolve_secret(server.password, base) if server.password else ""
        auth = httpx.BasicAuth(server.username, password) if server.username else None
        with httpx.Client(base_url=server.url, auth=auth, timeout=ANSWER_S, trust_env=False) as client:
            yield from SetupV1(client, wanted).run()
    elif server.version == 2:
        from influxdb_client.client.influxdb_client import InfluxDBClient

        from gateway.influx.setup_v2 import SetupV2

        token = resolve_secret(server.token, base) if server.token else ""
        with InfluxDBClient(server.url, token, org=server.organisation, timeout=TIMEOUT_MS) as client_v2:
            yield from SetupV2(client_v2, wanted).run()
    else:
        raise BadInput(f"{server.name} is 3.x: its databases are made by `influxdb3 create database {server.database}`")


def _print(server: str, made: Iterable[Made], *, json: bool) -> None:
    from gateway.cli.printed import say, write_json

    for one in made:
        if json:
            write_json({"server": server, "what": one.what, "state": one.state, "secret": one.secret})
            continue
        style = {"unchanged": "dim", "made": "green", "changed": "yellow"}[one.state]
        say(f"{one.state:<10} {server}: {one.what}", style)
        if one.secret:
            say(f"{'':<10} {one.secret}  (shown once)")
