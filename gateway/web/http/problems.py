"""Errors as RFC 9457: `application/problem+json` with what was expected and what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from gateway.errors import BadInput, JournalError, NotAllowed, TierviewError

MEDIA_TYPE = "application/problem+json"
NOT_FOUND = "there is nothing here under this name that you may see"  # the same for what is foreign and what is not
MOST_ECHOED = 80  # characters of what came that stand in an answer


class FieldFault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault in a body or a query."""

    field: str  # stops[0].place, limit
    reason: str  # a stable word
    text: str  # what was expected and what came


class Problem(TierviewError):
    """An answer that is an error, raised where it is known and written by `answer`."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        reason: str = "",
        faults: Sequence[FieldFault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`reason`: a stable word for those who say it in a language of their own; empty: the status says enough."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.reason = reason
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


def not_found() -> Problem:
    """What is not there, and what this viewer may not know of."""
    return Problem(HTTPStatus.NOT_FOUND, NOT_FOUND)


def answer(problem: Problem) -> Response:
    """The problem as a response."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": int(problem.status),
        "detail": problem.detail,
    }
    if problem.reason:
        body["reason"] = problem.reason
    if problem.faults:
        body["errors"] = problem.faults
    return Response(
        msgspec.json.encode(body), status_code=problem.status, headers=problem.headers, media_type=MEDIA_TYPE
    )


def install(app: FastAPI) -> None:
    """Let every error leave as a problem."""
    for kind, write in (
        (Problem, _problem),
        (BadInput, _bad_input),
        (NotAllowed, _not_allowed),
        (JournalError, _journal),
        (RequestValidationError, _validation),
        (HTTPException, _http),
        (ClientDisconnect, _gone),
        (Exception, _bug),
    ):
        app.add_exception_handler(kind, write)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer(error)


async def _bad_input(_: Request, error: Exception) -> Response:
    assert isinstance(error, BadInput)
    return answer(Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), reason=error.reason))


async def _not_allowed(_: Request, __: Exception) -> Response:
    return answer(not_found())


async def _journal(_: Request, __: Exception) -> Response:
    detail = "the journal cannot be read or written now; nothing of this request was stored"
    return answer(Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"}))


async def _validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [_field_fault(fault) for fault in error.errors()]
    return answer(Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(fault.text for fault in faults), faults=faults))


def _field_fault(fault: Mapping[str, object]) -> FieldFault:
    where = fault["loc"]
    assert isinstance(where, tuple)
    field = ".".join(str(step) for step in where[1:])
    came = str(fault.get("input"))[:MOST_ECHOED]
    return FieldFault(field=field, reason=str(fault["type"]), text=f"{field}: {fault['msg']}, got {came!r}")


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = error.headers or {}
    if error.status_code == HTTPStatus.NOT_FOUND:
        return answer(not_found())
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = headers.get("Allow", "another method")
        return answer(Problem(error.status_code, f"expected {allowed} here", headers=headers))
    return answer(Problem(error.status_code, str(error.detail), headers=headers))


async def _gone(_: Request, __: Exception) -> Response:
    return answer(Problem(HTTPStatus.BAD_REQUEST, "the request ended before its body was whole"))


async def _bug(_: Request, __: Exception) -> Response:
    """Said without a detail; the server logs the traceback, since Starlette raises it again."""
    return answer(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "the gateway failed at this; its log says where"))
