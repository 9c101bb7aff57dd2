"""A tier's list, search and an asset's history in a real browser: as operator, supplier, and who sees nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser, expect

from gateway.model import AssetKind, EventKind, PartLine, Tier
from gateway.web.ports import Whereabouts
from tests.web import world
from tests.web.axe import grave_faults
from tests.web.box import Box, open_box
from tests.web.browser import DEADLINE_MS, Visitor, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTE = 60 * world.SECOND
LABEL = "SSCC 9521141.0000000001"
TEXTS = "() => [...document.querySelectorAll('.tier-list tbody a.mono:first-child')].map((a) => a.textContent)"


def pallet(number: int, place: str = "ALPHA-DOOR") -> Whereabouts:
    since_us = world.NOW - number * MINUTE
    return Whereabouts(
        asset=f"PAL-{number:04}",
        kind=AssetKind.PALLET,
        place=place,
        tier=Tier.TIER2,
        since_us=since_us,
        seen_us=since_us,
    )


def happened(event_id: str, asset: str, kind: EventKind, place: str, minutes: int, **more: object) -> object:
    """So many minutes after eight hours ago."""
    return world.arrival(event_id, asset, place, kind=kind, at_us=world.NOW - 8 * world.HOUR + minutes * MINUTE, **more)


TOUR = (
    happened("h-1", world.SSCC, EventKind.LOADED, "ALPHA-DOOR", 0, parent="TRL-A"),
    happened("h-2", "TRL-A", EventKind.LEFT, "ALPHA-PLANT", 10, tier=Tier.TRANSIT, previous_place="ALPHA-PLANT"),
    happened("h-3", "TRL-A", EventKind.ARRIVED, "OPER-PLANT", 200, tier=Tier.OEM),
    happened("h-4", world.SSCC, EventKind.UNLOADED, "OPER-PLANT", 220, parent="TRL-A", tier=Tier.OEM),
)


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    """A box in which both lanes are under way, in the browser's loop."""
    async with open_box(tmp_path) as box:
        await box.fill()
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    """Someone before the page of that box."""
    async with visit(browser, full) as opened:
        yield opened


async def _listed(visitor: Visitor, count: int) -> list[str]:
    """The names in the list, once there are so many."""
    await visitor.wait_for(f"(count) => ({TEXTS})().length === count", count)
    names: list[str] = await visitor.page.evaluate(TEXTS)
    return names


async def _search(visitor: Visitor, text: str) -> None:
    await visitor.page.keyboard.press("/")
    await visitor.page.keyboard.type(text)


