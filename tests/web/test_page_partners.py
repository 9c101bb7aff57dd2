"""Partners on the page: onboarded and removed by the operator; a supplier's and the OEM's own access; a shared link."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.partners.test_conformance import SECRET, receiving, without_time
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")
PICTURES = os.environ.get("TIERVIEW_PICTURES")  # a folder: how it looks is kept there
UNTIL = "2026-01-03T12:00:00Z"


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    async with open_box(tmp_path) as box:
        await box.fill()
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    async with visit(browser, full) as opened:
        yield opened


async def status(box: Box, token: str) -> int:
    async with httpx.AsyncClient(base_url=box.url, headers={"Authorization": f"Bearer {token}"}) as bearer:
        return (await bearer.get("/api/v1/session")).status_code


async def test_the_operator_onboards_a_partner_and_removes_it(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.keyboard.press("7")
    await visitor.see("Alpha Castings")
    assert await visitor.page.title() == "Partners · tierview"
    view = visitor.page.locator(".partners")
    await view.get_by_role("button", name="Onboard a partner").click()
    form = view.get_by_role("form", name="Onboard a partner")
    await form.get_by_label("Code").fill("alpha")
    await form.get_by_label("Name").fill("Werra Screws")
    await form.get_by_label("Tier").select_option("tier2")
    await visitor.page.keyboard.press("Tab")
    await form.get_by_role("button", name="Onboard").click()
    await form.get_by_text("which is Alpha Castings's").wait_for()
    await form.get_by_label("Code").fill("T2-W")
    await look(visitor, "form")
    await form.get_by_role("button", name="Onboard").click()
    token = await view.locator(".once output").inner_text()
    await view.get_by_text("topic read tierview/v1/T2-W/alert/+").wait_for()
    await look(visitor, "handed")
    assert await status(full, token) == 200
    await view.get_by_role("button", name="I have kept it").click()
    assert token not in await visitor.page.content()
    row = view.get_by_role("article", name="Werra Screws")
    await row.get_by_text("onboarded here").wait_for()
    await row.get_by_role("button", name="Remove").click()
    await row.get_by_role("button", name="Yes, remove").click()
    await row.wait_for(state="detached")
    assert await status(full, token) == 401
    assert visitor.complaints == []


async def test_the_operator_makes_a_token_for_a_supplier_and_ends_it(full: Box, visitor: Visitor) -> None:
    async with full.client("ALPHA") as client:
        assert (await client.post("/api/v1/subscriptions", json={"name": "erp", "channel": "mqtt"})).status_code == 201
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.keyboard.press("7")
    row = visitor.page.locator(".partners").get_by_role("article", name="Alpha Castings")
    await row.get_by_text("1 token · 1 subscription · 0 shared links").click()
    await row.get_by_role("button", name="New token").click()
    await row.get_by_label("What it is for").fill("yard tablet")
    await row.get_by_role("button", name="Make token").click()
    token = await row.locator(".once output").inner_text()
    await row.get_by_role("button", name="I have kept it").click()
    assert await status(full, token) == 200
    held = row.get_by_role("listitem").filter(has_text="yard tablet")
    await row.get_by_role("button", name="Delivery log").click()
    await row.get_by_text("ALPHA:erp").wait_for()
    await look(visitor, "operator")
    await held.get_by_role("button", name="Revoke").click()
    await held.get_by_role("button", name="Yes, revoke").click()
    await held.wait_for(state="detached")
    assert await status(full, token) == 401
    assert visitor.complaints == []


async def test_a_party_checks_its_own_receiver_and_reads_what_it_got_wrong(full: Box, visitor: Visitor) -> None:
    hook = {"name": "erp", "channel": "webhook", "party": "ALPHA", "allow_private": True}
    with receiving(without_time) as url:
        async with full.client("OPER") as client:
            body = {**hook, "url": url, "secret": SECRET}
            assert (await client.post("/api/v1/subscriptions", json=body)).status_code == 201
        await visitor.sign_in(full.tokens["ALPHA"])
        await visitor.page.keyboard.press("7")
        told = visitor.page.locator(".partners .subscription").filter(has_text="ALPHA:erp")
        await told.get_by_role("button", name="Check the receiver").click()
        await told.get_by_text("It got 2 of 9 wrong.").wait_for()
    trials = told.get_by_role("list", name="Check of ALPHA:erp").get_by_role("listitem")
    said = await trials.all_inner_texts()
    assert len(said) == 9
    assert "a sample, to be taken: the receiver took it" in said[0]
    old = next(text for text in said if "ten minutes ago" in text)
    assert "to be refused: the receiver took it" in old
    assert "What helps: refuse a webhook-timestamp more than 5 minutes off." in old
    await look(visitor, "check")
    await told.get_by_role("button", name="Close").click()
    await trials.first.wait_for(state="detached")
    await expect(told.get_by_role("button", name="Check the receiver")).to_be_focused()
    assert visitor.complaints == []


@pytest.mark.parametrize(("party", "mine", "others"), [("ALPHA", "ALPHA-PLANT", "ZZB"), ("ZZB", "ZZB-PLANT", "Alpha")])
async def test_a_party_sees_its_own_access_and_no_other(
    full: Box, visitor: Visitor, party: str, mine: str, others: str
) -> None:
    await visitor.sign_in(full.tokens[party])
    await visitor.page.keyboard.press("7")
    await visitor.see("What you see, and why")
    view = visitor.page.locator(".partners")
    said = await view.inner_text()
    assert mine in said
    assert "this session" in said
    assert others not in said
    assert await view.get_by_role("button", name="Onboard a partner").count() == 0
    assert await view.get_by_role("button", name="Remove").count() == 0
    assert visitor.refused == [one for one in visitor.refused if one.startswith(("401", "404 /api/v1/demo"))]


async def test_a_supplier_shares_a_shipment_and_ends_the_link(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.page.goto(f"{full.url}/#shipments/SHIP-A")
    share = visitor.page.locator(".shipment-head .share-shipment")
    await share.get_by_role("button", name="Share").click()
    await share.get_by_label("For whom").fill("the haulier")
    await share.get_by_role("button", name="Make the link").click()
    link = await share.locator(".once output").inner_text()
    assert link.startswith(f"{full.url}/share.html#")
    await look(visitor, "share")
    await share.get_by_role("button", name="I have kept it").click()
    assert link not in await visitor.page.content()
    await visitor.page.keyboard.press("Escape")
    await visitor.page.keyboard.press("7")
    held = visitor.page.locator(".partners").get_by_role("listitem").filter(has_text="the haulier")
    await held.get_by_role("button", name="End").click()
    await held.get_by_role("button", name="Yes, end").click()
    await held.wait_for(state="detached")
    async with full.client("ALPHA") as client:
        assert (await client.get("/api/v1/shares")).json()["items"] == []
    assert visitor.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("party", ["OPER", "ALPHA"])
async def test_it_fits_a_phone_and_a_wall_in_both_schemes(full: Box, visitor: Visitor, scheme: str, party: str) -> None:
    await visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    async with full.client("ALPHA") as client:
        shared = {"until": UNTIL, "label": "a label that is long enough to wrap on a phone of the yard"}
        assert (await client.post("/api/v1/shipments/SHIP-A/share", json=shared)).status_code == 201
        assert (await client.post("/api/v1/tokens", json={"label": "long" * 40})).status_code == 201
    await visitor.sign_in(full.tokens[party])
    await visitor.page.keyboard.press("7")
    await visitor.see("Alpha Castings")
    if party == "OPER":
        await visitor.page.get_by_role("article", name="Alpha Castings").locator("summary").click()
    await visitor.see("a label that is long")
    for width in (390, 1024, 1920):
        await visitor.page.set_viewport_size({"width": width, "height": 768 if width == 1024 else 900})
        over = "scroll => scroll.scrollWidth - scroll.clientWidth"
        assert await visitor.page.locator(".partners .scroll").evaluate(over) <= 0, width
        await look(visitor, f"{party}-{scheme}-{width}")


async def look(visitor: Visitor, name: str) -> None:
    """Keep a picture where someone wants to look."""
    if PICTURES:
        await visitor.page.screenshot(path=f"{PICTURES}/{name}.png")
