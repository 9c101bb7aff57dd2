"""The inbox of alerts on the page: groups, filters, answers for many, why one was raised, and what ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser, Locator

from gateway.model import AlertState
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    """A box in which both lanes are under way, in the browser's loop."""
    async with open_box(tmp_path) as box:
        await box.fill()
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    async with visit(browser, full) as opened:
        yield opened


async def inbox(visitor: Visitor, token: str) -> Locator:
    """The inbox, opened by its key."""
    await visitor.sign_in(token)
    await visitor.page.keyboard.press("3")
    found = visitor.page.locator("section.inbox")
    await found.wait_for()
    return found


def tab(shown: Locator, group: str) -> Locator:
    return shown.locator(f".tab[data-group={group}]")


async def test_a_supplier_answers_what_the_plant_has_answered_alone(full: Box, visitor: Visitor) -> None:
    shown = await inbox(visitor, full.tokens["ALPHA"])
    assert await visitor.page.title() == "Alerts · tierview"
    await tab(shown, "others").get_by_text("1").wait_for()
    await tab(shown, "standing").get_by_text("0").wait_for()
    await shown.get_by_text("Nothing waits for an answer").wait_for()
    await tab(shown, "others").click()
    await shown.get_by_label("Select SHIP-A").check()
    await shown.get_by_text("1 selected").wait_for()
    await shown.locator(".inbox-bulk select").select_option("traffic")
    await shown.locator(".inbox-bulk [name=by]").fill("Ann")
    await shown.get_by_role("button", name="Acknowledge 1").click()
    await shown.get_by_text("1 acknowledged").wait_for()
    await tab(shown, "ours").get_by_text("1").wait_for()
    await tab(shown, "ours").click()
    await shown.get_by_text("SHIP-A").first.wait_for()
    assert not await shown.get_by_label("Select SHIP-A").is_visible()  # it is answered
    assert "zzb" not in (await visitor.page.content()).lower()
    assert visitor.complaints == []


async def test_why_it_was_raised_is_unfolded_from_the_keyboard(full: Box, visitor: Visitor) -> None:
    shown = await inbox(visitor, full.tokens["OPER"])
    await tab(shown, "ours").click()
    card = shown.locator("[data-alert=alert-a]")
    await card.wait_for()
    await card.locator(".why summary").focus()
    await visitor.page.keyboard.press("Enter")
    table = card.locator(".why table")
    await table.get_by_text("Planned to arrive").first.wait_for()
    await table.get_by_text("Known to the gateway").wait_for()
    await card.locator(".why .facts").get_by_text("late_arrival").wait_for()
    assert visitor.complaints == []


async def test_keys_step_through_what_the_filters_leave(full: Box, visitor: Visitor) -> None:
    shown = await inbox(visitor, full.tokens["OPER"])
    await tab(shown, "ours").click()
    await tab(shown, "ours").get_by_text("2").wait_for()
    await shown.get_by_label("Search").fill("ship-zzb")
    await tab(shown, "ours").get_by_text("1").wait_for()
    await shown.locator("[data-alert=alert-a]").wait_for(state="detached")
    await tab(shown, "ours").focus()
    await visitor.page.keyboard.press("j")
    assert await visitor.page.evaluate("document.activeElement.dataset.alert") == "alert-zzb"
    await visitor.page.keyboard.press("a")
    await shown.locator("[data-alert=alert-zzb] form.ack").wait_for()
    await shown.get_by_role("button", name="Clear filters").click()
    await tab(shown, "ours").get_by_text("2").wait_for()


async def test_ended_ones_come_by_pages_from_the_journal(full: Box, visitor: Visitor) -> None:
    ended = [
        replace(
            world.alert(f"old-{number}", "SHIP-A", "ALPHA"),
            raised_us=world.NOW - (number + 2) * world.HOUR,
            state=AlertState.RESOLVED,
            ended_us=world.NOW - world.HOUR,
        )
        for number in range(120)
    ]
    await full.tell(*ended)
    shown = await inbox(visitor, full.tokens["ALPHA"])
    await tab(shown, "ended").click()
    await shown.get_by_role("button", name="Load older").click()
    await shown.get_by_role("button", name="Load older").click()
    await tab(shown, "ended").get_by_text("120").wait_for()
    await shown.get_by_role("button", name="No older ones").wait_for()
    assert visitor.complaints == []
