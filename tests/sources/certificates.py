"""Certificates for tests, made by openssl: good ones, expired ones, of another name."""

from __future__ import annotations

import hashlib
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers import program

CA = """
[ca]
default_ca = own
[own]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
subjectAltName = {alt_name}
basicConstraints = CA:true
"""


@dataclass(frozen=True)
class Certificate:
    """A certificate that signs itself, and its key."""

    pem: Path
    key: Path

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its DER form, 64 hex digits."""
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.pem.read_text())).hexdigest()

    def server_context(self) -> ssl.SSLContext:
        """For a server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key)
        return context


def make_certificate(
    folder: Path, *, alt_name: str = "IP:127.0.0.1", expired: bool = False, name: str = "device"
) -> Certificate:
    """A certificate of this name, good for two days or long expired. Nobody trusts it yet."""
    made = Certificate(pem=folder / f"{name}.pem", key=folder / f"{name}.key")
    request = f"req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=device -keyout {made.key}"
    if not expired:
        _openssl(f"{request} -x509 -days 2 -addext subjectAltName={alt_name} -out {made.pem}")
        return made
    (folder / "index.txt").write_text("")  # only `ca` makes certificates of the past
    (folder / "ca.conf").write_text(CA.format(folder=folder, alt_name=alt_name))
    _openssl(f"{request} -out {folder}/request.pem")
    when = "-startdate 20200101000000Z -enddate 20200102000000Z"
    signing = f"ca -batch -selfsign -config {folder}/ca.conf -keyfile {made.key} -in {folder}/request.pem"
    _openssl(f"{signing} {when} -notext -out {made.pem}")
    return made


def _openssl(words: str) -> None:
    subprocess.run([program("openssl"), *words.split()], check=True, capture_output=True)
