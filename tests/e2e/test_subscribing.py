"""A gateway that runs is subscribed to: the next alert is told to whoever subscribed, also after a restart."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import standardwebhooks

from gateway.config.model import Config, Mqtt, RuleEntry
from tests.deliver.receiver import Receiver, answering, receiving
from tests.e2e.running import DEADLINE_S, Running, running
from tests.e2e.site import site
from tests.servers import Mosquitto

PATH = "/api/v1/subscriptions"


def late_site(broker: Mqtt) -> Config:
    return site(broker=broker).model_copy(update={"rules": (RuleEntry(name="late", rule="late_arrival"),)})


async def subscribe(run: Running, **body: Any) -> dict[str, Any]:
    answer = await run.http.post(PATH, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def be_late(run: Running, shipment_id: str) -> None:
    """Plan a shipment that should have come an hour ago."""
    due = datetime.now(UTC) - timedelta(hours=1)
    plan = {
        "shipment_id": shipment_id,
        "stops": [
            {"place": "SUPPLIER", "departure": {"close": (due - timedelta(hours=2)).isoformat()}},
            {"place": "PLANT", "arrival": {"close": due.isoformat()}},
        ],
        "assets": [f"TRL-{shipment_id}"],
        "parties": {"shipper": "T1", "consignee": "OEM"},
    }
    assert (await run.http.post("/api/v1/shipments", json=plan)).status_code == 201


async def heard(receiver: Receiver, shipment_id: str) -> int:
    """Wait until a receiver was told of a shipment; return which request that was."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            for number, request in enumerate(receiver.requests):
                if json.loads(request.body)["data"]["shipment"] == shipment_id:
                    return number
            await asyncio.sleep(0.01)  # nothing tells when a request comes but looking


async def test_the_engine_tells_who_subscribed_while_it_ran_and_a_restart_keeps_it(
    tmp_path: Path, free_port: int
) -> None:
    server = Mosquitto(tmp_path, free_port)
    await asyncio.to_thread(server.start)
    config = late_site(Mqtt(url=f"mqtt://127.0.0.1:{free_port}", embedded=False))
    try:
        async with receiving(answering(204)) as receiver, aiomqtt.Client("127.0.0.1", free_port) as client:
            await client.subscribe("tierview/v1/#", qos=1)
            async with running(config, tmp_path) as run:
                hook = {"channel": "webhook", "url": receiver.url, "allow_private": True}
                secret = (await subscribe(run, name="yard", party="T1", **hook))["secret"]
                await subscribe(run, name="erp", party="T1", channel="mqtt")
                await be_late(run, "S1")
                request = receiver.requests[await heard(receiver, "S1")]
                standardwebhooks.Webhook(secret).verify(request.body, request.headers)
                async with asyncio.timeout(DEADLINE_S):
                    published = await anext(client.messages)
                assert str(published.topic).startswith("tierview/v1/T1/alert/")  # the OEM subscribed nothing
                await run.http.post(f"{PATH}/T1:erp/test")
                async with asyncio.timeout(DEADLINE_S):
                    sample, gone = await anext(client.messages), await anext(client.messages)
                assert str(sample.topic) == str(gone.topic) == "tierview/v1/T1/alert/al_sample"
                assert (sample.retain, gone.payload) == (False, b"")
                await run.http.delete(f"{PATH}/T1:erp")
            async with running(config, tmp_path) as run:
                await be_late(run, "S2")
                request = receiver.requests[await heard(receiver, "S2")]
                standardwebhooks.Webhook(secret).verify(request.body, request.headers)
                names = [one["name"] for one in (await run.http.get(PATH)).json()["items"]]
                assert names == ["T1:yard"]
    finally:
        await asyncio.to_thread(server.stop)
