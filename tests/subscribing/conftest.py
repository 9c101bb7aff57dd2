"""A box as most gateways are at first: without a mail server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.box import Box, open_box


@pytest.fixture
async def box_without_mail(tmp_path: Path) -> AsyncIterator[Box]:
    async with open_box(tmp_path) as opened:
        yield opened
