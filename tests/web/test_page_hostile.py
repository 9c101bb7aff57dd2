"""Names that devices, partners and plans choose are text, whatever stands in them (FAULTS F28)."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from gateway.config.model import Config
from gateway.model import Ack
from gateway.web.ports import Spot, Whereabouts
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, open_browser, visit

PAYLOADS = (
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script>",
    '"><svg onload=window.hit=1>',
    "'-window.hit=1-'",
    "javascript:window.hit=1",
    "{{window.hit=1}}",
    "%3Cscript%3Ewindow.hit=1%3C/script%3E",
    "<a href=javascript:window.hit=1>x</a>",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "<math><mtext><style><img src=x onerror=window.hit=1>",
)

# What stands, or has text, beyond the window's edge: an element and what is in it.
BEYOND = """within => [...document.querySelectorAll(`html, ${within}, ${within} :is(button, h1, time, p)`)]
  .filter((each) => each.checkVisibility())
  .filter((each) => Math.max(each.getBoundingClientRect().right, each.scrollWidth) > innerWidth)
  .map((each) => each.outerHTML.slice(0, 200))"""


async def test_hostile_names_are_text(tmp_path: Path) -> None:
    async with open_box(tmp_path, config=_hostile_config()) as box, open_browser() as browser:
        for number, payload in enumerate(PAYLOADS):
            await _happen_with(box, number, payload)
        async with visit(browser, box) as visitor:
            await visitor.sign_in(box.tokens["OPER"])
            await visitor.see(f"{PAYLOADS[0]} is late")
            await _look_everywhere(visitor)
            assert await visitor.page.evaluate("window.hit") is None
            assert await visitor.page.locator("img[src=x], iframe, main script, [onload], [onerror]").count() == 0
            assert visitor.complaints == []
            assert {url for url in visitor.asked if not url.startswith(f"{visitor.url}/")} == set()


async def _look_everywhere(visitor: Visitor) -> None:
    """The board, each asset's panel, search for it, a shipment's page, the map's names."""
    page = visitor.page
    await page.keyboard.press("2")
    await visitor.see(f"contents {PAYLOADS[1]}")
    for number, payload in enumerate(PAYLOADS):
        await page.evaluate("id => { location.hash = `#shipments/${encodeURIComponent(id)}`; }", f"SHIP-{number}")
        await page.locator(".shipment-head").get_by_text(f"contents {payload}").wait_for()
        await page.evaluate("id => { location.hash = `#asset/${encodeURIComponent(id)}`; }", payload)
        await page.locator(".panel .mono").get_by_text(payload, exact=True).first.wait_for()
        await page.keyboard.press("/")
        await page.keyboard.insert_text(payload)
        await page.locator(".search [role=option]").first.wait_for()
        await page.keyboard.press("Escape")
    await page.keyboard.press("1")
    await page.locator(".place-name").first.wait_for()


def _hostile_config() -> Config:
    """The world's network with scripts in the names of its parties and places."""
    parties = tuple(
        party.model_copy(update={"name": PAYLOADS[number % len(PAYLOADS)]})
        for number, party in enumerate(world.CONFIG.parties)
    )
    places = tuple(
        place.model_copy(update={"name": PAYLOADS[number % len(PAYLOADS)]})
        for number, place in enumerate(world.CONFIG.places)
    )
    return world.CONFIG.model_copy(update={"parties": parties, "places": places})


async def _happen_with(box: Box, number: int, payload: str) -> None:
    """One asset, shipment and alert of that name, told and answered in its words."""
    plan = world.plan(f"SHIP-{number}", "ALPHA-PLANT", (payload,), "ALPHA")
    await box.plan(replace(plan, contents=f"contents {payload}"))
    await box.happen(world.arrival(f"e-{number}", payload, "ALPHA-DOOR", parent=payload, read_point=payload))
    alert = world.alert(f"alert-{number}", f"SHIP-{number}", "ALPHA", world.NOW - world.HOUR - number)
    ack = Ack(party="ALPHA", at_us=world.NOW, by=payload, reason=payload)
    await box.tell(replace(alert, text=f"{payload} is late", asset=payload, reason=payload, acks=(ack,)))
    told = world.delivery(f"alert-{number}", "ALPHA", 0)
    await box.deliver(replace(told, subscription=payload, reason=payload))
    box.live.where_all.append(_where(payload))
    box.live.spots.append(Spot(asset=payload, kind=world.BOARD[0].kind, lat=51.5, lon=9.5, at_us=world.NOW))


def _where(asset: str) -> Whereabouts:
    return replace(world.BOARD[0], asset=asset, parent=asset, via=(asset,))


WIDE = "W" * 200
TURNS = "\u202eABC\u2066\u200b\x07"


async def test_names_that_are_long_turn_or_hide_leave_the_page_as_it_is(tmp_path: Path) -> None:
    site = world.CONFIG.site.model_copy(update={"name": WIDE})
    parties = tuple(party.model_copy(update={"name": WIDE}) for party in world.CONFIG.parties)
    config = world.CONFIG.model_copy(update={"site": site, "parties": parties})
    async with open_box(tmp_path, config=config) as box, open_browser() as browser:
        await _happen_with(box, 0, WIDE)
        await _happen_with(box, 1, TURNS)
        async with visit(browser, box) as visitor:
            await visitor.sign_in(box.tokens["OPER"])
            await visitor.see("\ufffdABC\ufffd\ufffd\ufffd is late")
            for size in ({"width": 390, "height": 844}, {"width": 1024, "height": 768}):
                await visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
                for view, shown in (("tower", ".alert"), ("shipments/SHIP-0", ".shipment-head")):
                    await visitor.page.evaluate("view => { location.hash = view; }", view)
                    await visitor.page.locator(shown).first.wait_for()
                    assert await visitor.page.evaluate(BEYOND, f"main {shown}") == []
            assert visitor.complaints == []
            await visitor.page.evaluate("id => { location.hash = `#shipments/${id}`; }", "SHIP-1")
            await visitor.see("contents \ufffdABC\ufffd\ufffd\ufffd")
            assert TURNS[0] not in await visitor.page.inner_text("main")
