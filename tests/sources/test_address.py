"""What `connect` may say."""

from __future__ import annotations

import pytest

from gateway.clock import ManualClock
from gateway.config.model import Device, Mqtt
from gateway.sources import Intake, open_source, open_sources
from gateway.sources.address import Address, SerialAddress, TcpAddress, TopicFilter, parse_address


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
        ("mqtt:plant/+/reads/#", TopicFilter(topic="plant/+/reads/#")),
    ],
)
def test_addresses(connect: str, address: Address) -> None:
    assert parse_address(connect) == address


@pytest.mark.parametrize(
    ("connect", "text"),
    [
        ("/dev/ttyUSB0", "expected serial:///dev/ttyUSB0"),
        ("serial://ttyUSB0", "came 'serial://ttyUSB0'"),
        ("tcp://host", "expected serial:"),
        ("mqtt://broker/topic", "or mqtt:TOPIC"),
        ("mqtt:", "or mqtt:TOPIC"),
        ("serial:///dev/x?speed=9600", "expected baud, bits, parity, stop_bits and rtscts after the port, came speed"),
        ("serial:///dev/x?baud=fast", "baud: expected 50 to 4000000, came 'fast'"),
        ("serial:///dev/x?bits=9", "bits: expected 5 to 8, came '9'"),
        ("serial:///dev/x?parity=X", "parity: expected one of N, E, O, M, S, came 'X'"),
    ],
)
def test_what_is_no_address_is_refused_in_words(connect: str, text: str) -> None:
    with pytest.raises(ValueError, match="expected") as refused:
        parse_address(connect)
    assert text in str(refused.value)


async def test_streams_have_a_source_each_and_the_broker_one_for_all() -> None:
    connects = {"gps": "serial:///dev/x", "reader": "tcp://h:1", "a": "mqtt:a/#", "b": "mqtt:b"}
    devices = [Device(name=name, driver="x", connect=connect) for name, connect in connects.items()]
    intake = Intake()
    sources = open_sources(devices, mqtt=Mqtt(), password=None, intake=intake, clock=ManualClock())
    assert [source.name for source in sources] == ["serial:gps", "tcp:reader", "mqtt:127.0.0.1:1883"]
    assert [source.devices for source in sources] == [("gps",), ("reader",), ("a", "b")]
    with pytest.raises(ValueError, match="share one source"):
        open_source(devices[-1], intake=intake, clock=ManualClock())
