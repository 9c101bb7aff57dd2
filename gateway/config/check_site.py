"""The gateway itself: who runs it, where it listens, its broker, its files and its secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.config.address import is_loopback
from gateway.config.model import Http, Mqtt
from gateway.config.names import Names, refers
from gateway.config.nodes import Spot, Table
from gateway.config.secrets import FORM, resolve_secret, secret_file
from gateway.errors import BadInput, Fault

_MOST_PORT = 65_535
_REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")


def check_site(root: Table, names: Names) -> Iterator[Fault]:
    """Yield a fault where the operator is no party of the file."""
    yield from refers(root.table("site"), "operator", names.parties, "the code of a party")


def check_http(root: Table, folder: Path) -> Iterator[Fault]:
    """Yield a fault where strangers could listen in: beyond loopback without TLS."""
    http = root.table("http")
    listen = http.text("listen", Http.model_fields["listen"].default)
    host, _, port = listen.rpartition(":")
    certificates = [key for key in ("tls_certificate", "tls_key") if http.has(key)]
    if port.isdecimal() and int(port) > _MOST_PORT:
        yield http.spot("listen").fault(f"expected a port up to {_MOST_PORT}, came {port}")
    if len(certificates) == 1:
        yield http.spot(certificates[0]).fault("expected `tls_certificate` and `tls_key` together, came one of them")
    for key in certificates:
        yield from _file(http.spot(key), http.text(key), folder)
    safe = is_loopback(host.strip("[]")) or certificates or http.flag("behind_tls_proxy", default=False)
    if host and not safe:
        text = f"expected TLS beyond loopback, came {listen[:80]} without it"
        fix = "add `tls_certificate` and `tls_key`, write `behind_tls_proxy: true`, or listen on 127.0.0.1"
        yield http.spot("listen").fault(text, fix)


def check_mqtt(root: Table) -> Iterator[Fault]:
    """Yield a fault where the embedded broker is asked for what it cannot do."""
    mqtt = root.table("mqtt")
    url = mqtt.text("url", Mqtt.model_fields["url"].default)
    scheme, _, rest = url.partition("://")
    address = rest.partition("/")[0]
    if "@" in address:
        yield mqtt.spot("url").fault("expected no user in the address, came one", "use `username` and `password`")
        return
    if not mqtt.flag("embedded", default=Mqtt.model_fields["embedded"].default) or not rest:
        return
    host = address.rpartition(":")[0] if re.search(r":\d+$", address) else address
    if scheme != "mqtt" or not is_loopback(host.strip("[]")):
        text = f"expected mqtt:// on loopback while `embedded` is true, came {url[:80]}"
        yield mqtt.spot("url").fault(text, "write `embedded: false`, or mqtt://127.0.0.1:1883")


def check_shipments(root: Table, folder: Path) -> Iterator[Fault]:
    """Yield a fault for each file of plans that is not there."""
    for form in ("csv", "edi"):
        for spot, name in root.table("shipments").texts(form):
            yield from _file(spot, name, folder)


def check_secrets(root: Table, folder: Path, environment: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault for each secret that stands in the file itself, or where it says there is none."""
    yield from _secret(root.table("mqtt"), "password", folder, environment)
    yield from _secret(root.table("mail"), "password", folder, environment)
    for table in root.tables("devices"):
        yield from _secret(table, "password", folder, environment)
    for table in root.tables("subscriptions"):
        yield from _secret(table, "secret", folder, environment)
        yield from _secret(table, "old_secret", folder, environment)
    for table in root.tables("influx"):
        yield from _secret(table, "password", folder, environment)
        yield from _secret(table, "token", folder, environment)


def _secret(table: Table, key: str, folder: Path, environment: Mapping[str, str]) -> Iterator[Fault]:
    text = table.text(key)
    if not text:
        return
    if not _REFERENCE.fullmatch(text) and secret_file(text, folder) is None:
        fix = "move it to an environment variable or a file with mode 0600, and change it: it has been in a file"
        yield table.spot(key).fault(f"expected {FORM}; came the secret itself, or neither", fix)
        return
    try:
        resolve_secret(text, folder, environment)
    except BadInput as error:
        yield table.spot(key).fault(str(error), "set it before the start" if text.startswith("$") else "")


def _file(spot: Spot, name: str, folder: Path) -> Iterator[Fault]:
    if name and not (folder / name).is_file():
        yield spot.fault(f"expected a file, came '{name[:120]}', which is none", f"it is looked for in {folder}")
