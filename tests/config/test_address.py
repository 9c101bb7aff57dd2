"""What `connect` may say."""

from __future__ import annotations

import pytest

from gateway.config.address import (
    Address,
    HttpAddress,
    ListenAddress,
    NoAddress,
    SerialAddress,
    TcpAddress,
    Tls,
    TopicFilter,
    WebhookAddress,
    parse_address,
)

PIN = "ab" * 32


@pytest.mark.parametrize(
    ("connect", "address"),
    [
        ("serial:///dev/ttyUSB0", SerialAddress(port="/dev/ttyUSB0")),
        ("serial:///dev/ttyUSB0?baud=115200", SerialAddress(port="/dev/ttyUSB0", baud=115200)),
        (
            "serial:///dev/serial/by-id/usb-1?baud=4800&bits=7&parity=e&stop_bits=2&rtscts=true",
            SerialAddress(port="/dev/serial/by-id/usb-1", baud=4800, bits=7, parity="E", stop_bits=2, rtscts=True),
        ),
        ("rfc2217://10.0.0.5:4001?baud=57600", SerialAddress(port="rfc2217://10.0.0.5:4001", baud=57600)),
        ("tcp://reader.example:5084", TcpAddress(host="reader.example", port=5084)),
        ("socket://[::1]:4001", TcpAddress(host="::1", port=4001)),
        ("tls://reader:5085", TcpAddress(host="reader", port=5085, tls=Tls())),
        ("tls://10.0.0.7:5085?verify=no", TcpAddress(host="10.0.0.7", port=5085, tls=Tls(verify=False))),
        (
            "tls://10.0.0.7:5085?ca=ca/readers.pem&name=dock-1.example",
            TcpAddress(host="10.0.0.7", port=5085, tls=Tls(ca="ca/readers.pem", name="dock-1.example")),
        ),
        (
            f"tls://10.0.0.7:5085?fingerprint={':'.join(['AB'] * 32)}",
            TcpAddress(host="10.0.0.7", port=5085, tls=Tls(fingerprint=PIN)),
        ),
        ("listen:tcp://127.0.0.1:5027", ListenAddress(host="127.0.0.1", port=5027)),
        ("listen:tcp://[::]:5027?most=20&idle_s=60", ListenAddress(host="::", port=5027, most=20, idle_s=60)),
        ("mqtt:plant/+/reads/#", TopicFilter(topic="plant/+/reads/#")),
        ("http://reader/api/v1/data/stream?all=1", HttpAddress(url="http://reader/api/v1/data/stream?all=1")),
        ("https://reader:8443/s?x=1#verify=no", HttpAddress(url="https://reader:8443/s?x=1", tls=Tls(verify=False))),
        ("webhook", WebhookAddress()),
    ],
)
def test_addresses(connect: str, address: Address) -> None:
    assert parse_address(connect) == address


@pytest.mark.parametrize(
    ("connect", "text"),
    [
        ("tcp://host:0", "came 'tcp://host:0'"),
        ("tcp://host:70000", "expected a port from 1 to 65535, came 70000"),
        ("tcp://user:secret@host:1", "expected no user in the address, came one"),
        ("tcp://host:1?most=3", "expected nothing after the address, came most"),
        ("tls://host:1?verify=perhaps", "verify: expected yes or no, came 'perhaps'"),
        ("tls://host:1?verify=no&ca=x", "expected verify=no alone"),
        ("tls://host:1?fingerprint=abc", "fingerprint: expected the SHA-256 of the certificate"),
        ("tls://host:1?ciphers=ALL", "expected ca, name, fingerprint and verify after the address, came ciphers"),
        ("listen:tcp://0.0.0.0:1?most=0", "most: expected 1 to 10000, came '0'"),
        ("http://host/#verify=no", "expected nothing after the address, came verify"),
        ("mqtt:a/#/b", "expected # alone, as the last level, came 'a/#/b'"),
        ("mqtt:a/b+", "expected + alone on its level, came 'a/b+'"),
        (
            "serial:///dev/x?speed=9600",
            "expected baud, bits, parity, stop_bits and rtscts after the address, came speed",
        ),
        ("serial:///dev/x?baud=fast", "baud: expected 50 to 4000000, came 'fast'"),
        ("serial:///dev/x?bits=9", "bits: expected 5 to 8, came '9'"),
        ("serial:///dev/x?parity=X", "parity: expected one of N, E, O, M, S, came 'X'"),
    ],
)
def test_what_is_no_address_is_refused_in_words(connect: str, text: str) -> None:
    with pytest.raises(ValueError, match="expected") as refused:
        parse_address(connect)
    assert text in str(refused.value)


@pytest.mark.parametrize(
    "connect",
    [
        "/dev/ttyUSB0",
        "serial://ttyUSB0",
        "tcp://host",
        "tcp://ho st:1",
        "tcp://host:1\n",
        "tcp://[host:1",
        "tcp://host:1/path",
        "listen:tls://host:1",
        "listen:udp://host:1",
        "mqtt://broker/topic",
        "mqtt:",
        "ftp://host/x",
        "http:///x",
        "webhooks",
        "",
    ],
)
def test_what_has_no_known_form_is_told_the_forms_there_are(connect: str) -> None:
    with pytest.raises(NoAddress, match=r"write serial:///dev/ttyUSB0.*listen:tcp://HOST:PORT, mqtt:TOPIC.*webhook"):
        parse_address(connect)


def test_a_user_in_the_address_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="expected no user") as refused:
        parse_address("https://admin:hunter2@reader/")
    assert "hunter2" not in str(refused.value)
