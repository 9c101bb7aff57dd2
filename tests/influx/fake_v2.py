"""InfluxDB 1.x, 2.x and 3.x as their documentation has them, strict where a mistake of ours would show.

From the API references of /api/v2/write (2.x: docs.influxdata.com/influxdb/v2/api; 3.x:
docs.influxdata.com/influxdb3/core/api, and .../core/write-data/http-api/compatibility-apis) and their pages on
troubleshooting writes:

* 1.x (docs.influxdata.com/influxdb/v1/tools/api, "write"): /write, `db` must be said; basic authentication; 404 for a
  database that is not there; 400 `partial write: ... dropped=N`, the good ones stored. Its words are under `error`.
* `bucket` must be said; 2.x wants `org` or `orgID` too. `precision` is ns, us, ms or s.
* `Authorization: Token ...`, 401 without; 404 names what does not exist.
* 204 when all points are stored.
* 2.0 to 2.4: 400 at the first bad line, nothing stored. From 2.5: 422, the good ones stored.
* 3.x makes the database that is not there, takes `Token` or `Bearer`, and needs no organisation. With bad lines it has
  two ways, both played: "3.0" stores the good ones and lists up to 100 bad ones under `data` with 400, as
  /api/v3/write_lp does; "3.1" is Core's /api/v2/write: at the first bad line nothing is stored, and the answer has the
  form of 2.x, `code` and `message`.
* 3.x has limits (databases, tables, columns), of which it speaks with 422 ("3.0") or 400 ("3.1"), by words alone.
* 413 above the size limit; 429 and 503 may say Retry-After.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.influx.line_parser import BadLine, Point, Value, parse_line, split_lines

Version = Literal["1.8", "2.4", "2.7", "3.0", "3.1"]
ALL_OR_NOTHING = ("2.4", "3.1")
TOKEN, ORGANISATION, BUCKET, USER = "secret-token", "acme", "tierview", "tierview"


def broken_off() -> Response:
    """An answer whose connection ends before it does."""
    return Response(status_code=200, headers={"content-length": "100"})


@dataclass
class FakeInflux:
    """What the server holds, what it was sent, and what it is told to do next."""

    version: Version
    most_bytes: int = 1_000_000
    token: str = TOKEN
    script: list[Response] = field(default_factory=list)  # answers to give first
    refuses: Callable[[Point], str] = lambda point: ""  # a complaint about a point, or none
    points: dict[object, dict[str, Value]] = field(default_factory=dict)
    posts: list[int] = field(default_factory=list)  # lines in each request
    statuses: list[int] = field(default_factory=list)  # of the answers; 0: broken off
    latency_s: float = 0.0
    on_stored: Callable[[], None] = lambda: None  # called when an answer is about to go out
    gone_after: int = 0  # answers after which the server forgets to be there once: stored, and no answer
    is_full: bool = False  # 3.x: at its limit of tables
    url: str = ""

    async def write(self, request: Request) -> Response:
        body = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        lines = split_lines(body)
        self.posts.append(len(lines))
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        answer = self.script.pop(0) if self.script else self._fault(request, body) or self._store(lines)
        if len(self.posts) == self.gone_after:
            answer = broken_off()
        self.statuses.append(
            0 if "content-length" in answer.headers and answer.status_code == 200 else answer.status_code
        )
        self.on_stored()
        return answer

    def _fault(self, request: Request, body: bytes) -> Response | None:
        query = request.query_params
        if self.version == "1.8":
            return self._fault_v1(request, body)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme not in self._schemes or token != self.token:
            return _error(401, "unauthorized", "unauthorized access")
        if "bucket" not in query or query.get("precision", "ns") not in ("ns", "us", "ms", "s"):
            return _error(400, "invalid", "bucket and a known precision are required")
        if not self.is_3 and not (query.get("org") or query.get("orgID")):
            return _error(400, "invalid", "please provide either orgID or org")
        if not self.is_3 and query.get("org") != ORGANISATION:
            return _error(404, "not found", f'organization name "{query.get("org")}" not found')
        if not self.is_3 and query["bucket"] != BUCKET:
            return _error(404, "not found", f'bucket "{query["bucket"]}" not found')
        if self.is_full:
            return self._limit()
        if len(body) > self.most_bytes:
            return _error(413, "request too large", "request body too large")
        return None

    @property
    def is_3(self) -> bool:
        return self.version.startswith("3.")

    @property
    def _schemes(self) -> tuple[str, ...]:
        return ("Token", "Bearer") if self.is_3 else ("Token",)

    def _limit(self) -> Response:
        full = "Update to schema would exceed number of tables per database limit of 2000 tables"
        if self.version == "3.1":
            return _error(400, "invalid", f"write buffer error: catalog update error: {full}")
        rows = [{"original_line": "", "line_number": 1, "error_message": full}]
        return JSONResponse({"error": "partial write of line protocol occurred", "data": rows}, status_code=422)

    def _fault_v1(self, request: Request, body: bytes) -> Response | None:
        allowed = base64.b64encode(f"{USER}:{self.token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {allowed}":
            return JSONResponse({"error": "authorization failed"}, status_code=401)
        if request.query_params.get("precision", "ns") not in ("ns", "n", "u", "ms", "s", "m", "h"):
            return JSONResponse({"error": "invalid precision"}, status_code=400)
        if not request.query_params.get("db"):
            return JSONResponse({"error": "database is required"}, status_code=400)
        if request.query_params["db"] != BUCKET:
            return JSONResponse({"error": f'database not found: "{request.query_params["db"]}"'}, status_code=404)
        if len(body) > self.most_bytes:
            return JSONResponse({"error": "Request Entity Too Large"}, status_code=413)
        return None

    def _store(self, lines: list[bytes]) -> Response:
        good: list[Point] = []
        bad: list[tuple[int, bytes, str]] = []
        for number, line in enumerate(lines, 1):
            point, complaint = self._judged(line)
            if point is not None and not complaint:
                good.append(point)
            else:
                bad.append((number, line, complaint))
        if not bad or self.version not in ALL_OR_NOTHING:
            for point in good:
                self.points.setdefault(point.name, {}).update(point.fields)
        return self._rejection(bad) if bad else Response(status_code=204)

    def _judged(self, line: bytes) -> tuple[Point | None, str]:
        try:
            point = parse_line(line)
        except BadLine as fault:
            return None, f"unable to parse '{line.decode()}': {fault}"
        return point, self.refuses(point)

    def _rejection(self, bad: list[tuple[int, bytes, str]]) -> Response:
        complaint = bad[0][2]
        if self.version == "1.8":
            return JSONResponse({"error": f"partial write: {complaint} dropped={len(bad)}"}, status_code=400)
        if self.version == "2.4":
            return _error(400, "invalid", complaint)
        if self.version == "3.1":
            return _error(400, "invalid", f"write buffer error: parsing for line protocol failed: {complaint}")
        if self.version == "2.7":
            return _error(
                422, "unprocessable entity", f"failure writing points to database: {complaint} dropped={len(bad)}"
            )
        rows = [
            {"original_line": line.decode()[:100], "line_number": number, "error_message": complaint}
            for number, line, complaint in bad[:100]
        ]
        return JSONResponse({"error": "partial write of line protocol occurred", "data": rows}, status_code=400)


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "message": message}, status_code=status)


@asynccontextmanager
async def serving(fake: FakeInflux) -> AsyncIterator[FakeInflux]:
    """Serve the fake on an ephemeral port of loopback."""
    path = "/write" if fake.version == "1.8" else "/api/v2/write"
    app = Starlette(routes=[Route(path, fake.write, methods=["POST"])])
    config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    # With the protocol named, asyncio turns Nagle's delay off on the connections.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        fake.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield fake
        finally:
            server.should_exit = True
            await task
