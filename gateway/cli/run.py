"""`tierview run`: the gateway of a configuration."""

from __future__ import annotations

import asyncio
import gc
import sys
from pathlib import Path

from gateway.cli.given import CONFIG
from gateway.cli.options import LogLevel
from gateway.cli.stopping import stop_on_signals

LISTEN = "127.0.0.1:8080"  # of the first start


def run(config: Path = CONFIG, /, *, log_level: LogLevel = "info") -> None:
    """Run the gateway of a configuration until it is stopped.

    For example:

        tierview run
        tierview run /etc/tierview/config.yaml --log-level debug

    Without a configuration, on a terminal, it begins with `tierview setup`.
    Ctrl-C or SIGTERM stops it in order: what has come in by then is
    stored. Changes to devices, read points and inputs in the file count at
    once, and only what changed is connected anew; a file with a fault
    changes nothing. The log goes to the standard error; where that is no terminal,
    as one JSON object a line.

    Parameters
    ----------
    config
        The configuration; relative paths in it are meant from its folder.
    log_level
        The least that is logged.
    """
    from gateway.catalogue import catalogue
    from gateway.cli.descriptors import allow_most
    from gateway.config import load, loose_files
    from gateway.logs import set_up_logs

    if config == CONFIG and not config.exists() and sys.stdin.isatty():
        from gateway.cli.first_start import set_up

        if not set_up(config, LISTEN):
            return
    set_up_logs(level=log_level)
    allow_most()
    checked = load(config, catalogue(config))
    for warning in loose_files(checked, config.parent):
        print(f"warning: {warning}")
    asyncio.run(_run(config, checked))


async def _run(path: Path, config: object) -> None:
    from gateway.app import Options, open_gateway
    from gateway.clock import SystemClock
    from gateway.config import Config

    assert isinstance(config, Config)
    stop = stop_on_signals()
    async with open_gateway(config, Options(base=path.parent, clock=SystemClock(), file=path)) as gateway:
        gc.collect()
        gc.freeze()  # all that was made until here stays: collections that look at it again took 30 to 80 ms
        print(f"tierview runs; open {gateway.web.url} (a token: tierview token create --party CODE)", flush=True)
        await gateway.run(stop)
