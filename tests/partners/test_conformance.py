"""Receivers that are tried: a good one, made of the reference library, and those that get one thing wrong."""

from __future__ import annotations

import base64
import hmac
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks

from tests.conftest import ROOT

SECRET = "whsec_" + base64.b64encode(b"a secret of at least 24 bytes").decode()
SHARED = base64.b64encode(b"another, which two share").decode()
GOOD = {
    "a sample",
    "the same again",
    "signed with a new key and yours",
}
FORGED = {
    "altered after signing",
    "under another id",
    "signed ten minutes ago",
    "signed ten minutes ahead",
    "signed with another key",
    "not signed",
}
Answer = Callable[[Mapping[str, str], bytes], int]  # (headers by lower-case name, body) -> status


def verified(headers: Mapping[str, str], body: bytes) -> int:
    """As the maker of the standard says: nothing of ours in it."""
    try:
        standardwebhooks.Webhook(SECRET).verify(body, dict(headers))
    except standardwebhooks.WebhookVerificationError:
        return 401
    return 204


def once_only() -> Answer:
    had: set[str] = set()

    def answer(headers: Mapping[str, str], body: bytes) -> int:
        status = verified(headers, body)
        if status == 204 and headers["webhook-id"] in had:
            return 409
        had.add(headers.get("webhook-id", ""))
        return status

    return answer


def without_time(headers: Mapping[str, str], body: bytes) -> int:
    if "webhook-timestamp" not in headers:
        return 401
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.digest(b"a secret of at least 24 bytes", signed, "sha256")).decode()
    return 204 if f"v1,{right}" in headers["webhook-signature"].split() else 401


def first_signature_alone(headers: Mapping[str, str], body: bytes) -> int:
    first = headers.get("webhook-signature", "").split(" ")[0]
    return verified({**headers, "webhook-signature": first}, body)


def body_written_anew(headers: Mapping[str, str], body: bytes) -> int:
    return verified(headers, json.dumps(json.loads(body)).encode())


def gs1(headers: Mapping[str, str], body: bytes) -> int:
    right = base64.b64encode(hmac.digest(SHARED.encode(), body, "sha256")).decode()
    return 200 if headers.get("gs1-signature") == right else 403


def dcsa(headers: Mapping[str, str], body: bytes) -> int:
    right = "sha256=" + hmac.new(base64.b64decode(SHARED), body, "sha256").hexdigest()
    return 204 if headers.get("notification-signature") == right else 401


@contextmanager
def receiving(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(answer({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/in"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def check(folder: Path, url: str, *more: str, secret: str = SECRET) -> tuple[int, dict[str, dict[str, Any]], str]:
    """(exit code, verdicts by trial, the last words)."""
    file = folder / "secret"
    file.write_text(secret + "\n")
    words = [sys.executable, "-m", "gateway", "partner", "check", url, "--secret-file", str(file), "--json", *more]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    verdicts = {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}
    return done.returncode, verdicts, done.stderr


def wrong(verdicts: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {name for name, verdict in verdicts.items() if not verdict["passed"]}


def test_a_receiver_of_the_reference_library_passes(tmp_path: Path) -> None:
    with receiving(verified) as url:
        code, verdicts, said = check(tmp_path, url)
    assert (code, wrong(verdicts)) == (0, set()), said
    assert set(verdicts) == GOOD | FORGED
    assert {verdicts[name]["came"] for name in FORGED} == {"401"}


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (lambda _headers, _body: 200, FORGED),
        (lambda _headers, _body: 401, GOOD),
        (lambda _headers, _body: 500, GOOD | FORGED),
        (lambda _headers, _body: 302, GOOD | FORGED),
        (once_only(), {"the same again"}),
        (without_time, {"signed ten minutes ago", "signed ten minutes ahead"}),
        (first_signature_alone, {"signed with a new key and yours"}),
        (body_written_anew, GOOD),
    ],
    ids=["takes all", "refuses all", "falls over", "sends away", "twice is wrong", "any time", "one key", "anew"],
)
def test_what_a_receiver_gets_wrong_is_said(tmp_path: Path, answer: Answer, failed: set[str]) -> None:
    with receiving(answer) as url:
        code, verdicts, said = check(tmp_path, url)
    assert (code, wrong(verdicts)) == (1, failed)
    assert f"{len(failed)} of 9 trials went wrong" in said
    assert all(verdicts[name]["hint"] for name in failed)


@pytest.mark.parametrize(("style", "answer"), [("gs1", gs1), ("dcsa", dcsa)])
def test_other_styles_are_asked_what_they_can_tell(tmp_path: Path, style: str, answer: Answer) -> None:
    with receiving(answer) as url:
        code, verdicts, said = check(tmp_path, url, "--signature", style, secret=SHARED)
    assert (code, wrong(verdicts)) == (0, set()), said
    undated = {"signed with a new key and yours", "under another id", "signed ten minutes ago"}
    assert set(verdicts) == (GOOD | FORGED) - undated - {"signed ten minutes ahead"}


def test_nobody_there_is_no_pass(tmp_path: Path) -> None:
    with receiving(verified) as url:
        pass
    code, verdicts, _ = check(tmp_path, url)
    assert (code, wrong(verdicts)) == (1, GOOD | FORGED)


@pytest.mark.parametrize(("url", "secret"), [("ftp://x/", SECRET), ("http://127.0.0.1:1/", "whsec_short")])
def test_wrong_words_are_told_without_the_secret(tmp_path: Path, url: str, secret: str) -> None:
    code, verdicts, said = check(tmp_path, url, secret=secret)
    assert (code, verdicts) == (2, {})
    assert "whsec_short" not in said
