"""What stands in the bytes that each party's receiver gets: its own view of the alert, and nothing of others."""

from __future__ import annotations

import json
from pathlib import Path

from msgspec.structs import replace

from gateway.access import Told
from gateway.deliver.channel import Message
from gateway.deliver.envelope import render
from gateway.engine.audience import notices
from tests.access.test_views import HOUR, LATE, estate
from tests.deliver.receiver import Receiver, answering, receiving
from tests.deliver.test_dispatcher import ALERT, all_accepted, desk, hook


def told(receiver: Receiver) -> str:
    (request,) = receiver.requests
    return request.body.decode()


async def test_each_receiver_gets_the_view_of_its_party(tmp_path: Path) -> None:
    alert = replace(LATE, alert_id=ALERT.alert_id)
    async with (
        receiving(answering(204)) as shipper,
        receiving(answering(204)) as consignee,
        receiving(answering(204)) as hub,
        desk(tmp_path, hook("T2-A", shipper), hook("T1", consignee), hook("T2-B", hub), view=Told(estate())) as at,
    ):
        await at.tell(alert)
        await at.until(all_accepted)
    bodies = {"T2-A": told(shipper), "T1": told(consignee), "T2-B": told(hub)}
    assert json.loads(bodies["T2-A"])["data"]["parties"] == ["HAUL", "T1", "T2-A"]
    assert "T2-B" not in bodies["T2-A"]
    assert "Werra" not in bodies["T2-A"] + bodies["T1"]
    assert [secret for secret in ("S-1", "T2-A", "T1-WORKS", "4711-A", "HAUL") if secret in bodies["T2-B"]] == []
    runs_out = "1970-01-01T07:00:00.000000Z"
    assert {party: runs_out in body for party, body in bodies.items()} == {"T2-A": False, "T1": True, "T2-B": False}


def test_what_is_told_together_does_not_name_the_lane_of_others() -> None:
    view = Told(estate())("T2-B", replace(LATE, subject="stay:TRL-1@HUB", place="HUB"))
    assert view is not None
    deliveries = notices(LATE, "raised", [hook("T2-B", Receiver(url="http://127.0.0.1:1/"))], 2 * HOUR)
    assert deliveries[0].group == "warning/late/T2-A-WORKS>T1-WORKS"
    message = Message(message_id="dg", deliveries=(*deliveries, *deliveries), alerts=(view, view), together="grouped")
    body = render(message).decode()
    assert json.loads(body)["subject"] == "warning/late"
    assert [secret for secret in ("S-1", "T2-A", "T1-WORKS", "4711-A") if secret in body] == []
