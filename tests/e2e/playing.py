"""The demo, as `tierview demo` plays it, with its page's API at hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from gateway.catalogue import catalogue
from gateway.config import Config, load
from gateway.demo import Demo, DemoSettings, import_plan, open_demo
from tests.conftest import ROOT
from tests.e2e.running import DEADLINE_S, answers, free_port

CONFIG = ROOT / "config.yaml"


def demo_config() -> Config:
    """The default configuration, which is the demo's."""
    return load(CONFIG, catalogue())


@dataclass(frozen=True, kw_only=True)
class Playing:
    """A demo that runs, and a client that is signed in as its operator."""

    demo: Demo
    http: httpx.AsyncClient

    async def get(self, path: str) -> Any:
        """The JSON that the API answers with."""
        answer = await self.http.get(path)
        answer.raise_for_status()
        return answer.json()


@asynccontextmanager
async def playing(config: Config, folder: Path, speed: float) -> AsyncIterator[Playing]:
    """A demo with its plan imported, while the block runs; stopped in good order."""
    settings = DemoSettings(config=CONFIG, folder=folder, speed=speed, listen=f"127.0.0.1:{free_port()}")
    stop = asyncio.Event()
    async with open_demo(config, settings) as demo, asyncio.TaskGroup() as group:
        group.create_task(demo.gateway.run(stop), name="gateway")
        try:
            async with _client(demo, config.site.operator) as http:
                await answers(http)
                await import_plan(demo, config.site.operator)
                yield Playing(demo=demo, http=http)
        finally:
            stop.set()


def _client(demo: Demo, party: str) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {demo.tokens[party]}"}
    return httpx.AsyncClient(base_url=demo.gateway.web.url, headers=headers, trust_env=False, timeout=DEADLINE_S)
