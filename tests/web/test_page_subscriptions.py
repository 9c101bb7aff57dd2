"""Subscriptions on the page: made, tried, read and removed by a supplier and by the operator."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from gateway.model import DeliveryState
from tests.deliver.receiver import answering, receiving
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit
from tests.web.test_api_subscriptions import an_alert, delivering, told, until_state

pytestmark = pytest.mark.asyncio(loop_scope="module")
PICTURES = os.environ.get("TIERVIEW_PICTURES")  # a folder: how it looks is kept there


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    async with open_box(tmp_path) as box:
        await box.fill()
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    async with visit(browser, full) as opened:
        yield opened


async def test_a_supplier_subscribes_its_broker_from_the_keyboard_and_removes_it(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.page.keyboard.press("6")
    await visitor.see("Nobody is told yet.")
    assert await visitor.page.title() == "Subscriptions · tierview"
    view = visitor.page.locator(".subscriptions")
    await view.get_by_role("button", name="Subscribe").click()
    form = view.get_by_role("form", name="Subscribe")
    assert "Apprise" not in await form.get_by_label("Channel").inner_text()
    await form.get_by_label("Channel").select_option("mqtt")
    await form.get_by_label("Name").fill("erp")
    await visitor.page.keyboard.press("Enter")
    await visitor.see("ALPHA:erp is told from now on")
    row = view.get_by_role("article", name="ALPHA:erp")
    await row.get_by_text("tierview/v1/ALPHA/alert/#").wait_for()
    await row.get_by_role("button", name="Remove").click()
    await row.get_by_role("button", name="Yes, remove").click()
    await visitor.see("ALPHA:erp is told nothing more")
    await visitor.see("Nobody is told yet.")
    assert full.channels.subscriptions == {}
    assert visitor.complaints == []


async def test_what_is_wrong_with_an_address_is_said_at_the_form(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.page.keyboard.press("6")
    view = visitor.page.locator(".subscriptions")
    await view.get_by_role("button", name="Subscribe").click()
    form = view.get_by_role("form", name="Subscribe")
    await form.get_by_label("Name").fill("yard")
    await form.get_by_label("Address of your receiver").fill("https://10.0.0.1/hook")
    await visitor.page.keyboard.press("Enter")
    await form.get_by_text("Not done: url: expected a host on the public Internet").wait_for()
    await form.get_by_text("Only some, or at certain times").click()
    await form.get_by_label("Places, by their codes").fill("ZZB-PLANT")
    await form.get_by_role("button", name="Subscribe").click()
    await form.get_by_text("Not done: places[0]: expected the code of a place that exists").wait_for()
    await visitor.page.keyboard.press("Escape")
    await form.wait_for(state="detached")


async def test_the_operator_sees_a_secret_once_tries_the_receiver_and_reads_the_log(
    full: Box, visitor: Visitor
) -> None:
    async with receiving(answering(204), answering(503), answering(204)) as receiver, delivering(full):
        await visitor.sign_in(full.tokens["OPER"])
        await visitor.page.keyboard.press("6")
        view = visitor.page.locator(".subscriptions")
        await view.get_by_role("button", name="Subscribe").click()
        form = view.get_by_role("form", name="Subscribe")
        await form.get_by_label("Name").fill("yard")
        await form.get_by_label("For the party").fill("ALPHA")
        await form.get_by_label("Address of your receiver").fill(receiver.url)
        await form.get_by_label("It may stand on a private address").check()
        await look(visitor, "form")
        await form.get_by_role("button", name="Subscribe").click()
        secret = view.locator(".secret output")
        assert (await secret.inner_text()).startswith("whsec_")
        await look(visitor, "secret")
        await view.get_by_role("button", name="I have kept it").click()
        assert "whsec_" not in await visitor.page.content()
        row = view.get_by_role("article", name="ALPHA:yard")
        await row.get_by_role("button", name="Send a sample").click()
        await row.get_by_text("Taken after").wait_for()
        await told(full, an_alert("al-1"))
        await until_state(full, "al-1", DeliveryState.PENDING, reason="status_503")
        await row.get_by_role("button", name="Delivery log").click()
        await row.get_by_text("attempt 1: the receiver answered 503 Service Unavailable").wait_for()
        await look(visitor, "log")
        await row.get_by_role("button", name="Tell again").click()
        await visitor.see("1 notice told again")
        await until_state(full, "al-1", DeliveryState.ACCEPTED)
        await row.get_by_role("button", name="New secret").click()
        assert (await secret.inner_text()).startswith("whsec_")
        await row.get_by_text("both secrets sign until").wait_for()
        assert visitor.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_a_phone_and_a_wall_in_both_schemes(full: Box, visitor: Visitor, scheme: str) -> None:
    await visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    async with full.client("OPER") as client, receiving(answering(410)) as receiver, delivering(full):
        for body in (
            {"name": "erp", "channel": "mqtt", "party": "ZZB", "least_severity": "warning"},
            {
                "name": "yard-with-a-long-name-that-wraps-some",
                "channel": "webhook",
                "url": f"{receiver.url}/{'a-long-path/' * 12}",
                "allow_private": True,
                "lanes": ["ALPHA-PLANT>OPER-PLANT", "ZZB-PLANT>OPER-PLANT"],
                "digest": {"at": ["06:00", "18:00"], "time_zone": "Europe/Berlin"},
            },
        ):
            assert (await client.post("/api/v1/subscriptions", json=body)).status_code == 201
        await told(full, an_alert("al-1"))
        await until_state(full, "al-1", DeliveryState.FAILED)
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.keyboard.press("6")
    await visitor.see("given up")
    for width in (390, 1024, 1920):
        await visitor.page.set_viewport_size({"width": width, "height": 768 if width == 1024 else 900})
        over = "scroll => scroll.scrollWidth - scroll.clientWidth"
        assert await visitor.page.locator(".subscriptions .scroll").evaluate(over) <= 0, width
        await look(visitor, f"list-{scheme}-{width}")


async def look(visitor: Visitor, name: str) -> None:
    """Keep a picture where someone wants to look."""
    if PICTURES:
        await visitor.page.screenshot(path=f"{PICTURES}/{name}.png")
