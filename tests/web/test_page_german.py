"""What the gateway says in English, said in German on the page: by its stable words, and none of them forgotten."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

import gateway
from gateway.config.model import Subscription
from gateway.devices.asked import Saying
from gateway.kpi.glec import DETOURS, FACTORS
from gateway.partners.conformance import trials
from gateway.trial import diagnosis
from gateway.web.subscriptions import reason_words
from tests.partners.test_conformance import SECRET
from tests.web.box import Box, open_box
from tests.web.browser import Visitor
from tests.web.test_api_kpis import arrived, happen, read, shipment

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOURCES = sorted(Path(gateway.__file__).parent.rglob("*.py"))
REFUSALS = ("BadInput", "Problem", "Refused", "Busy")
ENGLISH = "as the gateway says it"
WORDS = "const { words } = await import('/js/words/words.de.js');"
UNSAID = f"""async (reasons) => {{
  {WORDS}
  const said = (reason) => words.problems.said({{ status: 0, reason, detail: "{ENGLISH}" }});
  return reasons.filter((reason) => said(reason).startsWith("{ENGLISH}"));
}}"""
SAID = f"async (sayings) => {{ {WORDS} return sayings.map((one) => words.sayings.said(one)); }}"
TAKEN = f"""async ([reasons, trials]) => {{
  {WORDS}
  const {{ why, check }} = words.deliveries;
  const said = trials.map(([name, hint]) => [check.trial(name), check.hint(name, hint)]);
  return [reasons.map((one) => why(one, "{ENGLISH}")), said];
}}"""
SOURCED = f"async (texts) => {{ {WORDS} return texts.map((one) => words.carbon.source(one)); }}"
MEANT = f"""async () => {{
  {WORDS}
  const {{ items, terms }} = await (await fetch("/api/v1/kpis?definition=all")).json();
  return items.map((one) => [one.kpi, one.definition, words.kpis.meaning(one, terms)]);
}}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Box]:
    """A box in which one shipment came without one of its two pallets."""
    async with open_box(tmp_path_factory.mktemp("box")) as opened:
        await happen(opened, arrived(shipment()))
        await opened.happen(read("PAL-1"))
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visitor(browser: Browser, box: Box) -> AsyncIterator[Visitor]:
    """The operator, who reads German."""
    context = await browser.new_context(locale="de-DE", viewport={"width": 1440, "height": 900})
    opened = Visitor(page=await context.new_page(), url=box.url)
    opened.watch()
    await opened.page.goto(box.url)
    await opened.page.locator("input[name=token]").fill(box.tokens["OPER"])
    await opened.page.keyboard.press("Enter")
    await opened.see("Live")
    yield opened
    await context.close()


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor.page


def words_of(calls: tuple[str, ...], *sources: Path) -> Iterator[str]:
    """Each `reason="word"` that these calls of the source have."""
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in calls:
                given = (one.value for one in node.keywords if one.arg == "reason")
                yield from (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))


async def test_every_reason_why_something_is_refused_is_said(page: Page) -> None:
    reasons = sorted(set(words_of(REFUSALS, *SOURCES)))
    assert len(reasons) > 25
    assert await page.evaluate(UNSAID, reasons) == []


