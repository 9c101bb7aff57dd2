"""The few calls of Grafana's HTTP API that are needed, from version 9 on.

https://grafana.com/docs/grafana/latest/developers/http_api/: folder, dashboard, data source. A service account's
token with the role Editor does for folders and dashboards; to look at a data source it must be Admin.
"""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

import httpx

from gateway.errors import TierviewError

State = Literal["unchanged", "made", "changed"]
ANSWER_S = 30.0
INFLUX = "influxdb"
ALL_PARTIES = 'SHOW TAG VALUES WITH KEY = "party"'
OF_THE_SERVER = ("id", "version")  # what Grafana writes into a dashboard


class Grafana:
    """One Grafana, in the organisation of the client's token. Every method raises TierviewError in Grafana's words."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def folder(self, uid: str, title: str) -> State:
        """Have a folder under this uid; one that is there keeps its title."""
        if self._find(f"/api/folders/{uid}") is not None:
            return "unchanged"
        self._ask("POST", "/api/folders", json={"uid": uid, "title": title})
        return "made"

    def save(self, dashboard: dict[str, Any], folder: str, message: str) -> State:
        """Have this dashboard under its uid, in this folder."""
        held = self._find(f"/api/dashboards/uid/{dashboard['uid']}")
        if held is not None and held["meta"].get("provisioned"):
            raise TierviewError(f"{dashboard['title']} is provisioned from a file there: change it in that file")
        if held is not None and held["meta"].get("folderUid") == folder and _bare(held["dashboard"]) == dashboard:
            return "unchanged"
        whole = {"dashboard": {**dashboard, "id": None}, "folderUid": folder, "message": message, "overwrite": True}
        self._ask("POST", "/api/dashboards/db", json=whole)
        return "made" if held is None else "changed"

    def parties(self, datasource: str) -> frozenset[str]:
        """The parties of whom a data source has points, asked through Grafana, with what the data source may read."""
        word = quote(datasource, safe="")
        held = self._find(f"/api/datasources/uid/{word}")
        if held is None:
            raise TierviewError(f"there is no data source {datasource!r} in this organisation")
        if held["type"] != INFLUX:
            raise TierviewError(f"expected a data source of type {INFLUX}, {datasource!r} is of type {held['type']}")
        database = held.get("jsonData", {}).get("dbName") or held.get("database", "")
        asked = {"db": database, "q": ALL_PARTIES}
        answer = self._ask("GET", f"/api/datasources/proxy/uid/{word}/query", params=asked)
        (result,) = answer.json()["results"]
        if "error" in result:
            raise TierviewError(f"{datasource!r} does not answer: {result['error']}")
        return frozenset(row[1] for one in result.get("series", []) for row in one["values"])

    def _find(self, path: str) -> dict[str, Any] | None:
        answer = self._ask("GET", path, also=httpx.codes.NOT_FOUND)
        found: dict[str, Any] | None = None if answer.status_code == httpx.codes.NOT_FOUND else answer.json()
        return found

    def _ask(
        self, method: str, path: str, *, json: Any = None, params: dict[str, str] | None = None, also: int = 0
    ) -> httpx.Response:
        try:
            answer = self._client.request(method, path, json=json, params=params)
        except httpx.TransportError as error:
            raise TierviewError(f"{self._client.base_url} cannot be reached: {error}") from error
        if not answer.is_success and answer.status_code != also:
            raise TierviewError(f"{method} {path}: {answer.status_code}: {_words(answer)}")
        if answer.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise TierviewError(f"{self._client.base_url} answers {path} with no JSON: is it the address of Grafana?")
        return answer


def _bare(dashboard: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in dashboard.items() if key not in OF_THE_SERVER}


def _words(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:200] or answer.reason_phrase
