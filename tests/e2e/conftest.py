"""Brokers for whole gateways: their own, and one that stands outside as in the field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config.model import Mqtt
from tests.e2e.running import free_port
from tests.e2e.site import embedded_broker
from tests.servers import Mosquitto


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A mosquitto that runs."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    broker = Mosquitto(folder, free_port())
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(params=["embedded", "mosquitto"])
def broker(request: pytest.FixtureRequest) -> Mqtt:
    """What a gateway is told of its broker: iotcore that it starts itself, or a mosquitto that runs already."""
    if request.param == "embedded":
        return embedded_broker()
    outside: Mosquitto = request.getfixturevalue("mosquitto")
    return Mqtt(url=outside.url, embedded=False)
