"""What a server's answer to a write means, for all versions: written, later, smaller, rejected or refused."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Protocol

import msgspec

LONGEST_TEXT = 500  # characters of a server's words that are kept
LONGEST_WISH_S = 3600.0  # a Retry-After beyond this is not believed

# With 422 or 400, too, 3.x says what is no line's fault. It counts at the beginning of a complaint alone, where no line
# that the server repeats can stand: whose tags we read must not be able to stop us.
_LIMIT = re.compile(r"[a-z :]*(Update to schema would exceed number of|Adding a new database would exceed limit of) ")
_BUSY = re.compile(r"[a-z :]*this service is overloaded")


class Verdict(StrEnum):
    """What to do next."""

    WRITTEN = "written"  # all of it; go on
    LATER = "later"  # nothing is wrong with it: the same again after a wait
    SMALLER = "smaller"  # too much at once: in halves
    REJECTED = "rejected"  # a line in it is not wanted, and never will be: find it
    REFUSED = "refused"  # nothing will be taken until someone changes a setting: keep it, and say so


class Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a write ended."""

    verdict: Verdict
    reason: str = ""  # a stable word: unreachable, timeout, rate_limited, unauthorised, status_503, ...
    text: str = ""  # the server's own words
    wait_s: float | None = None  # the server's own wish


WRITTEN = Answer(verdict=Verdict.WRITTEN)


class Writer(Protocol):
    """One InfluxDB that lines can be written to."""

    async def write(self, lines: list[bytes]) -> Answer:
        """Write all lines at once. Never raises for what the network or the server does."""

    async def close(self) -> None:
        """Let go of connections."""


def judge(status: int, body: bytes, retry_after: str | None, now_s: float) -> Answer:
    """The meaning of an HTTP answer to a write; `now_s` is Unix time, for a Retry-After that is a date."""
    said = messages(body)
    text = shortened("; ".join(said))
    if 200 <= status < 300:
        return WRITTEN
    if status == 413:
        return Answer(verdict=Verdict.SMALLER, reason="too_large", text=text)
    if status in (400, 422):  # 1.x, 2.0 to 2.4 and 3.x; 2.5 and later. With all of them good lines may be written.
        return _rejection(said, text)
    if status == 429:
        return Answer(verdict=Verdict.LATER, reason="rate_limited", text=text, wait_s=wish_s(retry_after, now_s))
    if status >= 500 or status == 408:
        return Answer(verdict=Verdict.LATER, reason=f"status_{status}", text=text, wait_s=wish_s(retry_after, now_s))
    reason = "unauthorised" if status in (401, 403) else f"status_{status}"
    return Answer(verdict=Verdict.REFUSED, reason=reason, text=text)


def _rejection(said: list[str], text: str) -> Answer:
    """A line is bad, unless the server says that it is full or busy: then it is nobody's fault, and all is kept."""
    if any(_LIMIT.match(one) for one in said):
        return Answer(verdict=Verdict.REFUSED, reason="limit", text=text)
    if any(_BUSY.match(one) for one in said):
        return Answer(verdict=Verdict.LATER, reason="overloaded", text=text)
    return Answer(verdict=Verdict.REJECTED, reason="rejected", text=text)


def wish_s(retry_after: str | None, now_s: float) -> float | None:
    """Seconds to wait from a Retry-After header, in seconds or as a date; None when there is no sense in it."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WISH_S)
    try:
        due_s = parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
    return min(max(due_s - now_s, 0.0), LONGEST_WISH_S)


def words(body: bytes) -> str:
    """What the server said, out of the JSON that its version wraps it in."""
    return shortened("; ".join(messages(body)))


def messages(body: bytes) -> list[str]:
    """The same, complaint by complaint."""
    text = body.decode("utf-8", "replace").strip()
    try:
        said = json.loads(text)
    except ValueError:
        return [text]
    if not isinstance(said, dict):
        return [text]
    parts = [str(said[key]) for key in ("error", "message") if said.get(key)]
    rows = said.get("data")  # 3.x: the rejected lines, each with its complaint; or one, where all were rejected for it
    rows = rows if isinstance(rows, list) else [rows]
    parts += [str(row["error_message"]) for row in rows if isinstance(row, dict) and "error_message" in row]
    return parts or [text]


def shortened(text: str) -> str:
    """The beginning and the end: servers repeat the line first and name its fault last."""
    if len(text) <= LONGEST_TEXT:
        return text
    half = LONGEST_TEXT // 2
    return f"{text[:half]} ... {text[-half:]}"
