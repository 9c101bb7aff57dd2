"""Why an alert was raised, as each party may know it."""

from __future__ import annotations

import pytest

from tests.web import world
from tests.web.box import Box

pytestmark = pytest.mark.asyncio


async def test_the_plan_and_the_events_stand_around_the_alert_in_the_order_of_time(full: Box) -> None:
    async with full.client("ALPHA") as client:
        answer = (await client.get("/api/v1/alerts/alert-a/explanation")).json()
    lines = answer["lines"]
    assert answer["rule"] == "late_arrival"
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    told = {line["what"] for line in lines}
    assert {"plan_arrival", "raised", "known", "arrived"} <= told
    assert {line["asset"] for line in lines if line["what"] == "arrived"} == {"TRL-A", world.SSCC}


async def test_an_alert_of_others_is_not_explained(full: Box) -> None:
    async with full.client("ALPHA") as client:
        others = await client.get("/api/v1/alerts/alert-zzb/explanation")
        none = await client.get("/api/v1/alerts/alert-qqq/explanation")
    assert others.status_code == none.status_code == 404
    assert others.content == none.content
