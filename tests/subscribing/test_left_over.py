"""A kill between a partner's end and the ends of its subscriptions leaves nothing open behind it."""

from __future__ import annotations

from pathlib import Path

from gateway.deliver import disabled
from gateway.journal import alerts, partners, retained
from gateway.model import AlertState, Delivery
from tests.web import world
from tests.web.box import open_box

HOOK = {"name": "hook", "channel": "webhook", "url": "http://127.0.0.1:9/", "allow_private": True, "party": "NEW"}
STANDS = {**HOOK, "party": "ALPHA"}


async def test_a_partner_that_ended_halfway_is_ended_wholly_at_the_start(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box, box.client("OPER") as operator:
        made = await operator.post("/api/v1/partners", json={"code": "NEW", "name": "New", "tier": "tier2"})
        assert made.is_success
        for body in (HOOK, STANDS):
            assert (await operator.post("/api/v1/subscriptions", json=body)).is_success
        for party in ("NEW", "ALPHA"):
            last = Delivery(
                delivery_id=f"dl_{party}",
                alert_id="al_1",
                notice="raised",
                subscription=f"{party}:hook",
                party=party,
                channel="webhook",
            )
            alert, _ = disabled.given_up(last, (), world.NOW)
            await box.tell(alert)
        await box.journal.write(lambda c: partners.remove(c, "NEW", world.NOW))  # and the power goes
    async with open_box(tmp_path) as box:
        assert list(await box.journal.read(disabled.disabled)) == ["ALPHA:hook"]
        ended = await box.journal.read(lambda c: alerts.page(c, state=AlertState.RESOLVED, limit=10))
        assert [(one.subject, one.ended_reason) for one in ended] == [("subscription:NEW:hook", "removed")]
        assert await box.journal.read(lambda c: retained.waiting(c, [], 10)) == ([], [])  # nothing went by MQTT
