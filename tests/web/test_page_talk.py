"""Two parties before one alert, each in a browser of its own: what one says the other reads at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser, Locator

from gateway.journal import remarks
from gateway.model import Remark, Shelf
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit
from tests.web.test_page_hostile import PAYLOADS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    """A box in which both lanes are under way, in the browser's loop."""
    async with open_box(tmp_path) as box:
        await box.fill()
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def pair(browser: Browser, full: Box) -> AsyncIterator[tuple[Visitor, Visitor]]:
    """The supplier and the operator, both signed in."""
    async with AsyncExitStack() as stack:
        both = [await stack.enter_async_context(visit(browser, full)) for _ in range(2)]
        for visitor, party in zip(both, ("ALPHA", "OPER"), strict=True):
            await visitor.sign_in(full.tokens[party])
            await card(visitor).wait_for()
        yield both[0], both[1]


def card(visitor: Visitor) -> Locator:
    return visitor.page.locator("[data-alert=alert-a]")


async def open_talk(visitor: Visitor) -> Locator:
    """Its conversation, opened and read."""
    await card(visitor).get_by_role("button", name="Conversation").click()
    talk = card(visitor).locator(".talk")
    await talk.get_by_label("Your words").wait_for()
    return talk


async def test_what_one_party_says_the_other_reads_within_a_second(pair: tuple[Visitor, Visitor]) -> None:
    supplier, plant = pair
    theirs, ours = await open_talk(supplier), card(plant).locator(".talk")
    await card(plant).focus()
    await plant.page.keyboard.press("c")
    await ours.get_by_label("Your words").wait_for()
    await theirs.get_by_text("Nothing has been said yet").wait_for()
    await theirs.get_by_label("Your words").fill("The driver waits at the gate\nsince noon")
    await theirs.get_by_role("button", name="Send").click()
    await ours.get_by_text("The driver waits at the gate").wait_for(timeout=1000)
    await theirs.get_by_text("since noon").wait_for()
    await card(plant).get_by_role("button", name="Conversation (1)").wait_for()
    assert await theirs.locator("li").count() == 1, "once, though the answer and the stream both tell it"
    assert supplier.complaints == plant.complaints == []


async def test_a_task_is_given_and_done_on_the_other_side(pair: tuple[Visitor, Visitor]) -> None:
    supplier, plant = pair
    theirs, ours = await open_talk(supplier), await open_talk(plant)
    await ours.get_by_label("Send as").select_option(label="Task for ALPHA")
    await ours.get_by_label("Your words").fill("Send the papers")
    await ours.get_by_label("Due").fill("2026-01-01T18:00")
    await ours.get_by_role("button", name="Send").click()
    row = theirs.locator("li.task")
    await row.get_by_text("Task for ALPHA").wait_for()
    assert "due" in (await row.text_content() or "")
    await row.get_by_role("button", name="Done").click()
    await ours.locator("li.task").get_by_text("● done").wait_for()
    await ours.get_by_text("Done: Send the papers").wait_for()
    assert await ours.locator("li.task").get_by_role("button", name="Done").is_hidden()


async def test_an_answer_with_reason_and_new_time_stands_on_both_pages(pair: tuple[Visitor, Visitor]) -> None:
    supplier, plant = pair
    ours = await open_talk(plant)
    await card(supplier).get_by_role("button", name="Acknowledge").click()
    await card(supplier).get_by_label("Reason").select_option("not_ready")
    await card(supplier).get_by_label("New time promised").fill("2026-01-02T08:30")
    await card(supplier).get_by_label("In a few words").fill("press 4 stood still")
    await card(supplier).get_by_label("Your name").fill("Anna")
    await card(supplier).get_by_role("button", name="Send").click()
    await card(plant).get_by_text("Anna: Goods not ready, press 4 stood still").wait_for()
    await ours.get_by_text("Acknowledged, Goods not ready, press 4 stood still").wait_for()
    await card(supplier).get_by_role("button", name="Change your answer").wait_for()


async def test_a_time_that_has_passed_is_refused_in_words(full: Box, pair: tuple[Visitor, Visitor]) -> None:
    supplier, _ = pair
    await card(supplier).get_by_role("button", name="Acknowledge").click()
    await card(supplier).get_by_label("Reason").select_option("other")
    await card(supplier).get_by_label("Your name").fill("Anna")
    await card(supplier).get_by_label("New time promised").evaluate("field => { field.min = ''; }")
    await card(supplier).get_by_label("New time promised").fill("2025-12-31T08:30")
    await card(supplier).get_by_role("button", name="Send").click()
    await card(supplier).get_by_text("still to come").wait_for()
    assert await full.journal.read(remarks.log_last) == 0


async def test_an_alert_is_shelved_and_taken_off_by_keyboard_alone(full: Box, pair: tuple[Visitor, Visitor]) -> None:
    supplier, plant = pair
    await card(supplier).get_by_role("button", name="Shelve").focus()
    for key in ("Enter", "w", "e", "Tab", "Tab", "Enter"):
        await supplier.page.keyboard.press(key)
    ours = await open_talk(plant)
    await ours.get_by_text("Hears nothing of it until").wait_for()
    (said,) = await full.journal.read(lambda c: remarks.of_alert(c, "alert-a", limit=9))
    assert said.until_us is not None
    assert said.text == "we"
    assert 0 <= said.until_us - world.NOW - 4 * world.HOUR < world.HOUR // 4
    await full.tell(replace(world.ALERTS[0], shelves=(Shelf(party="ALPHA", until_us=said.until_us),)))
    shelved = card(supplier).get_by_role("button", name="Shelved until")
    await shelved.focus()
    await supplier.page.keyboard.press("Enter")
    await supplier.page.keyboard.press("Enter")
    await ours.get_by_text("Hears of it again").wait_for()
    assert await card(plant).get_by_role("button", name="Shelve").is_visible(), "the others are not shelved with it"


async def test_what_is_hostile_in_words_names_and_reasons_is_text(full: Box, pair: tuple[Visitor, Visitor]) -> None:
    supplier, plant = pair
    async with full.client("ALPHA") as client:
        for payload in PAYLOADS:
            body = {"text": payload, "by": payload, "kind": "task", "to": "OPER"}
            assert (await client.post("/api/v1/alerts/alert-a/remarks", json=body)).status_code == 201
            done = {"code": "other", "reason": payload, "by": payload}
            assert (await client.post("/api/v1/alerts/alert-a/acknowledge", json=done)).status_code == 200
    for visitor in (supplier, plant):
        talk = await open_talk(visitor)
        for payload in PAYLOADS:
            await talk.get_by_text(payload, exact=True).first.wait_for()
        assert await visitor.page.evaluate("window.hit") is None
        assert await visitor.page.locator("img[src=x], iframe, main script, [onload], [onerror]").count() == 0
        assert visitor.complaints == []


async def test_who_was_away_reads_on_return_what_was_said_meanwhile(full: Box, pair: tuple[Visitor, Visitor]) -> None:
    supplier, _ = pair
    talk = await open_talk(supplier)
    await supplier.page.context.set_offline(True)
    full.hub.close()
    await supplier.see("Connection lost")
    await full.journal.write(
        lambda c: remarks.save(
            c, Remark(alert_id="alert-a", party="OPER", at_us=world.NOW, kind="comment", text="we opened gate 4")
        )
    )
    await supplier.page.context.set_offline(False)
    await talk.get_by_text("we opened gate 4").wait_for()
