"""Does each InfluxDB answer, let us in, and have the database that we write to?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx

from gateway.config import resolve_secret
from gateway.config.model import Influx
from gateway.doctor.remark import Checked, fault, ok, warning
from gateway.errors import BadInput

ANSWER_S = 5.0
DENIED = (401, 403)


def check_influx(server: Influx, base: Path) -> Iterator[Checked]:
    """Say how a server answers; nothing is written."""
    try:
        yield _asked(server, base)
    except BadInput as error:
        yield fault("influx", server.name, str(error), "set the secret")
    except httpx.TimeoutException:
        yield fault(
            "influx", server.name, f"{server.url} does not answer in {ANSWER_S:.0f} s", "see that it runs there"
        )
    except httpx.TransportError as error:
        fix = "start it, or set its url; what happens meanwhile waits in the journal"
        yield fault("influx", server.name, f"{server.url} cannot be reached: {error}", fix)


def _asked(server: Influx, base: Path) -> Checked:
    headers, auth = {}, None
    if server.token is not None:
        headers["Authorization"] = f"Token {resolve_secret(server.token, base)}"
    if server.username is not None:
        auth = httpx.BasicAuth(server.username, resolve_secret(server.password, base) if server.password else "")
    with httpx.Client(base_url=server.url, headers=headers, auth=auth, timeout=ANSWER_S, trust_env=False) as client:
        pinged = client.get("/ping")
        version = pinged.headers.get("X-Influxdb-Version", "?")
        about = f"{server.url} is InfluxDB {version}"
        if version[:1].lstrip("v").isdigit() and not version.lstrip("v").startswith(str(server.version)):
            return fault("influx", server.name, about, f"set version: {version.lstrip('v')[:1]}")
        if server.version == 1:
            return _of_v1(server, client, about)
        if server.version == 2:
            return _of_v2(server, client, about)
    return ok("influx", server.name, f"{about} and answers")


def _of_v1(server: Influx, client: httpx.Client, about: str) -> Checked:
    answer = client.get("/query", params={"q": "SHOW DATABASES"})
    if answer.status_code in DENIED:
        return fault("influx", server.name, f"{about} and refuses us", "see its username and password")
    rows = answer.json().get("results", [{}])[0].get("series", [{}])[0].get("values", [])
    if [server.database] not in rows:
        text = f"{about} and has no database {server.database}"
        return warning("influx", server.name, text, "none is needed: it is made with the first point")
    return ok("influx", server.name, f"{about} and has the database {server.database}")


def _of_v2(server: Influx, client: httpx.Client, about: str) -> Checked:
    answer = client.get("/api/v2/buckets", params={"name": server.database, "org": server.organisation})
    if answer.status_code in DENIED:
        return fault("influx", server.name, f"{about} and refuses us", "see its token, and what it may write")
    if not answer.is_success or not answer.json().get("buckets"):
        text = f"{about} and has no bucket {server.database} of {server.organisation}"
        return fault("influx", server.name, text, f"influx bucket create -n {server.database} -o {server.organisation}")
    return ok("influx", server.name, f"{about} and has the bucket {server.database}")
