"""The address of a webhook's receiver, taken apart once, as it is connected to and as it is signed for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

import idna

PORTS = {"https": 443, "http": 80}
MOST_CHARACTERS = 2000
_ASCII_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.\-]*[a-z0-9_.])?")
_IPV6 = re.compile(r"[0-9a-f:.]+")
_IN_PATHS = "!$&'()*+,;=:@/%-._~"  # what stands there as it is (RFC 3986, 3.3)


@dataclass(frozen=True, kw_only=True)
class ReceiverUrl:
    """Where to post."""

    secure: bool
    host: str  # lower case and ASCII; without the brackets of IPv6
    port: int
    target: str  # path and query, as a request line has them

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS["https" if self.secure else "http"] else f"{host}:{self.port}"


def receiver_url(text: str) -> ReceiverUrl:
    """Take an address apart. Raises ValueError that says what was expected; it never repeats the address."""
    if len(text) > MOST_CHARACTERS or any(ord(sign) <= 32 or ord(sign) == 127 for sign in text):
        raise ValueError(f"an address of at most {MOST_CHARACTERS} characters without blanks")
    parts, port = _split(text)
    if parts.scheme not in PORTS:
        raise ValueError("an https:// address")
    if "@" in parts.netloc or "\\" in text:
        raise ValueError("an address without a user name: notices are signed instead")
    port = PORTS[parts.scheme] if port is None else port
    path = quote(parts.path or "/", safe=_IN_PATHS)
    query = f"?{quote(parts.query, safe=_IN_PATHS + '?')}" if parts.query else ""
    return ReceiverUrl(secure=parts.scheme == "https", host=_host(parts.hostname or ""), port=port, target=path + query)


def _split(text: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("an address with a port from 1 to 65535, and IPv6 in brackets") from None
    if port == 0:
        raise ValueError("a port from 1 to 65535")
    return parts, port


def _host(name: str) -> str:
    if ":" in name and _IPV6.fullmatch(name):
        return name
    if name.isascii():
        if not _ASCII_HOST.fullmatch(name):
            raise ValueError("the name or address of a host")
        return name
    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        raise ValueError("the name of a host; this one's letters are none that a name may have") from None
