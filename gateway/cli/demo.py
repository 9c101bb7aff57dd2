"""`tierview demo`, which `make run` starts: the whole gateway on simulated devices, nothing to set up."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from gateway.cli.stopping import stop_on_signals


def demo(
    *,
    config: Path | None = None,
    scenario: str = "port_congestion",
    speed: float = 120.0,
    seed: int = 1,
    listen: str | None = None,
    folder: Path | None = None,
    log_level: str = "warning",
) -> None:
    """Play the demo: goods move through the tiers on simulated devices, and one shipment runs late.

    Example: tierview demo --scenario lost_tracker --speed 60

    Parameters
    ----------
    config
        The network to play; tierview's own config.yaml otherwise.
    scenario
        calm, port_congestion or lost_tracker.
    speed
        Simulated seconds in one of yours.
    seed
        The same seed gives the same world.
    listen
        Where the page is, instead of what the configuration says: 127.0.0.1:8080.
    folder
        Where the journal is kept; otherwise in a temporary folder that goes with the demo.
    log_level
        debug, info, warning or error.
    """
    from gateway.catalogue import catalogue
    from gateway.config import load
    from gateway.demo import DemoSettings, default_config
    from gateway.logs import set_up_logs

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
            listen=listen,
        )
        settings.folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(_play(checked, settings))


async def _play(config: object, settings: object) -> None:
    from gateway.config import Config
    from gateway.demo import DemoSettings, import_plan, open_demo

    assert isinstance(config, Config)
    assert isinstance(settings, DemoSettings)
    stop = stop_on_signals()
    print("tierview demo: starting the gateway, its devices and two partners' receivers ...", flush=True)
    async with open_demo(config, settings) as playing, asyncio.TaskGroup() as group:
        running = group.create_task(playing.gateway.run(stop), name="gateway")
        taken = await import_plan(playing, config.site.operator)
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
