"""Messages of a long-lived GET: one a line, from devices that ask for passwords, break off, or answer otherwise."""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.clock import ManualClock
from gateway.config.address import HttpAddress, parse_address
from gateway.sources import Intake
from gateway.sources.http import HttpSource
from tests.sources.certificates import make_certificate
from tests.sources.http_device import END, OK, Answer, Ask, chunk, http_device, status
from tests.sources.listening import Heard, listening


def http_source(url: str, intake: Intake, *, base: Path = Path(), **more: object) -> HttpSource:
    address = parse_address(url)
    assert isinstance(address, HttpAddress)
    options: dict[str, object] = {"credentials": None, "first_s": 0.01, "most_s": 0.02} | more
    return HttpSource(
        device="portal",
        address=address,
        intake=intake,
        clock=ManualClock(7),
        base=base,
        **options,  # type: ignore[arg-type]
    )


@asynccontextmanager
async def hearing(url: str, **more: object) -> AsyncIterator[tuple[Heard, HttpSource]]:
    intake = Intake()
    source = http_source(url, intake, **more)  # type: ignore[arg-type]
    async with listening(source, intake) as heard:
        yield heard, source


def says(*pieces: bytes, stays: bool = True) -> Answer:
    """An answer of these pieces, without end or with one."""

    async def answer(ask: Ask) -> None:
        ask.writer.write(OK)
        for piece in pieces:
            ask.writer.write(chunk(piece))
        if stays:
            await asyncio.Event().wait()
        ask.writer.write(END)

    return answer


async def why_away(answer: Answer, **more: object) -> tuple[str, str]:
    async with http_device(answer) as device, hearing(f"http://127.0.0.1:{device.port}/s", **more) as (heard, _):
        await heard.until(lambda: len(heard.disconnected()) == 1)
        return heard.disconnected()[0].reason, heard.disconnected()[0].text


async def test_each_line_is_a_message_and_empty_ones_are_none() -> None:
    answer = says(b'{"a":1}\r\n\r\n{"b"', b":2}\n", b"\n")
    async with http_device(answer) as device:
        url = f"http://127.0.0.1:{device.port}/api/v1/data/stream?all=1"
        async with hearing(url) as (heard, source):
            await heard.until(lambda: len(heard.inbound()) == 2)
            assert heard.payloads() == [b'{"a":1}', b'{"b":2}']
            assert heard.connected()[0].write is None
            assert device.asks[0].head.startswith("GET /api/v1/data/stream?all=1 HTTP/1.1")
            assert device.asks[0].header("authorization") == ""
            assert source.counts.connects == 1


async def test_an_answer_that_ends_is_told_and_asked_for_again() -> None:
    async with (
        http_device(says(b"1\n2", stays=False)) as device,
        hearing(f"http://127.0.0.1:{device.port}/") as (heard, _),
    ):
        await heard.until(lambda: len(heard.connected()) >= 2)
        assert heard.payloads()[:2] == [b"1", b"2"]
        assert heard.disconnected()[0].reason == "closed"


async def test_half_a_message_of_a_connection_that_broke_goes_to_the_driver() -> None:
    async def answer(ask: Ask) -> None:
        ask.writer.write(OK + chunk(b'{"whole":1}\n{"half'))

    async with http_device(answer) as device, hearing(f"http://127.0.0.1:{device.port}/") as (heard, _):
        await heard.until(lambda: len(heard.disconnected()) >= 1)
        assert heard.payloads()[:2] == [b'{"whole":1}', b'{"half']
        assert heard.disconnected()[0].reason == "reset"


async def test_a_line_beyond_the_bound_goes_on_one_byte_too_long_and_the_rest_is_counted() -> None:
    async with (
        http_device(says(b"x" * 100 + b"\n", b"ok\n", stays=False)) as device,
        hearing(f"http://127.0.0.1:{device.port}/", most_line=10) as (heard, source),
    ):
        await heard.until(lambda: len(heard.disconnected()) >= 1)
        assert heard.payloads()[:2] == [b"x" * 11, b"ok"]
        assert source.counts.cut >= 89


async def test_a_device_that_wants_basic_gets_the_password_when_it_asks() -> None:
    async def answer(ask: Ask) -> None:
        if not ask.header("authorization"):
            ask.writer.write(status("401 Unauthorized", 'WWW-Authenticate: Basic realm="reader"'))
            return
        await says(b"in\n")(ask)

    async with (
        http_device(answer) as device,
        hearing(f"http://127.0.0.1:{device.port}/", credentials=("root", "sécret")) as (heard, _),
    ):
        await heard.until(lambda: heard.payloads() == [b"in"])
        first, second = device.asks
        assert first.header("authorization") == ""
        assert second.header("authorization") == "Basic " + b64encode("root:sécret".encode()).decode()


