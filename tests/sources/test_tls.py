"""TLS towards TCP devices: verified by name and authority, or by fingerprint, or by nobody where that is written."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.clock import ManualClock
from gateway.config.address import TcpAddress, parse_address
from gateway.model import Send
from gateway.sources import Intake
from gateway.sources.tcp import TcpSource
from tests.sources.certificates import make_certificate
from tests.sources.listening import Heard, listening


@asynccontextmanager
async def reader(context: ssl.SSLContext | None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A device that says `hello` to whoever gets through its handshake, and keeps what it hears."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        try:
            while data := await reader.read(1000):
                heard.append(data)
        except OSError:
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def towards(connect: str, base: Path) -> AsyncIterator[Heard]:
    address = parse_address(connect)
    assert isinstance(address, TcpAddress)
    intake = Intake()
    source = TcpSource(
        device="reader", address=address, intake=intake, clock=ManualClock(7), base=base, first_s=0.01, most_s=0.02
    )
    async with listening(source, intake) as heard:
        yield heard


async def why_away(connect: str, base: Path) -> tuple[str, str]:
    async with towards(connect, base) as heard:
        await heard.until(lambda: len(heard.disconnected()) == 1)
        assert heard.connected() == []
        return heard.disconnected()[0].reason, heard.disconnected()[0].text


@pytest.mark.parametrize("words", ["ca=device.pem", "verify=no", "fingerprint={fingerprint}"])
async def test_a_reader_that_proves_who_it_is_is_heard_and_spoken_to(tmp_path: Path, words: str) -> None:
    certificate = make_certificate(tmp_path)
    words = words.format(fingerprint=certificate.fingerprint)
    async with (
        reader(certificate.server_context()) as (port, said),
        towards(f"tls://127.0.0.1:{port}?{words}", tmp_path) as heard,
    ):
        await heard.until(lambda: heard.data() == b"hello")
        write = heard.connected()[0].write
        assert write is not None
        write(Send(data=b"start"))
        await heard.until(lambda: b"".join(said) == b"start")


async def test_a_reader_of_another_name_is_heard_where_that_name_is_written(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, alt_name="DNS:dock-1.example")
    async with reader(certificate.server_context()) as (port, _):
        address = f"tls://127.0.0.1:{port}?ca=device.pem"
        reason, text = await why_away(address, tmp_path)
        assert reason == "certificate_name"
        assert "say its own with name=NAME" in text
        async with towards(f"{address}&name=dock-1.example", tmp_path) as heard:
            await heard.until(lambda: heard.data() == b"hello")


async def test_a_reader_that_nobody_vouches_for_is_not_talked_to(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    async with reader(certificate.server_context()) as (port, said):
        reason, text = await why_away(f"tls://127.0.0.1:{port}", tmp_path)
    assert reason == "certificate_unknown"
    assert "ca=FILE" in text
    assert said == []


async def test_an_expired_certificate_is_told_so(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, expired=True)
    async with reader(certificate.server_context()) as (port, _):
        reason, text = await why_away(f"tls://127.0.0.1:{port}?ca=device.pem", tmp_path)
    assert (reason, "has expired" in text) == ("certificate_expired", True)


async def test_another_certificate_than_the_known_one_ends_the_handshake_and_is_shown(tmp_path: Path) -> None:
    known, other = make_certificate(tmp_path), make_certificate(tmp_path, name="other")
    async with reader(other.server_context()) as (port, said):
        reason, text = await why_away(f"tls://127.0.0.1:{port}?fingerprint={known.fingerprint}", tmp_path)
    assert reason == "certificate_changed"
    assert other.fingerprint in text
    assert said == []


async def test_a_plain_port_is_told_so(tmp_path: Path) -> None:
    async with reader(None) as (port, _):
        reason, text = await why_away(f"tls://127.0.0.1:{port}?verify=no", tmp_path)
    assert (reason, "is this its plain port?" in text) == ("no_tls", True)


async def test_a_reader_that_wants_another_tls_is_told_so(tmp_path: Path) -> None:
    context = make_certificate(tmp_path).server_context()
    context.maximum_version = context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")  # its key is not RSA: no cipher fits
    async with reader(context) as (port, _):
        reason, text = await why_away(f"tls://127.0.0.1:{port}?verify=no", tmp_path)
    assert reason == "tls_refused"
    assert "refuses our TLS handshake" in text


async def test_a_file_of_authorities_that_is_gone_or_empty_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    for name in ("gone.pem", "empty.pem"):
        reason, text = await why_away(f"tls://127.0.0.1:1?ca={name}", tmp_path)
        assert (reason, name in text) == ("no_authority", True)
