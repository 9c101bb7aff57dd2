"""The page where things around it go wrong: other tabs, browsers that keep nothing, answers that are none."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Route

from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEWS = ("#shipments", "#shipments/SHIP-A", "#alerts", "#quality", "#subscriptions", "#kpis", "#asset/TRL-A", "#tower")
NO_STORAGE = (
    """Object.defineProperty(window, "localStorage", {get() { throw new DOMException("no", "SecurityError"); }})"""
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Box]:
    """A box in which both lanes are under way, for all tests: none changes what is in it."""
    async with open_box(tmp_path_factory.mktemp("box")) as box:
        await box.fill()
        await box.plan(*(world.plan(f"MANY-{n}", "ALPHA-PLANT", ("TRL-A",), "ALPHA") for n in range(100)))
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    async with visit(browser, full) as opened:
        yield opened


async def look_everywhere(visitor: Visitor) -> None:
    """At each view until it has asked for what it shows."""
    for view in VIEWS:
        await visitor.page.evaluate("view => { location.hash = view; }", view)
        await visitor.page.wait_for_load_state("networkidle")


async def test_a_list_is_printed_whole(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.keyboard.press("2")
    await visitor.see("MANY-99")
    assert len(re.findall(rb"/Type\s*/Page\b", await visitor.page.pdf())) > 2


def watched(page: Page, box: Box) -> Visitor:
    visitor = Visitor(page=page, url=box.url)
    visitor.watch()
    return visitor


@pytest_asyncio.fixture(loop_scope="module")
async def tabs(browser: Browser, full: Box) -> AsyncIterator[tuple[Visitor, Visitor]]:
    """Two tabs of one browser."""
    context: BrowserContext = await browser.new_context(viewport={"width": 1440, "height": 900})
    yield watched(await context.new_page(), full), watched(await context.new_page(), full)
    await context.close()


async def test_a_tab_follows_when_another_signs_in_as_someone_else(full: Box, tabs: tuple[Visitor, Visitor]) -> None:
    first, second = tabs
    await first.sign_in(full.tokens["OPER"])
    await first.page.locator(".tower").get_by_text("TRL-ZZB").first.wait_for()
    await second.page.goto(full.url)
    await second.see("Live")
    await second.page.get_by_role("button", name="Sign out").click()
    await second.page.get_by_label("Token").fill(full.tokens["ALPHA"])
    await second.page.get_by_role("button", name="Sign in").click()
    await second.see("Alpha Castings")
    await first.page.evaluate("window.dispatchEvent(new Event('focus'))")  # someone comes back to it
    await first.see("Alpha Castings")
    await first.see("Live")
    assert "zzb" not in (await first.page.content()).lower()
    assert first.complaints == second.complaints == []


async def test_a_browser_that_keeps_nothing_shows_everything(full: Box, visitor: Visitor) -> None:
    await visitor.page.add_init_script(NO_STORAGE)
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.get_by_role("radio", name="Lateness").check()
    await look_everywhere(visitor)
    assert visitor.complaints == []


async def test_a_request_that_is_lost_while_the_stream_stands_is_made_up_for(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.route("**/api/v1/session", lambda route: route.abort())
    await visitor.page.evaluate("window.dispatchEvent(new Event('focus'))")
    await visitor.see("Connection lost")
    await visitor.page.unroute("**/api/v1/session")
    await visitor.see("Live")


@pytest.mark.parametrize("body", ["<html>Sign in to the guests' network</html>", '{"items": [{"alert', ""])
async def test_an_answer_that_is_none_counts_as_no_answer(full: Box, visitor: Visitor, body: str) -> None:
    async def answer(route: Route) -> None:
        is_stream = "/stream" in route.request.url
        await (route.continue_() if is_stream else route.fulfill(status=200, content_type="text/html", body=body))

    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.route("**/api/**", answer)
    await look_everywhere(visitor)
    await visitor.page.evaluate("location.hash = '#shipments/SHIP-ZZB'")
    await visitor.see("no answer from the gateway")
    assert visitor.complaints == []