async def test_a_count_opens_the_list_of_its_tier_and_escape_closes_it(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    count = visitor.page.locator(".column[data-tier=tier2] .count")
    await count.filter(has_text="2").click()
    assert set(await _listed(visitor, 2)) == {"TRL-ZZB", "PASSING-1"}
    assert visitor.page.url.endswith("#tower/tier/tier2")
    await expect(visitor.page.locator(".tier-list h2")).to_be_focused()
    await expect(count).to_have_attribute("aria-current", "true")
    await visitor.page.keyboard.press("j")
    await expect(visitor.page.locator(".tier-list tbody a").first).to_be_focused()
    await visitor.page.keyboard.press("Enter")
    await visitor.page.locator(".panel h1").filter(has_text="PASSING-1").wait_for()
    await visitor.page.keyboard.press("Escape")
    assert visitor.page.url.endswith("#tower/tier/tier2")  # back where one was
    await visitor.page.keyboard.press("Escape")
    await visitor.page.locator(".tier-list").wait_for(state="hidden")
    assert visitor.complaints == []


async def test_a_supplier_lists_what_it_sees(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.page.locator(".column[data-tier=tier2] .count").filter(has_text="1").click()
    assert await _listed(visitor, 1) == ["PASSING-1"]
    assert "zzb" not in (await visitor.page.content()).lower()
    async with visitor.page.expect_download() as downloading:
        await visitor.page.get_by_role("link", name="CSV").click()
    rows = Path(await (await downloading.value).path()).read_text("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["asset", "PASSING-1"]


async def test_who_sees_nothing_reads_what_that_means(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["YARDS"])
    await visitor.page.evaluate("() => { location.hash = '#tower/tier/tier2'; }")
    await visitor.see("Nothing is in this tier now.")
    await _search(visitor, "TRL")
    await visitor.see("Nothing that you may see has TRL in it.")


async def test_a_list_is_filtered_and_put_in_order(full: Box, visitor: Visitor) -> None:
    full.live.where_all.extend([pallet(1), pallet(2, "ALPHA-PLANT"), pallet(300)])
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.evaluate("() => { location.hash = '#tower/tier/tier2'; }")
    await _listed(visitor, 5)
    await visitor.page.locator(".tier-filters [name=kind]").select_option("pallet")
    assert (await _listed(visitor, 4))[0] == "PAL-0300"  # longest there first, where nothing is late
    await visitor.page.locator(".tier-filters [name=sort]").select_option("name")
    await visitor.wait_for(f"() => ({TEXTS})()[0] === 'PAL-0001'")
    await visitor.page.locator(".tier-filters [name=place]").select_option("ALPHA-PLANT")
    await visitor.page.get_by_label("Name or number holds").fill("0002")
    assert await _listed(visitor, 1) == ["PAL-0002"]
    await visitor.page.get_by_label("Name or number holds").fill("nothing has this")
    await visitor.see("Nothing here matches the filter.")


async def test_what_comes_waits_behind_a_button_and_no_row_jumps(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.evaluate("() => { location.hash = '#tower/tier/tier2'; }")
    before = await _listed(visitor, 2)
    full.live.where_all.append(pallet(500))
    full.live.where_all.pop(1)  # Beta's trailer
    await full.happen(world.arrival("e-new", "PAL-0500", "ALPHA-DOOR", at_us=world.NOW))
    waiting = visitor.page.locator(".tier-list").get_by_role("button", name="1 new")
    await waiting.wait_for(timeout=DEADLINE_MS)
    assert await visitor.page.evaluate(TEXTS) == before
    await expect(visitor.page.locator(".tier-list tr.gone")).to_contain_text("TRL-ZZB")
    await waiting.click()
    await visitor.wait_for(f"() => ({TEXTS})().join() === 'PAL-0500,PASSING-1'")


async def test_five_thousand_assets_come_a_hundred_at_a_time(full: Box, visitor: Visitor) -> None:
    full.live.where_all.extend(pallet(number) for number in range(1, 5001))
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.evaluate("() => { location.hash = '#tower/tier/tier2'; }")
    assert len(set(await _listed(visitor, 100))) == 100
    await visitor.see("100 of 5002 shown")
    more = visitor.page.get_by_role("button", name="Show 100 more")
    for pages in (2, 3):
        await more.click()
        assert len(set(await _listed(visitor, 100 * pages))) == 100 * pages
    asked = [url for url in visitor.asked if "/whereabouts?" in url]
    assert {url.partition("limit=")[2] for url in asked} <= {"100", "200", "300", "400"}


@pytest.mark.parametrize("party", ["OPER", "ALPHA"])
async def test_any_number_opens_the_asset_by_keyboard_alone(full: Box, visitor: Visitor, party: str) -> None:
    await visitor.sign_in(full.tokens[party])
    for typed in ("(00)095211410000000014", "3136451FD400000001000000", "https://id.gs1.org/00/095211410000000014"):
        await _search(visitor, typed)
        await visitor.page.get_by_role("option").filter(has_text=LABEL).wait_for()
        await visitor.page.keyboard.press("Enter")
        await visitor.page.locator(".panel h1").filter(has_text="SSCC").wait_for()
        await visitor.page.keyboard.press("Escape")
        await visitor.page.locator(".panel").wait_for(state="hidden")
    await _search(visitor, "urn:epc:tag:sscc-96:1.9521141.0000000001")
    await visitor.page.keyboard.press("Enter")  # before the answer came
    await visitor.page.locator(".panel h1").filter(has_text="SSCC").wait_for()


async def test_what_was_found_is_grouped_and_says_what_matched(full: Box, visitor: Visitor) -> None:
    await full.plan(replace(world.SHIPMENTS[0], shipment_id="PLANT-RUN", parts=(PartLine(number="PLANT-7"),)))
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.keyboard.press("/")
    await visitor.see("Devices by their names.")  # what may be searched, before anything is typed
    await visitor.page.keyboard.type("plant")
    groups = visitor.page.locator(".search-box [role=group]")
    await groups.nth(2).wait_for()
    assert [await groups.nth(n).locator(".group").inner_text() for n in range(3)] == ["Places", "Shipments", "Parts"]
    await expect(visitor.page.get_by_role("option").filter(has_text="PLANT-7")).to_contain_text("part number")
    options = visitor.page.get_by_role("option")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await visitor.page.keyboard.press("ArrowUp")
    await expect(options.last).to_have_attribute("aria-selected", "true")
    chosen = await visitor.page.get_by_role("combobox").get_attribute("aria-activedescendant")
    assert chosen == await options.last.get_attribute("id")
    await visitor.page.keyboard.press("Enter")
    await visitor.wait_for("() => location.hash === '#shipments/PLANT-RUN'")
    assert visitor.complaints == []


async def test_a_supplier_finds_no_device_and_nothing_foreign(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    for typed in ("alpha-dock", "TRL-ZZB", "zzb-number-7"):
        await _search(visitor, typed)
        await visitor.see(f"Nothing that you may see has {typed} in it.")
        await visitor.page.keyboard.press("Escape")


async def test_a_history_is_a_line_and_a_table_with_what_it_was_in(full: Box, visitor: Visitor) -> None:
    await full.happen(*TOUR)  # type: ignore[arg-type]
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.page.evaluate("(id) => { location.hash = `#asset/${encodeURIComponent(id)}`; }", world.SSCC)
    line = visitor.page.locator(".history-line svg[role=group]")
    await line.get_by_label("Alpha, Tier 2").wait_for()
    await line.get_by_label("Inside TRL-A").wait_for()
    await line.get_by_label("On the way from Alpha to Plant").wait_for()  # by the trailer's events alone
    await expect(line.locator(".mark-alert")).to_have_count(1)  # of its shipment
    rows = visitor.page.locator(".history-table tbody tr")
    assert await rows.count() == 5
    await expect(rows.first).to_contain_text("Unloaded")
    await expect(rows.nth(1)).to_contain_text("TRL-A")
    assert await visitor.page.locator(".history-table .of-carrier").count() == 2


async def test_the_marks_of_a_line_are_reached_by_keys(full: Box, visitor: Visitor) -> None:
    await full.happen(*TOUR)  # type: ignore[arg-type]
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.evaluate("(id) => { location.hash = `#asset/${encodeURIComponent(id)}`; }", world.SSCC)
    marks = visitor.page.locator(".history-scroll g[tabindex]")
    await marks.first.wait_for()
    assert await visitor.page.locator(".history-scroll g[tabindex='0']").count() == 1
    await visitor.page.locator(".history-scroll g[tabindex='0']").focus()
    await visitor.page.keyboard.press("Home")
    told = visitor.page.locator(".history-detail")
    await expect(told).to_contain_text("Alpha, Tier 2")
    await visitor.page.keyboard.press("ArrowRight")
    await expect(told).to_contain_text("On the way")
    await visitor.page.keyboard.press("-")
    await expect(visitor.page.locator(".history-zoom [aria-pressed=true]")).to_have_count(1)
    await expect(told).to_contain_text("On the way")  # who zooms keeps the mark
    await visitor.page.get_by_role("button", name="6 h").click()
    await visitor.page.locator(".history-scroll g[tabindex='0']").focus()
    while "Inside TRL-A" not in await told.inner_text():
        await visitor.page.keyboard.press("ArrowRight")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.locator(".panel h1").filter(has_text="TRL-A").wait_for()


async def test_a_history_goes_back_page_by_page_and_forward_by_itself(full: Box, visitor: Visitor) -> None:
    kinds = (EventKind.ARRIVED, EventKind.LEFT)
    tiers = (Tier.TIER2, Tier.TRANSIT)
    past = [happened(f"p-{n}", "TRL-A", kinds[n % 2], "ALPHA-PLANT", -n * 10, tier=tiers[n % 2]) for n in range(1, 150)]
    await full.happen(*past)  # type: ignore[arg-type]
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.evaluate("() => { location.hash = '#asset/TRL-A'; }")
    rows = visitor.page.locator(".history-table tbody tr")
    await expect(rows).to_have_count(100)
    await visitor.page.get_by_role("button", name="Show older").click()
    await expect(rows).to_have_count(151)
    await visitor.page.get_by_role("button", name="Show older").wait_for(state="hidden")
    await asyncio.wait_for(_until_told(full, visitor), DEADLINE_MS / 1000)
    await expect(rows.first).to_contain_text("Plant")


async def _until_told(full: Box, visitor: Visitor) -> None:
    """Events come until the page has read again, which it does at most every other second."""
    rows = visitor.page.locator(".history-table tbody tr")
    number = 0
    while await rows.count() == 151:
        number += 1
        at_us = world.NOW + number * world.SECOND
        await full.happen(world.arrival(f"n-{number}", "TRL-A", "OPER-PLANT", tier=Tier.OEM, at_us=at_us))


@pytest.mark.parametrize(("party", "scheme"), [("OPER", "dark"), ("ALPHA", "light"), ("YARDS", "dark")])
async def test_axe_finds_nothing_grave(browser: Browser, full: Box, party: str, scheme: str) -> None:
    await full.happen(*TOUR)  # type: ignore[arg-type]
    context = await browser.new_context(locale="en-GB", color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    visitor = Visitor(page=await context.new_page(), url=full.url)
    await visitor.sign_in(full.tokens[party])
    await visitor.page.evaluate("() => { location.hash = '#tower/tier/transit'; }")
    await visitor.page.locator(".tier-list tbody tr").first.wait_for()
    faults = {"list": await grave_faults(visitor.page)}
    await _search(visitor, "a")
    await visitor.page.locator(".search-box p").filter(has_text=re.compile("found|Nothing")).wait_for()
    faults["search"] = await grave_faults(visitor.page)
    await visitor.page.keyboard.press("Escape")
    await visitor.page.evaluate("(id) => { location.hash = `#asset/${encodeURIComponent(id)}`; }", world.SSCC)
    await visitor.page.locator(".panel :is(.history-table, .says)").first.wait_for()
    faults["history"] = await grave_faults(visitor.page)
    await context.close()
    assert faults == {"list": [], "search": [], "history": []}
