"""Finds frames in a stream of bytes, for drivers whose frames carry a length.

Theory of operation. A driver's `read` looks at one place and says: a frame (and what it meant), more
bytes needed, or Refused. After a refusal the driver's `seek` names the next place where a frame may
begin, so one bad byte never costs a good frame behind it. Refused bytes are gathered and come out as
one Rejected just before the next good frame, or in blocks of `block_bytes` while none comes. Only the
bytes decide, never how they were cut: that is why refused bytes wait for what ends their run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from gateway.model import Micros, Output, Rejected

QUIET_US = 1_000_000  # after this, `flush_quiet` gives out refused bytes that no good frame followed

Read: TypeAlias = Callable[[bytearray, int], "tuple[int, list[Output]] | None"]
Seek: TypeAlias = Callable[[bytearray, int], int]


class Refused(ValueError):
    """No frame begins here; look again `resume` bytes further on."""

    def __init__(self, reason: str, text: str, resume: int = 1) -> None:
        super().__init__(text)
        self.reason = reason
        self.resume = resume


class Framer:
    """The unfinished tail of one connection, and the run of refused bytes before it.

    `read(buffer, at)` returns the frame's end and its outputs, or None while it is not all there;
    raises Refused. It must keep nothing of a frame that it refuses. `seek(buffer, at)` returns the
    first place from `at` on where a frame may begin, or where it cannot tell yet.
    """

    def __init__(self, read: Read, seek: Seek, block_bytes: int) -> None:
        self._read = read
        self._seek = seek
        self._block_bytes = block_bytes
        self._buffer = bytearray()
        self._start = 0  # where the run of refused bytes begins
        self._at = 0  # where the next frame may begin
        self._why: Refused | None = None  # the first refusal of the run
        self._fed_us: Micros = 0

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait: at most one block and one frame."""
        return len(self._buffer)

    def feed(self, data: bytes, now_us: Micros) -> list[Output]:
        """Take bytes as they came; return what the frames in them meant."""
        self._buffer += data
        self._fed_us = now_us
        outputs: list[Output] = []
        while self._at < len(self._buffer) and self._step(outputs):
            pass
        self._trim()
        return outputs

    def flush_quiet(self, now_us: Micros) -> list[Output]:
        """Return refused bytes once nothing more came for `QUIET_US`; a tail that may be a frame still waits."""
        outputs: list[Output] = []
        if now_us - self._fed_us >= QUIET_US:
            self._end_run(outputs)
            self._trim()
        return outputs

    def abandon(self, reason: str, text: str) -> list[Output]:
        """Return all that waits as refused, also a tail that may be a frame: what follows belongs to something else."""
        self._why = self._why or Refused(reason, text)
        self._at = len(self._buffer)
        outputs: list[Output] = []
        self._end_run(outputs)
        self._trim()
        self._why = None
        return outputs

    def give_up_tail(self) -> list[Output]:
        """Refuse what waits for the rest of its frame, after a silence that no frame has inside; look behind it."""
        outputs: list[Output] = []
        while self._at < len(self._buffer):
            if not self._step(outputs):
                text = f"expected the rest of a frame, came silence after {len(self._buffer) - self._at} bytes of it"
                self._why = self._why or Refused("unfinished", text)
                self._at = self._seek(self._buffer, self._at + 1)
        self._end_run(outputs)
        self._trim()
        return outputs

    def _step(self, outputs: list[Output]) -> bool:
        """Try the present place; returns whether there is another to try."""
        try:
            found = self._read(self._buffer, self._at)
        except Refused as refused:
            self._why = self._why or refused
            self._at = self._seek(self._buffer, self._at + refused.resume)
            while self._at - self._start >= self._block_bytes:
                self._reject(outputs, self._start + self._block_bytes)
            return True
        if found is None:
            return False
        self._end_run(outputs)
        self._start = self._at = found[0]
        self._why = None
        outputs += found[1]
        return True

    def _end_run(self, outputs: list[Output]) -> None:
        if self._at > self._start:
            self._reject(outputs, self._at)

    def _reject(self, outputs: list[Output], end: int) -> None:
        why = self._why
        assert why is not None, "bytes are passed over only after a refusal"
        outputs.append(Rejected(data=bytes(self._buffer[self._start : end]), reason=why.reason, text=str(why)))
        self._start = end

    def _trim(self) -> None:
        del self._buffer[: self._start]
        self._at -= self._start
        self._start = 0
