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


def base_of(api: Api) -> str:
    """The address that was given, without a slash at its end. Raises BadInput where it is none."""
    expected = "--url: expected an address such as http://127.0.0.1:8080"
    try:
        url = httpx.URL(api.url)
    except httpx.InvalidURL as error:
        raise BadInput(f"{expected}: {error}") from error
    if url.userinfo:
        raise BadInput(f"{expected}, without a name or a password in it: the token is what signs in")
    if url.scheme not in ("http", "https") or not url.host:
        raise BadInput(f"{expected}, came {api.url!r}")
    return api.url.rstrip("/")


def call(
    api: Api, method: str, path: str, *, json: Any = None, csv: bytes | None = None, query: Any = None
) -> httpx.Response:
    """Ask, and return what was answered with success.

    Raises TierviewError where the gateway cannot be reached or refuses, with its reason.
    """
    headers = {"Authorization": f"Bearer {token_of(api)}"}
    if csv is not None:
        headers["Content-Type"] = "text/csv"
    base = base_of(api)
    try:
        with httpx.Client(timeout=httpx.Timeout(CONNECT_S, read=ANSWER_S), trust_env=False) as client:
            answer = client.request(
                method, f"{base}/api/v1{path}", headers=headers, json=json, content=csv, params=query
            )
    except httpx.TransportError as error:
        raise TierviewError(f"{base} cannot be reached: {error}") from error
    if answer.is_success:
        check_type(answer, base, "application/json", "text/csv")
        return answer
    refused = BadInput if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY else TierviewError
    raise refused(detail(answer))


def check_type(answer: httpx.Response, url: str, *kinds: str) -> None:
    """Raise TierviewError where something came that is none of these: whoever answered is no gateway."""
    came = answer.headers.get("Content-Type", "")
    if answer.status_code != httpx.codes.NO_CONTENT and not came.startswith(kinds):
        expected = " or ".join(kinds)
        raise TierviewError(f"{url} does not answer as a gateway does: expected {expected}, came {came[:60] or 'none'}")


def read(answer: httpx.Response, kind: type[Answer]) -> Answer:
    """What was answered, in its shape. Raises TierviewError where whoever answered is no tierview, or another one."""
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError as error:
        host = answer.request.url.copy_with(path="/", query=None)
        raise TierviewError(f"{host} does not answer as a gateway of this version does: {error}") from error


def detail(answer: httpx.Response) -> str:
    """Why it was refused; or where else to ask."""
    if answer.next_request is not None:
        return f"answered {answer.status_code}: it moved to {answer.next_request.url}"
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"answered {answer.status_code}: {answer.text[:200]}"
