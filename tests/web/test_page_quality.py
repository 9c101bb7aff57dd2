"""Data quality on the page: a finding, the form in which it is mended, and the scores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from gateway.journal import quality_days
from gateway.quality.scores import DayCount
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit
from tests.web.doubtful import doubt

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    """A box with data that is doubted, and two days of scores."""
    async with open_box(tmp_path) as box:
        await box.fill()
        await doubt(box)
        counts = [
            DayCount(day="2025-12-31", party="ALPHA", kind="reading", total=100, flawed=50),
            DayCount(day="2026-01-01", party="ALPHA", kind="reading", total=200, flawed=3),
            DayCount(day="2026-01-01", party="ZZB", kind="plan", total=4, flawed=1),
        ]
        await box.journal.write(lambda c: quality_days.add(c, counts))
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    async with visit(browser, full) as opened:
        yield opened


async def test_a_finding_is_mended_from_the_keyboard_and_says_how_many_were_read_again(
    full: Box, visitor: Visitor
) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.keyboard.press("5")
    await visitor.see("OLD-DOCK")
    assert await visitor.page.title() == "Data quality · tierview"
    row = visitor.page.locator(".quality tbody tr").filter(has_text="OLD-DOCK")
    await row.get_by_text("Place is not known").wait_for()
    await row.get_by_text("2 wait").wait_for()
    await row.get_by_role("button", name="Enter what it means").focus()
    await visitor.page.keyboard.press("Enter")
    target = row.get_by_label("Place it means")
    assert await target.input_value() == "ZZB-PLANT"
    await target.fill("NOWHERE")
    await visitor.page.keyboard.press("Enter")
    await row.get_by_text("Not done: target: expected the code of a place").wait_for()
    await target.fill("ALPHA-DOOR")
    await visitor.page.keyboard.press("Enter")
    await visitor.see("2 records read again")
    await row.wait_for(state="detached")
    assert visitor.complaints == []
    told = visitor.page.locator(".quality header")
    await told.get_by_text("2 open, 2 records wait").wait_for()


async def test_what_is_ignored_leaves_the_list_and_can_be_shown_again(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.page.goto(f"{visitor.url}/#quality")
    row = visitor.page.locator(".quality tbody tr").filter(has_text="OLD-DOCK")
    await row.get_by_role("button", name="Ignore").click()
    await row.wait_for(state="detached")
    await visitor.page.get_by_role("button", name="Show all").click()
    await row.get_by_role("button", name="Open again").wait_for()
    assert "zzb" not in (await visitor.page.content()).lower()


async def test_scores_show_each_party_with_its_days(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.keyboard.press("5")
    cards = visitor.page.locator(".quality .score")
    await cards.filter(has_text="98.5 %").wait_for()
    names = [text.split("\n")[0] for text in await cards.locator(".whose").all_inner_texts()]
    assert names == ["Zzb Electronics ZZB", "Alpha Castings ALPHA"]  # the worst first
    drawn = cards.filter(has_text="ALPHA").get_by_role("img")
    assert await drawn.get_attribute("aria-label") == "Alpha Castings: 2025-12-31 50 %, 2026-01-01 98.5 %"


async def test_a_name_is_entered_and_removed_below_the_findings(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.page.keyboard.press("5")
    names = visitor.page.locator(".quality .names")
    await names.get_by_text("Names (0)").click()
    await names.get_by_label("What it names").select_option("place")
    await names.get_by_label("Name, as it comes").fill("OLD-DOCK")
    await names.get_by_label("What it means").fill("ALPHA-DOOR")
    assert await names.get_by_label("Counts in the data of").input_value() == "ALPHA"
    await visitor.page.keyboard.press("Enter")
    await visitor.see("2 records read again")
    await names.get_by_text("in the data of ALPHA").wait_for()
    await names.get_by_role("button", name="Remove").click()
    await visitor.see("OLD-DOCK counts no longer")
    await names.get_by_text("No name has been entered yet.").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_a_phone_and_a_wall_in_both_schemes(full: Box, visitor: Visitor, scheme: str) -> None:
    await visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.keyboard.press("5")
    await visitor.see("OLD-DOCK")
    for width in (390, 1024, 1920):
        await visitor.page.set_viewport_size({"width": width, "height": 900})
        over = "scroll => scroll.scrollWidth - scroll.clientWidth"
        assert await visitor.page.locator(".quality .scroll").evaluate(over) <= 0, width
