"""InfluxDB 2.x where it is administered, as its API reference has it: buckets, DBRPs, tasks, authorizations.

Strict about what a body must hold (docs.influxdata.com/influxdb/v2/api): a bucket wants `orgID`, `name` and
`retentionRules` whose `everySeconds` is 0 or an hour and more, with `shardGroupDurationSeconds` not above it; a DBRP
wants one of `org`/`orgID`, `bucketID`, `database`, `retention_policy`; a task `flux` with an option `task` that names
it; an authorization `orgID` and `permissions` of which each says action and type. 201 for what is made.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.influx.fake_v2 import ORGANISATION, TOKEN

ORGANISATION_ID = "0123456789abcdef"
HOUR_S = 3600
Row = dict[str, Any]


@dataclass
class FakeAdmin:
    """What the server holds, and what was changed on it."""

    buckets: dict[str, Row] = field(default_factory=dict)
    dbrps: dict[str, Row] = field(default_factory=dict)
    tasks: dict[str, Row] = field(default_factory=dict)
    authorizations: dict[str, Row] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    url: str = ""
    _ids: count[int] = field(default_factory=lambda: count(1))

    async def organizations(self, request: Request) -> Response:
        named = request.query_params.get("org", ORGANISATION)
        if named != ORGANISATION:
            return fault(404, "not found", "organization name not found")
        return JSONResponse({"orgs": [{"id": ORGANISATION_ID, "name": ORGANISATION}]})

    async def get_buckets(self, request: Request) -> Response:
        wanted = request.query_params.get("name")
        found = [row for row in self.buckets.values() if wanted in (None, row["name"])]
        return JSONResponse({"buckets": found})

    async def post_bucket(self, request: Request) -> Response:
        body = await request.json()
        complaint = _bucket(body)
        if complaint:
            return fault(422, "unprocessable entity", complaint)
        if any(row["name"] == body["name"] for row in self.buckets.values()):
            return fault(422, "conflict", f"bucket with name {body['name']} already exists")
        return self._make(self.buckets, body | {"type": "user"}, f"bucket {body['name']}")

    async def patch_bucket(self, request: Request) -> Response:
        row = self.buckets[request.path_params["id"]]
        row["retentionRules"] = (await request.json()).get("retentionRules", [])
        self.changes.append(f"bucket {row['name']}")
        return JSONResponse(row)

    async def get_dbrps(self, request: Request) -> Response:
        query = request.query_params
        if not (query.get("orgID") or query.get("org")):
            return fault(400, "invalid", "please provide either orgID or org")
        held = [
            row
            for row in self.dbrps.values()
            if query.get("db") in (None, row["database"]) and query.get("rp") in (None, row["retention_policy"])
        ]
        return JSONResponse({"content": held})

    async def post_dbrp(self, request: Request) -> Response:
        body = await request.json()
        missing = {"bucketID", "database", "retention_policy"} - set(body)
        if missing or not (body.get("orgID") or body.get("org")):
            return fault(400, "invalid", f"missing {sorted(missing)}")
        if body["bucketID"] not in self.buckets:
            return fault(404, "not found", "bucket not found")
        return self._make(self.dbrps, {"default": False, "virtual": False} | body, f"dbrp {body['retention_policy']}")

    async def get_tasks(self, request: Request) -> Response:
        return JSONResponse({"tasks": list(self.tasks.values()), "links": {"self": "/api/v2/tasks"}})

    async def post_task(self, request: Request) -> Response:
        body = await request.json()
        name = re.search(r'option task = \{name: "([^"]+)"', body.get("flux", ""))
        if name is None:
            return fault(400, "invalid", "missing option statement: task")
        named = body | {"name": name[1], "orgID": body["orgID"], "status": body.get("status", "active")}
        return self._make(self.tasks, named, f"task {name[1]}")

    async def patch_task(self, request: Request) -> Response:
        row = self.tasks[request.path_params["id"]]
        row.update({key: value for key, value in (await request.json()).items() if key in ("flux", "status")})
        self.changes.append(f"task {row['name']}")
        return JSONResponse(row)

    async def get_authorizations(self, request: Request) -> Response:
        return JSONResponse({"authorizations": list(self.authorizations.values())})

    async def post_authorization(self, request: Request) -> Response:
        body = await request.json()
        said = [(one.get("action"), one.get("resource", {}).get("type")) for one in body.get("permissions", [])]
        if not body.get("orgID") or not said or any(None in one for one in said):
            return fault(400, "invalid", "orgID and permissions are required")
        return self._make(self.authorizations, body | {"token": "made-for-reading"}, f"authorization {said}")

    def _make(self, held: dict[str, Row], row: Row, change: str) -> Response:
        made = row | {"id": f"{next(self._ids):016x}"}
        held[made["id"]] = made
        self.changes.append(change)
        return JSONResponse(made, status_code=201)


def fault(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "message": message}, status_code=status)


def _bucket(body: Row) -> str:
    if body.get("orgID") != ORGANISATION_ID or not body.get("name"):
        return "orgID and name are required"
    for rule in body.get("retentionRules", []):
        every_s, shard_s = rule.get("everySeconds", 0), rule.get("shardGroupDurationSeconds", 0)
        if every_s and (every_s < HOUR_S or shard_s > every_s):
            return "expiration seconds must be an hour or more, and the shard group duration no longer"
    return ""


@asynccontextmanager
async def administered(fake: FakeAdmin) -> AsyncIterator[FakeAdmin]:
    """Serve it on an ephemeral port of loopback, to who has the token."""

    def guarded(handler: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def only_with_token(request: Request) -> Response:
            if request.headers.get("authorization") != f"Token {TOKEN}":
                return fault(401, "unauthorized", "unauthorized access")
            answer: Response = await handler(request)
            return answer

        return only_with_token

    table: list[tuple[str, Callable[[Request], Any], str]] = [
        ("/orgs", fake.organizations, "GET"),
        ("/buckets", fake.get_buckets, "GET"),
        ("/buckets", fake.post_bucket, "POST"),
        ("/buckets/{id}", fake.patch_bucket, "PATCH"),
        ("/dbrps", fake.get_dbrps, "GET"),
        ("/dbrps", fake.post_dbrp, "POST"),
        ("/tasks", fake.get_tasks, "GET"),
        ("/tasks", fake.post_task, "POST"),
        ("/tasks/{id}", fake.patch_task, "PATCH"),
        ("/authorizations", fake.get_authorizations, "GET"),
        ("/authorizations", fake.post_authorization, "POST"),
    ]
    routes = [Route(f"/api/v2{path}", guarded(handler), methods=[method]) for path, handler, method in table]
    config = uvicorn.Config(Starlette(routes=routes), log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        fake.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells it so
            await asyncio.sleep(0.005)
        try:
            yield fake
        finally:
            server.should_exit = True
            await serving
