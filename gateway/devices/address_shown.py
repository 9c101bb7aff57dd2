"""Where a device connects to, as it may be shown: never what stands in an address as a secret."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from gateway.config.address import (
    Address,
    HttpAddress,
    ListenAddress,
    SerialAddress,
    TcpAddress,
    TopicFilter,
    WebhookAddress,
    parse_address,
)


@lru_cache(maxsize=4096)
def address_shown(connect: str) -> str:
    """Host, port, serial line or topic; of a URL not its path and query, which may hold a key. Empty: none."""
    try:
        return _shown(parse_address(connect))
    except ValueError:
        return ""


def _shown(address: Address) -> str:
    match address:
        case SerialAddress():
            return f"{address.port}, {address.baud} baud"
        case TcpAddress():
            return f"{'tcp' if address.tls is None else 'tls'}://{_host(address.host)}:{address.port}"
        case ListenAddress():
            return f"listen:tcp://{_host(address.host)}:{address.port}"
        case TopicFilter():
            return f"mqtt:{address.topic}"
        case HttpAddress():
            url = urlsplit(address.url)
            return f"{url.scheme}://{url.netloc}/{'…' if url.path.strip('/') or url.query else ''}"
        case WebhookAddress():
            return "webhook"


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
