"""A thread of its own for a source whose library blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


async def run_in_own_thread(name: str, work: Callable[[], None], stop: Callable[[], None]) -> None:
    """Run `work` until it ends, and raise what it raises; when cancelled, call `stop` and wait for its end."""
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
    running = asyncio.get_running_loop().run_in_executor(executor, work)
    try:
        await asyncio.shield(running)
    finally:
        stop()
        await running
        executor.shutdown(wait=False)
