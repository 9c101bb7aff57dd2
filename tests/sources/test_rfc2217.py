"""A serial port behind an RFC 2217 server: pyserial's own server side, over its loop-back port."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread

import pytest
import serial
from serial.rfc2217 import PortManager

from gateway.clock import ManualClock
from gateway.config.address import parse_address
from gateway.model import Send
from gateway.sources import Intake
from gateway.sources.serial import SerialSource
from tests.sources.listening import listening


class Sender:
    """What PortManager writes its answers to."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def write(self, data: bytes) -> None:
        self._connection.sendall(data)


@pytest.fixture
def echo_server() -> Iterator[int]:
    """The port of a server whose serial line sends back what it gets."""
    server = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=_serve, args=(server,))
    thread.start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def _serve(server: socket.socket) -> None:
    try:
        connection, _ = server.accept()
    except OSError:
        return
    line = serial.serial_for_url("loop://", timeout=0.01)
    manager = PortManager(line, Sender(connection))  # type: ignore[arg-type] # its stub names the client's class
    with connection:
        while data := connection.recv(1000):
            line.write(b"".join(manager.filter(data)))
            connection.sendall(b"".join(manager.escape(line.read(line.in_waiting))))


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial 3.5's own thread
async def test_bytes_go_both_ways_whatever_they_are(echo_server: int) -> None:
    intake = Intake()
    address = parse_address(f"rfc2217://127.0.0.1:{echo_server}?baud=115200")
    source = SerialSource(device="gps", address=address, intake=intake, clock=ManualClock())  # type: ignore[arg-type]
    everything = bytes(range(256)) * 3  # with 0xFF, which telnet doubles on the wire
    async with listening(source, intake) as heard:
        await heard.until(lambda: len(heard.connected()) == 1)
        write = heard.connected()[0].write
        assert write is not None
        write(Send(data=everything))
        await heard.until(lambda: len(heard.data()) == len(everything))
        assert heard.data() == everything
