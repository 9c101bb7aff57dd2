"""The page as people use it, in a real browser before the real API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser, Request

from gateway.model import Alert, AssetKind, DeliveryState, Tier
from gateway.web.ports import Whereabouts
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_BYTES = 500_000  # the whole page, as transferred
ALERT: Alert = replace(world.alert("alert-new", "SHIP-A", "ALPHA"), acks=())


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


async def test_the_page_asks_nobody_but_the_gateway(full: Box, visitor: Visitor) -> None:
    finished: list[Request] = []
    visitor.page.on("requestfinished", lambda request: finished.append(request))
    answer = await visitor.page.goto(visitor.url)
    assert answer is not None
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.wait_for("() => document.querySelector('.map-canvas .land')?.getAttribute('d')?.length > 100")
    await visitor.page.keyboard.press("2")
    await visitor.see("SHIP-A")
    assert {url for url in visitor.asked if not url.startswith(f"{visitor.url}/")} == set()
    assert visitor.complaints == []
    assert set(visitor.refused) == {"401 /api/v1/session", "404 /api/v1/demo/parties"}  # before signing in
    transferred = sum([(await request.sizes())["responseBodySize"] for request in finished])
    assert 100_000 < transferred < MOST_BYTES


async def test_signing_in_with_a_token_and_out_again(full: Box, visitor: Visitor) -> None:
    await visitor.page.goto(visitor.url)
    await visitor.page.get_by_label("Token").fill("tv_wrong")
    await visitor.page.get_by_role("button", name="Sign in").click()
    await visitor.see("This token is not known here")
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.see("Alpha Castings")
    assert "tv_" not in visitor.page.url
    assert await visitor.page.evaluate("document.cookie") == ""
    await visitor.page.get_by_role("button", name="Sign out").click()
    await visitor.see("Sign in with the token")


async def test_the_demo_offers_every_party_as_one_button(browser: Browser, tmp_path: Path) -> None:
    async with open_box(tmp_path, demo=True) as demo, visit(browser, demo) as visitor:
        await visitor.page.goto(visitor.url)
        await visitor.page.get_by_role("button", name="Alpha Castings").click()
        await visitor.see("Live")
        await visitor.see("× 120")


async def test_a_party_sees_nothing_of_another_lane(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.see("SHIP-A")
    assert "zzb" not in (await visitor.page.content()).lower()


async def test_counts_and_rows_move_live(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    oem = visitor.page.locator(".column[data-tier=oem]")
    await visitor.wait_for("() => document.querySelector('.column[data-tier=oem] .count').textContent === '0'")
    full.live.where_all.append(_standing("TRL-NEW", "OPER-PLANT"))
    await full.happen(world.arrival("e-new", "TRL-NEW", "OPER-PLANT", tier=Tier.OEM, at_us=world.NOW))
    await oem.get_by_text("TRL-NEW").wait_for()
    await visitor.wait_for("() => document.querySelector('.column[data-tier=oem] .count').textContent === '1'")


async def test_rows_wait_while_someone_points_at_the_list(full: Box, visitor: Visitor) -> None:
    full.live.where_all.append(_standing("TRL-OLD", "OPER-PLANT"))
    await visitor.sign_in(full.tokens["OPER"])
    rows = visitor.page.locator(".column[data-tier=oem] .rows")
    await rows.get_by_text("TRL-OLD").hover()
    full.live.where_all.append(_standing("TRL-NEW", "OPER-PLANT"))
    await full.happen(world.arrival("e-new", "TRL-NEW", "OPER-PLANT", tier=Tier.OEM, at_us=world.NOW))
    waiting = rows.get_by_role("button", name="1 new")
    await waiting.wait_for()
    assert await rows.get_by_text("TRL-NEW").count() == 0
    await waiting.click()
    await rows.get_by_text("TRL-NEW").wait_for()


async def test_an_alert_shows_both_parties_the_skew_and_the_answer(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    card = visitor.page.locator("[data-alert=alert-new]")
    await full.tell(ALERT)
    await card.get_by_text("1 h late").wait_for()
    await full.deliver(world.delivery("alert-new", "ALPHA", 4000), world.delivery("alert-new", "OPER", 6500))
    await card.get_by_text("2.5 ms apart").wait_for()
    for party in ("ALPHA", "OPER"):
        box = card.locator(f"[data-party={party}]")
        assert (await box.locator("time.instant").get_attribute("datetime") or "").startswith("2026-01-01T12:00:00.00")
        assert "Not acknowledged" in (await box.text_content() or "")
    await card.get_by_role("button", name="Acknowledge").click()
    await card.get_by_label("Reason").select_option(label="Traffic")
    await card.get_by_label("New time promised").fill("2026-01-01T18:30")
    await card.get_by_label("Your name").fill("Jo")
    await card.get_by_role("button", name="Send").click()
    await card.get_by_text("Jo: Traffic").wait_for()
    await card.get_by_text("promises").wait_for()
    assert visitor.complaints == []


async def test_a_delivery_that_failed_says_why(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await full.tell(ALERT)
    told = world.delivery("alert-new", "ALPHA", 0)
    waiting = replace(told, state=DeliveryState.PENDING, accepted_us=None, offset_us=None, attempts=3, reason="timeout")
    await full.deliver(waiting, world.delivery("alert-new", "OPER", 0))
    card = visitor.page.locator("[data-alert=alert-new]")
    await card.get_by_text("not accepted yet (3 attempts, timeout)").wait_for()


async def test_search_opens_an_asset_and_escape_closes_it(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.locator(".column a").first.wait_for()
    await visitor.page.keyboard.press("/")
    await visitor.page.keyboard.type("trl-a")
    await visitor.page.keyboard.press("Enter")
    panel = visitor.page.locator(".panel")
    await panel.get_by_role("heading", name="TRL-A").wait_for()
    await panel.get_by_text("Arrived").first.wait_for()
    await visitor.page.keyboard.press("Escape")
    await panel.wait_for(state="hidden")


async def test_an_unknown_asset_says_what_to_do(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.page.goto(f"{visitor.url}/#asset/TRL-ZZB")
    await visitor.see("TRL-ZZB is not known here, or not yours to see.")
    await visitor.see("Check the spelling")


async def test_a_lost_connection_is_said_with_the_age_of_what_is_shown(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.page.context.route("**/api/v1/**", lambda route: route.abort())
    full.hub.close()
    await visitor.see("Connection lost. What you see is")
    await visitor.page.context.unroute("**/api/v1/**")
    await visitor.see("● Live")


async def test_a_token_that_is_revoked_leaves_nothing_in_sight(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.see("SHIP-A")
    await full.revoke("ALPHA")
    await visitor.see("Sign in with the token")
    assert "SHIP-A" not in await visitor.page.content()


def _standing(asset: str, place: str, tier: Tier = Tier.OEM) -> Whereabouts:
    return Whereabouts(
        asset=asset, kind=AssetKind.TRAILER, place=place, tier=tier, since_us=world.NOW, seen_us=world.NOW
    )
