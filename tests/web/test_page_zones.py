"""Times by whose clock: that of who looks, or that of the place, on the days too on which clocks are set."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.web.box import Box, open_box

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORMATS = """async ([iso, where]) => {
  const time = await import("/js/kit/time.js");
  time.clock.sync(iso, 1);
  return [time.short(iso, where), time.zone(Date.parse(iso), where)];
}"""
SET_BACK = [  # 2026-10-25 in Berlin: the hour from two to three comes twice
    ("2026-10-25T00:30:00Z", "02:30", "CEST"),
    ("2026-10-25T01:30:00Z", "02:30", "CET"),
    ("2026-10-25T02:30:00Z", "03:30", "CET"),
]
SET_ON = [  # 2027-03-28: the hour from two to three does not come
    ("2027-03-28T00:59:00Z", "01:59", "CET"),
    ("2027-03-28T01:00:00Z", "03:00", "CEST"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Box]:
    """A box in which both lanes are under way, in the browser's loop."""
    async with open_box(tmp_path_factory.mktemp("box")) as box:
        await box.fill()
        yield box


async def _page(browser: Browser, box: Box, zone: str) -> Page:
    context = await browser.new_context(locale="en-GB", timezone_id=zone)
    page = await context.new_page()
    await page.goto(box.url)
    return page


@pytest.mark.parametrize(("iso", "time", "name"), SET_BACK + SET_ON)
async def test_a_day_on_which_clocks_are_set(browser: Browser, full: Box, iso: str, time: str, name: str) -> None:
    page = await _page(browser, full, "Europe/Berlin")
    assert await page.evaluate(FORMATS, [iso, ""]) == [time, name]  # by one's own clock the zone stands in the head
    await page.context.close()
    page = await _page(browser, full, "Asia/Tokyo")
    assert await page.evaluate(FORMATS, [iso, "Europe/Berlin"]) == [f"{time} {name}", name]
    await page.context.close()


async def test_times_of_a_place_say_their_zone_where_it_is_foreign(browser: Browser, full: Box) -> None:
    page = await _page(browser, full, "Asia/Tokyo")
    await page.locator("input[name=token]").fill(full.tokens["OPER"])
    await page.get_by_role("button", name="Sign in").click()
    await page.locator(".connection.fine").wait_for()
    await page.keyboard.press("?")
    await page.get_by_role("button", name="the place's time zone").click()
    await page.locator(".connection.fine").wait_for()
    await page.keyboard.press("2")
    planned = page.locator("td.planned").first
    await planned.wait_for()
    assert (await planned.inner_text()).endswith(" UTC")
    await page.keyboard.press("?")
    await page.get_by_role("button", name="my time zone").click()
    await page.locator(".connection.fine").wait_for()
    await planned.wait_for()
    assert "UTC" not in await planned.inner_text()
    await page.context.close()
