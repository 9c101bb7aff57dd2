"""Where a device is: its `connect` text, read into an address. Raises ValueError in words.

`tierview check` and the sources read it here, so that what the one accepts the other can use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qsl, urlsplit

import msgspec

DEFAULT_BAUD = 9600
DEFAULT_MOST = 1000  # connections that a `listen:` address takes at a time
DEFAULT_IDLE_S = 3600  # a parked tracker speaks once an hour; one that died is found by the kernel in half a minute
PARITIES = ("N", "E", "O", "M", "S")
STREAMS = "serial:///dev/ttyUSB0?baud=115200, tcp://HOST:PORT, tls://HOST:PORT, socket://HOST:PORT, \
rfc2217://HOST:PORT or listen:tcp://HOST:PORT"
MESSAGES = "mqtt:TOPIC or mqtt:TOPIC/+/#, https://HOST/PATH or webhook"
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """How a device proves who it is: by a certificate of its name, or by one whose fingerprint is known."""

    ca: str = ""  # PEM file of who vouches for it; empty: those whom this machine trusts
    name: str = ""  # the name in its certificate; empty: the host
    fingerprint: str = ""  # SHA-256 of its certificate, 64 hex digits: then nothing else is asked
    verify: bool = True  # False: it proves nothing, and anyone in between can pose as it


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
    """A device that accepts TCP connections, plain or with TLS."""

    host: str
    port: int
    tls: Tls | None = None


class ListenAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where we listen for devices that dial in."""

    host: str
    port: int
    most: int = DEFAULT_MOST  # connections at a time
    idle_s: int = DEFAULT_IDLE_S  # a connection that is silent for longer is closed

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return is_loopback(self.host)


class TopicFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of the broker that `mqtt.url` names."""

    topic: str


class HttpAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A device whose HTTP server answers a GET with one message a line, without end."""

    url: str
    tls: Tls | None = None


class WebhookAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A device that posts its messages to our own HTTP server."""


StreamAddress: TypeAlias = SerialAddress | TcpAddress | ListenAddress
MessageAddress: TypeAlias = TopicFilter | HttpAddress | WebhookAddress
Address: TypeAlias = StreamAddress | MessageAddress


class NoAddress(ValueError):
    """Not the form of any address; other ValueErrors say what is wrong within one."""


def parse_address(connect: str) -> Address:
    """The address that a device's `connect` means."""
    if connect == "webhook":
        return WebhookAddress()
    if connect.startswith("mqtt:") and not connect.startswith("mqtt://") and len(connect) > len("mqtt:"):
        return TopicFilter(topic=_topic_filter(connect.removeprefix("mqtt:")))
    dials_in = connect.startswith("listen:tcp://")
    url = _split(connect.removeprefix("listen:") if dials_in else connect)
    if url.username is not None:
        raise ValueError("expected no user in the address, came one — use `username` and `password`")
    if url.scheme == "serial" and url.path and not url.netloc:
        return _serial(url.path, url)
    if url.scheme == "rfc2217" and _has_port(url):
        return _serial(f"rfc2217://{url.netloc}", url)
    if url.scheme in ("http", "https") and url.hostname:
        return _http(url)
    # A socket:// port of pyserial is a TCP connection read a byte a time: ours reads what is there.
    if url.scheme in ("tcp", "tls", "socket") and url.hostname and _has_port(url) and url.path in ("", "/"):
        return _listen(url) if dials_in else _tcp(url)
    raise NoAddress(f"expected an address, came '{connect[:80]}' — write {STREAMS}, {MESSAGES}")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches this host name or address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _split(connect: str) -> SplitResult:
    """Its parts; urlsplit would pass over some control characters in silence."""
    try:
        url = urlsplit(connect)
    except ValueError:  # brackets that hold no IPv6 address
        url = None
    if url is None or re.search(r"[\s\x00-\x1f]", connect):
        raise NoAddress(f"expected an address, came {connect[:80]!r} — write {STREAMS}, {MESSAGES}")
    return url


def _has_port(url: SplitResult) -> bool:
    """Whether a port is written; ValueError where it is none."""
    try:
        return bool(url.hostname) and url.port is not None and url.port > 0
    except ValueError:
        written = url.netloc.rpartition(":")[2]
        raise ValueError(f"expected a port from 1 to 65535, came {written[:20]}") from None


