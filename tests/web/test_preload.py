"""The page's head names every module that the browser will come to import, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.web.page import FOLDER
from gateway.web.preload import modules_of
from tests.web.box import Box


def test_modules_are_found_through_others_once_and_none_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nimport { c,\n  d } from "./c.js";\nimport "x";')
    (tmp_path / "b.js").write_text('export { c } from "./c.js";\nimport { a } from "./a.js";')
    (tmp_path / "c.js").write_text('import { gone } from "./gone.js";')
    assert modules_of("a.js", tmp_path) == ["a.js", "b.js", "c.js"]


@pytest.mark.parametrize(("wanted", "words", "not_words"), [("de-AT,en;q=0.5", "de", "en"), ("fr", "en", "de")])
async def test_the_words_that_are_named_are_those_of_the_readers_language(
    box: Box, wanted: str, words: str, not_words: str
) -> None:
    async with box.client() as client:
        page = (await client.get("/", headers={"Accept-Language": wanted})).text
    named = re.findall(r'modulepreload" href="js/([\w./]+)"', page)
    assert len(named) == len(set(named)) > 50
    assert all((FOLDER / "js" / name).is_file() for name in named)
    assert f"words/map.{words}.js" in named
    assert f"words/map.{not_words}.js" not in named


async def test_what_is_sent_is_packed_and_told_apart_from_what_is_not(box: Box) -> None:
    async with box.client() as client:
        packed = await client.get("/js/map/map.js", headers={"Accept-Encoding": "gzip"})
        plain = await client.get("/js/map/map.js", headers={"Accept-Encoding": "identity"})
        leaflet = await client.get("/vendor/leaflet/leaflet.js")
    assert (packed.headers["content-encoding"], packed.content) == ("gzip", plain.content)
    assert "content-encoding" not in plain.headers
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "immutable" in leaflet.headers["cache-control"]
