"""A device that answers a GET with one message a line, without end: Impinj R700 at /api/v1/data/stream.

We first ask without a password and give it only when asked, and then as the device wants it: a device that
speaks Digest never hears it in clear. Redirects are not followed: the password is for this address.
"""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from gateway.config.address import HttpAddress
from gateway.model import Chunk, Clock
from gateway.sources.attempts import Attempts
from gateway.sources.inbound import Connected, Inbound
from gateway.sources.intake import Intake
from gateway.sources.lines import MOST_LINE, Lines
from gateway.sources.link import KEEP_ALIVE_OPTIONS
from gateway.sources.source import Counts
from gateway.sources.tls import client_context
from gateway.sources.words import why_not

ANSWER_S = 20.0  # for the connection and the head of the answer
HEADERS = {"Accept": "application/json, */*;q=0.5", "Accept-Encoding": "identity"}
UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 401, 403, 404


class HttpSource:
    """Asks, reads and backs off, for one device."""

    def __init__(
        self,
        *,
        device: str,
        address: HttpAddress,
        credentials: tuple[str, str] | None,
        intake: Intake,
        clock: Clock,
        base: Path = Path(),
        most_line: int = MOST_LINE,
        first_s: float = 1.0,
        most_s: float = 30.0,
    ) -> None:
        """`credentials`: username and password; `base`: the folder of the configuration."""
        self.name = f"http:{device}"
        self.devices = (device,)
        self.counts = Counts()
        self._device = device
        self._address = address
        self._credentials = credentials
        self._intake = intake
        self._clock = clock
        self._base = base
        self._most_line = most_line
        self._where = urlsplit(address.url).netloc
        self._attempts = Attempts(
            device=device, counts=self.counts, intake=intake, clock=clock, first_s=first_s, most_s=most_s
        )

    async def run(self) -> None:
        """Run until cancelled, or until the intake is closed."""
        await self._attempts.run(self._once)

    async def _once(self) -> tuple[str, str]:
        """One answer from begin to end; why it ended, as a stable word and in words."""
        try:
            async with self._client() as client:
                async with asyncio.timeout(ANSWER_S):
                    response = await self._ask(client)
                try:
                    return _refusal(response, self._where) or await self._session(response)
                finally:
                    await response.aclose()
        except httpx.HTTPError as error:
            return self._why_not(error)
        except OSError as error:  # also of the certificates' file, and of the timeout
            return why_not(error, self._where)

    def _client(self) -> httpx.AsyncClient:
        tls = self._address.tls
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if tls is None else client_context(tls, self._base)
        transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False, socket_options=KEEP_ALIVE_OPTIONS)
        return httpx.AsyncClient(transport=transport, timeout=None, trust_env=False, follow_redirects=False)  # noqa: S113 see ANSWER_S; the stream has no end

    async def _ask(self, client: httpx.AsyncClient) -> httpx.Response:
        tls = self._address.tls
        more = {"sni_hostname": tls.name} if tls is not None and tls.name else {}
        request = client.build_request("GET", self._address.url, headers=HEADERS, extensions=more)
        response = await client.send(request, stream=True)
        if response.status_code != UNAUTHORIZED or self._credentials is None:
            return response
        await response.aclose()
        return await client.send(_signed(request, response, *self._credentials), stream=True)

    async def _session(self, response: httpx.Response) -> tuple[str, str]:
        lines = Lines(self._most_line)
        dropped: list[str] = []
        self._attempts.succeeded()
        try:
            async with asyncio.timeout(None) as patience:

                def drop(why: str) -> None:
                    dropped.append(why)
                    patience.reschedule(0)  # ends the reading below at once

                await self._intake.put(
                    Connected(device=self._device, at_us=self._clock.now_us(), write=None, drop=drop)
                )
                await self._read(response, lines)
        except TimeoutError:
            return "dropped", dropped[0]
        finally:
            self.counts.cut += lines.cut
        return "closed", f"{self._where} ended its answer"

    async def _read(self, response: httpx.Response, lines: Lines) -> None:
        try:
            async for data in response.aiter_raw():
                self.counts.bytes += len(data)
                await self._hand_on(lines.feed(data))
        except httpx.HTTPError:
            await self._hand_on(lines.end())  # the driver says what is wrong with half a message
            raise
        await self._hand_on(lines.end())

    async def _hand_on(self, lines: list[bytes]) -> None:
        for line in lines:
            self.counts.chunks += 1
            now_us = self._clock.now_us()
            await self._intake.put(Inbound(Chunk(device=self._device, received_us=now_us, data=line)))

    def _why_not(self, error: httpx.HTTPError) -> tuple[str, str]:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, OSError) and (cause.errno is not None or isinstance(cause, ssl.SSLError)):
                return why_not(cause, self._where, shaking_hands=isinstance(error, httpx.ConnectError))
            cause = cause.__cause__ or cause.__context__
        if isinstance(error, httpx.ConnectError):
            return "unreachable", f"{self._where} cannot be reached: {error}"
        if isinstance(error, httpx.RemoteProtocolError):
            return "reset", f"{self._where} broke its answer off, or does not speak HTTP: {str(error)[:200]}"
        return "lost", f"{self._where} went away: {str(error)[:200] or type(error).__name__}"


def _signed(request: httpx.Request, challenge: httpx.Response, username: str, password: str) -> httpx.Request:
    """The request as the device wants it: Digest where it asks for that, else Basic. Raises httpx.ProtocolError."""
    wanted = challenge.headers.get_list("www-authenticate")
    if not any(header.lower().startswith("digest ") for header in wanted):
        return next(httpx.BasicAuth(username, password).auth_flow(request))
    flow = httpx.DigestAuth(username, password).auth_flow(request)
    next(flow)  # the flow begins with the request as it was, and goes on from the answer to it
    try:
        return flow.send(challenge)
    except (KeyError, NotImplementedError) as error:  # an algorithm, or a protection, that httpx does not know
        raise httpx.RemoteProtocolError(f"it wants a Digest that is not known here: {error}") from error


def _refusal(response: httpx.Response, where: str) -> tuple[str, str] | None:
    """Why this answer holds no messages; None where it does."""
    status = response.status_code
    if status in (UNAUTHORIZED, FORBIDDEN):
        return "not_allowed", f"{where} does not let us in (status {status}): are username and password right?"
    if status == NOT_FOUND:
        return "no_such_path", f"{where} knows no such path (status 404): is the address right, and the service on?"
    if response.is_redirect:
        to = response.headers.get("location", "")[:200]
        return "redirected", f"{where} sends us to {to!r}: redirects are not followed, write that address instead"
    if not response.is_success:
        return f"status_{status}", f"{where} answers with status {status}"
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        return "encoded", f"{where} answers in {encoding[:40]}, for which it was not asked"
    return None
