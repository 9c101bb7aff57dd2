"""Whoever looks, in whatever light and language: axe finds nothing grave, and a finger hits every target."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser, Page

from tests.web import world
from tests.web.axe import grave_faults
from tests.web.box import Box, open_box
from tests.web.browser import DEADLINE_MS

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES = ("OPER", "ALPHA", "YARDS")
# Contrast hangs on the light and labels on the language: who sees all sees each view in both, the others once.
SEEN = (("OPER", "light", "en"), ("OPER", "dark", "de"), ("ALPHA", "dark", "en"), ("YARDS", "light", "de"))
TABLET = {"width": 1024, "height": 768}
TOUCH_PX = 44
OPENED = {  # by view: what is pressed, and what is there then
    "alerts": (
        (".inbox .answering > .button", ".inbox form.ack"),
        (".inbox [aria-controls^=talk]", ".inbox form.saying"),
        (".inbox [aria-controls^=shelf]", ".inbox .shelf"),
        (".inbox details.why summary", ".inbox details.why[open]"),
    ),
    "devices": ((".devices header .button", "form.discover"),),
    "subscriptions": (
        (".subscriptions header .button", "form.subscribe"),
        ("form.subscribe summary", "form.subscribe details[open]"),
    ),
    "partners": (
        (".partners header .button", "form.onboard"),
        (".partners article summary", ".partners article details[open]"),
        (".partners [aria-label=Tokens] > div > .button", "form[aria-label='New token']"),
    ),
}
VIEWS = "() => [...document.querySelectorAll('.rail a')].map((link) => link.hash.slice(1))"
QUIET = "() => document.getAnimations().every((one) => one.playState !== 'running')"
SMALL = """(least) => {
  const inText = (element) => getComputedStyle(element).display === 'inline';  // WCAG 2.5.8 lets text be
  return [...document.querySelectorAll('button, a[href], select, input, summary')]
    .filter((element) => element.checkVisibility() && !inText(element) && !element.closest('.leaflet-container, label'))
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height < least - 0.5)
    .map(([element, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${element.outerHTML.slice(0, 120)}`);
}"""
PHONE = {
    "tower/tier/transit": ".tier-list td.of-asset",
    "shipments/SHIP-A": ".shipment-columns",
    "devices/alpha-dock": ".device-open",
}
BEYOND = """() => [...document.querySelectorAll('#view *')]  // what stands beyond the screen's side, or is cut off
  .filter((element) => element.checkVisibility() && !element.closest('.map, .inbox-tabs, svg'))
  .filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 1 && (left < -0.5 || right > innerWidth + 0.5);
  })
  .map((element) => element.outerHTML.slice(0, 120))"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Box]:
    """A box in which both lanes are under way and an alert waits for an answer, in the browser's loop."""
    async with open_box(tmp_path_factory.mktemp("box")) as box:
        await box.fill()
        await box.tell(replace(world.alert("alert-new", "SHIP-A", "ALPHA"), acks=()))
        yield box


@asynccontextmanager
async def _signed_in(
    browser: Browser, box: Box, role: str, *, language: str = "en", scheme: str = "light", **options: object
) -> AsyncIterator[Page]:
    context = await browser.new_context(locale=language, color_scheme=scheme, reduced_motion="reduce", **options)  # type: ignore[arg-type]
    try:
        page = await context.new_page()
        await page.goto(box.url)
        await page.locator("input[name=token]").fill(box.tokens[role])
        await page.locator("form button[type=submit]").click()
        await page.locator(".connection.fine").wait_for(timeout=DEADLINE_MS)
        yield page
    finally:
        await context.close()


async def _each_view(page: Page) -> AsyncIterator[str]:
    """Open each view of whoever looks, those too that are made after this test."""
    names: list[str] = await page.evaluate(VIEWS)
    assert len(names) > 3
    for view in names:
        await page.evaluate("(view) => { location.hash = `#${view}`; }", view)
        await page.locator(f'.rail a[href="#{view}"][aria-current=page]').wait_for(timeout=DEADLINE_MS)
        await page.wait_for_function(QUIET, timeout=DEADLINE_MS)
        yield view


@pytest.mark.parametrize(("role", "scheme", "language"), SEEN)
async def test_axe_finds_nothing_grave_on_any_view(
    browser: Browser, full: Box, role: str, scheme: str, language: str
) -> None:
    async with _signed_in(browser, full, role, language=language, scheme=scheme) as page:
        faults = {view: await grave_faults(page) async for view in _each_view(page)}
    assert faults == {view: [] for view in faults}


async def test_axe_finds_nothing_grave_in_what_is_opened(browser: Browser, full: Box) -> None:
    async with _signed_in(browser, full, "OPER", scheme="dark") as page:
        faults = {}
        for view, presses in OPENED.items():
            await page.evaluate("(view) => { location.hash = `#${view}`; }", view)
            for press, opened in presses:
                await page.locator(press).first.click()
                await page.locator(opened).first.wait_for(timeout=DEADLINE_MS)
            faults[view] = await grave_faults(page)
        await page.get_by_role("button", name="Keys", exact=True).click()
        faults["keys"] = await grave_faults(page)
    assert faults == {view: [] for view in faults}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_grave_before_signing_in(browser: Browser, full: Box, scheme: str) -> None:
    page = await browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    for path in ("/", "/share.html"):
        await page.goto(full.url + path)
        await page.locator("h1").wait_for(timeout=DEADLINE_MS)
        assert await grave_faults(page) == [], path
    await page.close()


@pytest.mark.parametrize("role", ROLES)
async def test_a_finger_hits_every_target_on_a_tablet(browser: Browser, full: Box, role: str) -> None:
    async with _signed_in(browser, full, role, viewport=TABLET, has_touch=True) as page:
        small = {view: await page.evaluate(SMALL, TOUCH_PX) async for view in _each_view(page)}
    assert small == {view: [] for view in small}


@pytest.mark.parametrize("language", ["en", "de"])
async def test_at_twice_the_size_nothing_runs_out_at_the_side(browser: Browser, full: Box, language: str) -> None:
    """A window of 1280 px at 200 % is one of 640 px."""
    viewport = {"width": 640, "height": 400}
    async with _signed_in(browser, full, "OPER", language=language, viewport=viewport) as page:
        beyond = {view: await page.evaluate(WIDER) async for view in _each_view(page)}
    assert beyond == dict.fromkeys(beyond, 0)


async def test_on_a_phone_no_list_is_read_sideways(browser: Browser, full: Box) -> None:
    viewport = {"width": 390, "height": 844}
    async with _signed_in(browser, full, "OPER", language="de", viewport=viewport, has_touch=True) as page:
        beyond = {view: await page.evaluate(BEYOND) async for view in _each_view(page)}
        for address in ("tower/tier/transit", "shipments/SHIP-A", "devices/alpha-dock"):
            await page.evaluate("(address) => { location.hash = `#${address}`; }", address)
            await page.locator(PHONE[address]).first.wait_for(timeout=DEADLINE_MS)
            beyond[address] = await page.evaluate(BEYOND)
    assert beyond == {view: [] for view in beyond}