def _serial(port: str, url: SplitResult) -> SerialAddress:
    said = _said(url.query, ("baud", "bits", "parity", "stop_bits", "rtscts"))
    return SerialAddress(
        port=port,
        baud=_one_of("baud", said.get("baud", str(DEFAULT_BAUD)), range(50, 4_000_001)),
        bits=_one_of("bits", said.get("bits", "8"), range(5, 9)),
        parity=_parity(said.get("parity", "N")),
        stop_bits=_one_of("stop_bits", said.get("stop_bits", "1"), range(1, 3)),
        rtscts=_flag("rtscts", said.get("rtscts", "no")),
    )


def _tcp(url: SplitResult) -> TcpAddress:
    assert url.hostname is not None
    assert url.port is not None
    if url.scheme == "tls":
        return TcpAddress(host=url.hostname, port=url.port, tls=_tls(url.query))
    _said(url.query, ())
    return TcpAddress(host=url.hostname, port=url.port)


def _listen(url: SplitResult) -> ListenAddress:
    assert url.hostname is not None
    assert url.port is not None
    said = _said(url.query, ("most", "idle_s"))
    return ListenAddress(
        host=url.hostname,
        port=url.port,
        most=_one_of("most", said.get("most", str(DEFAULT_MOST)), range(1, 10_001)),
        idle_s=_one_of("idle_s", said.get("idle_s", str(DEFAULT_IDLE_S)), range(1, 604_801)),
    )


def _http(url: SplitResult) -> HttpAddress:
    """What stands after ? is sent to the device; how it proves who it is stands after #, which never is."""
    _has_port(url)
    plain = url._replace(fragment="").geturl()
    if url.scheme == "http":
        _said(url.fragment, ())
        return HttpAddress(url=plain)
    return HttpAddress(url=plain, tls=_tls(url.fragment))


def _tls(words: str) -> Tls:
    said = _said(words, ("ca", "name", "fingerprint", "verify"))
    fingerprint = said.get("fingerprint", "").replace(":", "").lower()
    if "fingerprint" in said and not _FINGERPRINT.fullmatch(fingerprint):
        raise ValueError("fingerprint: expected the SHA-256 of the certificate, 64 hex digits, came others")
    verify = _flag("verify", said.get("verify", "yes"))
    if not verify and len(said) > 1:
        raise ValueError("expected verify=no alone, came a certificate to verify as well")
    if fingerprint and len(said) > 1:
        raise ValueError("expected fingerprint alone, came other words: with it nothing else is asked")
    return Tls(ca=said.get("ca", ""), name=said.get("name", ""), fingerprint=fingerprint, verify=verify)


def _said(words: str, known: Iterable[str]) -> dict[str, str]:
    known = tuple(known)
    said = dict(parse_qsl(words, keep_blank_values=True))
    unknown = sorted(set(said) - set(known))
    if unknown:
        names = f"{', '.join(known[:-1])} and {known[-1]}" if known else "nothing"
        raise ValueError(f"expected {names} after the address, came {', '.join(unknown)[:80]}")
    return said


def _one_of(name: str, written: str, allowed: range) -> int:
    if not written.isdecimal() or int(written) not in allowed:
        raise ValueError(f"{name}: expected {allowed.start} to {allowed.stop - 1}, came {written[:20]!r}")
    return int(written)


def _flag(name: str, written: str) -> bool:
    if written.lower() not in _FLAGS:
        raise ValueError(f"{name}: expected yes or no, came {written[:20]!r}")
    return _FLAGS[written.lower()]


def _parity(written: str) -> str:
    if written.upper() not in PARITIES:
        raise ValueError(f"parity: expected one of {', '.join(PARITIES)}, came {written[:20]!r}")
    return written.upper()


def _topic_filter(topic: str) -> str:
    levels = topic.split("/")
    if any("#" in level and (level != "#" or index < len(levels) - 1) for index, level in enumerate(levels)):
        raise ValueError(f"expected # alone, as the last level, came '{topic[:80]}'")
    if any("+" in level and level != "+" for level in levels):
        raise ValueError(f"expected + alone on its level, came '{topic[:80]}'")
    return topic
