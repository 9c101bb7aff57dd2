"""A driver that raises: what it was fed waits, its decoder begins anew, and the rest of the gateway goes on."""

from __future__ import annotations

from typing import Any

from gateway.model import Decoder, Micros, Notice, Output, Rejected, Send
from gateway.walk.driver_faults import TELL_EVERY_US, Guarded, Telling

T0 = 1_767_225_600_000_000
SECOND_US = 1_000_000


class Frail:
    """Counts what it was fed since it began, greets, and breaks where it is told to."""

    def __init__(self) -> None:
        self._fed = 0

    def start(self, now_us: Micros) -> list[Output]:
        return [Send(data=b"hello")]

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        if data == b"break":
            raise KeyError("x" * 10_000)
        if data == b"nothing":
            return None  # type: ignore[return-value]
        if data == b"word":
            return ["word"]  # type: ignore[list-item]
        if data == b"deep":
            return self.feed(data, now_us, topic)
        self._fed += 1
        return [Notice(name="fed", text=str(self._fed))]

    def tick(self, now_us: Micros) -> list[Output]:
        return [Send(data=b"tick")]


def guarded(make: Any = Frail) -> Decoder:
    return Guarded(make, Telling("dock", "frail"))


def test_what_a_driver_failed_at_waits_with_its_reason_and_the_decoder_begins_anew() -> None:
    decoder = guarded()
    assert decoder.start(T0) == [Send(data=b"hello")]
    assert decoder.feed(b"1", T0) == [Notice(name="fed", text="1")]
    kept, told = decoder.feed(b"break", T0)
    assert isinstance(kept, Rejected)
    assert (kept.data, kept.reason) == (b"break", "driver_failed")
    assert kept.text.startswith("the driver failed: KeyError: 'xxx")
    assert len(kept.text) < 400
    assert told == Notice(name="driver_failed", text=kept.text, fault=True)
    assert decoder.feed(b"1", T0) == [Send(data=b"hello"), Notice(name="fed", text="1")], "greeted, counted from one"


def test_one_that_failed_begins_anew_with_the_tick_where_the_device_waits_to_be_spoken_to() -> None:
    decoder = guarded()
    decoder.start(T0)
    decoder.feed(b"break", T0)
    assert decoder.tick(T0) == [Send(data=b"hello"), Send(data=b"tick")]
    assert decoder.tick(T0) == [Send(data=b"tick")]


def test_a_failing_device_is_told_once_a_minute_whatever_the_clock_and_its_connections_do() -> None:
    telling = Telling("dock", "frail")
    one, other = Guarded(Frail, telling), Guarded(Frail, telling)

    def told(decoder: Decoder, at_us: Micros) -> bool:
        kept, *notices = decoder.feed(b"break", at_us)
        assert isinstance(kept, Rejected), "each is kept"
        return bool(notices)

    assert [told(one, T0 + s * SECOND_US) for s in range(60)] == [True] + [False] * 59
    assert not told(other, T0 + 59 * SECOND_US), "another connection of the same device"
    assert told(other, T0 + TELL_EVERY_US)
    assert told(one, T0 - 86_400 * SECOND_US), "the clock was set back by a day"


def test_what_is_no_list_of_readings_is_a_failure_too() -> None:
    for data, why in ((b"nothing", "NoneType"), (b"word", "came str"), (b"deep", "RecursionError")):
        kept, _ = guarded().feed(data, T0)
        assert isinstance(kept, Rejected)
        assert why in kept.text


def test_a_driver_that_cannot_even_begin_is_tried_again() -> None:
    tries = 0

    def make() -> Frail:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ValueError("not yet")
        return Frail()

    decoder = guarded(make)
    assert decoder.start(T0) == [
        Notice(name="driver_failed", text="the driver failed: ValueError: not yet", fault=True)
    ]
    assert [type(output) for output in decoder.feed(b"1", T0)] == [Rejected]
    assert decoder.feed(b"1", T0) == [Send(data=b"hello"), Notice(name="fed", text="1")]
