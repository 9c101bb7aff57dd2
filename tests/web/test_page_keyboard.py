"""All of the page without a mouse: by key to each view, by Tab through it, and back to where one was."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser, Page, expect

from tests.web import world
from tests.web.box import open_box
from tests.web.browser import DEADLINE_MS, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEWS = {  # by key: the view, and what Tab comes to in it, in the order in which it is read
    "1": ("tower", (".column .count", ".column li a", ".map-canvas button", ".section-head .link", ".alert")),
    "2": ("shipments", (".tab", "input[name=text]", "select[name=lane]", "a[download]", "a.of-shipment")),
    "3": ("alerts", (".tab", "input[name=text]", "input[name=mine]", ".pick input", ".alert", ".answering .button")),
    "4": ("devices", ("header .button", ".device .open")),
    "5": ("quality", ("header button", "header a", "summary")),
    "6": ("subscriptions", ("header .button",)),
    "7": ("partners", ("header .button", "summary")),
    "8": ("kpis", ("select", "a[download]", ".scroll")),
}
OPENED = (  # the view, what is pressed, what opens and takes the focus
    ("alerts", ".inbox .answering > .button", ".inbox form.ack"),
    ("alerts", ".inbox [aria-controls^=talk]", ".inbox .talk"),
    ("alerts", ".inbox [aria-controls^=shelf]", ".inbox .shelf"),
    ("devices", ".devices header .button", "form.discover"),
    ("subscriptions", ".subscriptions header .button", "form.subscribe"),
    ("partners", ".partners header .button", "form.onboard"),
    ("shipments/SHIP-A", ".share-shipment > .button", ".share-shipment form"),
    ("tower", ".column li a", ".panel"),
)
MOST_STOPS = 60
LANDED = "() => document.activeElement.matches('#view h1, #view .tower')"
STOP = """(selectors) => {  // the one in focus: which of the selectors it is, and what is wrong with it
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const seen = box.width && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const fault = getComputedStyle(at).outlineStyle === "none" ? "not marked" : seen ? "" : "out of sight";
  const name = `${fault} ${at.outerHTML.slice(0, 120)}`;
  return [at.closest("#view") !== null, selectors.filter((each) => at.matches(each)), fault && name];
}"""
BENEATH = "() => document.activeElement.closest('#view, .rail, .head') !== null"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    """One page for all: someone who runs the gateway, with an alert to answer."""
    async with open_box(tmp_path_factory.mktemp("box")) as box:
        await box.fill()
        await box.tell(replace(world.alert("alert-new", "SHIP-A", "ALPHA"), acks=()))
        async with visit(browser, box) as visitor:
            await visitor.sign_in(box.tokens["OPER"])
            yield visitor.page
            assert visitor.complaints == []


@pytest.mark.parametrize("key", VIEWS)
async def test_a_view_is_reached_by_its_key_and_walked_with_tab(page: Page, key: str) -> None:
    view, controls = VIEWS[key]
    await page.keyboard.press(key)
    await page.locator(f'.rail a[href="#{view}"][aria-current=page]').wait_for(timeout=DEADLINE_MS)
    for control in controls:
        await page.locator(f"#view {control}").filter(visible=True).first.wait_for(timeout=DEADLINE_MS)
    assert await page.evaluate(LANDED)
    stops, faults = await _walk(page, controls)
    assert list(dict.fromkeys(stops)) == list(controls)
    assert faults == []


async def _walk(page: Page, selectors: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """From stop to stop until Tab leaves the view: which of the selectors each was, and what is wrong with any."""
    stops: list[str] = []
    faults: list[str] = []
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        inside, matched, fault = await page.evaluate(STOP, selectors)
        if not inside:
            break
        stops += matched
        faults += [fault] if fault else []
    return stops, faults


async def test_the_help_holds_the_focus_and_gives_it_back(page: Page) -> None:
    await page.keyboard.press("2")
    shipment = page.locator("a.of-shipment").first
    await shipment.focus()
    for closing in ("?", "Escape"):
        await page.keyboard.press("?")
        await expect(page.locator("dialog.keys")).to_be_visible()
        for _ in range(12):
            await page.keyboard.press("Tab")
            assert not await page.evaluate(BENEATH)
        await page.keyboard.press("3")
        await page.keyboard.press(closing)
        await expect(page.locator("dialog.keys")).to_be_hidden()
        await expect(shipment).to_be_focused()
        assert page.url.endswith("#shipments")


@pytest.mark.parametrize(("view", "opener", "opened"), OPENED)
async def test_what_opens_takes_the_focus_and_escape_gives_it_back(
    page: Page, view: str, opener: str, opened: str
) -> None:
    await page.evaluate("(view) => { location.hash = `#${view}`; }", view)
    pressed = page.locator(opener).filter(visible=True).first
    await pressed.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(opened).locator(":focus")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.locator(opened).filter(visible=True)).to_have_count(0)
    await expect(pressed).to_be_focused()


async def test_what_is_found_of_devices_is_opened_and_in_focus(page: Page) -> None:
    await page.keyboard.press("/")
    await page.keyboard.type("tracker-1")
    await page.locator(".hit").filter(has_text="tracker-1").wait_for(timeout=DEADLINE_MS)
    await page.keyboard.press("Enter")
    row = page.locator(".device[data-device=tracker-1]")
    await row.locator(".device-open").wait_for(timeout=DEADLINE_MS)
    await expect(row.locator("button.open")).to_be_focused()
    assert page.url.endswith("#devices/tracker-1")
    await page.keyboard.press("Escape")
    await row.locator(".device-open").wait_for(state="hidden")
    await expect(row.locator("button.open")).to_be_focused()
