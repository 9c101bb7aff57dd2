"""A stream of bytes cut into lines: bounded, and empty ones (keep-alives) passed over."""

from __future__ import annotations

MOST_LINE = 1 << 20  # bytes: as many as a message may have


class Lines:
    """Lines of one connection.

    Of a line that is longer than `most`, one byte more than that is handed on, so that the driver says what is
    wrong with it and it stands in quarantine; the rest is thrown away and counted.
    """

    def __init__(self, most: int = MOST_LINE) -> None:
        self._most = most
        self._begun = bytearray()
        self.cut = 0  # bytes

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that end in these bytes, without their ends."""
        *ended, begun = data.split(b"\n")
        lines = []
        for piece in ended:
            self._add(piece)
            lines += self.end()
        self._add(begun)
        return lines

    def end(self) -> list[bytes]:
        """The line that was begun, if anything stands in it."""
        line = bytes(self._begun).strip()
        self._begun.clear()
        return [line] if line else []

    def _add(self, piece: bytes) -> None:
        room = self._most + 1 - len(self._begun)
        self._begun += piece[:room]
        self.cut += max(0, len(piece) - room)
