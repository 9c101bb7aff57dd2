"""MQTT over TLS: the broker's certificate is checked against those that this machine trusts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.clock import ManualClock
from gateway.config.model import Mqtt
from gateway.sources import Intake
from gateway.sources.mqtt import MqttSource
from tests.servers import program, wait_for_port
from tests.sources.certificates import Certificate, make_certificate
from tests.sources.listening import listening

CONF = """
user root
listener {port} 127.0.0.1
allow_anonymous true
certfile {pem}
keyfile {key}
"""


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    """A certificate for 127.0.0.1 that signs itself; nobody trusts it yet."""
    return make_certificate(tmp_path)


@pytest.fixture
def broker(certificate: Certificate, tmp_path: Path, free_port: int) -> Iterator[int]:
    """The port of a mosquitto that speaks TLS alone."""
    conf = tmp_path / "mosquitto.conf"
    conf.write_text(CONF.format(port=free_port, pem=certificate.pem, key=certificate.key))
    process = subprocess.Popen([program("mosquitto"), "-c", str(conf)], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(free_port, process)
        yield free_port
    finally:
        process.terminate()
        process.wait()


def source(port: int, intake: Intake, scheme: str = "mqtts") -> MqttSource:
    mqtt = Mqtt(url=f"{scheme}://127.0.0.1:{port}")
    return MqttSource(mqtt=mqtt, password=None, filters={"dock": "dock/#"}, intake=intake, clock=ManualClock(7))


async def test_a_trusted_broker_is_heard(
    broker: int, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.pem))
    intake = Intake()
    async with listening(source(broker, intake), intake) as heard:
        await heard.until(lambda: len(heard.connected()) == 1)


# paho leaves the socket of a failed handshake to the garbage collector, which says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_broker_that_nobody_vouches_for_is_not_talked_to(broker: int) -> None:
    intake = Intake()
    async with listening(source(broker, intake), intake) as heard:
        await heard.until(lambda: len(heard.disconnected()) == 1)
    (away,) = heard.disconnected()
    assert away.reason == "certificate_unknown"


async def test_plain_mqtt_to_a_port_with_tls_ends_in_words(broker: int) -> None:
    intake = Intake()
    async with listening(source(broker, intake, "mqtt"), intake) as heard:
        await heard.until(lambda: len(heard.disconnected()) == 1)
    (away,) = heard.disconnected()
    assert away.reason == "closed"
