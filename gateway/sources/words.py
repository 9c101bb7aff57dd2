"""Why a connection failed, in words: the same for every source that speaks TCP or TLS."""

from __future__ import annotations

import errno
import socket
import ssl

from gateway.sources.tls import NoAuthority, WrongCertificate

# OpenSSL's X509_V_ERR_...: https://docs.openssl.org/3.0/man1/openssl-verification-options/
NOT_YET_VALID, EXPIRED = 9, 10
UNKNOWN_ISSUER = (2, 18, 19, 20, 21)
OTHER_NAME = (62, 64)
REFUSED_FIX = "does it want a client certificate, or an older TLS than 1.2?"


def why_not(error: OSError, where: str, *, shaking_hands: bool = False) -> tuple[str, str]:
    """A stable word and a text for people, for a connection to `where` (HOST:PORT) that failed.

    `shaking_hands`: it was to begin with TLS, and had not yet.
    """
    if isinstance(error, TimeoutError):  # also the kernel's ETIMEDOUT
        return "timeout", f"{where} does not answer: is it switched on, and is the address right?"
    if isinstance(error, ConnectionRefusedError):
        return "refused", f"{where} refuses connections: is the service on, and is the port right?"
    if shaking_hands and isinstance(error, ConnectionResetError):
        return "tls_refused", f"{where} refuses our TLS handshake: {REFUSED_FIX}"
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return "reset", f"{where} broke the connection off"
    if isinstance(error, ssl.SSLError):
        return _tls(error, where)
    if isinstance(error, socket.gaierror):
        return "unknown_host", f"{where}: the name is not known here: {error.strerror}"
    return "unreachable", f"{where} cannot be reached: {error.strerror or error}"


def why_not_listening(error: OSError, where: str) -> tuple[str, str]:
    """The same, for a port `where` (HOST:PORT) of this box on which devices cannot be waited for."""
    if error.errno == errno.EADDRINUSE:
        return "port_busy", f"another program listens on {where}: stop it, or take another port"
    if error.errno == errno.EACCES:
        return (
            "no_permission",
            f"the gateway may not listen on {where}: ports below 1024 need a permission of their own",
        )
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return "no_such_address", f"this box has no such address as that of {where}: 0.0.0.0 means all it has"
    return "cannot_listen", f"the gateway cannot listen on {where}: {error.strerror or error}"


def _tls(error: ssl.SSLError, where: str) -> tuple[str, str]:
    if isinstance(error, WrongCertificate):
        text = f"{where} shows a certificate with the fingerprint {error.came}, which is not the one expected"
        return "certificate_changed", f"{text}: was it renewed, or does another device answer?"
    if isinstance(error, NoAuthority):
        return "no_authority", f"{where}: those who vouch for it cannot be read from {error.strerror}"
    if isinstance(error, ssl.SSLEOFError):
        return "reset", f"{where} broke the connection off without a word of TLS: is this its plain port?"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error, where)
    if error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"):
        return "no_tls", f"{where} does not speak TLS: is this its plain port?"
    if "ALERT" in (error.reason or ""):
        return "tls_refused", f"{where} refuses our TLS handshake ({error.reason}): {REFUSED_FIX}"
    return "tls", f"{where} does not speak TLS as we do: {error.reason or error}"


def _certificate(error: ssl.SSLCertVerificationError, where: str) -> tuple[str, str]:
    said = error.verify_message
    if error.verify_code == EXPIRED:
        return "certificate_expired", f"{where} shows a certificate that has expired: renew it, or set this box's clock"
    if error.verify_code == NOT_YET_VALID:
        return "certificate_not_yet_valid", f"{where} shows a certificate of the future: is this box's clock right?"
    if error.verify_code in UNKNOWN_ISSUER:
        fix = "name who vouches for it (ca=FILE), or know it by its fingerprint"
        return (
            "certificate_unknown",
            f"{where} shows a certificate that nobody trusted here vouches for ({said}): {fix}",
        )
    if error.verify_code in OTHER_NAME:
        return "certificate_name", f"{where} shows a certificate of another name ({said}): say its own with name=NAME"
    return "certificate", f"{where} shows a certificate that is not trusted here: {said}"