async def test_a_device_that_wants_digest_never_hears_the_password() -> None:
    async def answer(ask: Ask) -> None:
        given = ask.header("authorization")
        if not given:
            challenge = 'Digest realm="reader", nonce="n0nce", qop="auth", algorithm=SHA-256'
            ask.writer.write(status("401 Unauthorized", f"WWW-Authenticate: {challenge}"))
            return
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', given))
        a1 = hashlib.sha256(b"root:reader:secret")
        a2 = hashlib.sha256(b"GET:/s")
        parts = (a1.hexdigest(), "n0nce", said["nc"], said["cnonce"], "auth", a2.hexdigest())
        right = hashlib.sha256(":".join(parts).encode()).hexdigest() == said["response"]
        await (says(b"in\n")(ask) if right else says(b"wrong\n")(ask))

    async with (
        http_device(answer) as device,
        hearing(f"http://127.0.0.1:{device.port}/s", credentials=("root", "secret")) as (heard, _),
    ):
        await heard.until(lambda: len(heard.payloads()) == 1)
        assert heard.payloads() == [b"in"]
        assert "secret" not in "".join(ask.head for ask in device.asks)


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (status("401 Unauthorized", "WWW-Authenticate: Basic"), "not_allowed", "are username and password right?"),
        (status("403 Forbidden"), "not_allowed", "status 403"),
        (status("404 Not Found"), "no_such_path", "is the address right"),
        (status("302 Found", "Location: http://127.0.0.1:1/x"), "redirected", "'http://127.0.0.1:1/x'"),
        (status("503 Busy"), "status_503", "answers with status 503"),
        (status("200 OK", "Content-Encoding: gzip"), "encoded", "answers in gzip"),
        (status("401 No", 'WWW-Authenticate: Digest realm="r", nonce="n", algorithm=X'), "reset", "not known here"),
        (b"SSH-2.0-OpenSSH\r\n", "reset", "does not speak HTTP"),
    ],
)
async def test_what_is_no_stream_of_messages_is_told_in_words(answer: bytes, reason: str, words: str) -> None:
    async def say(ask: Ask) -> None:
        ask.writer.write(answer)

    told = await why_away(say, credentials=("root", "hunter2"))
    assert told[0] == reason
    assert words in told[1]
    assert "hunter2" not in told[1]


async def test_a_redirect_gets_no_password() -> None:
    async def elsewhere(ask: Ask) -> None:
        await says(b"no\n")(ask)

    async with http_device(elsewhere) as other:

        async def answer(ask: Ask) -> None:
            ask.writer.write(status("307 Temporary Redirect", f"Location: http://127.0.0.1:{other.port}/"))

        assert (await why_away(answer, credentials=("root", "secret")))[0] == "redirected"
        assert other.asks == []


async def test_a_device_that_refuses_connections_is_told_once(free_port: int) -> None:
    async with hearing(f"http://127.0.0.1:{free_port}/") as (heard, source):
        await heard.until(lambda: source.counts.failures > 3)
        (away,) = heard.disconnected()
        assert away.reason == "refused"


async def test_a_driver_that_wants_to_begin_anew_gets_a_new_answer() -> None:
    async with http_device(says(b"1\n")) as device, hearing(f"http://127.0.0.1:{device.port}/") as (heard, _):
        await heard.until(lambda: heard.payloads() == [b"1"])
        heard.connected()[0].drop("confused")
        await heard.until(lambda: heard.payloads() == [b"1", b"1"])
        assert [(end.reason, end.text) for end in heard.disconnected()] == [("dropped", "confused")]


@pytest.mark.parametrize("words", ["verify=no", "ca=device.pem", "fingerprint={fingerprint}"])
async def test_a_reader_with_its_own_certificate_is_heard_where_that_is_written(tmp_path: Path, words: str) -> None:
    certificate = make_certificate(tmp_path)
    words = words.format(fingerprint=certificate.fingerprint)
    async with (
        http_device(says(b"1\n"), certificate.server_context()) as device,
        hearing(f"https://127.0.0.1:{device.port}/s#{words}", base=tmp_path) as (heard, _),
    ):
        await heard.until(lambda: heard.payloads() == [b"1"])
        assert words not in device.asks[0].head


@pytest.mark.parametrize(
    ("words", "reason"), [("", "certificate_unknown"), (f"#fingerprint={'ab' * 32}", "certificate_changed")]
)
async def test_a_reader_that_is_not_trusted_is_not_asked(tmp_path: Path, words: str, reason: str) -> None:
    certificate = make_certificate(tmp_path)
    async with (
        http_device(says(b"1\n"), certificate.server_context()) as device,
        hearing(f"https://127.0.0.1:{device.port}/s{words}", credentials=("root", "secret")) as (heard, _),
    ):
        await heard.until(lambda: len(heard.disconnected()) == 1)
        assert heard.disconnected()[0].reason == reason
        assert device.asks == []


async def test_the_name_in_the_certificate_may_be_another_than_the_address(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, alt_name="DNS:dock-1.example")
    async with http_device(says(b"1\n"), certificate.server_context()) as device:
        url = f"https://127.0.0.1:{device.port}/s#ca=device.pem&name=dock-1.example"
        async with hearing(url, base=tmp_path) as (heard, _):
            await heard.until(lambda: heard.payloads() == [b"1"])
