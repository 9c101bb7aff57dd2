"""A driver that raises: a fault of ours or of who wrote it, which must not stop the other devices.

Its contract says that `feed` never raises. Where one does all the same, ending the gateway would help nobody: the
broker delivers the same message again, and it would end again. So what it was fed waits in quarantine, to be tried
again when the driver is mended, and its decoder begins anew. The log has the whole traceback.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import get_args

import structlog

from gateway.model import Decoder, Micros, Notice, Output, Rejected

FAILED = "driver_failed"
TELL_EVERY_US = 60_000_000  # a driver that fails at each message would else fill log and journal
MOST_TEXT = 300  # characters: the error may quote all that the device sent
OUTPUTS = frozenset(get_args(Output))

log = structlog.get_logger("driver")


class Telling:
    """Of one device, however many connections it has: whether its next failure is news."""

    def __init__(self, device: str, driver: str) -> None:
        self._told_us: Micros | None = None
        self._who = {"device": device, "driver": driver}

    def notices(self, error: Exception, text: str, now_us: Micros) -> list[Output]:
        """What to tell of a failure: once a minute at most, also where the clock was set back."""
        if self._told_us is not None and 0 <= now_us - self._told_us < TELL_EVERY_US:
            return []
        self._told_us = now_us
        log.error("driver failed", **self._who, exc_info=error)
        return [Notice(name=FAILED, text=text, fault=True)]


class Guarded:
    """The decoder of one connection, made anew whenever it failed."""

    def __init__(self, make: Callable[[], Decoder], telling: Telling) -> None:
        self._make = make
        self._telling = telling
        self._decoder: Decoder | None = None
        self._anew = False  # a decoder failed on this connection: the next one has to greet the device itself

    def start(self, now_us: Micros) -> list[Output]:
        """What to say on connect."""
        return self._safely(lambda decoder: decoder.start(now_us), b"", now_us)

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """What it means; the bytes as they came where the driver failed at them."""
        return self._safely(lambda decoder: decoder.feed(data, now_us, topic), data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Let time pass; a decoder that failed begins anew here, if nothing came before."""
        return self._safely(lambda decoder: decoder.tick(now_us), b"", now_us)

    def _safely(self, work: Callable[[Decoder], list[Output]], data: bytes, now_us: Micros) -> list[Output]:
        try:
            greeting = self._begin(now_us)
            assert self._decoder is not None
            return greeting + _checked(work(self._decoder))
        except Exception as error:  # noqa: BLE001 - a task's top in all but name: told, logged, begun anew
            self._decoder, self._anew = None, True
            return self._failed(error, data, now_us)

    def _begin(self, now_us: Micros) -> list[Output]:
        """Have a decoder; what it says first where it takes the place of one that failed."""
        if self._decoder is not None:
            return []
        self._decoder = self._make()
        return _checked(self._decoder.start(now_us)) if self._anew else []

    def _failed(self, error: Exception, data: bytes, now_us: Micros) -> list[Output]:
        text = f"the driver failed: {traceback.format_exception_only(error)[-1].strip()[:MOST_TEXT]}"
        kept: list[Output] = [Rejected(data=data, reason=FAILED, text=text)] if data else []
        return kept + self._telling.notices(error, text, now_us)


def _checked(outputs: list[Output]) -> list[Output]:
    """What a driver returned, if it is what it has to be. Raises TypeError."""
    came = list(outputs)
    if not OUTPUTS.issuperset(map(type, came)):
        wrong = next(output for output in came if type(output) not in OUTPUTS)
        raise TypeError(f"expected readings, rejections and things to send, came {type(wrong).__name__}")
    return came
