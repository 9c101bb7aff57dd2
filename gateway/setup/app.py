"""The application of the first start. It serves the page and takes answers from the one who came through the door."""

from __future__ import annotations

import asyncio
import socket
import time
import zoneinfo
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse

from gateway.access import hash_token, new_token
from gateway.catalogue import drivers
from gateway.errors import ConfigError
from gateway.journal import beside, tokens
from gateway.setup import finding
from gateway.setup.answers import Answers
from gateway.setup.checking import config_of, faults_of, write
from gateway.setup.door import COOKIE, Door
from gateway.setup.shapes import (
    Attempt,
    CheckedShape,
    Code,
    DriverShape,
    FaultShape,
    Search,
    StartShape,
    WrittenShape,
)
from gateway.setup.writing import text_of
from gateway.trial.purpose import purpose
from gateway.web.build import GZIP_FROM
from gateway.web.door.security import SecureHeaders, refuse_foreign_origin
from gateway.web.http import problems
from gateway.web.http.answers import send
from gateway.web.http.body import read_json
from gateway.web.http.problems import Problem
from gateway.web.page import Page

PAGE = "/setup.html"
LABEL = "first start"
router = APIRouter(prefix="/api/setup")


@dataclass
class Setting:
    """One setting-up: what for, who may, and whether it is done."""

    file: Path
    listen: str
    door: Door = field(default_factory=Door)
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)  # one search or trial at a time
    done: asyncio.Event = field(default_factory=asyncio.Event)


def build(setting: Setting) -> FastAPI:
    """The application; it ends nothing by itself: who runs it waits for `setting.done`."""
    app = FastAPI(title="tierview, first start", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.setting = setting
    app.include_router(router)
    app.add_api_route("/", lambda: RedirectResponse(PAGE), include_in_schema=False)
    problems.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM, compresslevel=5)
    app.add_middleware(SecureHeaders)
    app.mount("/", Page(), name="page")
    return app


def _setting(request: Request) -> Setting:
    setting = request.app.state.setting
    assert isinstance(setting, Setting)
    return setting


def _inside(request: Request) -> Setting:
    """The setting, for who came through the door. Raises Problem 401 for anyone else."""
    refuse_foreign_origin(request)
    setting = _setting(request)
    if not setting.door.knows(request.cookies.get(COOKIE)):
        raise Problem(HTTPStatus.UNAUTHORIZED, "expected the browser that was opened with the terminal's address")
    return setting


Outside = Annotated[Setting, Depends(_setting)]
Inside = Annotated[Setting, Depends(_inside)]


@router.post("/session", status_code=204)
async def enter(request: Request, setting: Outside) -> Response:
    """Come in with the code that stands behind the # of the terminal's address."""
    refuse_foreign_origin(request)
    cookie = setting.door.enter((await read_json(request, Code)).code)
    if cookie is None:
        raise Problem(HTTPStatus.UNAUTHORIZED, "expected the code of the terminal, which is good once")
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="strict")
    return response


@router.get("/start")
async def start(setting: Inside) -> Response:
    """What the page begins with."""
    known = [
        DriverShape(name=name, purpose=purpose(module), transport=module.TRANSPORT)
        for name, module in sorted(drivers().items())
    ]
    return send(
        StartShape(
            file=str(setting.file.absolute()),
            site=socket.gethostname().partition(".")[0],
            listen=setting.listen,
            drivers=known,
            time_zones=sorted(zoneinfo.available_timezones()),
        )
    )


@router.post("/find")
async def find(request: Request, setting: Inside) -> Response:
    """Look for devices: serial ports, and of the network what was asked for."""
    search = await read_json(request, Search)
    async with setting.busy:
        return send(await finding.find(search))


@router.post("/check")
async def check(request: Request, setting: Inside) -> Response:
    """The file as it would be, and what is wrong with it."""
    answers = await read_json(request, Answers)
    faults = [
        FaultShape(path=fault.path, line=fault.line, text=fault.text, fix=fault.fix)
        for fault in faults_of(answers, setting.file, setting.listen)
    ]
    return send(CheckedShape(text=text_of(answers, setting.listen), faults=faults))


@router.post("/try")
async def attempt(request: Request, setting: Inside) -> Response:
    """Connect to one of the devices, and say what it says."""
    asked = await read_json(request, Attempt)
    if not 0 <= asked.device < len(asked.answers.devices):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"device: expected a number of the list, got {asked.device}")
    try:
        config = config_of(asked.answers, setting.file, setting.listen)
    except ConfigError as error:
        raise Problem(HTTPStatus.CONFLICT, error.faults[0].text) from None
    async with setting.busy:
        return send(await finding.attempt(config, asked.device, setting.file.parent))


@router.post("/write")
async def written(request: Request, setting: Inside) -> Response:
    """Write the file, make the first token, and let the gateway start."""
    answers = await read_json(request, Answers)
    try:
        config = write(answers, setting.file, setting.listen)
    except ConfigError as error:
        raise Problem(HTTPStatus.CONFLICT, error.faults[0].text) from None
    token = new_token()
    with beside.writing(setting.file.parent / config.journal.folder) as connection:
        now_us = time.time_ns() // 1000
        party = config.parties[0].code
        tokens.save(connection, hash=hash_token(token), party=party, label=LABEL, created_us=now_us)
    setting.done.set()
    return send(WrittenShape(file=str(setting.file.absolute()), token=token))
