"""Someone who looks at the page: Debian's Chromium, and all it asked, said and complained of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, Response, async_playwright

from gateway.web.vendor import TARGET
from tests.servers import program
from tests.web.box import Box

# Without these flags Chromium calls its makers' hosts at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEADLINE_MS = 10_000


@dataclass
class Visitor:
    """One browser with one page open."""

    page: Page
    url: str
    asked: list[str] = field(default_factory=list)  # every address requested
    complaints: list[str] = field(default_factory=list)  # console errors, uncaught errors, dialogs
    refused: list[str] = field(default_factory=list)  # answers of 400 and more, as "status path"

    def watch(self) -> None:
        """Take note of everything from now on."""
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))

    async def sign_in(self, token: str) -> None:
        """Open the page, sign in with a token and wait until it is live."""
        await self.page.goto(self.url)
        await self.page.get_by_label("Token").fill(token)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.see("Live")

    async def see(self, text: str) -> Locator:
        """Wait until a text is in sight; return its place."""
        found = self.page.get_by_text(text).filter(visible=True).first
        await found.wait_for(timeout=DEADLINE_MS)
        return found

    async def wait_for(self, expression: str, argument: object = None) -> None:
        """Wait until a JavaScript expression is true."""
        await self.page.wait_for_function(expression, arg=argument, timeout=DEADLINE_MS)

    def _asked(self, request: Request) -> None:
        self.asked.append(request.url)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.refused.append(f"{response.status} {response.url.removeprefix(self.url)}")

    def _said(self, message: ConsoleMessage) -> None:
        # Chromium says of every refused answer that it was one; those are in `refused`.
        if message.type in ("error", "warning") and "the server responded with a status" not in message.text:
            self.complaints.append(message.text)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    chromium = program("chromium-headless-shell", "chromium")
    if not TARGET.is_dir():
        pytest.fail("the page's map is missing: python -m gateway.web.vendor")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visit(browser: Browser, box: Box) -> AsyncIterator[Visitor]:
    """Someone new before the page of a box; the page is not opened yet."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    visitor = Visitor(page=page, url=box.url)
    visitor.watch()
    try:
        yield visitor
    finally:
        await page.close()
