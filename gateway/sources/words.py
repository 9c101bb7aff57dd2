"""Why a connection failed, in words: the same for every source that speaks TCP."""

from __future__ import annotations

import socket
import ssl


def why_not(error: OSError, where: str) -> tuple[str, str]:
    """A stable word and a text for people, for a connection to `where` (HOST:PORT) that failed."""
    if isinstance(error, TimeoutError):  # also the kernel's ETIMEDOUT
        return "timeout", f"{where} does not answer: is it switched on, and is the address right?"
    if isinstance(error, ConnectionRefusedError):
        return "refused", f"{where} refuses connections: is the service on, and is the port right?"
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return "reset", f"{where} broke the connection off"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate", f"{where} shows a certificate that is not trusted here: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "tls", f"{where} does not speak TLS as we do: {error.reason or error}"
    if isinstance(error, socket.gaierror):
        return "unknown_host", f"{where}: the name is not known here: {error.strerror}"
    return "unreachable", f"{where} cannot be reached: {error.strerror or error}"
