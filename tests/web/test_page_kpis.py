"""Figures on the page: each with its definition, counted anew by another one, lane by lane."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit
from tests.web.test_api_kpis import arrived, happen, read, shipment

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    """A box in which one shipment came without one of its two pallets."""
    async with open_box(tmp_path) as box:
        await happen(box, arrived(shipment()))
        await box.happen(read("PAL-1"))
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    async with visit(browser, full) as opened:
        yield opened


async def test_figures_stand_with_their_definitions_and_change_with_them(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.page.keyboard.press("8")
    await visitor.see("1 shipment was due")
    assert await visitor.page.title() == "KPIs · tierview"
    on_time = visitor.page.locator(".kpis .figure").filter(has_text="On time in full")
    await on_time.get_by_text("0 of 1").wait_for()
    await on_time.get_by_text("arrived within their booked window").wait_for()
    await visitor.page.get_by_label("On time in full by").select_option("unit")
    await on_time.get_by_text("1 of 2").wait_for()
    await on_time.get_by_text("50 %").wait_for()
    await on_time.get_by_text("Share of units").wait_for()
    row = visitor.page.locator(".kpis tbody tr").filter(has_text="Alpha → Plant")
    assert "50 %" in await row.inner_text()
    saved = await visitor.page.get_by_role("link", name="Save as CSV").get_attribute("href")
    assert saved is not None
    assert "definition=unit" in saved
    await visitor.page.get_by_label("Due in the last").select_option("1")
    await visitor.see("1 shipment was due")
    assert visitor.complaints == []


async def test_a_time_in_which_nothing_was_due_says_so(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ZZB"])
    await visitor.page.keyboard.press("8")
    await visitor.see("Nothing was due in this time.")
    assert "alpha" not in (await visitor.page.locator(".kpis").inner_text()).lower()
