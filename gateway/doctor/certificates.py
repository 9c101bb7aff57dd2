"""Until when are certificates good: our own, and those of the servers that we speak with?"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateway.config.address import HttpAddress, TcpAddress, Tls
from gateway.config.model import Config
from gateway.doctor.addresses import addresses
from gateway.doctor.endpoints import Endpoint, endpoint
from gateway.doctor.remark import Checked, fault, ok, warning
from gateway.sources.tls import NoAuthority, WrongCertificate, client_context

DIAL_S = 4.0
SOON_DAYS = 21
DAY_S = 86_400


def check_own(config: Config, base: Path) -> Iterator[Checked]:
    """Say whether our own certificate and key fit each other, and how long the certificate is good."""
    http = config.http
    if http.tls_certificate is None:
        return
    file = base / http.tls_certificate
    try:
        yield _until(str(file), _own(file, base / (http.tls_key or http.tls_certificate)))
    except ssl.SSLCertVerificationError as error:
        yield fault("certificates", str(file), error.verify_message, "have a new one made, and start the gateway anew")
    except (ssl.SSLError, OSError) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        yield fault("certificates", str(file), f"certificate and key are no use together: {why}", "see http.tls_key")


def endpoints(config: Config) -> list[Endpoint]:
    """The servers with TLS that the configuration names."""
    found = []
    for device, address in addresses(config):
        match address:
            case TcpAddress(tls=Tls() as tls):
                found.append(Endpoint(name=device.name, host=address.host, port=address.port, tls=tls))
            case HttpAddress(tls=tls) if address.url.startswith("https:"):
                found.append(endpoint(device.name, address.url, tls or Tls()))
    urls = [("mqtt.url", config.mqtt.url), *((server.name, server.url) for server in config.influx)]
    urls += [(told.name, told.url) for told in config.subscriptions if told.url]
    found += [endpoint(name, url, Tls()) for name, url in urls if url.startswith(("https:", "mqtts:"))]
    return found


def check_endpoint(end: Endpoint, base: Path) -> Checked:
    """Say how long a server's certificate is good, and whether it is believed at all."""
    try:
        context = client_context(end.tls, base)
        with (
            socket.create_connection((end.host, end.port), timeout=DIAL_S) as plain,
            context.wrap_socket(plain, server_hostname=end.tls.name or end.host) as session,
        ):
            held = session.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return fault("certificates", end.name, f"{end.host}: {error.verify_message}", "see its certificate, name or CA")
    except WrongCertificate as error:
        return fault("certificates", end.name, f"{end.host} shows another certificate, {error.came}", "see fingerprint")
    except NoAuthority as error:
        return fault("certificates", end.name, str(error), "see ca")
    except OSError as error:
        text = f"{end.host}:{end.port} cannot be asked: {error.strerror or error}"
        return warning("certificates", end.name, text, "see that it runs")
    if not held:
        return ok("certificates", end.name, f"{end.host} is known by its fingerprint, or not asked who it is")
    return _until(end.name, held)


def _until(about: str, certificate: dict[str, Any]) -> Checked:
    until_s = ssl.cert_time_to_seconds(certificate["notAfter"])
    days = (until_s - time.time()) / DAY_S
    text = f"good until {time.strftime('%Y-%m-%d', time.gmtime(until_s))}, {days:.0f} days"
    if days < SOON_DAYS:
        return warning("certificates", about, text, "renew it")
    return ok("certificates", about, text)


def _own(certificate: Path, key: Path) -> dict[str, Any]:
    """What a certificate says, told by a session with ourselves that trusts it and nothing else."""
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs.check_hostname = False
    theirs.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    theirs.load_verify_locations(certificate)
    to_us, to_them = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = ours.wrap_bio(to_us, to_them, server_side=True)
    client = theirs.wrap_bio(to_them, to_us)
    for _ in range(4):  # hellos, certificate, and the ends
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return client.getpeercert() or {}
