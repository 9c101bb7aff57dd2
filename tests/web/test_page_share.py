"""A shared shipment's page in a real browser: without a token, and without the secret in any address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    async with open_box(tmp_path) as box:
        await box.fill()
        yield box


async def shared(box: Box) -> dict[str, str]:
    async with box.client("ALPHA") as client:
        body = {"until": "2026-01-08T12:00:00Z", "label": "for <b>Quick</b> Haulage"}
        made: dict[str, str] = (await client.post("/api/v1/shipments/SHIP-A/share", json=body)).json()
    return made


async def test_whoever_has_the_link_sees_the_shipment(browser: Browser, full: Box) -> None:
    link = (await shared(full))["link"]
    secret = link.partition("#")[2]
    async with visit(browser, full) as guest:
        await guest.page.goto(link)
        await guest.see("SHIP-A")
        await guest.see("ALPHA-PLANT")
        await guest.see("OPER-PLANT")
        await guest.see("Shared by Alpha Castings · for <b>Quick</b> Haulage")
        assert secret not in guest.page.url
        assert all(secret not in address.partition("#")[0] for address in guest.asked)
        await guest.page.reload()  # the cookie stands for the link now
        await guest.see("SHIP-A")
        assert guest.complaints == []
        text = await guest.page.inner_text("body")
        assert world.BETA.decode() not in text.lower()


async def test_a_link_that_was_ended_says_what_to_do(browser: Browser, full: Box) -> None:
    made = await shared(full)
    async with full.client("ALPHA") as client:
        await client.delete(f"/api/v1/shares/{made['id']}")
    async with visit(browser, full) as guest:
        await guest.page.goto(made["link"])
        await guest.see("This link shows nothing any more.")
        await guest.see("Ask whoever sent it for another.")
        assert guest.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
async def test_it_fits_a_phone_and_a_screen(browser: Browser, full: Box, width: int, scheme: str) -> None:
    link = (await shared(full))["link"]
    async with visit(browser, full) as guest:
        await guest.page.set_viewport_size({"width": width, "height": 800})
        await guest.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await guest.page.goto(link)
        await guest.see("SHIP-A")
        assert await guest.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
