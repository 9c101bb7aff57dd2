"""A real broker for the simulated devices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Mosquitto


@pytest.fixture
def broker_url(tmp_path: Path, free_port: int) -> Iterator[str]:
    """mosquitto on a port of its own, up and running."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    broker = Mosquitto(folder, free_port, saves_changes=False)
    broker.start()
    yield broker.url
    broker.stop()
