"""The demo: the whole gateway on its own defaults, with simulated devices on the real wires.

One child process plays the world of a scenario: readers on TCP, serial modules on pseudo terminals, trackers
and gates on MQTT, and two partners' webhook receivers. Its clock and ours are one, and run 120 times as fast
as yours. The plan of shipments goes in through the HTTP API, as a partner's would.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from gateway.access import hash_token, new_token
from gateway.app import Gateway, Options, open_gateway
from gateway.clock import ScaledClock
from gateway.config import Config
from gateway.config.model import Subscription
from gateway.demo_plan import with_plan
from gateway.errors import SourceError, TierviewError
from gateway.journal import tokens
from gateway.web.ports import DemoOptions

READY_S = 30.0
LABEL = "demo"


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What the simulators say once everything can be reached."""

    devices: dict[str, str]  # device -> how to connect to it
    receivers: dict[str, str]  # party -> webhook URL
    secrets: dict[str, str]  # party -> the receiver's webhook secret
    shipments: int


@dataclass(frozen=True, kw_only=True)
class DemoSettings:
    """What a person may choose of the demo."""

    config: Path
    folder: Path  # of the journal; the demo begins anew in an empty one
    scenario: str = "port_congestion"
    speed: float = 120.0
    seed: int = 1
    told: Sequence[str] = ("OEM", "T1-B")  # parties that get a webhook receiver
    listen: str | None = None  # instead of the configuration's http.listen


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo that is ready to run."""

    gateway: Gateway
    tokens: Mapping[str, str]  # party -> its token, shown once
    names: Mapping[str, str]  # party -> its name
    plan: Path
    stock: Path
    shipments: int


def default_config() -> Path:
    """The documented default: beside the sources in a checkout, inside the package once installed."""
    package = Path(__file__).parent
    checkout = package.parent / "config.yaml"
    return checkout if checkout.is_file() else package / "config" / "default.yaml"


@asynccontextmanager
async def open_demo(config: Config, settings: DemoSettings) -> AsyncIterator[Demo]:
    """Start the simulators and open the gateway over them. Raises TierviewError where either cannot start."""
    clock = ScaledClock(epoch_us=time.time_ns() // 1000, speed=settings.speed)
    port = _free_port()
    plan, stock = settings.folder / "plan.csv", settings.folder / "stock.csv"
    async with _simulators(settings, clock, port, plan, stock) as ready:
        overlaid = with_plan(_overlay(config, settings, ready, port), settings.folder / "plant.png")
        options = Options(base=settings.config.parent, clock=clock, demo=DemoOptions(speed=settings.speed))
        async with open_gateway(overlaid, options) as gateway:
            shown = await _make_tokens(gateway, overlaid)
            names = {party.code: party.name for party in config.parties}
            yield Demo(gateway=gateway, tokens=shown, names=names, plan=plan, stock=stock, shipments=ready.shipments)


async def import_plan(demo: Demo, operator: str) -> int:
    """Send plan and stock through the API, as the operator; return how many shipments it took.

    Raises TierviewError where it takes them not, or is there no more.
    """
    try:
        counted, answer = await _send(demo, operator)
    except httpx.TransportError as error:
        raise TierviewError(f"plan and stock were not taken: {error}") from error
    for what, said in (("stock", counted), ("plan", answer)):
        if said.is_error:
            raise TierviewError(f"the {what} was not taken: {said.status_code} {said.text}")
    imported = answer.json()
    if imported["rejected"]:
        raise TierviewError(f"rows of the plan were refused: {imported['rejected'][:3]}")
    return int(imported["accepted"])


async def _send(demo: Demo, operator: str) -> tuple[httpx.Response, httpx.Response]:
    """What is answered to the stock, and to the plan."""
    headers = {"authorization": f"Bearer {demo.tokens[operator]}", "content-type": "text/csv"}
    url = f"{demo.gateway.web.url}/api/v1"
    async with httpx.AsyncClient(trust_env=False, timeout=60, headers=headers) as client:
        plan, stock = await asyncio.to_thread(lambda: (demo.plan.read_bytes(), demo.stock.read_bytes()))
        counted = await client.put(f"{url}/stock", content=stock)
        return counted, await client.post(f"{url}/shipments/import", content=plan)


@asynccontextmanager
async def _simulators(
    settings: DemoSettings, clock: ScaledClock, port: int, plan: Path, stock: Path
) -> AsyncIterator[Ready]:
    """The child process, as long as the block runs."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulators.run"),
        *("--config", str(settings.config), "--scenario", settings.scenario, "--seed", str(settings.seed)),
        *("--epoch-us", str(clock.epoch_us), "--started-ns", str(clock.started_ns), "--speed", str(clock.speed)),
        *("--mqtt", f"mqtt://127.0.0.1:{port}", "--receivers", ",".join(settings.told), "--plan-out", str(plan)),
        *("--stock-out", str(stock)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C is for us: the devices go when the gateway is done with them
    )
    try:
        assert child.stdout is not None
        async with asyncio.timeout(READY_S):
            line = await child.stdout.readline()
        if not line:
            raise SourceError(f"the simulators ended with code {await child.wait()} before they were ready")
        yield msgspec.json.decode(line, type=Ready)
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
        await child.wait()


def _overlay(config: Config, settings: DemoSettings, ready: Ready, port: int) -> Config:
    """The configuration with the simulators' addresses, and the receivers as webhook subscriptions."""
    devices = [
        device.model_copy(update={"connect": ready.devices.get(device.name, device.connect)})
        for device in config.devices
    ]
    hooks = []
    for party, url in ready.receivers.items():
        variable = f"TIERVIEW_DEMO_SECRET_{secrets.token_hex(4).upper()}"
        os.environ[variable] = ready.secrets[party]
        name = f"{party}-demo-webhook"
        secret = f"${{{variable}}}"
        hooks.append(
            Subscription(name=name, party=party, channel="webhook", url=url, secret=secret, allow_private=True)
        )
    http = config.http if settings.listen is None else config.http.model_copy(update={"listen": settings.listen})
    return config.model_copy(
        update={
            "devices": tuple(devices),
            "subscriptions": (*config.subscriptions, *hooks),
            "mqtt": config.mqtt.model_copy(update={"url": f"mqtt://127.0.0.1:{port}", "embedded": True}),
            "journal": config.journal.model_copy(update={"folder": str(settings.folder.resolve())}),
            "http": http,
        }
    )


async def _make_tokens(gateway: Gateway, config: Config) -> dict[str, str]:
    """A token for each party; only their hashes are stored."""
    shown = {party.code: new_token() for party in config.parties}
    now_us = time.time_ns() // 1000
    for party, token in shown.items():
        await gateway.journal.write(
            lambda c, p=party, t=token: tokens.save(c, hash=hash_token(t), party=p, label=LABEL, created_us=now_us)  # type: ignore[misc]
        )
    return shown


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
