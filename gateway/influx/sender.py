"""Has a batch delivered, whatever the server does: waits, halves, and sets aside what will never be taken.

A rejected batch is halved until the rejected line stands alone: it goes to quarantine with the
server's words, and the rest is written. Everything else is tried again for ever: the journal keeps it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec

from gateway.clock import SECOND_US
from gateway.influx.answer import Answer, Verdict, Writer
from gateway.model import Clock, Micros, Quarantined

SHORTEST_WAIT_S = 1.0
LONGEST_WAIT_S = 20.0  # so that the newest point is seen within half a minute of a server's return

Part = tuple[list[bytes], Answer | None]  # lines, and the server's answer to them where it is known


class Health(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a sender fares. It changes when the reason does, not with every attempt."""

    reason: str  # written, or why not: unreachable, timeout, rate_limited, unauthorised, status_503, ...
    text: str  # the server's own words
    since_us: Micros
    alarm: bool  # True: nothing will be written until someone changes a setting


class Sender:
    """One lane into one server."""

    def __init__(
        self,
        *,
        name: str,
        writer: Writer,
        clock: Clock,
        batch: int,
        on_health: Callable[[Health], None] = lambda health: None,
        spread: Callable[[], float] = random.random,
    ) -> None:
        """`name` stands in quarantine as the source; `spread` (0 to 1) keeps many gateways from returning as one."""
        self.batch = batch  # most lines at once; less where the server has a limit
        self.written = 0  # lines the server took, counting those sent twice
        self.health: Health | None = None  # None: nothing was tried yet
        self._name = name
        self._writer = writer
        self._clock = clock
        self._on_health = on_health
        self._spread = spread

    async def send(self, lines: list[bytes]) -> list[Quarantined]:
        """Have every line written or refused for good; returns the refused ones."""
        refused: list[Quarantined] = []
        parts: list[Part] = [(lines, None)] if lines else []  # the next one last
        while parts:
            part, known = parts.pop()
            answer = known or await self._decided(part)
            if answer.verdict is Verdict.WRITTEN:
                self.written += len(part)
            elif len(part) == 1:
                refused.append(self._refused(part[0], answer))
            else:
                parts += await self._halves(part, answer)
        return refused

    async def _halves(self, part: list[bytes], answer: Answer) -> list[Part]:
        """The two halves of a part that was not taken, the second first, with what is known of them.

        When the first half of a rejected part is taken, the bad line is in the second, which then need
        not be tried as a whole. So a bad line among n stands alone after log2(n) + 1 writes.
        """
        middle = len(part) // 2
        first, second = part[:middle], part[middle:]
        if answer.verdict is Verdict.SMALLER:
            self.batch = max(1, min(self.batch, middle))  # the server's limit holds for the next batches too
            return [(second, None), (first, None)]
        tried = await self._decided(first)
        second_is_bad = tried.verdict is Verdict.WRITTEN and len(second) > 1  # alone it is tried, for its own reason
        return [(second, answer if second_is_bad else None), (first, tried)]

    async def _decided(self, lines: list[bytes]) -> Answer:
        """The server's final answer to these lines: written, smaller or rejected."""
        attempts = 0
        while True:
            answer = await self._writer.write(lines)
            self._note(answer)
            if answer.verdict not in (Verdict.LATER, Verdict.REFUSED):
                return answer
            wait_s = self._wait_s(answer, attempts)
            attempts += 1
            await self._clock.sleep_until(self._clock.now_us() + round(wait_s * SECOND_US))

    def _wait_s(self, answer: Answer, attempts: int) -> float:
        if answer.wait_s is not None:
            return max(answer.wait_s, SHORTEST_WAIT_S)
        longest = min(LONGEST_WAIT_S, SHORTEST_WAIT_S * 2.0 ** min(attempts, 16))
        return longest * (0.5 + 0.5 * self._spread())

    def _note(self, answer: Answer) -> None:
        waits = answer.verdict in (Verdict.LATER, Verdict.REFUSED)
        reason = answer.reason if waits else Verdict.WRITTEN
        if self.health is None or self.health.reason != reason:
            alarm = answer.verdict is Verdict.REFUSED
            text = answer.text if waits else ""
            self.health = Health(reason=reason, text=text, since_us=self._clock.now_us(), alarm=alarm)
            self._on_health(self.health)

    def _refused(self, line: bytes, answer: Answer) -> Quarantined:
        return Quarantined(
            received_us=self._clock.now_us(),
            source=self._name,
            stage="influx",
            reason=answer.reason,
            text=answer.text or "the server gave no reason",
            data=line,
        )
