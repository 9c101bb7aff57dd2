"""Who may set up: whoever reads the terminal. Its code is good once, for one browser."""

from __future__ import annotations

import secrets
from hmac import compare_digest

COOKIE = "tierview-setup"


class Door:
    """The code that the terminal shows, and the cookie of the one who came with it."""

    def __init__(self) -> None:
        self.code = secrets.token_urlsafe(18)
        self._cookie = ""
        self._is_spent = False

    def enter(self, code: str) -> str | None:
        """The cookie for who has the code; None where it is wrong, or was used before."""
        if self._is_spent or not compare_digest(code.encode(), self.code.encode()):
            return None
        self._is_spent = True
        self._cookie = secrets.token_urlsafe(32)
        return self._cookie

    def knows(self, cookie: str | None) -> bool:
        """Whether this is the cookie of who came in."""
        return bool(self._cookie and cookie) and compare_digest((cookie or "").encode(), self._cookie.encode())
