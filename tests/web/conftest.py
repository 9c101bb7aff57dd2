"""Boxes with and without the two lanes of `world`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.box import Box, open_box


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
