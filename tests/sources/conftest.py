"""Brokers for the MQTT source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Mosquitto


@pytest.fixture
def mosquitto(tmp_path: Path, free_port: int) -> Iterator[Mosquitto]:
    """A mosquitto that stores what it has accepted."""
    broker = Mosquitto(tmp_path, free_port)
    broker.start()
    yield broker
    broker.stop()
