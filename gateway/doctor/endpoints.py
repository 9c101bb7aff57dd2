"""A server with TLS that the configuration names."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from gateway.config.address import Tls

PORTS = {"https": 443, "mqtts": 8883}


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where it answers, and how it proves who it is."""

    name: str  # of the device, subscription or server in the configuration
    host: str
    port: int
    tls: Tls


def endpoint(name: str, url: str, tls: Tls) -> Endpoint:
    """The endpoint of an https or mqtts URL."""
    parts = urlsplit(url)
    return Endpoint(name=name, host=parts.hostname or "", port=parts.port or PORTS[parts.scheme], tls=tls)
