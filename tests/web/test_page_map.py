"""The map in a real browser: trails, clusters, colours, plans of places, the list; and who sees what of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser

from gateway.config.model import PlacePlan
from gateway.demo_plan import draw
from gateway.web.ports import Spot
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import Visitor, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTE = 60 * world.SECOND
YARD = (51.9, 10.2)
# Colours that the canvas shows, as "r,g,b", each with how many pixels have it.
COLOURS = """() => {
  const canvas = document.querySelector('canvas.fleet');
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  const counts = {};
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 255) {
      const key = `${data[at]},${data[at + 1]},${data[at + 2]}`;
      counts[key] = (counts[key] || 0) + 1;
    }
  }
  return counts;
}"""
LATE, FINE, TRANSIT, ACCENT = "179,38,30", "27,115,64", "207,114,9", "11,92,173"
HAS = f"(colour) => (({COLOURS})()[colour] || 0) > 20"
HAS_NOT = f"(colour) => (({COLOURS})()[colour] || 0) === 0"


def spot(asset: str, lat: float, lon: float, **more: object) -> Spot:
    return replace(world.SPOTS[0], asset=asset, lat=lat, lon=lon, at_us=world.NOW, **more)


@pytest_asyncio.fixture(loop_scope="module")
async def full(tmp_path: Path) -> AsyncIterator[Box]:
    """Both lanes, with a plan of Alpha's plant and one of Beta's."""
    (tmp_path / "plant.png").write_bytes(draw())
    (tmp_path / "zzb.png").write_bytes(draw())
    places = tuple(_planned(place) for place in world.CONFIG.places)
    async with open_box(tmp_path, config=world.CONFIG.model_copy(update={"places": places})) as box:
        await box.fill()
        yield box


def _planned(place: object) -> object:
    code, at = place.code, place.at  # type: ignore[attr-defined]
    image = {"ALPHA-PLANT": "plant.png", "ZZB-PLANT": "zzb.png"}.get(code)
    if image is None:
        return place
    plan = PlacePlan(image=image, bounds=((at[0] - 0.01, at[1] - 0.01), (at[0] + 0.01, at[1] + 0.01)))
    return place.model_copy(update={"plan": plan})  # type: ignore[attr-defined]


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, full: Box) -> AsyncIterator[Visitor]:
    async with visit(browser, full) as opened:
        await opened.page.emulate_media(reduced_motion="reduce")  # what is asked of the map is there at once
        yield opened


async def test_colour_is_by_tier_or_by_lateness_with_a_legend_that_counts(full: Box, visitor: Visitor) -> None:
    full.live.spots[:] = [spot("TRL-A", 51.5, 9.5), spot("TRL-FREE", 51.2, 10.5)]
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.wait_for(HAS, TRANSIT)  # the free one; the late one has the colour of lateness in either
    await visitor.wait_for(HAS, LATE)
    legend = visitor.page.locator(".map-legend")
    await legend.get_by_text("2 vehicles, 1 late").wait_for()
    assert await legend.get_by_text("Cross-dock").is_visible()
    await legend.get_by_label("Lateness").check(force=True)
    await visitor.wait_for(HAS_NOT, TRANSIT)
    await visitor.wait_for(HAS, LATE)
    assert await legend.get_by_text("Cross-dock").is_hidden()
    assert await legend.locator("li", has_text="Late").inner_text() == "Late\n1"
    assert await legend.locator("li", has_text="No plan").inner_text() == "No plan\n1"
    await visitor.page.reload()
    await visitor.see("Live")
    assert await legend.get_by_label("Lateness").is_checked()  # kept in this browser
    assert visitor.complaints == []


async def test_a_vehicle_that_is_pressed_shows_the_way_it_came_and_goes_on(full: Box, visitor: Visitor) -> None:
    way = [(51.1 + step * 0.08, 9.1 + step * 0.1) for step in range(6)]
    for number, (lat, lon) in enumerate(way):
        at_us = world.NOW - (10 - number) * MINUTE
        await full.happen(replace(world.position(f"e-w{number}", "TRL-A", "tracker-1", at_us), lat=lat, lon=lon))
    full.live.spots[:] = [replace(spot("TRL-A", *way[-1]), at_us=world.NOW - 5 * MINUTE)]
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.wait_for(HAS, LATE)
    await visitor.wait_for(HAS_NOT, ACCENT)
    await visitor.page.goto(f"{visitor.url}/#asset/TRL-A")
    await visitor.wait_for(HAS, ACCENT)
    before = (await visitor.page.evaluate(COLOURS))[ACCENT]
    fresh = replace(world.position("e-w9", "TRL-A", "tracker-1", world.NOW - MINUTE), lat=51.9, lon=10.0)
    await full.happen(fresh)
    await visitor.wait_for(f"(before) => (({COLOURS})()['{ACCENT}'] || 0) > before + 20", before)
    await visitor.page.keyboard.press("Escape")
    await visitor.wait_for(HAS_NOT, ACCENT)


async def test_many_are_one_mark_that_says_how_many_are_late(full: Box, visitor: Visitor) -> None:
    around = [spot(f"TRL-{n}", YARD[0] + n * 0.01, YARD[1] + n * 0.012) for n in range(12)]
    full.live.spots[:] = [*around, spot("TRL-A", *YARD)]
    await visitor.sign_in(full.tokens["OPER"])
    cluster = visitor.page.get_by_role("button", name="13 vehicles, 1 late: show them")
    await cluster.wait_for()
    assert await cluster.inner_text() == "13\n▲ 1"
    await cluster.focus()
    await visitor.page.keyboard.press("Enter")
    await cluster.wait_for(state="detached")  # the map went nearer, and it fell apart
    await visitor.wait_for(HAS, LATE)
    await visitor.wait_for(HAS, TRANSIT)


@pytest.mark.parametrize(
    ("points", "sides"),
    [
        ([(0, 0)], ["right"]),
        ([(0, 0), (60, 0)], ["left", "right"]),
        ([(0, 0), (60, 0), (-60, 0)], ["below", "right", "left"]),
        ([(0, 0), (60, 0), (-60, 0), (0, 14)], ["above", "right", "left", "below"]),
        ([(0, 0), (60, 0), (-60, 0), (0, 14), (0, -14)], ["", "right", "left", "below", "above"]),
    ],
)
async def test_a_places_name_stands_where_it_lies_on_no_other(
    visitor: Visitor, points: list[tuple[int, int]], sides: list[str]
) -> None:
    places = [{"x": x, "y": y, "name": "Twelve chars"} for x, y in points]
    await visitor.page.goto(visitor.url)
    found = await visitor.page.evaluate(
        "async (places) => (await import('/js/map/place_names.js')).sidesOf(places)", places
    )
    assert found == sides


async def test_a_cluster_that_no_zoom_takes_apart_is_a_list(full: Box, visitor: Visitor) -> None:
    full.live.spots[:] = [spot("TRL-A", *YARD), *(spot(f"TRL-{n}", *YARD) for n in range(6))]
    await visitor.sign_in(full.tokens["OPER"])
    cluster, listed = visitor.page.get_by_role("button", name="7 vehicles"), visitor.page.locator(".map-list")
    await cluster.click()
    await visitor.wait_for("() => document.querySelector('.map-canvas.with-inner')")  # it went as near as helps
    await cluster.click()
    await listed.get_by_role("heading", name="In this cluster").wait_for()
    first = listed.locator("tbody tr").first
    assert (await first.inner_text()).split("\t")[:2] == [" Late", "TRL-A"]  # the loudest first
    assert await listed.locator("tbody tr").count() == 7
    await visitor.page.keyboard.press("Escape")
    await listed.wait_for(state="hidden")


async def test_the_list_tells_by_keyboard_what_the_map_shows(full: Box, visitor: Visitor) -> None:
    await visitor.sign_in(full.tokens["ALPHA"])
    await visitor.wait_for(HAS, LATE)
    await visitor.page.keyboard.press("m")
    listed = visitor.page.get_by_role("region", name="On the map")
    await listed.get_by_role("link", name="TRL-A").wait_for()
    assert await listed.locator("tbody tr").count() == 1  # of Beta's it says nothing
    await visitor.page.keyboard.press("Tab")
    await visitor.page.keyboard.press("Tab")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.locator(".panel").get_by_role("heading", name="TRL-A").wait_for()


@pytest.mark.parametrize(("party", "seen"), [("ALPHA", ["ALPHA"]), ("ZZB", ["ZZB"]), ("OPER", ["ALPHA", "ZZB"])])
async def test_a_plan_lies_on_the_map_of_those_who_may_see_the_place(
    full: Box, visitor: Visitor, party: str, seen: list[str]
) -> None:
    await visitor.sign_in(full.tokens[party])
    await visitor.wait_for("(count) => document.querySelectorAll('img.place-plan').length === count", len(seen))
    assert not any("/plan?" in url for url in visitor.asked)  # from afar nobody needs it
    await visitor.page.keyboard.press("/")
    await visitor.page.keyboard.type(f"{seen[0]}-PLANT")
    await visitor.page.keyboard.press("Enter")
    await visitor.wait_for("() => document.querySelector('[role=combobox]').value === ''")  # it was found, and is shown
    for _ in range(4):
        await visitor.page.get_by_role("button", name="Zoom in").click()
    await visitor.wait_for(
        "() => [...document.querySelectorAll('img.place-plan')].some((plan) => plan.naturalWidth === 800)"
    )
    corners = await visitor.page.evaluate(
        "() => { const plan = [...document.querySelectorAll('img.place-plan')].find((each) => each.naturalWidth);"
        " const box = plan.getBoundingClientRect(); return [box.width, box.height]; }"
    )
    assert min(corners) > 50
    assert visitor.complaints == []
    assert set(visitor.refused) == {"401 /api/v1/session", "404 /api/v1/demo/parties"}


async def test_nothing_moves_by_itself_where_motion_is_not_wanted(full: Box, browser: Browser) -> None:
    context = await browser.new_context(reduced_motion="reduce")
    visitor = Visitor(page=await context.new_page(), url=full.url)
    full.live.spots[:] = [spot("TRL-FREE", 51.5, 9.5)]
    await visitor.sign_in(full.tokens["OPER"])
    await visitor.wait_for(HAS, TRANSIT)
    assert await visitor.page.locator(".leaflet-zoom-anim, .leaflet-fade-anim").count() == 0
    await visitor.page.evaluate(
        "() => { window.frames = 0; const all = CanvasRenderingContext2D.prototype, clear = all.clearRect;"
        " all.clearRect = function (...box) { window.frames += 1; clear.apply(this, box); }; }"
    )
    moved = replace(world.position("e-m1", "TRL-FREE", "tracker-1", world.NOW + MINUTE), lat=51.6, lon=9.6)
    await full.happen(moved)
    await visitor.wait_for("() => window.frames > 0")
    assert await visitor.page.evaluate("window.frames") < 10  # a glide would be drawn with each frame of a second
    await context.close()


async def test_the_way_is_told_to_those_who_may_see_it(full: Box) -> None:
    inside = world.NOW - 2 * world.HOUR
    await full.happen(replace(world.position("e-w1", "TRL-A", "tracker-1", inside + MINUTE), lat=51.6))
    for party, expected in (("ALPHA", [51.5, 51.6]), ("OPER", [51.5, 51.6]), ("ZZB", [])):
        async with full.client(party) as client:
            answer = await client.get("/api/v1/trails", params={"asset": "TRL-A"})
        assert [point["lat"] for point in answer.json()["items"]] == expected, party
    async with full.client("ALPHA") as client:
        assert (await client.get("/api/v1/trails", params={"asset": "TRL-A", "hours": 1})).json() == {"items": []}


async def test_a_long_way_is_thinned_and_keeps_its_ends(full: Box) -> None:
    long = [
        replace(world.position(f"e-l{n}", "TRL-L", "x", world.NOW - n * MINUTE), lat=50 + n / 1000) for n in range(1000)
    ]
    await full.happen(*long)
    async with full.client("OPER") as client:
        items = (await client.get("/api/v1/trails", params={"asset": "TRL-L"})).json()["items"]
    assert 300 < len(items) <= 400
    assert items[-1]["lat"] == 50
    assert items[0]["lat"] > 50.98
    assert [item["at"] for item in items] == sorted(item["at"] for item in items)


async def test_a_plan_is_sent_as_it_is_and_again_only_where_it_changed(full: Box) -> None:
    async with full.client("ALPHA") as client:
        items = (await client.get("/api/v1/places")).json()["items"]
        plans = {place["code"]: place["plan"] for place in items if place["plan"]}
        assert list(plans) == ["ALPHA-PLANT"]
        plan = plans["ALPHA-PLANT"]
        assert [point["pixel"] for point in plan["points"]] == [[0, 0], [800, 0], [0, 525]]
        sent = await client.get(plan["image"])
        assert (sent.content, sent.headers["content-type"]) == (draw(), "image/png")
        assert sent.headers["cache-control"] == "private, no-cache"  # another party may sign in at this browser
        again = await client.get(plan["image"], headers={"If-None-Match": sent.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await client.get("/api/v1/places/ZZB-PLANT/plan")).status_code == 404
        assert (await client.get("/api/v1/places/OPER-PLANT/plan")).status_code == 404  # it has none
