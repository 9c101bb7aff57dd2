"""The ACL as mosquitto obeys it: each partner reads its own topics, nobody writes another's."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway.config.model import Config, Device, Mqtt, MqttOutput, Outputs, Party, SparkplugOutput
from gateway.deliver.mqtt import topic
from gateway.model import Tier
from gateway.partners.acl import acl, lines_of, topics, user
from tests.bench.machine import mosquitto_program
from tests.e2e.running import free_port
from tests.servers import wait_for_port

CODES = ("ALPHA", "ALPHA.2", "ALPHA-2:X", "BETA")
HOSTILE = ("", "#", "+", "A/+", "A/#", "$SYS", "A B", "A\nuser root", "A\x00", "x" * 65, "Ä", "A#", "A\ttopic #", "-A")
DEADLINE_S = 10.0
CONF = """
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
persistence false
"""


def config() -> Config:
    return Config(
        mqtt=Mqtt(username="gateway"),
        parties=tuple(Party(code=code, name=code, tier=Tier.TIER2) for code in CODES),
        devices=(Device(name="scale", driver="m100", connect="mqtt:plant/scale/#"),),
    )


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    program, folder, port = mosquitto_program(), tmp_path_factory.mktemp("broker"), free_port()
    if program is None:
        pytest.skip("mosquitto is not installed")
    (folder / "acl").write_text("\n".join(acl(config(), config().parties)) + "\n")
    (folder / "passwords").touch(mode=0o600)
    for name in ("gateway", *map(user, CODES)):
        subprocess.run(
            ["mosquitto_passwd", "-b", folder / "passwords", name, "secret"], check=True, capture_output=True
        )
    root = "user root\n" if folder.owner() == "root" else ""  # else it gives up the right to read what is ours
    (folder / "conf").write_text(root + CONF.format(port=port, folder=folder))
    process = subprocess.Popen([program, "-c", folder / "conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


class Ear:
    """What one user hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.news = threading.Event()

    def take(self, _client: object, _userdata: object, message: paho.MQTTMessage) -> None:
        self.heard.append(message.topic)
        self.news.set()


@contextmanager
def signed_in(port: int, party: str, *filters: str, will: str = "") -> Iterator[tuple[paho.Client, Ear]]:
    """A user at the broker, subscribed; the broker has confirmed both."""
    ear, ready = Ear(), threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(user(party), "secret")
    if will:
        client.will_set(will, b"poison", qos=1, retain=True)
    client.on_message = ear.take
    client.on_subscribe = lambda *_: ready.set()
    connected = threading.Event()
    client.on_connect = lambda *_: connected.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        assert connected.wait(DEADLINE_S)
        client.subscribe([(one, 1) for one in filters or ("none",)])
        assert ready.wait(DEADLINE_S)
        yield client, ear
    finally:
        client.disconnect()
        client.loop_stop()


def publish(client: paho.Client, where: str, body: bytes = b"x", *, retain: bool = False) -> None:
    """The broker confirms also what it drops: an ACL tells nobody what it forbids."""
    client.publish(where, body, qos=1, retain=retain).wait_for_publish(DEADLINE_S)


def test_each_partner_reads_its_own_topics_alone(broker: int) -> None:
    everything = ("#", "tierview/#", "tierview/v1/+/alert/+", "$SYS/#", "plant/#", *(topics(code) for code in CODES))
    with signed_in(broker, "gateway") as (gateway, _):
        for code in CODES:
            with signed_in(broker, code, *everything) as (_, ear):
                for other in CODES:
                    publish(gateway, topic(other, "al-1"))
                publish(gateway, "plant/scale/1")
                publish(gateway, topic(code, "al-last"))
                while topic(code, "al-last") not in ear.heard:
                    assert ear.news.wait(DEADLINE_S)
                    ear.news.clear()
                assert set(ear.heard) == {topic(code, "al-1"), topic(code, "al-last")}


def test_nobody_writes_not_even_a_last_will(broker: int) -> None:
    reading = ("tierview/v1/BETA/alert/+", "plant/scale/#")
    with signed_in(broker, "BETA", *reading) as (beta, ear), signed_in(broker, "gateway", "plant/scale/#") as (_, own):
        with signed_in(broker, "ALPHA", will=topic("BETA", "al-will")) as (alpha, _):
            publish(alpha, topic("BETA", "al-1"), b"poison", retain=True)
            publish(alpha, topic("ALPHA", "al-1"), b"poison", retain=True)
            publish(alpha, "plant/scale/1")
            publish(beta, topic("BETA", "al-2"))
            alpha.socket().close()  # type: ignore[union-attr]  # as if its line were cut: the broker speaks its will
        with signed_in(broker, "gateway") as (gateway, _):
            publish(gateway, topic("BETA", "al-last"))
            publish(gateway, "plant/scale/2")
        for heard in (ear, own):
            assert heard.news.wait(DEADLINE_S)
        with signed_in(broker, "BETA", *reading) as (_, late), signed_in(broker, "gateway") as (gateway, _):
            publish(gateway, topic("BETA", "al-end"))
            assert late.news.wait(DEADLINE_S)
    assert ear.heard == [topic("BETA", "al-last"), topic("BETA", "al-end")]
    assert own.heard == ["plant/scale/2"]
    assert late.heard == [topic("BETA", "al-end")], "nothing was retained"


@pytest.mark.parametrize("code", HOSTILE)
def test_what_is_no_code_makes_no_line(code: str) -> None:
    with pytest.raises(ValueError, match="expected the code of a party"):
        lines_of(code)


def test_outputs_are_read_by_whose_view_they_are_and_written_by_the_gateway_alone() -> None:
    outputs = Outputs(
        mqtt=(MqttOutput(name="bus", party="BETA"),), sparkplug=(SparkplugOutput(name="scada", group="Elbe"),)
    )
    shown = config().model_copy(update={"outputs": outputs})
    lines = list(acl(shown, shown.parties))
    assert lines.index("topic read tierview/v1/BETA/out/#") > lines.index("user BETA")
    assert [line for line in lines if "/out/" in line] == ["topic read tierview/v1/BETA/out/#"]
    assert "topic readwrite spBv1.0/Elbe/+/tierview/#" in lines[: lines.index("# ALPHA")]
