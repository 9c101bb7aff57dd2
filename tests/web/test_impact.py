"""Who waits for what is late: on the alert, on its card, and stock for nobody but whoever owns the place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from gateway.access import Estate, Told
from gateway.model import Alert, AtRisk, Impact, Onward, Tier
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

RUNS_OUT = world.NOW + 3 * world.HOUR + 12 * 60 * world.SECOND


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    """A box in which both lanes are under way, in the browser's loop."""
    async with open_box(tmp_path) as box:
        await box.fill()
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    """Someone before the page of that box."""
    async with visit(browser, full) as opened:
        yield opened


def late() -> Alert:
    """SHIP-A, of Alpha and the operator, with a part that the operator's plant waits for and one that Alpha's does."""
    plant = AtRisk(part="4711-A", place="OPER-PLANT", quantity=960, unit="C62", runs_out_us=RUNS_OUT)
    own = AtRisk(part="0815", place="ALPHA-PLANT", runs_out_us=RUNS_OUT + world.HOUR)
    impact = Impact(
        shipment="SHIP-A",
        places=("OPER-PLANT",),
        tiers=(Tier.OEM,),
        parts=(plant, own),
        expected_us=RUNS_OUT + 2 * world.HOUR,
        onward=(
            Onward(
                shipment="SHIP-A2",
                lane="OPER-PLANT>ALPHA-DOOR",
                places=("ALPHA-DOOR",),
                tiers=(Tier.TIER2,),
                parties=("ALPHA", "OPER"),
            ),
            Onward(
                shipment="SHIP-ZZB2",
                lane="OPER-PLANT>ZZB-PLANT",
                places=("ZZB-PLANT",),
                tiers=(Tier.TIER2,),
                parties=("OPER", "ZZB"),
            ),
        ),
    )
    roles = {"shipper": "ALPHA", "consignee": "OPER"}
    return msgspec.structs.replace(world.ALERTS[0], alert_id="alert-new", impact=impact, roles=roles)


async def test_a_supplier_sees_who_waits_and_of_stock_only_its_own(full: Box) -> None:
    await full.tell(late())
    async with full.client("OPER") as client:
        operator = (await client.get("/api/v1/alerts/alert-new")).json()["impact"]
    async with full.client("ALPHA") as client:
        answer = await client.get("/api/v1/alerts/alert-new")
        supplier = answer.json()["impact"]
    assert operator["parts"][0] == {
        "part": "4711-A",
        "place": "OPER-PLANT",
        "quantity": 960,
        "unit": "C62",
        "runs_out": "2026-01-01T15:12:00.000000Z",
        "margin_h": -2.0,
    }
    assert (supplier["places"], supplier["tiers"]) == (["OPER-PLANT"], ["oem"])
    shown = {part["part"]: (part["runs_out"], part["margin_h"]) for part in supplier["parts"]}
    assert shown == {"4711-A": (None, None), "0815": ("2026-01-01T16:12:00.000000Z", -1.0)}
    assert "15:12" not in answer.text
    assert [one["shipment"] for one in operator["onward"]] == ["SHIP-A2", "SHIP-ZZB2"]
    assert [one["shipment"] for one in supplier["onward"]] == ["SHIP-A2"]
    assert world.BETA not in answer.content.lower()


async def test_who_is_told_in_one_go_is_told_of_no_shipment_of_others(full: Box) -> None:
    told = Told(Estate(world.CONFIG))
    alert = msgspec.structs.replace(late(), parties=("ALPHA", "YARDS"), roles={"shipper": "ALPHA", "carrier": "YARDS"})
    views = {party: told(party, alert) for party in ("ALPHA", "YARDS")}
    shown = {party: view.impact.onward if view and view.impact else None for party, view in views.items()}
    assert {party: [one.shipment for one in onward or ()] for party, onward in shown.items()} == {
        "ALPHA": ["SHIP-A2"],
        "YARDS": [],
    }


async def test_lists_and_counts_of_others_hold_nothing_of_it(full: Box) -> None:
    await full.tell(late())
    for party in ("ZZB", "YARDS"):
        async with full.client(party) as client:
            assert "4711-A" not in (await client.get("/api/v1/alerts")).text


@pytest.mark.parametrize(("party", "seen"), [("OPER", "runs out in 3.2 h at Plant"), ("ALPHA", "4711-A")])
async def test_the_card_says_who_waits_and_how_long_stock_lasts(
    full: Box, visitor: Visitor, party: str, seen: str
) -> None:
    await full.tell(late())
    await visitor.sign_in(full.tokens[party])
    card = visitor.page.locator("[data-alert=alert-new]")
    await card.get_by_text("Waits for it").wait_for()
    await card.get_by_text(seen).first.wait_for()
    text = await card.text_content() or ""
    assert "Plant" in text
    assert ("runs out in 3.2 h" in text) == (party == "OPER")
    assert visitor.complaints == []
