"""The sentences of alerts on the page: composed from facts, in the reader's language, with names and local times."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser

from gateway.model import Alert, AlertState, Tier
from gateway.web.page import FOLDER
from rules import load_check
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.browser import Visitor

RULES = Path(load_check.__file__).parent
FOUND = re.compile(r'Finding\([^()]*reason="(\w+)"')
ZONE = "Europe/Berlin"  # an hour ahead of UTC in January
LATE = replace(world.ALERTS[0], text="of the gateway")  # due at 11:00 UTC, which is noon in the reader's zone


def other(alert_id: str, reason: str, **more: object) -> Alert:
    """An alert of another rule about the trailer of Alpha's shipment, an hour ago."""
    base = replace(LATE, alert_id=alert_id, rule="of-a-site", reason=reason, late_s=0, asset="TRL-A")
    return replace(base, **({"subject": f"test:{alert_id}"} | more))


ALERTS = (
    LATE,
    other("gone", "not_departed", raised_us=world.NOW - 6 * world.HOUR),
    other("stands", "dwell_over", place="OPER-PLANT", tier=Tier.OEM, shipment=""),
    other("astray", "wrong_place", place="ALPHA-DOOR"),
    other("mute", "silent", subject="device:alpha-dock", shipment="", asset=""),
    other("tracker", "silent", shipment=""),
    other("own", "came_true", text="Our own rule says so since 11:00 UTC"),
    other("warm", "out_of_band", text="TRL-A: temperature above 8 CEL"),
    other("lost", "dwell_over", place="", text="TRL-A has stood somewhere"),
)
ENDED = replace(
    LATE,
    alert_id="ended",
    subject="shipment:ended",
    state=AlertState.RESOLVED,
    ended_us=world.NOW - world.HOUR // 2,
    ended_reason="arrived_late",
    ended_text="of the gateway",
)
SENTENCES = {
    "en": {
        "alert-a": "Shipment SHIP-A was due at Plant by 12:00 and has not been seen there",
        "gone": "Shipment SHIP-A was to leave Alpha by 07:00 and has not left",
        "stands": "TRL-A was to stand at Plant until 12:00 at most, and has not left",
        "astray": "TRL-A of shipment SHIP-A has been at Door since 12:00, which is none of its stops",
        "mute": "alpha-dock was to be heard by 12:00 at the latest, and is silent",
        "tracker": "The tracker of TRL-A, which is under way, was to be heard by 12:00 at the latest, and is silent",
    },
    "de": {
        "alert-a": "Sendung SHIP-A war in Plant bis 12:00 fällig und wurde dort nicht gesehen",
        "gone": "Sendung SHIP-A sollte Alpha bis 07:00 verlassen und ist nicht abgefahren",
        "stands": "TRL-A sollte höchstens bis 12:00 in Plant stehen und ist nicht abgefahren",
        "astray": "TRL-A der Sendung SHIP-A ist seit 12:00 in Door, keinem ihrer Halte",
        "mute": "alpha-dock hätte sich bis spätestens 12:00 melden sollen und ist stumm",
        "tracker": "Der Tracker von TRL-A, unterwegs, hätte sich bis spätestens 12:00 melden sollen und ist stumm",
    },
}
HEADS = {
    "en": {"stands": "Stands too long", "own": "Own rule", "warm": "Out of its band"},
    "de": {"stands": "Steht zu lange", "own": "Eigene Regel", "warm": "Außerhalb der Grenzwerte"},
}
ENDS = {
    "en": "Shipment SHIP-A arrived at Plant at 12:30, 30 min late",
    "de": "Sendung SHIP-A kam um 12:30 in Plant an, 30 min zu spät",
}
OWN_TEXTS = {alert.alert_id: alert.text for alert in ALERTS if alert.alert_id in ("own", "warm", "lost")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Box]:
    """A box in which Alpha is told of much."""
    async with open_box(tmp_path_factory.mktemp("box")) as opened:
        await opened.fill()
        await opened.tell(*ALERTS, ENDED)
        yield opened


@pytest_asyncio.fixture(params=["en", "de"], loop_scope="module")
async def visitor(request: pytest.FixtureRequest, browser: Browser, box: Box) -> AsyncIterator[Visitor]:
    """Someone of Alpha who reads one language, signed in, with the inbox open."""
    locale = {"en": "en-GB", "de": "de-DE"}[request.param]
    context = await browser.new_context(locale=locale, timezone_id=ZONE, viewport={"width": 1440, "height": 900})
    opened = Visitor(page=await context.new_page(), url=box.url)
    opened.watch()
    await opened.page.goto(box.url)
    await opened.page.locator("form input[type=password], form [name=token]").first.fill(box.tokens["ALPHA"])
    await opened.page.keyboard.press("Enter")
    await opened.see("Live")
    await opened.page.keyboard.press("3")
    await opened.page.locator("section.inbox").wait_for()
    yield opened
    await context.close()


async def language(visitor: Visitor) -> str:
    return str(await visitor.page.evaluate("document.documentElement.lang"))


async def card_says(visitor: Visitor, alert: str, part: str, text: str) -> None:
    """Wait until a part of a card holds exactly this text."""
    found = "document.querySelector(`section.inbox [data-alert='${alert}'] ${part}`)"
    await visitor.wait_for(f"([alert, part, text]) => {found}?.textContent === text", [alert, part, text])


@pytest.mark.asyncio(loop_scope="module")
async def test_rules_speak_the_readers_language_and_users_their_own(visitor: Visitor) -> None:
    spoken = await language(visitor)
    await visitor.page.locator(".tab[data-group=others]").click()
    for alert, sentence in (SENTENCES[spoken] | OWN_TEXTS).items():
        await card_says(visitor, alert, ".text", sentence)
    for alert, head in HEADS[spoken].items():
        await card_says(visitor, alert, ".what", head)
    assert visitor.complaints == []


@pytest.mark.asyncio(loop_scope="module")
async def test_the_end_is_told_in_the_readers_language(visitor: Visitor) -> None:
    spoken = await language(visitor)
    await visitor.page.locator(".tab[data-group=ended]").click()
    shown = visitor.page.locator("section.inbox [data-alert=ended] .text")
    await shown.get_by_text(ENDS[spoken]).wait_for()
    assert "of the gateway" not in await shown.inner_text()
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_reason_that_a_rule_finds_has_a_head(language: str) -> None:
    words = (FOLDER / "js" / "words" / f"alert_texts.{language}.js").read_text()
    heads = words.partition("export const reasons")[2]
    found = {reason for path in RULES.glob("*.py") for reason in FOUND.findall(path.read_text())}
    assert {"not_seen", "wrong_place", "out_of_band"} <= found
    found |= set(get_args(get_type_hints(load_check.Rule)["asks"])) | {"predicted_late", "free_time_over"}
    assert {reason for reason in found if f"\n  {reason}: " not in heads} == set()
