"""The page's own files: no HTML from strings, short modules, colours that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.web.page import FOLDER

LONGEST_MODULE = 250
IMPORT = re.compile(r'(?:from |import\()"(\.{1,2}/[\w./]+)"')
MODULES = sorted((FOLDER / "js").rglob("*.js"))
TOKENS = (FOLDER / "css" / "tokens.css").read_text()
PARSES_HTML = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"style"
)
GROUNDS = ("ground", "panel")
TEXTS = ("text", "muted", "accent", "late", "risk", "fine", "unknown")
MARKS = ("tier3", "tier2", "tier1", "transit", "crossdock", "port", "oem", "late", "risk", "fine", "unknown")
TEXT_CONTRAST = 5.0
MARK_CONTRAST = 3.0


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_is_short_and_builds_no_html_from_strings(module: Path) -> None:
    source = module.read_text()
    assert source.startswith("/**"), "a module begins with a sentence of what it is"
    assert len(source.splitlines()) <= LONGEST_MODULE
    assert PARSES_HTML.search(source) is None


def test_the_page_has_no_inline_script_or_style_and_no_foreign_address() -> None:
    html = (FOLDER / "index.html").read_text()
    assert re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", html) is None
    for path in (FOLDER / "index.html", *MODULES, *sorted((FOLDER / "css").glob("*.css"))):
        addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w{2,}", path.read_text())
        assert set(addresses) <= {"http://www.w3.org"}, path.name


def test_every_file_that_the_page_names_is_there() -> None:
    html = (FOLDER / "index.html").read_text()
    named = [name for name in re.findall(r'(?:href|src)="([^"?]+)', html) if not name.startswith("vendor/")]
    imported = [module.parent / name for module in MODULES for name in IMPORT.findall(module.read_text())]
    assert len(imported) > len(MODULES)
    assert [path for path in (*(FOLDER / name for name in named), *imported) if not path.is_file()] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_marks_stand_out_from_their_ground(scheme: str) -> None:
    """WCAG 2.2 contrast, computed from the tokens."""
    colours = _colours(scheme)
    for ground in GROUNDS:
        for name in TEXTS:
            assert _contrast(colours[name], colours[ground]) >= TEXT_CONTRAST, (name, ground)
        for name in MARKS:
            assert _contrast(colours[name], colours[ground]) >= MARK_CONTRAST, (name, ground)
    for name in MARKS:
        assert _contrast(colours[name], colours["land"]) >= MARK_CONTRAST, (name, "land")
    assert _contrast(colours["text"], colours["changed"]) >= TEXT_CONTRAST
    assert _contrast(colours["late"], colours["late-soft"]) >= TEXT_CONTRAST
    assert _contrast(colours["on-accent"], colours["accent"]) >= TEXT_CONTRAST


def _colours(scheme: str) -> dict[str, str]:
    light, _, rest = TOKENS.partition("@media (prefers-color-scheme: dark)")
    dark = rest.partition("@media")[0]
    found = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", dark))


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of `rrggbb`, WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
