"""Bodies of requests: bounded, and JSON read strictly before anything believes it.

RFC 8259 leaves open what NaN, repeated keys and endless nesting mean; each has been used to make two readers
disagree. Here all three are refused.
"""

from __future__ import annotations

import difflib
import json
import re
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

import msgspec
from starlette.requests import Request

from gateway.web.http.problems import Problem

Body = TypeVar("Body")

MOST_JSON = 1024 * 1024  # bytes
MOST_CSV = 16 * 1024 * 1024  # bytes
MOST_EDI = 4 * 1024 * 1024  # bytes
MOST_DEPTH = 32

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NO_BRACKETS = re.compile(rb"[^\[\]{}]+")
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")


async def read_body(request: Request, most: int) -> bytes:
    """The whole body; Problem 413 as soon as it is more than `most` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        _too_large(most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            _too_large(most)
    return bytes(body)


def _too_large(most: int) -> NoReturn:
    detail = f"expected a body of at most {most // 1024} KiB, got more"
    # The rest of the body is not read: the connection ends with the answer.
    raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, headers={"Connection": "close"})


def expect_media_type(request: Request, *expected: str) -> str:
    """Which of these the body says that it is; Problem 415 where it is none of them."""
    came = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if came not in expected:
        detail = f"expected Content-Type {' or '.join(expected)}, got {came[:80] or 'none'}"
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
    return came


async def read_json(request: Request, shape: type[Body]) -> Body:
    """The body as a value of this shape. Raises Problem 400, 413, 415 or 422."""
    expect_media_type(request, "application/json")
    return parse_json(await read_body(request, MOST_JSON), shape)


def parse_json(data: bytes, shape: type[Body]) -> Body:
    """JSON bytes as a value of this shape. Raises Problem 400 where it is no strict JSON, 422 where it does not fit."""
    if depth(data) > MOST_DEPTH:
        _malformed(f"at most {MOST_DEPTH} levels of nesting, got more")
    try:
        text = data.decode()
        json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, _said(str(error), shape)) from None
    except UnicodeDecodeError as error:
        _malformed(f"UTF-8, got byte 0x{data[error.start]:02x} at {error.start}")
    except ValueError as error:  # json's and msgspec's own faults, and those of the hooks below
        _malformed(f"strict JSON: {error}")


def depth(data: bytes) -> int:
    """How deep the brackets nest outside of strings; found without recursion, which is what deep nesting attacks."""
    deepest = level = 0
    for byte in _NO_BRACKETS.sub(b"", _STRINGS.sub(b"", data)):
        if byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        else:
            level -= 1
    return deepest


def _malformed(expected: str) -> NoReturn:
    raise Problem(HTTPStatus.BAD_REQUEST, f"the body: expected {expected}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"each key once, got {twice[:80]!r} again")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"numbers, got {name}")


def _said(fault: str, shape: type[Any]) -> str:
    """msgspec's sentence, with the nearest right name where a field is unknown."""
    unknown = _UNKNOWN.search(fault)
    if unknown is None:
        return f"the body: {fault}"
    near = difflib.get_close_matches(unknown["name"][:64], _names(shape), n=1, cutoff=0.5)
    return f"the body: {fault[:300]}" + (f" — did you mean {near[0]}" if near else "")


def _names(shape: type[Any]) -> tuple[str, ...]:
    """Every field name in a shape and the shapes within it."""
    _, components = msgspec.json.schema_components([shape])
    return tuple(sorted({name for part in components.values() for name in part.get("properties", {})}))
