"""One request to a gateway that runs, in a party's name."""

from __future__ import annotations

import os
from typing import Any, TypeVar

import httpx
import msgspec

from gateway.access import TOKEN
from gateway.cli.options import Api
from gateway.errors import BadInput, TierviewError

CONNECT_S = 10.0
Answer = TypeVar("Answer")

ANSWER_S = 300.0  # a name may mend a hundred thousand records, all of them read again before the answer


def token_of(api: Api) -> str:
    """The token that was given. Raises BadInput where there is none."""
    if api.token_file is not None:
        try:
            token = api.token_file.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"expected a readable file with a token, {api.token_file} is none: {error}") from error
    else:
        token = os.environ.get("TIERVIEW_TOKEN", "").strip()
    if not TOKEN.fullmatch(token):
        raise BadInput("expected a token (tv_...) in the environment variable TIERVIEW_TOKEN or in --token-file FILE")
    return token


def call(
    api: Api, method: str, path: str, *, json: Any = None, csv: bytes | None = None, query: Any = None
) -> httpx.Response:
    """Ask, and return what was answered with success.

    Raises TierviewError where the gateway cannot be reached or refuses, with its reason.
    """
    headers = {"Authorization": f"Bearer {token_of(api)}"}
    if csv is not None:
        headers["Content-Type"] = "text/csv"
    url = f"{api.url.rstrip('/')}/api/v1{path}"
    try:
        with httpx.Client(timeout=httpx.Timeout(CONNECT_S, read=ANSWER_S), trust_env=False) as client:
            answer = client.request(method, url, headers=headers, json=json, content=csv, params=query)
    except httpx.InvalidURL as error:
        raise BadInput(f"--url: expected an address such as http://127.0.0.1:8080: {error}") from error
    except httpx.TransportError as error:
        raise TierviewError(f"{api.url} cannot be reached: {error}") from error
    if answer.is_success:
        _check_type(answer, api.url)
        return answer
    refused = BadInput if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY else TierviewError
    raise refused(_detail(answer))


def _check_type(answer: httpx.Response, url: str) -> None:
    kind = answer.headers.get("Content-Type", "")
    if answer.content and not kind.startswith(("application/json", "text/csv")):
        raise TierviewError(f"{url} does not answer as a gateway does: expected JSON, came {kind[:60] or 'no type'}")


def read(answer: httpx.Response, kind: type[Answer]) -> Answer:
    """What was answered, in its shape. Raises TierviewError where whoever answered is no tierview, or another one."""
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError as error:
        host = answer.request.url.copy_with(path="/", query=None)
        raise TierviewError(f"{host} does not answer as a gateway of this version does: {error}") from error


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"answered {answer.status_code}: {answer.text[:200]}"
