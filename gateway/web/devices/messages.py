"""Where devices post their messages: one a request, answered once it is stored.

A device has a secret of its own and no token, cookie or party. So no page of another site can speak in its
name, and what came with the request besides that secret counts for nothing.
"""

from __future__ import annotations

from base64 import b64decode
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response

from gateway.access import new_token
from gateway.errors import SourceError
from gateway.sources.webhook import Credentials
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe
from gateway.web.http.body import MOST_JSON, read_body
from gateway.web.http.problems import Problem
from gateway.web.ports import Mailbox

RETRY_S = 5
CHALLENGE = 'Basic realm="devices", charset="UTF-8", Bearer'
NOBODYS = Credentials(new_token(), new_token())  # so that a device that is not there takes as long to refuse

router = APIRouter(prefix="/api/v1", tags=["devices"])


@router.post(
    "/devices/{name}/messages",
    status_code=204,
    openapi_extra=describe(body=Any, body_type="*/*") | {"security": [{"device": []}, {"token": []}]},
)
async def message(request: Request, name: str, house: HouseDep) -> Response:
    """Take in one message of a device that posts; 204 says that it is stored."""
    mailbox = _opened(request, house.ports.mailbox(name))
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        detail = f"expected a body as it is, without Content-Encoding, got {encoding[:40]}"
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, headers={"Accept-Encoding": "identity"})
    body = await read_body(request, MOST_JSON)
    if not body:
        raise Problem(HTTPStatus.BAD_REQUEST, "expected a message, got an empty body")
    try:
        await mailbox.receive(body)
    except SourceError as error:
        headers = {"Retry-After": str(RETRY_S)}
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=headers) from error
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _opened(request: Request, mailbox: Mailbox | None) -> Mailbox:
    """The device's mailbox; Problem 401, the same for a wrong secret and a device that is not there."""
    given = _given(request.headers.get("authorization", ""))
    credentials = NOBODYS if mailbox is None else mailbox.credentials
    if given is None or not credentials.fit(*given) or mailbox is None:
        detail = "expected the device's own secret: Authorization: Bearer SECRET, or Basic with its name"
        raise Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": CHALLENGE})
    return mailbox


def _given(header: str) -> tuple[str | None, str] | None:
    """Username, where there is one, and secret; None where the header holds neither."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return None, value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        username, colon, password = b64decode(value, validate=True).decode().partition(":")
    except ValueError:  # no Base64, not even letters of ASCII, or no UTF-8 in it
        return None
    return (username, password) if colon else None
