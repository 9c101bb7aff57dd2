"""Grafana's HTTP API, as its documentation has it, as far as dashboards are put there; strict about what is sent.

Folders: 404 for none, 409 for a second of a uid. Dashboards: the body of POST /api/dashboards/db holds `dashboard`,
`folderUid`, `message`, `overwrite` and nothing else; 400 for a folder that is none and for what a file provisions, 412
where another version stands and nothing says to overwrite it. Data sources are read, and asked through the proxy. A
token that is unknown: 401; one whose role does not do: 403. Everything is JSON with `message`.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ADMIN, EDITOR = "glsa_admin", "glsa_editor"
UID = re.compile(r"[A-Za-z0-9_-]{1,40}")
BODY = {"dashboard", "folderUid", "message", "overwrite"}
Said = tuple[HTTPStatus, Any]


@dataclass
class FakeGrafana:
    """What it holds, and which calls changed it."""

    folders: dict[str, str] = field(default_factory=dict)
    dashboards: dict[str, dict[str, Any]] = field(default_factory=dict)
    datasources: dict[str, dict[str, Any]] = field(default_factory=dict)
    parties: dict[str, list[str]] = field(default_factory=dict)  # of a database
    changes: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, method: str, target: str, token: str, body: Any) -> Said:
        if token not in (ADMIN, EDITOR):
            return _no(HTTPStatus.UNAUTHORIZED, "Invalid API key")
        parts = urlsplit(target)
        words = [unquote(word) for word in parts.path.strip("/").split("/")]
        match [method, *words]:
            case ["GET", "api", "folders", uid]:
                return self._folder(uid)
            case ["POST", "api", "folders"]:
                return self._make_folder(body)
            case ["GET", "api", "dashboards", "uid", uid]:
                return self._dashboard(uid)
            case ["POST", "api", "dashboards", "db"]:
                return self._save(body)
            case ["GET", "api", "datasources", *_] if token != ADMIN:
                return _no(HTTPStatus.FORBIDDEN, "You'll need additional permissions to perform this action.")
            case ["GET", "api", "datasources", "uid", uid]:
                held = self.datasources.get(uid)
                return (HTTPStatus.OK, held) if held else _no(HTTPStatus.NOT_FOUND, "Data source not found")
            case ["GET", "api", "datasources", "proxy", "uid", uid, "query"]:
                return self._query(uid, parse_qs(parts.query))
        return _no(HTTPStatus.NOT_FOUND, f"no such call: {method} {target}")

    def _folder(self, uid: str) -> Said:
        if uid not in self.folders:
            return _no(HTTPStatus.NOT_FOUND, "folder not found")
        return HTTPStatus.OK, {"uid": uid, "title": self.folders[uid]}

    def _make_folder(self, body: Any) -> Said:
        if set(body) != {"uid", "title"} or not UID.fullmatch(body["uid"]) or not body["title"]:
            return _no(HTTPStatus.BAD_REQUEST, "bad request data")
        if body["uid"] in self.folders:
            return _no(HTTPStatus.CONFLICT, "a folder with that UID already exists")
        self.folders[body["uid"]] = body["title"]
        self.changes.append(f"folder {body['uid']}")
        return HTTPStatus.OK, body

    def _dashboard(self, uid: str) -> Said:
        held = self.dashboards.get(uid)
        return (HTTPStatus.OK, held) if held else _no(HTTPStatus.NOT_FOUND, "Dashboard not found")

    def _save(self, body: Any) -> Said:
        dashboard = body.get("dashboard", {})
        uid = dashboard.get("uid", "")
        if set(body) != BODY or not dashboard.get("title") or not UID.fullmatch(uid) or dashboard["id"] is not None:
            return _no(HTTPStatus.BAD_REQUEST, "bad request data")
        if body["folderUid"] not in self.folders:
            return _no(HTTPStatus.BAD_REQUEST, "folder not found")
        held = self.dashboards.get(uid)
        if held and held["meta"]["provisioned"]:
            return _no(HTTPStatus.BAD_REQUEST, "Cannot save provisioned dashboard")
        if held and not body["overwrite"]:
            return _no(HTTPStatus.PRECONDITION_FAILED, "The dashboard has been changed by someone else")
        version = held["dashboard"]["version"] + 1 if held else 1
        meta = {"folderUid": body["folderUid"], "provisioned": False}
        self.dashboards[uid] = {"dashboard": {**dashboard, "id": 7, "version": version}, "meta": meta}
        self.changes.append(f"dashboard {uid}")
        return HTTPStatus.OK, {"id": 7, "uid": uid, "status": "success", "version": version}

    def _query(self, uid: str, query: dict[str, list[str]]) -> Said:
        held = self.datasources.get(uid)
        if held is None or query.get("db") != [held["jsonData"]["dbName"]]:
            return _no(HTTPStatus.BAD_REQUEST, "no such data source or database")
        if query["q"] != ['SHOW TAG VALUES WITH KEY = "party"']:
            return HTTPStatus.OK, {"results": [{"statement_id": 0, "error": "error parsing query"}]}
        rows = [["party", party] for party in self.parties[held["jsonData"]["dbName"]]]
        series = [{"name": "alert", "columns": ["key", "value"], "values": rows}] if rows else []
        return HTTPStatus.OK, {"results": [{"statement_id": 0, "series": series}]}


def _no(status: HTTPStatus, message: str) -> Said:
    return status, {"message": message}


@contextmanager
def running() -> Iterator[FakeGrafana]:
    """The fake on a port of loopback, until the end."""
    fake = FakeGrafana()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*fake.answer("GET", self.path, self._token(), None))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._say(*fake.answer("POST", self.path, self._token(), body))

        def _token(self) -> str:
            return self.headers.get("Authorization", "").removeprefix("Bearer ")

        def _say(self, status: HTTPStatus, value: Any) -> None:
            said = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            """A test prints what it finds, not what was asked."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