async def test_every_sentence_about_a_tried_device_is_said_with_its_values(page: Page) -> None:
    source = Path(diagnosis.__file__)
    own = sorted(set(words_of(("Saying", "silent", "useless"), source)))
    assert len(own) == 12
    kinds = [("link", one) for one in own] + [("device", "refused"), ("link", "refused"), ("device", "never_heard_of")]
    sayings = [
        Saying(grade="fault", kind="link" if kind == "link" else "device", reason=reason, text=ENGLISH, where="COM-7",
               baud=9600, share=0.5, antenna=3, rssi_dbm=-80.0)
        for kind, reason in kinds
    ]  # fmt: skip
    said = await page.evaluate(SAID, msgspec.to_builtins(sayings))
    assert [text for text in said[:12] if ENGLISH in text] == []
    by_reason = dict(zip(own, said, strict=False))
    assert by_reason["silent_serial"].startswith("Von COM-7 kam bei 9600 Baud nichts")
    assert by_reason["weak_antenna"].startswith("Antenne 3 hört Tags im Mittel mit -80 dBm")
    assert by_reason["wrong_speed"].startswith("50\u00a0% von dem, was bei 9600 Baud kam")
    assert said[12:] == [
        f"Antenne 3: Der Leser lehnt die Einstellung ab ({ENGLISH})",
        f"Antenne 3: Das Gerät lehnt die Verbindung ab: Läuft der Dienst, stimmt der Port? ({ENGLISH})",
        f"Antenne 3: Das Gerät meldet eine Störung ({ENGLISH})",
    ]


async def test_every_figure_is_defined_in_german(page: Page) -> None:
    meant = await page.evaluate(MEANT)
    assert len({kpi for kpi, _, _ in meant}) > 15
    assert [kpi for kpi, definition, meaning in meant if not meaning or meaning == definition] == []
    await page.keyboard.press("8")
    card = page.locator(".kpis .figure").filter(has_text="OTIF")
    await card.get_by_text("Was innerhalb von 4 h nach Ankunft der Sendung gelesen wird").wait_for()


async def test_what_a_shipment_emits_is_said_with_what_it_rests_on(page: Page) -> None:
    own = sorted({one.source for table in (FACTORS, DETOURS) for one in table.values()})
    said = await page.evaluate(SOURCED, [*own, "Elbe Haulage 2026, measured"])
    assert [text for text in said[:-1] if text in own] == []
    assert said[-1] == "Elbe Haulage 2026, measured"
    await page.evaluate("() => { location.hash = '#shipments/K-1'; }")
    emits = page.get_by_role("region", name="CO2e nach Plan", exact=True)
    leg = emits.locator("tbody tr").first
    await leg.get_by_text("auf der Straße: angenommen, der Plan sagt es nicht").wait_for()
    assert (await leg.inner_text()).split("\t")[1:] == ["172,9", "95", "32,8"]  # 2 t: 0,19 kg a kilometre
    assert (await emits.locator("tbody tr").nth(1).inner_text()).split("\t") == ["4711", "2 t", "2.000", "32,8"]
    text = await emits.inner_text()
    assert "32,8 kg für 2.000 kg Ware, nach ihren Teilepositionen" in text
    assert "Sattelzug bis 40 t" in text
    assert "Luftlinie × 1,32: Ballou" in text


async def test_what_a_receiver_made_of_a_notice_and_of_a_check_is_said(page: Page) -> None:
    hook = Subscription(name="erp", party="OPER", channel="webhook", url="https://erp.example/")
    made = [(one.name, one.hint) for one in trials(hook, [SECRET], "/here")]
    reasons = [*filter(None, reason_words.WORDS), "secret_gone", "status_503", "smtp_550"]
    why, said = await page.evaluate(TAKEN, [reasons, made])
    assert [reason for reason, text in zip(reasons, why, strict=True) if text == ENGLISH] == []
    assert why[-2:] == ["der Empfänger antwortete mit 503", "der Mailserver antwortete mit 550"]
    assert [made[at] for at, (name, hint) in enumerate(said) if name == made[at][0] or made[at][1] in hint] == []


async def test_a_refusal_is_read_in_german(page: Page, visitor: Visitor) -> None:
    await page.keyboard.press("4")
    await page.get_by_role("button", name="Geräte suchen").click()
    await page.get_by_label("LLRP-Leser in einem privaten Subnetz").fill("8.8.8.0/24")
    await page.get_by_role("button", name="Suchen", exact=True).click()
    await visitor.see("Nicht gesucht: Nur private Subnetze werden gefragt (expected a private subnet")
