"""Times by whose clock: that of who looks, or that of the place, on the days too on which clocks are set."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from gateway.model import AssetKind
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import DEADLINE_MS
from tests.web.test_page_shipments import under_way

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORMATS = """async ([iso, where]) => {
  const time = await import("/js/kit/time.js");
  time.clock.sync(iso, 1);
  return [time.short(iso, where), time.zone(Date.parse(iso), where)];
}"""
ALERT, PAGE = "[data-alert=alert-a]", ".shipment-page"
PARTS = {  # the address, what is clicked there, where its times stand, which zones they name by the place's clock
    "alert": ("#tower", "", f".tower {ALERT} .since", "CET"),
    "told": ("#tower", "", f".tower {ALERT} .answer strong time", "CET"),
    "flow": ("#tower", "", ".flow [data-tier=tier2] time", "GMT+8,UTC"),  # the whole time, for who points at it
    "map": ("#tower", ".map-tools button:text-is('List')", ".map-list tbody", "GMT+8"),
    "tier": ("#tower/tier/tier2", "", ".tier-list tbody", "GMT+8,UTC"),
    "asset": ("#asset/PASSING-1", "", ".panel .facts", "GMT+8"),
    "line": ("#asset/PASSING-1", "", ".panel .history-labels", "GMT+8"),
    "history": ("#asset/PASSING-1", "", ".panel .history-table tbody", "GMT+8"),
    "list": ("#shipments", "", ".shipment-list tbody", "CET,GMT+8,UTC"),
    "stops": ("#shipments/SHIP-A", "", f"{PAGE} .stop-board tbody", "CET,GMT+8"),
    "scale": ("#shipments/SHIP-A", "", f"{PAGE} .shipment-stops .bar-legend", "CET,GMT+8"),
    "moved": ("#shipments/SHIP-A", "", f"{PAGE} .shipment-rest .bar-legend", "CET"),
    "goods": ("#shipments/SHIP-A", "", f"{PAGE} .units", "CET"),
    "why": ("#shipments/SHIP-A", f"{PAGE} {ALERT} .why summary", f"{PAGE} {ALERT} .why tbody", "CET,GMT+8"),
}
NAMED = """(selector) => {
  const parts = [...document.querySelectorAll(selector)];
  const said = parts.map((one) => (one.dataset.relative === "lasted" ? one.title : one.innerText)).join(" ");
  return said.trim() ? [...new Set(said.match(/\\b(?:GMT[+-]\\d+|CET|UTC)/g))].sort().join() : null;
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
    """A box in which both lanes are under way, one of them around half the world; in the browser's loop."""
    zones = {"ALPHA-PLANT": "Asia/Shanghai", "OPER-PLANT": "Europe/Berlin"}
    places = (
        one.model_copy(update={"time_zone": zones[one.code]}) if one.code in zones else one
        for one in world.CONFIG.places
    )
    config = world.CONFIG.model_copy(update={"places": tuple(places)})
    async with open_box(tmp_path_factory.mktemp("box"), config=config) as box:
        await box.fill()
        await under_way(box)
        await box.happen(world.arrival("e-p2", "PAL-2", "OPER-PLANT", asset_kind=AssetKind.PALLET, at_us=world.NOW))
        box.live.spots[0] = msgspec.structs.replace(box.live.spots[0], place="ALPHA-DOOR")
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
    page = await _page(browser, full, "America/New_York")
    await page.locator("input[name=token]").fill(full.tokens["OPER"])
    await page.get_by_role("button", name="Sign in").click()
    await _use(page, "the place's time zone")
    for part, (*_, zones) in PARTS.items():
        await _see(page, part, zones)
    await _use(page, "my time zone")
    for part in PARTS:
        await _see(page, part, "GMT-5" if part == "flow" else "")
    await page.context.close()


async def _use(page: Page, name: str) -> None:
    await page.locator(".connection.fine").wait_for()
    await page.keyboard.press("?")
    await page.get_by_role("button", name=name).click()
    await page.locator(".connection.fine").wait_for()


async def _see(page: Page, part: str, zones: str) -> None:
    """Wait until a part of the page names these zones and no others."""
    address, first, selector, _ = PARTS[part]
    await page.evaluate("(to) => { location.hash = to; }", address)
    if first:
        await page.locator(first).first.click()
    try:
        expected = f"([selector, zones]) => ({NAMED})(selector) === zones"
        await page.wait_for_function(expected, arg=[selector, zones], timeout=DEADLINE_MS)
    except PlaywrightTimeout:
        pytest.fail(f"{part}: expected {zones!r}, came {await page.evaluate(NAMED, selector)!r}")
