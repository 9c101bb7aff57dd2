"""All devices and receivers of a scenario in one process, beside a gateway.

    python -m simulators.run --scenario port_congestion --config config.yaml --mqtt mqtt://127.0.0.1:1883 \
        --epoch-us N --started-ns N --speed 120 --receivers OEM,T1-A,T1-B --plan-out plan.csv

Once all is ready, one JSON line goes to standard output:

    {"ready": true, "pid": 4711, "shipments": 47,
     "devices": {"dock-1": "tcp://127.0.0.1:45678", "t2a-dock": "serial:///dev/pts/3?baud=115200", ...},
     "receivers": {"OEM": "http://127.0.0.1:45679/webhooks/tierview", ...}, "secrets": {"OEM": "whsec_...", ...}}

It goes on until SIGTERM or SIGINT, or until the process that started it is gone. What receivers are told is
written to standard error, for people.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

from gateway.clock import ScaledClock
from gateway.config.model import Config
from gateway.config.shape import build
from gateway.config.strict_yaml import parse
from gateway.errors import ConfigError
from simulators.broker_client import BrokerClient
from simulators.devices import Devices
from simulators.plan import shipments, write_csv, write_stock
from simulators.receivers import Received, Receiver
from simulators.scenarios import SCENARIOS
from simulators.world import World

PARENT_LOOK_S = 1.0


def read_config(path: Path) -> Config:
    """A configuration by its types; what its parts say of each other is the gateway's to check. Raises ConfigError."""
    root, faults = parse(path.read_bytes())
    config, shape_faults = build(Config, root)
    if config is None or faults or shape_faults:
        raise ConfigError(str(path), [*faults, *shape_faults])
    return config


async def run(arguments: argparse.Namespace, parent: int) -> None:
    """Open everything, say so, and let the world happen for as long as the parent process lives."""
    clock = ScaledClock(epoch_us=arguments.epoch_us, speed=arguments.speed, started_ns=arguments.started_ns)
    config = read_config(arguments.config)
    scenario = SCENARIOS[arguments.scenario]
    world = World(config=config, scenario=scenario, seed=arguments.seed, epoch_us=arguments.epoch_us)
    planned = shipments(world)
    if arguments.plan_out:
        with arguments.plan_out.open("w", encoding="utf-8", newline="") as file:
            write_csv(planned, file)
    if arguments.stock_out:
        with arguments.stock_out.open("w", encoding="utf-8", newline="") as file:
            write_stock(scenario, arguments.epoch_us, file)
    async with AsyncExitStack() as stack:
        broker = stack.enter_context(BrokerClient(arguments.mqtt))
        devices = await stack.enter_async_context(Devices(config, world.network, clock, broker))
        receivers = [Receiver(party, on_notice=print_notice) for party in arguments.receivers]
        for receiver in receivers:
            await stack.enter_async_context(receiver)
        ready = {
            "ready": True,
            "pid": os.getpid(),
            "devices": devices.addresses,
            "receivers": {receiver.party: receiver.url for receiver in receivers},
            "secrets": {receiver.party: receiver.secret for receiver in receivers},
            "shipments": len(planned),
        }
        stop = _stop_on_signals()  # before we say that we are ready: whoever reads it may stop us at once
        print(json.dumps(ready), flush=True)
        await _live(world, devices, clock, parent, stop)


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _live(world: World, devices: Devices, clock: ScaledClock, parent: int, stop: asyncio.Event) -> None:
    """Until the world ends, a signal comes or the parent goes."""
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_happen(world, devices, clock), name="world"),
            group.create_task(_orphaned(stop, parent), name="parent-watch"),
        ]
        await stop.wait()
        for task in tasks:
            task.cancel()


async def _happen(world: World, devices: Devices, clock: ScaledClock) -> None:
    for sensed in world.sensed():
        await clock.sleep_until(sensed.at_us)
        devices.tell(sensed)


async def _orphaned(stop: asyncio.Event, parent: int) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - the kernel tells by a changed number only
        await asyncio.sleep(PARENT_LOOK_S)
    stop.set()


def print_notice(party: str, notice: Received) -> None:
    """One line for people: who was told what, and when by this machine's clock."""
    data = notice.data.get("data")
    alert = data if isinstance(data, dict) else {}
    kind = str(notice.data.get("type", "?")).rpartition(".")[2]
    at = datetime.now().astimezone().strftime("%H:%M:%S.%f")[:-3]
    what = " ".join(str(alert[name]) for name in ("rule", "shipment") if alert.get(name))
    text = alert.get("ended_text") or alert.get("text", "")
    print(f"{at}  {party} was told: {kind} {what} — {text}", file=sys.stderr, flush=True)


def read_arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="simulators.run", description="Simulated devices and receivers of a scenario."
    )
    parser.add_argument("--config", type=Path, default=Path("config.yaml"))
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), default="port_congestion")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epoch-us", type=int, default=time.time_ns() // 1000, help="virtual time at --started-ns")
    parser.add_argument("--started-ns", type=int, default=time.monotonic_ns(), help="of the monotonic clock")
    parser.add_argument("--speed", type=float, default=120.0, help="virtual seconds in a real one")
    parser.add_argument("--mqtt", default="mqtt://127.0.0.1:1883")
    parser.add_argument("--receivers", type=_codes, default=(), help="parties that get a webhook receiver: OEM,T1-A")
    parser.add_argument("--plan-out", type=Path, help="write the shipments as CSV")
    parser.add_argument("--stock-out", type=Path, help="write what consignees have of the parts as CSV")
    return parser.parse_args(given)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


def main() -> None:
    """The process's entry."""
    parent = os.getppid()  # before anything that takes time: it may be gone already when all is ready
    try:
        asyncio.run(run(read_arguments(), parent))
    except ConfigError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
