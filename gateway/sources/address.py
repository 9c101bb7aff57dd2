"""Where a device is: its `connect` text, read into an address. Raises ValueError in words."""

from __future__ import annotations

from typing import TypeAlias
from urllib.parse import SplitResult, parse_qsl, urlsplit

import msgspec

DEFAULT_BAUD = 9600
PARITIES = ("N", "E", "O", "M", "S")
FORMS = "serial:///dev/ttyUSB0?baud=115200, tcp://HOST:PORT, socket://HOST:PORT, rfc2217://HOST:PORT or mqtt:TOPIC"


class SerialAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A serial port: a device file of this box, or a port behind an RFC 2217 server."""

    port: str  # /dev/ttyUSB0, or rfc2217://HOST:PORT
    baud: int = DEFAULT_BAUD
    bits: int = 8
    parity: str = "N"
    stop_bits: int = 1
    rtscts: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the port is a file of this box, whose coming back can be watched."""
        return "://" not in self.port


class TcpAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A device that accepts TCP connections."""

    host: str
    port: int


class TopicFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of the broker that `mqtt.url` names."""

    topic: str


Address: TypeAlias = SerialAddress | TcpAddress | TopicFilter


def parse_address(connect: str) -> Address:
    """The address that a device's `connect` means."""
    if connect.startswith("mqtt:") and not connect.startswith("mqtt://") and len(connect) > len("mqtt:"):
        return TopicFilter(topic=connect.removeprefix("mqtt:"))
    url = urlsplit(connect)
    if url.scheme == "serial" and url.path and not url.netloc:
        return _serial(url.path, url)
    if url.scheme == "rfc2217" and url.netloc:
        return _serial(f"rfc2217://{url.netloc}", url)
    # A socket:// port of pyserial is a TCP connection read a byte a time: ours reads what is there.
    if url.scheme in ("tcp", "socket") and url.hostname and url.port:
        return TcpAddress(host=url.hostname, port=url.port)
    raise ValueError(f"expected {FORMS}, came {connect!r}")


def _serial(port: str, url: SplitResult) -> SerialAddress:
    said = dict(parse_qsl(url.query, keep_blank_values=True))
    unknown = set(said) - {"baud", "bits", "parity", "stop_bits", "rtscts"}
    if unknown:
        known = "baud, bits, parity, stop_bits and rtscts"
        raise ValueError(f"expected {known} after the port, came {', '.join(sorted(unknown))}")
    return SerialAddress(
        port=port,
        baud=_one_of("baud", said.get("baud", str(DEFAULT_BAUD)), range(50, 4_000_001)),
        bits=_one_of("bits", said.get("bits", "8"), range(5, 9)),
        parity=_parity(said.get("parity", "N")),
        stop_bits=_one_of("stop_bits", said.get("stop_bits", "1"), range(1, 3)),
        rtscts=said.get("rtscts", "0") in ("1", "true"),
    )


def _one_of(name: str, written: str, allowed: range) -> int:
    if not written.isdecimal() or int(written) not in allowed:
        raise ValueError(f"{name}: expected {allowed.start} to {allowed.stop - 1}, came {written!r}")
    return int(written)


def _parity(written: str) -> str:
    if written.upper() not in PARITIES:
        raise ValueError(f"parity: expected one of {', '.join(PARITIES)}, came {written!r}")
    return written.upper()
