"""The page's languages: files of one form, chosen by the person, and no words anywhere else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from gateway.web.page import FOLDER
from tests.web.box import Box, open_box
from tests.web.browser import visit

LANGUAGES = ("en", "de")
SCRIPTS = FOLDER / "js"
WORDS = sorted((SCRIPTS / "words").glob("*.en.js"))
CODE = [path for path in sorted(SCRIPTS.rglob("*.js")) if path.parent.name != "words"]
SENTENCE = re.compile(r'"[A-Z][a-z]+(?: [\w,.;:]+)+"|`[A-Z][a-z]+ [a-z]+[^`]*`|"[A-Z][a-z]{2,}[.:]?"')
NAMES_OF_THINGS = {'"Enter"', '"Escape"', '"Tab"', '"Home"', '"End"', '"Deutsch"', '"English"'}  # keys, languages
FORM = """async (language) => {
  const form = (value) => {
    if (typeof value === "function") return `function of ${value.length}`;
    if (Array.isArray(value)) return value.map(form);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.keys(value).sort().map((key) => [key, form(value[key])]));
    }
    return typeof value;
  };
  return form((await import(`/js/words/words.${language}.js`)).words);
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Box]:
    """A box in which nothing has happened, in the browser's loop."""
    async with open_box(tmp_path_factory.mktemp("box")) as opened:
        yield opened


@pytest.mark.asyncio(loop_scope="module")
async def test_every_language_has_the_form_of_english(browser: Browser, box: Box) -> None:
    async with visit(browser, box) as visitor:
        await visitor.page.goto(visitor.url)
        forms: dict[str, Any] = {name: await visitor.page.evaluate(FORM, name) for name in LANGUAGES}
    assert len(forms["en"]) > 10
    assert all(form == forms["en"] for form in forms.values())


@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.name)
def test_every_file_of_words_has_its_german_and_is_linked_in_both(path: Path) -> None:
    assert path.with_name(path.name.replace(".en.js", ".de.js")).is_file()
    if path.name != "words.en.js":
        for language in LANGUAGES:
            name = path.name.replace(".en.", f".{language}.")
            assert f'from "./{name}"' in (SCRIPTS / "words" / f"words.{language}.js").read_text(), name


@pytest.mark.parametrize("module", CODE, ids=lambda path: path.name)
def test_no_sentence_stands_in_code(module: Path) -> None:
    source = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*|new Error\([^)]*\)", "", module.read_text(), flags=re.DOTALL)
    assert set(SENTENCE.findall(source)) - NAMES_OF_THINGS == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_an_outcry(language: str) -> None:
    for path in (SCRIPTS / "words").glob(f"*.{language}.js"):
        assert re.search(r"[A-Za-zäöüß]!", path.read_text()) is None, path.name


@pytest.mark.asyncio(loop_scope="module")
async def test_the_browsers_language_is_spoken_until_the_person_chooses(browser: Browser, box: Box) -> None:
    context = await browser.new_context(locale="de-DE")
    page = await context.new_page()
    await page.goto(box.url)
    await page.get_by_role("button", name="Anmelden").wait_for()
    assert await page.evaluate("document.documentElement.lang") == "de"
    await page.get_by_role("button", name="English").click()
    await page.get_by_role("button", name="Sign in").wait_for()
    assert await page.evaluate("document.documentElement.lang") == "en"
    await page.reload()  # the choice is kept
    await page.get_by_role("button", name="Sign in").wait_for()
    await context.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_another_language_falls_back_to_english(browser: Browser, box: Box) -> None:
    context = await browser.new_context(locale="fr-FR")
    page = await context.new_page()
    await page.goto(box.url)
    await page.get_by_role("button", name="Sign in").wait_for()
    assert await page.evaluate("document.documentElement.lang") == "en"
    await context.close()
