"""`tierview demo`, which `make run` starts: the whole gateway on simulated devices, nothing to set up."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from gateway.cli.options import LogLevel, Scenario
from gateway.cli.stopping import stop_on_signals


def demo(
    config: Path | None = None,
    /,
    *,
    scenario: Scenario = "port_congestion",
    speed: Annotated[float, Parameter(validator=Number(gt=0))] = 120.0,
    seed: int = 1,
    listen: str | None = None,
    folder: Path | None = None,
    log_level: LogLevel = "warning",
) -> None:
    """Play the demo: goods move through the tiers on simulated devices, and one shipment runs late.

    For example:

        tierview demo
        tierview demo --scenario lost_tracker --speed 60
        tierview demo my.yaml --folder data --listen 127.0.0.1:8081

    It starts the gateway, devices that speak their own wire formats, and
    webhook receivers of the OEM and of a supplier; it prints a token for
    each party. Ctrl-C ends all of them.

    Parameters
    ----------
    config
        The network to play, with the places, parties and assets of the demo's; otherwise tierview's own.
    scenario
        What happens.
    speed
        Simulated seconds in one of yours.
    seed
        The same seed gives the same world.
    listen
        Where the page is, instead of what the configuration says: 127.0.0.1:8080.
    folder
        Where the journal is kept; otherwise in a temporary folder that goes with the demo.
    log_level
        The least that is logged.
    """
    from gateway.catalogue import catalogue
    from gateway.config import load
    from gateway.demo import DemoSettings, default_config
    from gateway.logs import set_up_logs
    from gateway.setup.serve import local

    set_up_logs(level=log_level)
    path = (config or default_config()).resolve()
    checked = load(path, catalogue())
    with tempfile.TemporaryDirectory(prefix="tierview-demo-") as temporary:
        settings = DemoSettings(
            config=path,
            folder=(folder or Path(temporary)).resolve(),
            scenario=scenario,
            speed=speed,
            seed=seed,
            listen=None if listen is None else local(listen),
        )
        settings.folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(_play(checked, settings))


async def _play(config: object, settings: object) -> None:
    from gateway.config import Config
    from gateway.demo import DemoSettings, import_plan, open_demo
    from gateway.errors import TierviewError

    assert isinstance(config, Config)
    assert isinstance(settings, DemoSettings)
    stop = stop_on_signals()
    print("tierview demo: starting the gateway, its devices and two partners' receivers ...", flush=True)
    async with open_demo(config, settings) as playing, asyncio.TaskGroup() as group:
        running = group.create_task(playing.gateway.run(stop), name="gateway")
        try:
            taken = await import_plan(playing, config.site.operator)
        except TierviewError:
            if stop.is_set():  # Ctrl-C came first
                return
            raise
        print(_welcome(playing.gateway.web.url, settings.speed, taken))
        for party, token in playing.tokens.items():
            print(f"    {token}  {party:8} {playing.names[party]}")
        print("\n  What the partners' webhook receivers are told stands below. Ctrl-C ends the demo.\n", flush=True)
        await running


def _welcome(url: str, speed: float, shipments: int) -> str:
    return f"""
  Open  {url}  and look as Elbe Motors or as a supplier.

  {shipments} shipments move between two tier-2 and two tier-1 suppliers, a cross-dock, a port and the plant,
  {speed:g} times as fast as real: a minute of yours is {speed / 60:g} hours there. One of them runs late, and the
  OEM and its supplier are told in the same instant, in a minute or two of yours.

  The API takes the same tokens (curl -H "Authorization: Bearer tv_..." {url}/api/v1/alerts):
"""
