"""A newcomer's first minutes, in a browser: from the terminal's address to the control tower."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.running import free_port
from tests.web.browser import DEADLINE_MS, open_browser

ADDRESS = re.compile(r"http://\S+#\S+")


@pytest.mark.timeout(180)
async def test_from_the_terminals_address_to_the_control_tower(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    listen = f"127.0.0.1:{free_port()}"
    words = ["-m", "gateway", "setup", str(config), "--listen", listen]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        said = ""
        while not (found := ADDRESS.search(said)):
            said += (await process.stdout.readline()).decode()
        await _set_up(found[0], f"http://{listen}")
        assert "operator: ACME" in config.read_text()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.communicate()
    assert process.returncode == 0


async def _set_up(address: str, url: str) -> None:
    async with open_browser() as browser:
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(DEADLINE_MS)
        await page.goto(address)
        await page.get_by_label("Code").first.fill("ACME")
        await page.get_by_label("Name", exact=True).first.fill("Acme Motors")
        assert "#" not in page.url, "the code is no longer in sight"
        await page.get_by_role("button", name="Add by hand").click()
        await page.get_by_text("expected a code").wait_for()
        write = page.get_by_role("button", name="Write it, and start")
        await expect(write).to_be_disabled()
        device = page.locator("fieldset").last
        await device.get_by_label("Name", exact=True).fill("door-1")
        await device.get_by_label("Address").fill("tcp://127.0.0.1:9")
        await device.get_by_label("Where it stands").fill("SITE")
        await page.get_by_text("No faults").wait_for()
        await expect(page.get_by_label("Company")).to_have_value("ACME")  # the place followed its company's new code
        await write.click()
        token = await page.locator("output").inner_text()
        assert re.fullmatch(r"tv_[\w-]{43}", token)
        enter = page.get_by_role("button", name="Open the control tower")
        await expect(enter).to_be_enabled(timeout=60_000)
        await enter.click()
        await page.get_by_text("Live").first.wait_for()
        assert page.url.rstrip("/") == url.rstrip("/") or page.url.startswith(f"{url}/#")
        second = await browser.new_page()
        await second.goto(f"{url}/setup.html#used")
        await second.get_by_text("Nothing answers here any more").wait_for()
        assert complaints == []
