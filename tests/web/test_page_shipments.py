"""Shipments on the page: the list with what is late first, and the page of one, as whoever takes part sees it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser, Page, expect

from gateway.journal import shipments, stop_log
from gateway.model import Ack, Actual, AssetKind, PartLine, Stop, Trip, Window
from tests.web import world
from tests.web.axe import grave_faults
from tests.web.box import Box, open_box
from tests.web.browser import DEADLINE_MS, Visitor, visit
from tests.web.test_api_estimates import MINUTE_US, estimated
from tests.web.test_api_shipment_page import later
from tests.web.test_page_axe import SMALL, TABLET, TOUCH_PX, WIDER

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 1000
PLAN = replace(
    world.SHIPMENTS[0],
    parties={"shipper": "ALPHA", "carrier": "YARDS", "consignee": "OPER"},
    assets=("TRL-A", world.SSCC, "PAL-2"),
    parts=(PartLine(number="P-100", quantity=40.0, unit="C62", within=world.SSCC),),
)
ALERT = replace(
    world.alert("alert-a", "SHIP-A", "ALPHA"),
    parties=("ALPHA", "OPER", "YARDS"),
    roles=PLAN.parties,
    acks=(Ack(party="ALPHA", at_us=world.NOW, by="Jo", reason="fog", promised_us=world.NOW + world.HOUR),),
)
ENDED = replace(ALERT, alert_id="alert-past", reason="dwell_over", acks=(), raised_us=world.NOW - 2 * world.HOUR)


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    """A box in which a shipment is an hour late, and its estimate has moved twice."""
    async with open_box(tmp_path) as box:
        await box.fill()
        await under_way(box)
        yield box


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    """Someone before the page of that box."""
    async with visit(browser, full) as opened:
        yield opened


async def under_way(box: Box) -> None:
    await box.journal.write(lambda c: shipments.save(c, PLAN, world.NOW - world.DAY))
    left = (Actual(stop=0, departed_us=world.NOW - 5 * world.HOUR), Actual(stop=1))
    trip = replace(estimated(), shipment=PLAN, actuals=left, promises=())
    for minutes in (0, 20, 45):
        at_us = world.NOW - world.HOUR + minutes * MINUTE_US
        state = later(trip, minutes - 45)
        await box.journal.write(lambda c, state=state, at_us=at_us: stop_log.enter(c, [state], at_us))  # type: ignore[misc]
    await box.journal.write(lambda c: shipments.save_trips(c, [(trip, True)]))
    await box.tell(ALERT, replace(ENDED, state=type(ENDED.state)("resolved"), ended_us=world.NOW, ended_reason="left"))


async def _open(visitor: Visitor, token: str, shipment: str = "SHIP-A") -> Page:
    await visitor.sign_in(token)
    await visitor.page.goto(f"{visitor.url}/#shipments/{shipment}")
    await visitor.page.locator(".shipment-columns").wait_for(timeout=DEADLINE_MS)
    return visitor.page


async def test_a_shipment_has_a_page_that_is_linked_reloaded_and_left_again(full: Box, visitor: Visitor) -> None:
    page = visitor.page
    await page.goto(f"{visitor.url}/#shipments/SHIP-A")  # before signing in
    await page.get_by_label("Token").fill(full.tokens["OPER"])
    await page.get_by_role("button", name="Sign in").click()
    heading = page.get_by_role("heading", name="SHIP-A", level=1)
    await heading.wait_for()
    assert await page.title() == "SHIP-A · tierview"
    await page.reload()
    await heading.wait_for()
    await page.get_by_role("link", name="All shipments").click()
    row = page.locator(".shipment-list tbody tr").filter(has_text="SHIP-A")
    await row.locator(".lane-cell").click()
    await heading.wait_for()
    assert page.url.endswith("#shipments/SHIP-A")
    await expect(heading).to_be_focused()
    await page.go_back()
    await expect(row.get_by_role("link", name="SHIP-A")).to_be_focused()
    assert await page.title() == "Shipments · tierview"
    assert visitor.complaints == []


async def test_an_address_of_before_leads_to_the_page(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.evaluate("() => { location.hash = '#shipment/SHIP-A'; }")
    await visitor.page.get_by_role("heading", name="SHIP-A", level=1).wait_for()
    assert visitor.page.url.endswith("#shipments/SHIP-A")


async def test_a_panel_over_the_page_closes_onto_it(full: Box, visitor: Visitor) -> None:
    page = await _open(visitor, full.tokens["OPER"])
    await page.locator(".shipment-side").get_by_role("link", name="TRL-A").first.click()
    await page.locator(".panel").get_by_role("heading", name="TRL-A").wait_for()
    await page.keyboard.press("Escape")
    await page.locator(".panel").wait_for(state="hidden")
    assert page.url.endswith("#shipments/SHIP-A")
    await page.get_by_role("link", name="Show on the map").click()
    await page.locator(".tower").wait_for()
    assert page.url.endswith("#tower/asset/TRL-A")


async def test_the_head_says_how_late_against_what_and_what_comes_next(full: Box, visitor: Visitor) -> None:
    page = await _open(visitor, full.tokens["ALPHA"])
    head = page.locator(".shipment-head")
    state = await head.locator(".shipment-state").inner_text()
    assert re.match(r"▲ 1 h late against 10:00.11:00 at Plant", state), state
    coming = await head.locator(".shipment-next").inner_text()
    assert "Arrival at Plant" in coming
    assert "expected 13:00" in coming
    assert "1 h overdue" in coming
    assert "castings of ALPHA" in await head.inner_text()


async def test_stops_stand_planned_estimated_actual_with_their_interval(full: Box, visitor: Visitor) -> None:
    page = await _open(visitor, full.tokens["OPER"])
    board = page.locator(".stop-board")
    heads = await board.locator("thead").inner_text()
    assert re.findall(r"Planned|Estimated|Actual", heads) == ["Planned", "Estimated", "Actual"]
    last = board.locator("tbody").nth(1)
    assert "13:00–13:20" in await last.locator("td.estimated").inner_text()
    drawn = await last.locator("svg .bar-band").bounding_box()
    assert drawn is not None
    assert drawn["width"] > 1
    first = board.locator("tbody").nth(0)
    assert "07:00" in await first.locator("td.actual").inner_text()
    assert await first.locator("svg .bar-actual").count() == 1


async def test_the_chart_shows_how_the_estimate_moved_and_a_table_says_it(full: Box, visitor: Visitor) -> None:
    page = await _open(visitor, full.tokens["OPER"])
    chart = page.locator("svg.estimates")
    label = await chart.get_attribute("aria-label")
    assert label == "Estimated arrival at Plant over time: 2 changes, first 12:15, last 13:00."
    assert await chart.locator("path.band").count() == 1
    assert await chart.locator("rect.plan").count() == 1
    assert await chart.locator("path.promise").count() == 1
    assert await chart.locator(".mark.raised").count() == 1, "only what happened since the first estimate"
    moved = page.get_by_role("region", name="How the estimate moved").first
    await moved.locator("summary").click()
    rows = [" | ".join(cells.split("\t")) for cells in await moved.locator("tbody tr").all_inner_texts()]
    assert len(rows) == 6
    assert rows[0].startswith("11:00 | 12:15 | 12:15–12:35 | +1 h 15 min"), rows
    assert any("ALPHA promises 13:00" in row for row in rows)
    assert any(row.startswith("11:00") and "alert: " in row for row in rows)


async def test_alerts_stand_open_and_past_and_are_answered_here(full: Box, visitor: Visitor) -> None:
    page = await _open(visitor, full.tokens["OPER"])
    alerts = page.locator(".alerts-of")
    card = alerts.locator("[data-alert=alert-a]")
    await card.get_by_text("Jo: fog").wait_for()
    await alerts.get_by_text("1 past alert").click()
    await alerts.locator("[data-alert=alert-past]").get_by_text("Resolved").wait_for()
    await page.keyboard.press("c")
    await card.get_by_label("Your words").fill("On its way now")
    await card.locator(".saying").get_by_role("button", name="Send").click()
    await card.locator(".said").get_by_text("On its way now").wait_for()
    await card.get_by_role("button", name="Acknowledge").click()
    await card.get_by_label("Reason").select_option(label="Traffic")
    await card.get_by_label("Your name").fill("Kim")
    await card.locator(".ack").get_by_role("button", name="Send").click()
    await card.get_by_text("Kim: Traffic").wait_for()
    assert visitor.complaints == []


async def test_goods_are_told_planned_against_seen_and_short_when_it_has_come(full: Box, visitor: Visitor) -> None:
    page = await _open(visitor, full.tokens["OPER"])
    goods = page.get_by_role("region", name="Goods").first
    row = goods.locator("tbody tr").filter(has_text="P-100")
    assert "40 pcs" in await row.inner_text()
    assert "not due yet" in await row.inner_text()
    emits = page.get_by_role("region", name="CO2e as planned", exact=True)
    assert "No number: what the goods weigh is not known." in await emits.inner_text()
    came = (Actual(stop=0, departed_us=world.NOW - 5 * world.HOUR), Actual(stop=1, arrived_us=world.NOW))
    trip = Trip(shipment=PLAN, actuals=came)
    await full.journal.write(lambda c: shipments.save_trips(c, [(trip, False)]))
    await full.happen(world.arrival("e-come", "TRL-A", "OPER-PLANT", at_us=world.NOW))  # the page hears that it moved
    await row.get_by_text("not read there").wait_for(timeout=DEADLINE_MS)
    await full.happen(world.arrival("e-pal", "PAL-2", "OPER-PLANT", asset_kind=AssetKind.PALLET, at_us=world.NOW))
    await row.get_by_text("40 pcs short").wait_for(timeout=DEADLINE_MS)
    assert "1 h late" in await page.locator(".shipment-state").inner_text()


async def test_versions_tell_in_words_what_changed(full: Box, visitor: Visitor) -> None:
    page = await _open(visitor, full.tokens["ALPHA"])
    versions = page.get_by_role("region", name="Versions of the plan")
    await versions.get_by_text("Version 2").wait_for()
    window = Window(open_us=world.NOW + 3 * world.HOUR, close_us=world.NOW + 4 * world.HOUR)
    async with full.client("OPER") as client:
        due = {"open": "2026-01-01T15:00:00Z", "close": "2026-01-01T16:00:00Z"}
        body = {
            "shipment_id": "SHIP-A",
            "stops": [
                {
                    "place": "ALPHA-PLANT",
                    "departure": {"open": "2026-01-01T05:00:00Z", "close": "2026-01-01T06:00:00Z"},
                },
                {"place": "OPER-PLANT", "arrival": due},
            ],
            "assets": list(PLAN.assets),
            "parties": PLAN.parties,
            "contents": PLAN.contents,
            "parts": [{"number": "P-100", "quantity": 40, "unit": "C62", "within": world.SSCC}],
        }
        assert (await client.post("/api/v1/shipments", json=body)).status_code == 201
    held = await full.journal.read(lambda c: shipments.get(c, "SHIP-A"))
    assert held is not None
    assert held.stops[1] == Stop(place="OPER-PLANT", arrival=window)
    await full.happen(
        world.position("e-now", "TRL-A", "tracker-1", world.NOW), world.arrival("e-n", "TRL-A", "ALPHA-DOOR")
    )
    await versions.get_by_text("Version 3").wait_for(timeout=DEADLINE_MS)
    newest = await versions.locator("ol.versions > li").first.inner_text()
    assert "by OPER" in newest
    assert "Stop 2: arrival until: 11:00 → 16:00" in newest


@pytest.mark.parametrize("party", ["OPER", "ALPHA", "YARDS"])
async def test_each_sees_what_its_role_is_shown(full: Box, visitor: Visitor, party: str) -> None:
    page = await _open(visitor, full.tokens[party])
    carrier = party == "YARDS"
    text = await page.locator(".shipment-page").inner_text()
    assert ("P-100" in text) is not carrier
    assert ("castings of ALPHA" in text) is not carrier
    assert "zzb" not in text.lower()
    assert await page.locator("svg.estimates").count() == 1
    await page.locator(".alerts-of [data-alert=alert-a]").wait_for()
    assert await page.get_by_role("button", name="Share").count() == 1


async def test_what_is_not_ones_own_says_what_to_do(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.page.goto(f"{visitor.url}/#shipments/SHIP-ZZB")
    await visitor.see("Shipment SHIP-ZZB is not known here, or not yours to see.")
    await visitor.see("Check the spelling")
    assert visitor.complaints == []


async def test_the_page_speaks_german_with_its_numbers(browser: Browser, full: Box) -> None:
    context = await browser.new_context(locale="de-DE")
    page = await context.new_page()
    async with visit(browser, full):
        await page.goto(full.url)
        await page.locator("input[name=token]").fill(full.tokens["OPER"])
        await page.locator("form button[type=submit]").click()
        await page.locator(".connection.fine").wait_for(timeout=DEADLINE_MS)
        await page.evaluate("() => { location.hash = '#shipments/SHIP-A'; }")
        await page.locator(".shipment-columns").wait_for(timeout=DEADLINE_MS)
        text = await page.locator(".shipment-page").inner_text()
    for said in ("1 h verspätet", "Geplant", "Erwartet", "Tatsächlich", "40 Stk.", "Wie sich die Erwartung verschob"):
        assert said in text, said
    await context.close()


@pytest.mark.parametrize(("party", "scheme"), [("OPER", "dark"), ("ALPHA", "light"), ("YARDS", "dark")])
async def test_axe_finds_nothing_grave_on_the_page(browser: Browser, full: Box, party: str, scheme: str) -> None:
    context = await browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = await context.new_page()
    await _signed_in(page, full, party)
    await page.locator(".shipment-page details").first.locator("summary").click()
    faults = await grave_faults(page)
    await context.close()
    assert faults == []


async def test_on_a_tablet_a_finger_hits_all_and_nothing_runs_out_at_the_side(browser: Browser, full: Box) -> None:
    context = await browser.new_context(viewport=TABLET, has_touch=True, reduced_motion="reduce")  # type: ignore[arg-type]
    page = await context.new_page()
    await _signed_in(page, full, "OPER")
    small = await page.evaluate(SMALL, TOUCH_PX)
    beyond = []
    for width in (1024, 640, 390):
        await page.set_viewport_size({"width": width, "height": 768})
        beyond.append(await page.evaluate(WIDER))
        inner = "() => { const p = document.querySelector('.shipment-page'); return p.scrollWidth - p.clientWidth; }"
        beyond.append(await page.evaluate(inner))
    await context.close()
    assert small == []
    assert beyond == [0] * 6


async def _signed_in(page: Page, box: Box, party: str) -> None:
    await page.goto(f"{box.url}/#shipments/SHIP-A")
    await page.locator("input[name=token]").fill(box.tokens[party])
    await page.locator("form button[type=submit]").click()
    await page.locator(".shipment-columns").wait_for(timeout=DEADLINE_MS)


async def test_a_thousand_are_listed_page_by_page_late_first_and_filtered(full: Box, visitor: Visitor) -> None:
    due = [world.NOW + (number % 5 - 1) * world.HOUR + number * MINUTE_US // 100 for number in range(MANY)]
    plans = [
        world.plan(f"M-{number:04}", "ALPHA-PLANT", (f"TRL-{number}",), "ALPHA", due_us=due_us)
        for number, due_us in enumerate(due)
    ]
    await full.plan(*plans)
    await visitor.sign_in(full.tokens["ALPHA"])
    page = visitor.page
    await page.keyboard.press("2")
    rows = page.locator(".shipment-list tbody tr")
    await visitor.see("1 to 100 of 1,001")
    assert await rows.count() == 100
    assert "late" in await rows.first.inner_text()
    assert await page.locator(".tab[data-state=late] .n").inner_text() != "0"
    await page.get_by_role("button", name="Next").click()
    await visitor.see("101 to 200 of 1,001")
    await page.get_by_role("button", name="Previous").click()
    await visitor.see("1 to 100 of 1,001")
    await page.get_by_role("button", name=re.compile("^Planned")).click()
    await expect(page.locator(".tab[data-state=planned]")).to_have_attribute("aria-pressed", "true")
    await page.get_by_label("Find").fill("m-0007")
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("M-0007")
    saved = await page.get_by_role("link", name="Save as CSV").get_attribute("href")
    assert saved == "/api/v1/shipment-list.csv?bom=true&state=planned&text=m-0007"
    await page.get_by_label("Find").fill("no such shipment")
    await visitor.see("No shipment fits these filters.")
    await page.get_by_role("button", name="Clear filters").click()
    await visitor.see("1 to 100 of 1,001")
    assert visitor.complaints == []


async def test_rows_are_walked_with_keys_and_opened(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.keyboard.press("2")
    await visitor.see("SHIP-ZZB")
    await visitor.page.keyboard.press("j")
    await visitor.page.keyboard.press("j")
    await visitor.page.keyboard.press("k")
    first = visitor.page.locator(".shipment-list a.of-shipment").first
    await expect(first).to_be_focused()
    name = await first.inner_text()
    await visitor.page.keyboard.press("Enter")
    await visitor.page.get_by_role("heading", name=name, level=1).wait_for()
