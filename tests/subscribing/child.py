"""A desk in a process of its own, to be killed: `python -m tests.subscribing.child FOLDER`.

It makes, rotates and removes subscriptions without end, and says each that it has answered.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.web.box import open_box


async def subscribe(folder: Path) -> None:
    async with open_box(folder) as box, box.client("OPER") as client:
        path = "/api/v1/subscriptions"
        number = 0
        while True:
            number += 1
            body = {
                "name": f"hook-{number}",
                "channel": "webhook",
                "url": "http://127.0.0.1:9/",
                "allow_private": True,
                "party": "ALPHA",
            }
            answer = await client.post(path, json=body)
            name = answer.json()["name"]
            print(f"+{name}", flush=True)
            await client.post(f"{path}/{name}/rotate", json={})
            if number % 2:
                print(f"?{name}", flush=True)
                await client.delete(f"{path}/{name}")
                print(f"-{name}", flush=True)


if __name__ == "__main__":
    asyncio.run(subscribe(Path(sys.argv[1])))
