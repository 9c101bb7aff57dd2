"""Devices on the page: how they stand, what is read as it comes, a test, a search; and that a supplier sees none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator

from device_drivers.m100_wire import tag_notice
from gateway.clock import SystemClock
from gateway.discovery.search import Searching
from gateway.discovery.serial_ports import Port, entered
from gateway.model import Chunk, TagRead
from gateway.sources.inbound import Connected, Disconnected, Inbound
from simulators.nmea_receiver import sentences
from simulators.world import Position
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

EPC = "3034257BF400B7800004CB2F"
OTHER = "3034257BF400B7800004CB30"
PORT = Port(
    port="/dev/ttyUSB7", path="/dev/ttyUSB7", usb="0403:6001", description="FT232R", serial_number="", usable=False,
    why_not="not readable: add your user to group dialout", driver="", entry="",
)  # fmt: skip


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    """A box with three devices and one serial port that nobody uses."""
    searching = Searching(SystemClock(), ports=lambda: [entered(PORT, "m100", 115200)])
    async with open_box(tmp_path, searching=searching) as box:
        await box.fill()
        for device in ("alpha-dock", "tracker-1"):
            await box.intake.put(Connected(device=device, at_us=world.NOW, write=None, drop=lambda why: None))
        gone = "127.0.0.1:1 refuses connections: is the service on, and is the port right?"
        await box.intake.put(Disconnected(device="zzb-dock", at_us=world.NOW, reason="refused", text=gone))
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    async with visit(browser, full) as opened:
        yield opened


async def say(box: Box, device: str, data: bytes) -> None:
    """The device says something."""
    await box.intake.put(Inbound(Chunk(device=device, received_us=world.NOW, data=data)))


async def read(box: Box, epc: str, rssi_dbm: float = -55.0) -> None:
    """The reader reads a tag."""
    await say(box, "alpha-dock", tag_notice(TagRead(epc=bytes.fromhex(epc), rssi_dbm=rssi_dbm, pc=0x3000)))


def row(visitor: Visitor, device: str) -> Locator:
    return visitor.page.locator(f"li.device[data-device='{device}']")


async def opened(visitor: Visitor, device: str) -> Locator:
    """A device, opened by the keyboard."""
    toggle = row(visitor, device).locator("button.open")
    await toggle.focus()
    await visitor.page.keyboard.press("Enter")
    assert await toggle.get_attribute("aria-expanded") == "true"
    return row(visitor, device).locator(".device-open")


async def look(visitor: Visitor, box: Box, party: str = "OPER") -> None:
    """Sign in and go to the devices."""
    await visitor.sign_in(box.tokens[party])
    await visitor.page.keyboard.press("4")


async def test_each_device_is_shown_with_its_state_and_the_one_that_fails_first(full: Box, visitor: Visitor) -> None:
    await read(full, EPC)
    await look(visitor, full)
    await visitor.see("1 failing, 1 silent of 3")
    assert await visitor.page.title() == "Devices · tierview"
    shown = await visitor.page.locator("li.device").evaluate_all("rows => rows.map(row => row.dataset.device)")
    assert shown == ["zzb-dock", "alpha-dock", "tracker-1"]
    failing = row(visitor, "zzb-dock")
    await failing.get_by_text("▲").wait_for()
    await failing.get_by_text("is the service on, and is the port right?").wait_for()
    await row(visitor, "alpha-dock").get_by_text("connected").wait_for()
    await row(visitor, "tracker-1").get_by_text("Nothing has come yet.").wait_for()
    assert "secret" not in await visitor.page.locator(".devices").inner_html()
    label = await row(visitor, "alpha-dock").get_by_role("img").get_attribute("aria-label")
    assert label is not None
    assert label.startswith("alpha-dock: ")
    assert visitor.complaints == []


async def test_tags_come_as_they_are_read_and_a_row_does_not_jump_under_a_finger(full: Box, visitor: Visitor) -> None:
    await look(visitor, full)
    await row(visitor, "alpha-dock").wait_for()
    table = await opened(visitor, "alpha-dock")
    await table.get_by_text("Nothing has been read").wait_for()
    await read(full, EPC, -55.0)
    tag = table.locator("tbody tr").filter(has=visitor.page.locator(f"[title='{EPC}']"))
    await tag.wait_for()
    assert await tag.locator("button").inner_text() == "3034257BF…0004CB2F"
    await tag.locator(".signal").get_by_text("-55").wait_for()
    await tag.hover()
    await read(full, OTHER)
    await table.get_by_role("button", name="1 new").wait_for()
    await read(full, EPC, -40.0)
    await tag.locator(".signal").get_by_text("-40").wait_for()
    await tag.locator("td.number").get_by_text("2", exact=True).wait_for()
    assert await table.locator("tbody tr").count() == 1
    await visitor.page.mouse.move(1, 1)
    await table.get_by_text("2 tags").wait_for()
    assert await table.locator("tbody tr").count() == 2
    assert visitor.complaints == []


async def test_an_epc_is_copied_by_a_click(full: Box, visitor: Visitor) -> None:
    await visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await read(full, EPC)
    await look(visitor, full)
    await row(visitor, "alpha-dock").wait_for()
    table = await opened(visitor, "alpha-dock")
    await table.get_by_role("button", name=f"Copy {EPC}").click()
    await table.get_by_text("Copied").wait_for()
    assert await visitor.page.evaluate("navigator.clipboard.readText()") == EPC


async def test_a_receiver_shows_its_last_position(full: Box, visitor: Visitor) -> None:
    fix = Position(asset="TRL-A", lat=52.25, lon=10.5, speed_mps=5.0, course_deg=90.0, at_us=world.NOW)
    await say(full, "tracker-1", sentences(fix))
    await look(visitor, full)
    await row(visitor, "tracker-1").get_by_text("connected").wait_for()
    told = await opened(visitor, "tracker-1")
    await told.get_by_text("52.25000 10.50000").wait_for()
    await told.get_by_text("18 km/h").wait_for()


async def test_a_test_says_that_it_works_and_one_that_is_closed_is_watched_no_longer(
    full: Box, visitor: Visitor
) -> None:
    await look(visitor, full)
    await row(visitor, "alpha-dock").wait_for()
    table = await opened(visitor, "alpha-dock")
    await table.get_by_role("button", name="Test alpha-dock").click()
    await table.get_by_text("Listening for 10 s").wait_for()

    async def reading() -> None:
        while True:
            await read(full, EPC)
            await asyncio.sleep(0.2)

    task = asyncio.create_task(reading())
    await table.get_by_text("it works").wait_for(timeout=30_000)
    task.cancel()
    await table.get_by_text("Watched for 10 s on the connection it has.").wait_for()
    await row(visitor, "alpha-dock").locator("button.open").click()
    await table.wait_for(state="detached")
    await visitor.page.keyboard.press("1")
    await visitor.wait_for("() => document.querySelector('.devices').hidden")
    async with asyncio.timeout(10):
        while full.watch.doing("alpha-dock").onlookers:  # noqa: ASYNC110 - the stream ends in its own time
            await asyncio.sleep(0.01)


async def test_a_search_shows_what_is_there_with_its_entry_to_copy(full: Box, visitor: Visitor) -> None:
    await visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await look(visitor, full)
    await visitor.page.get_by_role("button", name="Find devices").click()
    form = visitor.page.locator(".discover")
    await form.get_by_label("What announces itself").uncheck()
    await form.get_by_label("LLRP readers on a private subnet").fill("8.8.8.0/24")
    await form.get_by_role("button", name="Search").click()
    await form.get_by_text("Not searched: expected a private subnet").wait_for()
    await form.get_by_label("LLRP readers on a private subnet").fill("")
    await form.get_by_role("button", name="Search").click()
    await form.get_by_text("Search done. 1 found").wait_for()
    found = form.locator(".find")
    await found.get_by_text("◆ not readable: add your user to group dialout").wait_for()
    await found.get_by_role("button", name="Copy the entry").click()
    await found.get_by_text("Copied").wait_for()
    entry = "- name: reader-7\n  driver: m100\n  connect: serial:///dev/ttyUSB7?baud=115200"
    assert await visitor.page.evaluate("navigator.clipboard.readText()") == entry
    assert visitor.complaints == []


async def test_a_supplier_has_neither_the_view_nor_the_key_nor_the_stream(full: Box, visitor: Visitor) -> None:
    await look(visitor, full, "ALPHA")
    await visitor.page.goto(f"{visitor.url}/#devices")
    await visitor.page.keyboard.press("2")
    await visitor.wait_for("() => document.title === 'Shipments · tierview'")
    assert await visitor.page.locator(".devices").count() == 0
    assert await visitor.page.get_by_role("link", name="Devices").count() == 0
    assert not [
        address for address in visitor.asked if "device" in address.rpartition("/api/")[2] and "/api/" in address
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_a_phone_and_a_wall_in_both_schemes(full: Box, visitor: Visitor, scheme: str) -> None:
    await visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await read(full, EPC)
    await look(visitor, full)
    await row(visitor, "alpha-dock").wait_for()
    await (await opened(visitor, "alpha-dock")).get_by_text("1 tag").wait_for()
    await visitor.page.get_by_role("button", name="Find devices").click()
    for width in (390, 1024, 1920):
        await visitor.page.set_viewport_size({"width": width, "height": 900})
        over = "scroll => scroll.scrollWidth - scroll.clientWidth"
        assert await visitor.page.locator(".devices .scroll").evaluate(over) <= 0, width
        small = "buttons => buttons.filter(b => b.offsetParent && b.offsetHeight < 44).map(b => b.textContent)"
        if width <= 1024:
            assert await visitor.page.locator(".devices button").evaluate_all(small) == [], width
