"""Files for spreadsheets: with the mark of UTF-8 where it is asked for, else without."""

from __future__ import annotations

import pytest

from tests.web.box import Box

FILES = ("shipment-list", "whereabouts", "kpis", "quality/findings", "stock")


@pytest.mark.parametrize("name", FILES)
async def test_the_mark_comes_before_the_same_where_it_is_asked_for(box: Box, name: str) -> None:
    await box.fill()
    async with box.client("OPER") as client:
        plain = await client.get(f"/api/v1/{name}.csv")
        marked = await client.get(f"/api/v1/{name}.csv", params={"bom": "true"})
    assert (plain.status_code, marked.status_code) == (200, 200)
    assert marked.content == b"\xef\xbb\xbf" + plain.content
    assert plain.content[:1].isascii()
    assert plain.headers["content-disposition"] == marked.headers["content-disposition"]
