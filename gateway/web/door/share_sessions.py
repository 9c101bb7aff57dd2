"""Who follows a shared link: a session of an hour in memory, which sees one shipment and nothing else.

The link's secret comes once, in a body; the cookie that stands for it from then on is another. It is no token: no route
but the one that shows what is shared knows it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

SESSION_S = 3600.0
MOST_SESSIONS = 10_000  # the oldest are forgotten: their holders follow the link again
MOST_A_MINUTE = 30  # from one address; behind a proxy from all of them together


class ShareSessions:
    """The sessions, each with the hash of its link."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._held: dict[str, tuple[str, float]] = {}

    def open(self, link: str) -> str:
        """A new session; what it is called is the cookie."""
        if len(self._held) >= MOST_SESSIONS:
            del self._held[next(iter(self._held))]
        session = secrets.token_urlsafe(32)
        self._held[session] = (link, self._now_s() + SESSION_S)
        return session

    def link(self, session: str) -> str | None:
        """The hash of its link; None where there is no such session, or no longer."""
        link, until_s = self._held.get(session, ("", 0.0))
        if self._now_s() < until_s:
            return link
        self._held.pop(session, None)
        return None
