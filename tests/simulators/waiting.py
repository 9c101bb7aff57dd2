"""Wait for a condition, never for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], deadline_s: float = 5.0) -> None:
    """Return when the condition holds; TimeoutError when it does not within the deadline."""
    async with asyncio.timeout(deadline_s):
        while not condition():  # noqa: ASYNC110 - what is waited for lies in another task or process
            await asyncio.sleep(0.005)
