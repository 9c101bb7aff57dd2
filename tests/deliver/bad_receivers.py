"""Bad receivers in a process of their own, so that their misdeeds cost the sender nothing but what reaches it.

    python -m tests.deliver.bad_receivers KIND COUNT

prints their addresses, then misbehaves until its input ends.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from typing import get_args

from simulators.receivers import Behaviour, Receiver
from tests.deliver.desk import SECRET


async def misbehave(kind: str, count: int) -> None:
    behaviours: dict[str, Behaviour] = {name: name for name in get_args(Behaviour)}
    async with AsyncExitStack() as stack:
        receivers = [
            await stack.enter_async_context(Receiver(f"BAD-{number}", secret=SECRET, behaviour=behaviours[kind]))
            for number in range(count)
        ]
        print(*(receiver.url for receiver in receivers), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(misbehave(sys.argv[1], int(sys.argv[2])))
