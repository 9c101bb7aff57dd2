"""TLS towards a device: who vouches for it, or which certificate it is known by."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

from gateway.config.address import Tls


class WrongCertificate(ssl.SSLError):
    """Another certificate than the one whose fingerprint stands in the configuration; `came` is its own."""

    def __init__(self, came: str) -> None:
        super().__init__(1, "wrong certificate")
        self.came = came


class NoAuthority(ssl.SSLError):
    """The file of those who vouch for the device cannot be read, or holds no certificates."""


def client_context(tls: Tls, base: Path) -> ssl.SSLContext:
    """How to speak with the device; `base` is the folder of the configuration. Reads files; raises NoAuthority."""
    if tls.verify and not tls.fingerprint:
        return _vouched_for(base / tls.ca) if tls.ca else ssl.create_default_context()
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if tls.fingerprint:
        context.sslobject_class = _known_by(tls.fingerprint)
    return context


def _vouched_for(ca: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca))
    except OSError as error:
        raise NoAuthority(1, f"{ca}: {error.strerror or 'no certificates in it'}") from error


def _known_by(fingerprint: str) -> type[ssl.SSLObject]:
    """A TLS session that ends within the handshake, before anything of ours is said, on any other certificate."""

    class Known(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            came = hashlib.sha256(self.getpeercert(binary_form=True) or b"").hexdigest()
            if came != fingerprint:
                raise WrongCertificate(came)

    return Known
