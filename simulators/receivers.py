"""Webhook receivers as partners run them: a good one that checks each signature, and bad ones of several kinds.

The signature is Standard Webhooks' (v1): HMAC-SHA256 over `id.timestamp.body`, base64. It is checked here by
this file's own code, so that sender and receiver are two readings of one document.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from simulators.tcp_server import TcpServer

TOLERANCE_S = 300  # a notice older or newer than this may be a replay
MOST_HEAD_BYTES = 16_384
MOST_BODY_BYTES = 65_536
SLOW_S = 0.2  # between two bytes of a slow answer
REASONS = {204: "No Content", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 500: "Internal Server Error"}

LONG_HEAD_BYTES = 10_000_000

Behaviour = Literal[
    "good",
    "refuses",  # 500
    "redirects",  # to itself
    "hangs",  # takes the notice and says nothing
    "slow",  # one byte now and then, none of them the answer
    "endless",  # an answer whose body has no end, said to be an error
    "long_head",  # ten million bytes of headers
    "resets",  # breaks the connection off instead of answering
    "tls_stall",  # takes the connection and never shakes hands; its address is https
]


@dataclass(frozen=True, kw_only=True)
class Received:
    """One notice as it came, and when by the monotonic clock."""

    webhook_id: str
    timestamp: int  # seconds, as the sender said
    body: bytes
    at_ns: int

    @property
    def data(self) -> dict[str, object]:
        """The body's JSON object."""
        found = json.loads(self.body)
        return found if isinstance(found, dict) else {"body": found}


class BadSignature(Exception):
    """This notice is not from whom it says, was altered, or is replayed."""


def new_secret() -> str:
    """A secret of 32 random bytes as the specification writes it: whsec_ and base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def verify(secret: str, headers: Mapping[str, str], body: bytes, now_s: float) -> tuple[str, int]:
    """The notice's id and time when one of its signatures is ours; else BadSignature says why not."""
    try:
        webhook_id, stamp = headers["webhook-id"], headers["webhook-timestamp"]
        signatures = headers["webhook-signature"].split()
        said_s = int(stamp)
    except (KeyError, ValueError) as missing:
        raise BadSignature(f"expected webhook-id, webhook-timestamp and webhook-signature: {missing}") from None
    if abs(now_s - said_s) > TOLERANCE_S:
        raise BadSignature(f"the time stamp is {round(now_s - said_s)} s off")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{webhook_id}.{said_s}.".encode() + body
    expected = hmac.digest(key, signed, hashlib.sha256)
    if not any(hmac.compare_digest(expected, _signature(one)) for one in signatures):
        raise BadSignature("no signature fits")
    return webhook_id, said_s


def _signature(text: str) -> bytes:
    """The bytes of a v1 signature; empty for what is none."""
    version, _, encoded = text.partition(",")
    with suppress(binascii.Error):
        return base64.b64decode(encoded, validate=True) if version == "v1" else b""
    return b""


class Receiver:
    """An HTTP/1.1 server of one partner; `heard` holds what it accepted. Use as `async with`."""

    def __init__(
        self,
        party: str,
        *,
        secret: str | None = None,
        behaviour: Behaviour = "good",
        on_notice: Callable[[str, Received], None] = lambda _party, _notice: None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.party = party
        self.secret = secret or new_secret()
        self.heard: list[Received] = []
        self.refused: list[str] = []  # why, for each request it did not accept
        self.connections = 0
        self._behaviour = behaviour
        self._on_notice = on_notice
        self._host, self._port = host, port
        self._server = TcpServer(self._serve, host, limit=MOST_HEAD_BYTES)

    async def __aenter__(self) -> Receiver:
        self._port = await self._server.open(self._port)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        """Where to post."""
        scheme = "https" if self._behaviour == "tls_stall" else "http"
        return f"{scheme}://{self._host}:{self._port}/webhooks/tierview"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                if self._behaviour == "tls_stall":
                    await self._hang(reader)
                    return
                while await self._exchange(reader, writer):
                    pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; False when the connection ends."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        length = headers.get("content-length", "")
        if not head[0].startswith("POST ") or not length.isdigit() or int(length) > MOST_BODY_BYTES:
            return await self._answer(writer, 400, f"{head[0]!r} with {length or 'no'} bytes")
        body = await reader.readexactly(int(length))
        match self._behaviour:
            case "refuses":
                return await self._answer(writer, 500, "refuses everything")
            case "redirects":
                return await self._answer(writer, 302, "redirects", location=self.url)
            case "hangs":
                return await self._hang(reader)
            case "endless":
                return await self._flood(
                    writer, b"HTTP/1.1 500 Sorry\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\nsorry\r\n"
                )
            case "long_head":
                return await self._flood(writer, b"HTTP/1.1 204 No Content\r\n", b"X-More: and more\r\n")
            case "resets":
                writer.transport.abort()
                return False
        return await self._judge(writer, headers, body)

    async def _judge(self, writer: asyncio.StreamWriter, headers: Mapping[str, str], body: bytes) -> bool:
        at_ns = time.monotonic_ns()
        try:
            webhook_id, said_s = verify(self.secret, headers, body, time.time())
        except BadSignature as bad:
            return await self._answer(writer, 401, str(bad))
        if self._behaviour == "slow":
            await self._drip(writer)
        notice = Received(webhook_id=webhook_id, timestamp=said_s, body=body, at_ns=at_ns)
        self.heard.append(notice)
        self._on_notice(self.party, notice)
        return await self._answer(writer, 204)

    async def _hang(self, reader: asyncio.StreamReader) -> bool:
        """Until the sender gives up."""
        while await reader.read(MOST_BODY_BYTES):
            pass
        return False

    async def _flood(self, writer: asyncio.StreamWriter, head: bytes, part: bytes) -> bool:
        """More than anybody reads."""
        writer.write(head)
        parts = part * (MOST_BODY_BYTES // len(part))
        for _ in range(LONG_HEAD_BYTES // len(parts)):
            writer.write(parts)
            await writer.drain()
        return False

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        """Interim answers, byte by byte, for long enough to try a sender's patience."""
        for _ in range(10):
            for byte in b"HTTP/1.1 102 Processing\r\n\r\n":
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(SLOW_S)

    async def _answer(self, writer: asyncio.StreamWriter, status: int, why: str = "", location: str = "") -> bool:
        if why:
            self.refused.append(why)
        lines = [f"HTTP/1.1 {status} {REASONS[status]}"]
        lines += [f"Location: {location}"] if location else []
        lines += ["Content-Length: 0"] if status != 204 else []
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        await writer.drain()
        return status != 400
