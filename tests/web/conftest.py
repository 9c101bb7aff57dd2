"""Boxes with and without the two lanes of `world`, and a browser to look at them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.web.box import Box, open_box
from tests.web.browser import open_browser


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Box]:
    """A box in which nothing has happened."""
    async with open_box(tmp_path) as opened:
        yield opened


@pytest.fixture
async def full(box: Box) -> Box:
    """A box with both lanes in it."""
    await box.fill()
    return box


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Box]:
    """A box that plays the demo."""
    async with open_box(tmp_path, demo=True) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests of a file: it takes seconds to start."""
    async with open_browser() as opened:
        yield opened
