"""Alerts with both sides' receipts, their skew, and acknowledgement as a party's own act."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import pytest

from gateway.model import Delivery, DeliveryState
from tests.web import world
from tests.web.box import Box


async def test_both_sides_see_who_was_told_when_and_the_skew(full: Box) -> None:
    told = []
    for party in ("ALPHA", "OPER"):
        async with full.client(party) as client:
            told.append((await client.get("/api/v1/alerts/alert-a")).json())
    assert told[0] == told[1]
    assert told[0]["skew_ms"] == 2.5
    assert [(r["party"], r["offset_ms"], r["accepted"]) for r in told[0]["receipts"]] == [
        ("ALPHA", 4.0, "2026-01-01T12:00:00.004000Z"),
        ("OPER", 6.5, "2026-01-01T12:00:00.006500Z"),
    ]
    assert told[0]["raised"] == "2026-01-01T11:00:00.000000Z"
    assert told[0]["ended"] is None


async def test_the_skew_waits_for_two_acceptances_of_the_raised_notice(box: Box) -> None:
    await box.tell(world.ALERTS[0])
    first, second = world.DELIVERIES[:2]
    pending = msgspec.structs.replace(second, state=DeliveryState.PENDING, accepted_us=None, offset_us=None)
    later = msgspec.structs.replace(second, delivery_id="other", notice="resolved", offset_us=9_000_000)
    async with box.client("ALPHA") as client:
        for made, skew in (((first,), None), ((pending, later), None), ((second,), 2.5)):
            await box.deliver(*made)
            assert (await client.get("/api/v1/alerts/alert-a")).json()["skew_ms"] == skew


async def test_the_skew_is_between_the_parties_and_not_between_one_partys_channels(box: Box) -> None:
    await box.tell(world.ALERTS[0])
    supplier, plant = world.DELIVERIES[:2]
    mqtt = _again(plant, "mqtt", world.NOW + 5000, 5000)
    page_opened_later = _again(plant, "sse", world.NOW + world.HOUR + 300, 300)
    await box.deliver(supplier, plant, mqtt, page_opened_later)
    async with box.client("ALPHA") as client:
        alert = (await client.get("/api/v1/alerts/alert-a")).json()
    assert alert["skew_ms"] == 1.0
    offsets = {receipt["channel"]: receipt["offset_ms"] for receipt in alert["receipts"] if receipt["party"] == "OPER"}
    assert offsets == {"webhook": 6.5, "mqtt": 5.0, "sse": 3_600_000.3}


async def test_a_party_told_by_a_later_attempt_was_told_later(box: Box) -> None:
    await box.tell(world.ALERTS[0])
    supplier = world.DELIVERIES[0]
    retried = _again(world.DELIVERIES[1], "webhook", world.NOW + 5_300_000, 4000)
    await box.deliver(supplier, retried)
    async with box.client("ALPHA") as client:
        alert = (await client.get("/api/v1/alerts/alert-a")).json()
    assert alert["skew_ms"] == 5296.0


async def test_one_party_told_twice_has_no_skew(box: Box) -> None:
    await box.tell(world.ALERTS[0])
    supplier = world.DELIVERIES[0]
    await box.deliver(supplier, _again(supplier, "mqtt", world.NOW + 9000, 9000))
    async with box.client("ALPHA") as client:
        assert (await client.get("/api/v1/alerts/alert-a")).json()["skew_ms"] is None


def _again(told: Delivery, channel: Literal["webhook", "mqtt", "sse"], accepted_us: int, offset_us: int) -> Delivery:
    """The same notice to the same party by one more subscription."""
    return msgspec.structs.replace(
        told,
        delivery_id=f"{told.delivery_id}-{channel}",
        subscription=f"{told.party}-{channel}",
        channel=channel,
        accepted_us=accepted_us,
        offset_us=offset_us,
    )


async def test_a_party_acknowledges_for_itself(full: Box) -> None:
    answer = {"by": "Anna", "code": "breakdown", "reason": "flat tyre", "promised": "2026-01-01T15:30:00+01:00"}
    async with full.client("ALPHA") as client:
        alert = (await client.post("/api/v1/alerts/alert-a/acknowledge", json=answer)).json()
    assert alert["acks"][-1] == {
        "party": "ALPHA",
        "at": "2026-01-01T12:00:00.000000Z",
        "by": "Anna",
        "code": "breakdown",
        "reason": "flat tyre",
        "promised": "2026-01-01T14:30:00.000000Z",
    }


async def test_the_operator_acknowledges_only_what_concerns_it(box: Box) -> None:
    await box.tell(msgspec.structs.replace(world.ALERTS[0], parties=("ALPHA",)))
    async with box.client("OPER") as client:
        refused = await client.post("/api/v1/alerts/alert-a/acknowledge", json={})
        seen = await client.get("/api/v1/alerts/alert-a")
    assert (refused.status_code, seen.status_code) == (403, 200)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"promised": "tomorrow"}, "ISO 8601"),
        ({"promised": "2026-01-01T15:30:00"}, "with its zone"),
        ({"promised": 5}, "got `int`"),
        ({"who": "Anna"}, "unknown field"),
        ({"reasons": "x"}, "did you mean reason"),
        ({"by": "x" * 201}, "length <= 200"),
        ({"reason": "x" * 2001}, "length <= 2000"),
        ({"reason": "a\nb"}, "without control characters, came U+000A"),
        ({"by": "Anna\u202e"}, "without control characters, came U+202E"),
        ({"code": "weathr"}, "did you mean weather"),
        ({"code": "weathr"}, "expected traffic, "),
        ({"promised": "2026-01-01T11:00:00Z"}, "still to come"),
        ({"promised": "2026-02-01T11:00:00Z"}, "within 30 days"),
        ([], "Expected `object`"),
    ],
)
async def test_a_wrong_acknowledgement_says_what_was_expected(full: Box, body: Any, said: str) -> None:
    async with full.client("ALPHA") as client:
        answer = await client.post("/api/v1/alerts/alert-a/acknowledge", json=body)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_pages_lose_no_alert_though_many_were_raised_in_one_instant(box: Box) -> None:
    made = [world.alert(f"a-{n:02}", f"S-{n}", "ALPHA", world.NOW - (n // 7) * world.HOUR) for n in range(25)]
    await box.tell(*made)
    found: list[str] = []
    before: str | None = ""
    async with box.client("ALPHA") as client:
        while before is not None:
            page = (await client.get("/api/v1/alerts", params={"limit": 4, "before": before})).json()
            found += [alert["alert_id"] for alert in page["items"]]
            before = page["next_before"]
    assert sorted(found) == [alert.alert_id for alert in made]
    assert len(set(found)) == len(found)


async def test_alerts_are_searched_by_state_and_shipment(full: Box) -> None:
    async with full.client("OPER") as client:
        for query, ids in (
            ("state=open", {"alert-a", "alert-zzb"}),
            ("state=resolved", set()),
            ("shipment=SHIP-A", {"alert-a"}),
            ("before=2026-01-01T11:00:00Z", set()),
            ("before=2026-01-01T11:00:00.000001Z", {"alert-a", "alert-zzb"}),
        ):
            items = (await client.get(f"/api/v1/alerts?{query}")).json()["items"]
            assert {alert["alert_id"] for alert in items} == ids, query
