"""What deploy/ holds does what it says, as far as this machine can tell: the broker for real, containers by reading."""

from __future__ import annotations

import asyncio
import re
import subprocess
from pathlib import Path

import aiomqtt
import pytest
from ruamel.yaml import YAML

from tests.conftest import ROOT
from tests.e2e.running import free_port
from tests.servers import Mosquitto, program

DEPLOY = ROOT / "deploy"
MESSAGES = 50


@pytest.fixture
def broker(tmp_path: Path) -> Mosquitto:
    """Our configuration, with folders and port of this test, and two users of which one may read nothing."""
    port = free_port()
    conf = (DEPLOY / "mosquitto.conf").read_text().replace("listener 1883", f"listener {port}")
    conf = conf.replace("/var/lib/mosquitto/", f"{tmp_path}/").replace("/etc/mosquitto/", f"{tmp_path}/")
    passwords = tmp_path / "tierview.passwords"
    passwords.touch(0o600)
    for user in ("gateway", "T1"):
        subprocess.run([program("mosquitto_passwd"), "-b", passwords, user, "secret"], check=True, capture_output=True)
    (tmp_path / "tierview.acl").write_text("user gateway\ntopic readwrite #\nuser T1\ntopic read tierview/T1/#\n")
    (tmp_path / "tierview.acl").chmod(0o600)
    made = Mosquitto(tmp_path, port, conf=f"user root\n{conf}" if tmp_path.owner() == "root" else conf)
    made.start()
    return made


def client(
    broker: Mosquitto, *, user: str | None = "gateway", password: str | None = "secret", identifier: str | None = None
) -> aiomqtt.Client:
    """Someone who connects; with an identifier the broker keeps what comes for it while it is away."""
    return aiomqtt.Client(
        "127.0.0.1",
        broker.port,
        username=user,
        password=password,
        identifier=identifier,
        clean_session=identifier is None,
    )


async def test_the_broker_keeps_what_it_confirmed_through_a_power_cut_but_the_last(broker: Mosquitto) -> None:
    """mosquitto saves once more than `autosave_interval` has changed: the newest message waits for the next."""
    async with client(broker, identifier="reader") as reader:
        await reader.subscribe("docks/#", qos=1)
    async with client(broker) as writer:
        for number in range(MESSAGES):
            await writer.publish("docks/1", str(number), qos=1)  # returns with the broker's confirmation
    broker.kill()
    broker.start()
    async with asyncio.timeout(20), client(broker, identifier="reader") as reader:
        came = [(await anext(aiter(reader.messages))).payload for _ in range(MESSAGES - 1)]
    broker.stop()
    assert came == [str(number).encode() for number in range(MESSAGES - 1)]


async def test_the_broker_lets_in_who_it_knows_and_no_one_else(broker: Mosquitto) -> None:
    for user, password in ((None, None), ("T1", "wrong"), ("nobody", "secret")):
        with pytest.raises(aiomqtt.MqttError):
            async with client(broker, user=user, password=password):
                pass
    broker.stop()


def test_containers_are_told_apart_by_version_and_hold_no_rights_that_they_need_not() -> None:
    said = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text())
    services = said["services"]
    assert set(services) == {"mosquitto", "influxdb", "grafana", "tierview"}
    for name, service in services.items():
        assert "privileged" not in service
        assert name == "tierview" or re.fullmatch(r"[\w/-]+:\d+\.\d+\.\d+", service["image"])
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            ours = source.startswith(("./", "../")) and not source.startswith("./site/")
            assert source in said["volumes"] or source.startswith("./site/") or (ours and (DEPLOY / source).exists())
    assert services["tierview"]["cap_drop"] == ["ALL"]
    assert services["tierview"]["read_only"] is True


def test_the_brokers_container_keeps_what_it_confirmed_where_the_broker_may_write() -> None:
    """Its image's entry gives the broker the folders below /mosquitto, and a new volume elsewhere is root's."""
    (kept,) = re.findall(r"^persistence_location (\S+)/$", (DEPLOY / "mosquitto.conf").read_text(), re.MULTILINE)
    service = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text())["services"]["mosquitto"]
    assert f"mosquitto:{kept}" in service["volumes"]
    assert f"chown mosquitto:mosquitto {kept} && exec mosquitto" in service["command"][-1]


def test_the_brokers_file_is_put_where_it_is_read_alone() -> None:
    """Below conf.d of Debian's own file it would name persistence_location a second time, and nothing would start."""
    guide = (ROOT / "docs" / "first-hour.md").read_text()
    assert "cp deploy/mosquitto.conf /etc/mosquitto/mosquitto.conf\n" in guide
    assert "/etc/mosquitto/mosquitto.conf" in (DEPLOY / "mosquitto.conf").read_text().partition("\n")[0]
    service = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text())["services"]["mosquitto"]
    (read,) = re.findall(r"mosquitto -c (\S+)", service["command"][-1])
    assert f"./mosquitto.conf:{read}:ro" in service["volumes"]


def test_nobody_in_a_container_gains_rights() -> None:
    services = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text())["services"]
    assert all(service["security_opt"] == ["no-new-privileges:true"] for service in services.values())


def test_the_image_runs_as_nobody_special_and_says_how_it_is() -> None:
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    words = [line.split()[0] for line in lines if line[:1].isupper()]
    assert words.count("FROM") == 2
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert "HEALTHCHECK" in words
    assert {line.split()[1] for line in lines if line.startswith("USER")} == {"tierview"}
    assert not any(re.search(r"\b(curl|wget)\b", line) for line in lines)
    for line in lines:
        if line.startswith("FROM"):
            assert line.split()[1] == "python:3.11-slim-bookworm"
