"""Does the broker let us in, and does it keep what it has confirmed?

A broker's confirmation is no durability: mosquitto writes its database every half hour unless told otherwise, and
forgets after a power cut all that came since. Only where its configuration can be read can this be seen.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from gateway.config import resolve_secret
from gateway.config.address import is_loopback
from gateway.config.model import Mqtt
from gateway.doctor.ports import taken
from gateway.doctor.remark import Checked, fault, ok, warning
from gateway.errors import BadInput

ANSWER_S = 5.0
PORTS = {"mqtt": 1883, "mqtts": 8883}
MOSQUITTO = Path("/etc/mosquitto")
DURABLE = "persistence true\n autosave_on_changes true\n autosave_interval 1"
_OPTION = re.compile(r"^\s*(persistence|autosave_interval|autosave_on_changes)\s+(\S+)", re.MULTILINE)


def check_broker(mqtt: Mqtt, base: Path, *, running: bool) -> Iterator[Checked]:
    """Say whether the broker that devices and subscribers share will do."""
    url = urlsplit(mqtt.url)
    host, port = url.hostname or "127.0.0.1", url.port or PORTS[url.scheme]
    if mqtt.embedded and not running:
        why = taken(host, port)
        if why:
            fix = "set mqtt.embedded: false to use the broker that is there, or another port"
            yield fault("broker", mqtt.url, f"our own broker cannot listen there: {why}", fix)
        else:
            yield ok(
                "broker", mqtt.url, "our own broker will listen there; it forgets on restart, our journal does not"
            )
        return
    try:
        yield _asked(mqtt, host, port, base)
    except BadInput as error:
        yield fault("broker", mqtt.url, str(error), "set the secret of mqtt.password")
    if not mqtt.embedded:
        yield from _kept(mqtt, host)


def _asked(mqtt: Mqtt, host: str, port: int, base: Path) -> Checked:
    client = paho.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    client.connect_timeout = ANSWER_S
    if mqtt.username is not None:
        client.username_pw_set(mqtt.username, resolve_secret(mqtt.password, base) if mqtt.password else None)
    if mqtt.url.startswith("mqtts:"):
        client.tls_set()
    answers: list[ReasonCode] = []
    client.on_connect = lambda _client, _data, _flags, code, _properties: answers.append(code)
    try:
        client.connect(host, port)
        left_s = ANSWER_S
        while not answers and left_s > 0 and client.loop(timeout=0.1) == paho.MQTT_ERR_SUCCESS:
            left_s -= 0.1
    except ssl.SSLError as error:
        return fault(
            "broker", mqtt.url, f"its certificate is not believed: {error.reason or error}", "see mqtts and its CA"
        )
    except OSError as error:
        why = error.strerror or str(error)
        return fault("broker", mqtt.url, f"cannot be reached: {why}", "start it, or set mqtt.url")
    finally:
        client.disconnect()
    if not answers:
        return fault("broker", mqtt.url, f"did not answer in {ANSWER_S:.0f} s", "see that it speaks MQTT on this port")
    if answers[0].is_failure:
        return fault("broker", mqtt.url, f"refuses us: {answers[0]}", "see mqtt.username, mqtt.password and its ACL")
    return ok("broker", mqtt.url, "lets us in")


def _kept(mqtt: Mqtt, host: str) -> Iterator[Checked]:
    """What mosquitto's configuration says of durability, where it runs on this machine."""
    if not is_loopback(host) or not (MOSQUITTO / "mosquitto.conf").is_file():
        text = "whether it keeps what it has confirmed through a power cut cannot be seen from here"
        yield warning("broker", mqtt.url, text, f"mosquitto: {DURABLE.replace(chr(10), ',')}")
        return
    try:
        files = [MOSQUITTO / "mosquitto.conf", *sorted((MOSQUITTO / "conf.d").glob("*.conf"))]
        said = dict(pair for file in files for pair in _OPTION.findall(file.read_text(encoding="utf-8")))
    except OSError as error:
        yield warning("broker", mqtt.url, f"{MOSQUITTO} cannot be read: {error.strerror}", "run this as its user")
        return
    yield _durable(mqtt.url, said)


def _durable(url: str, said: dict[str, str]) -> Checked:
    fix = f"write to {MOSQUITTO}/conf.d: {DURABLE.replace(chr(10), ',')}"
    if said.get("persistence") != "true":
        return warning("broker", url, "mosquitto keeps nothing through a restart", fix)
    if said.get("autosave_on_changes") != "true" or int(said.get("autosave_interval", "1800")) > 1:
        return warning("broker", url, "mosquitto forgets after a power cut what it confirmed since its last save", fix)
    return ok("broker", url, "mosquitto keeps what it has confirmed")
