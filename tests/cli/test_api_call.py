"""Who does not answer as a gateway does is told apart from one that refuses; where to ask is checked before."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from gateway.access import new_token
from gateway.cli.shell import run

ANSWERS = {
    "html": (200, "text/html", b"<p>\x1b[31mWelcome</p>"),
    "other": (200, "application/json", b'{"welcome": true}'),
    "moved": (302, "text/plain", b""),
    "torn": (502, "application/json", bytes(range(256))),
}


class _Stranger(BaseHTTPRequestHandler):
    """Answers the first part of the path, whatever is asked behind it."""

    def do_GET(self) -> None:
        status, kind, body = ANSWERS[self.path.split("/")[1]]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Location", "https://elsewhere.example/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    """The address of a server that is no gateway."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Stranger) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERVIEW_TOKEN", new_token())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("html", "expected application/json or text/csv, came text/html"),
        ("other", "does not answer as a gateway of this version does"),
        ("moved", "it moved to https://elsewhere.example/"),
        ("torn", "answered 502"),
    ],
)
@pytest.mark.parametrize("command", [("shipments",), ("top", "--once"), ("where", "X"), ("alerts", "list")])
def test_a_stranger_is_told_in_a_line(
    stranger: str, answer: str, said: str, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--url", f"{stranger}/{answer}"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert line.isprintable()


@pytest.mark.parametrize("answer", ["html", "other", "moved"])
def test_nobody_waits_for_the_stream_of_a_stranger(
    stranger: str, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["tail", "--url", f"{stranger}/{answer}"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "url", ["", "localhost:8080", "ftp://x/", "http://[::1", "http://a\x1bb/", "http://me:s3cret@127.0.0.1:1"]
)
@pytest.mark.parametrize("command", ["shipments", "top", "tail"])
def test_a_wrong_address_is_wrong_usage(url: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--url", url]) == 2
    said = capsys.readouterr().err
    assert "--url: expected an address such as" in said
    assert "s3cret" not in said
