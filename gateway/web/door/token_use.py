"""When each token was last used, since this gateway started: in memory, so that a request costs no write."""

from __future__ import annotations

from gateway.model import Micros


class TokenUse:
    """Knows valid tokens alone, by their hashes: no more of them than the journal has."""

    def __init__(self) -> None:
        self._last: dict[str, Micros] = {}

    def note(self, hash: str, now_us: Micros) -> None:
        """A valid token came with a request, or still holds a stream open."""
        self._last[hash] = now_us

    def last_us(self, hash: str) -> Micros | None:
        """When it last came; None: not since the start."""
        return self._last.get(hash)
