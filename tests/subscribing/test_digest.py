"""Times of day: all but what is critical waits, also over a restart, and comes as one message."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from gateway.model import DeliveryState, Severity
from tests.deliver.receiver import answering, receiving
from tests.web import world
from tests.web.box import open_box
from tests.web.test_api_subscriptions import PATH, an_alert, delivering, hook, made, told, until_state

AT = world.NOW + 6 * world.HOUR  # 18:00


async def test_what_is_no_emergency_gathers_until_its_time_of_day(tmp_path: Path) -> None:
    calm = [msgspec.structs.replace(an_alert(f"al-{number}"), severity=Severity.WARNING) for number in (1, 2)]
    digest = {"at": ["06:00", "18:00"], "time_zone": "UTC"}
    async with receiving(answering(204)) as receiver:
        async with open_box(tmp_path) as box, box.client("OPER") as client, delivering(box):
            await made(client, hook(receiver.url, party="ALPHA", allow_private=True, digest=digest))
            for alert in calm:
                await told(box, alert)
                await until_state(box, alert.alert_id, DeliveryState.PENDING, reason="quiet_hours")
            await told(box, an_alert("al-3"))
            await until_state(box, "al-3", DeliveryState.ACCEPTED)
            assert len(receiver.requests) == 1
            assert (await client.get(f"{PATH}/ALPHA:yard")).json()["status"]["state"] == "ok"
        async with open_box(tmp_path) as box:
            box.clock.advance_to(AT)
            async with delivering(box):
                for alert in calm:
                    await until_state(box, alert.alert_id, DeliveryState.ACCEPTED, reason="digest")
    body = json.loads(receiver.requests[1].body)
    assert (body["type"], body["data"]["count"]) == ("tierview.alerts.digest", 2)
    assert len(receiver.requests) == 2
