"""`tierview tail` through the HTTP API: the stream of server-sent events, resumed where it broke off."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import httpx
import msgspec

from gateway.cli.api_call import base_of, check_type, detail, token_of
from gateway.cli.happenings import show_alert, show_event
from gateway.cli.options import Api, Wanted
from gateway.cli.printed import warn
from gateway.errors import TierviewError
from gateway.web.assets.event_shapes import EventShape
from gateway.web.shapes import AlertShape

EVENTS = frozenset({"location", "position", "sensor", "device"})
CONNECT_S = 10.0
QUIET_S = 60.0  # the gateway says something at least every 15 s
FIRST_WAIT_S, MOST_WAIT_S = 1.0, 30.0

_event = msgspec.json.Decoder(EventShape).decode
_alert = msgspec.json.Decoder(AlertShape).decode


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One server-sent event."""

    event: str
    data: bytes
    id: str = ""


def tail_stream(api: Api, wanted: Wanted) -> None:
    """Show the stream until Ctrl-C. Raises BadInput where no token is given, TierviewError where it is refused."""
    token = token_of(api)
    url = base_of(api)
    after = wanted.after
    wait_s = FIRST_WAIT_S
    with httpx.Client(timeout=httpx.Timeout(CONNECT_S, read=QUIET_S), trust_env=False) as client:
        while True:
            try:
                for frame in _frames(client, url, token, after):
                    after, wait_s = frame.id or after, FIRST_WAIT_S
                    _show(frame, wanted)
                why = "the gateway ended the stream"
            except httpx.TransportError as error:
                why = f"{url} cannot be reached: {error}"
            warn(f"{why}; trying again in {wait_s:g} s")
            time.sleep(wait_s)
            wait_s = min(2 * wait_s, MOST_WAIT_S)


def _frames(client: httpx.Client, url: str, token: str, after: str) -> Iterator[Frame]:
    """The frames of one connection. Raises httpx.TransportError where it breaks."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    if after:
        headers["Last-Event-ID"] = after
    with client.stream("GET", f"{url}/api/v1/stream", headers=headers) as answer:
        if answer.status_code != httpx.codes.OK:
            _refused(answer, url)
            return
        check_type(answer, url, "text/event-stream")
        yield from parse_frames(lines_of(answer.iter_bytes()))


def _refused(answer: httpx.Response, url: str) -> None:
    """Raise TierviewError where asking again is of no use."""
    answer.read()
    text = f"{url}: {detail(answer)}"
    if answer.is_redirect or (answer.status_code != httpx.codes.TOO_MANY_REQUESTS and answer.is_client_error):
        raise TierviewError(text)
    warn(text)


def lines_of(pieces: Iterable[bytes]) -> Iterator[str]:
    """The lines of a stream. They end with a line feed alone: httpx would end them within a name, at a U+2028."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r").decode(errors="replace")


def parse_frames(lines: Iterable[str]) -> Iterator[Frame]:
    """Server-sent events, from their lines; comments and `retry` are passed over."""
    fields = {"event": "", "data": "", "id": ""}
    for line in lines:
        if not line:
            if fields["data"]:
                yield Frame(event=fields["event"], data=fields["data"].encode(), id=fields["id"])
            fields = dict.fromkeys(fields, "")
            continue
        name, _, value = line.partition(":")
        if name in fields:
            fields[name] = value.removeprefix(" ")


def _show(frame: Frame, wanted: Wanted) -> None:
    if frame.event in EVENTS:
        show_event(_event(frame.data), wanted)
    elif frame.event == "alert":
        show_alert(_alert(frame.data), wanted)
