"""What every driver must do, run on every driver there is (see `driver_vectors`).

Stream drivers: cutting the stream differently changes nothing; noise never raises and never takes
long; the unfinished tail is bounded; a good frame between garbage is always found. Message drivers:
noise never raises; garbage between good messages loses nothing; any topic will do.

Random inputs have a seed that stands in the failure's notes; TIERVIEW_FUZZ_SEED sets it.
"""

from __future__ import annotations

import dataclasses
import inspect
import itertools
import json
import os
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.model import Decoder, Output, Rejected
from tests.driver_vectors import Driver, assert_outputs, find_drivers

NOW_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
LATER_US = NOW_US + 60_000_000
FUZZ_FRAMES = 20_000
LONG_FUZZ_FRAMES = 1_000_000
FRAMES_A_CONNECTION = 500
MOST_FEED_S = 0.05
NOISE_BYTES = 5_000_000
CHUNK_BYTES = 16_384
OTHERS: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1e308,
    float("nan"),
    "",
    "\ud800",
    "9" * 400,
    [],
    [[]],
    {},
    {"a": {"a": 1}},
)
TAIL = bytes(80_000)  # longer than what any false header in garbage can hold back

ALL = pytest.mark.parametrize("driver", find_drivers(), ids=lambda driver: driver.name)
STREAM = pytest.mark.parametrize("driver", find_drivers("stream"), ids=lambda driver: driver.name)
MESSAGE = pytest.mark.parametrize("driver", find_drivers("message"), ids=lambda driver: driver.name)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


# --- what a driver's module is ---------------------------------------------------------------------


@ALL
def test_a_driver_is_one_documented_module_with_frozen_settings(driver: Driver) -> None:
    assert driver.module.__name__ == f"device_drivers.{driver.name}"
    assert driver.transport in ("stream", "message")
    assert inspect.getdoc(driver.module)
    assert driver.vectors(), f"tests/vectors/{driver.name}.jsonl is missing or empty"
    assert dataclasses.is_dataclass(driver.settings)
    made = msgspec.convert(driver.vectors()[0].settings, driver.settings)
    for field in dataclasses.fields(driver.settings):
        assert field.kw_only
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, field.name, None)


@ALL
def test_vectors_are_reproduced(driver: Driver) -> None:
    for vector in driver.vectors():
        outputs = driver.decoder(vector.settings).feed(vector.data, NOW_US, vector.topic)
        assert_outputs(outputs, vector.expect, vector.source)


@ALL
def test_nothing_in_gives_no_reading_out(driver: Driver) -> None:
    decoder = driver.decoder()
    outputs = [*decoder.start(NOW_US), *decoder.tick(NOW_US)]
    assert not [output for output in outputs if isinstance(output, Rejected)]
    if driver.transport == "stream":
        assert decoder.feed(b"", NOW_US) == []


# --- stream drivers --------------------------------------------------------------------------------


@STREAM
@QUICK
@given(data=st.data())
def test_any_cutting_gives_the_same_outputs(driver: Driver, data: st.DataObject) -> None:
    frames = [vector.data for vector in driver.vectors()]
    piece = st.sampled_from(frames) | st.binary(max_size=40) | st.sampled_from(frames).map(lambda frame: frame[:-1])
    stream = b"".join(data.draw(st.lists(piece, max_size=8), label="pieces"))
    places = st.lists(st.integers(0, len(stream)), max_size=12)
    cuts = data.draw(places, label="cuts")
    assert _feed(driver.decoder(), _cut(stream, cuts)) == _feed(driver.decoder(), [stream])


@STREAM
def test_byte_by_byte_gives_the_same_outputs(driver: Driver) -> None:
    dice = random.Random(7)
    frames = [vector.data for vector in driver.vectors()]
    stream = b"".join(itertools.chain.from_iterable((frame, dice.randbytes(9)) for frame in frames))
    single = (stream[at : at + 1] for at in range(len(stream)))
    assert _feed(driver.decoder(), single) == _feed(driver.decoder(), [stream])


@STREAM
def test_noise_never_raises_and_never_takes_long(driver: Driver) -> None:
    _fuzz(driver, FUZZ_FRAMES, _seed(1))


@pytest.mark.long
@pytest.mark.timeout(3600)
@ALL
def test_a_million_frames_of_noise_never_raise(driver: Driver) -> None:
    _fuzz(driver, LONG_FUZZ_FRAMES, _seed(random.SystemRandom().getrandbits(32)))


@STREAM
def test_the_unfinished_tail_is_bounded(driver: Driver) -> None:
    seed = _seed(2)
    frames = [vector.data for vector in driver.vectors()]
    with _told(driver, seed):
        for noise in _endless(frames, random.Random(seed)):
            decoder = driver.decoder()
            for chunk in noise:
                decoder.feed(chunk, NOW_US)
                pending = decoder.pending_bytes  # type: ignore[attr-defined]  # of stream drivers only
                assert pending <= driver.max_pending_bytes


@STREAM
def test_a_good_frame_between_garbage_is_always_found(driver: Driver) -> None:
    seed = _seed(3)
    dice = random.Random(seed)
    good = [vector for vector in driver.vectors() if _readings_expected(vector.expect)]
    assert good, "no vector has a reading without anything rejected"
    with _told(driver, seed):
        for vector, _ in itertools.product(good, range(20)):
            garbage = dice.randbytes(dice.randrange(1, 400))
            found = _to_the_end(driver.decoder(vector.settings), garbage + vector.data + dice.randbytes(50) + TAIL)
            alone = _to_the_end(driver.decoder(vector.settings), vector.data + TAIL)
            assert found == alone, vector.source


# --- message drivers -------------------------------------------------------------------------------


@MESSAGE
def test_a_value_of_another_kind_at_any_place_of_a_message_never_raises(driver: Driver) -> None:
    for vector in driver.vectors():
        for payload in _with_another_value(_tree(vector.data)):
            try:
                driver.decoder(vector.settings).feed(json.dumps(payload).encode(), NOW_US, vector.topic)
            except Exception as error:
                error.add_note(f"{driver.name} on {vector.topic}: {payload}")
                raise


@MESSAGE
def test_noise_in_messages_never_raises(driver: Driver) -> None:
    _fuzz(driver, FUZZ_FRAMES, _seed(4))


@MESSAGE
@QUICK
@given(topic=st.text(max_size=80), data=st.binary(max_size=200))
def test_any_topic_and_any_bytes_are_taken(driver: Driver, topic: str, data: bytes) -> None:
    decoder = driver.decoder()
    decoder.feed(data, NOW_US, topic)
    for vector in driver.vectors()[:3]:
        decoder.feed(vector.data, NOW_US, topic)


@MESSAGE
def test_garbage_between_messages_loses_nothing(driver: Driver) -> None:
    seed = _seed(5)
    dice = random.Random(seed)
    with _told(driver, seed):
        for vector in driver.vectors():
            decoder = driver.decoder(vector.settings)
            for garbage in (b"", b"{", b"null", b"[]", b"[1]", b'"x"', dice.randbytes(100), vector.data[:-1]):
                decoder.feed(garbage, NOW_US, vector.topic)
            assert_outputs(decoder.feed(vector.data, NOW_US, vector.topic), vector.expect, vector.source)


# --- noise -----------------------------------------------------------------------------------------


def _fuzz(driver: Driver, frames: int, seed: int) -> None:
    dice = random.Random(seed)
    vectors = driver.vectors()
    for first in range(0, frames, FRAMES_A_CONNECTION):
        chosen = [dice.choice(vectors) for _ in range(min(FRAMES_A_CONNECTION, frames - first))]
        connection = [(_noise(dice, vector.data), vector.topic) for vector in chosen]
        with _told(driver, seed, f"connection {first // FRAMES_A_CONNECTION}"):
            slow = _slow_feeds(driver, chosen[0].settings, connection)
            if slow:  # once may be the machine's fault: the same feed must be slow again to count
                slow &= _slow_feeds(driver, chosen[0].settings, connection)
            assert not slow, f"more than {MOST_FEED_S} s for {[connection[number][0].hex() for number in slow]}"


def _slow_feeds(driver: Driver, raw: dict[str, Any], connection: list[tuple[bytes, str]]) -> set[int]:
    """Feed one connection's noise, with ticks between; return which feeds took too long."""
    decoder = driver.decoder(raw)
    decoder.start(NOW_US)
    slow = set()
    for number, (data, topic) in enumerate(connection):
        began_s = time.thread_time()
        decoder.feed(data, NOW_US, topic)
        if time.thread_time() - began_s > MOST_FEED_S:
            slow.add(number)
        decoder.tick(NOW_US + number * 100_000)
    return slow


def _noise(dice: random.Random, frame: bytes) -> bytes:
    """Return random bytes, or a good frame, or one that was damaged in one of the ways of real lines."""
    kind = dice.randrange(7)
    at = dice.randrange(len(frame))
    if kind == 0:
        return dice.randbytes(dice.randrange(200))
    if kind == 1:
        return frame
    if kind == 2:
        return frame[:at]
    if kind == 3:
        return frame[:at] + dice.randbytes(1) + frame[at + 1 :]
    if kind == 4:
        return frame[:at] + b"\xff\xff\xff\xff" + frame[at + 4 :]
    if kind == 5:
        return frame[:at] + dice.randbytes(dice.randrange(1, 9)) + frame[at:]
    return frame[:at] + frame[at + dice.randrange(1, 9) :]


def _endless(frames: list[bytes], dice: random.Random) -> Iterator[Iterable[bytes]]:
    """Yield streams that never end: random bytes, and the beginnings of good frames again and again."""
    chunks = NOISE_BYTES // CHUNK_BYTES
    yield (dice.randbytes(CHUNK_BYTES) for _ in range(chunks))
    for length in (1, 4, 12, 24):
        prefix = dice.choice(frames)[:length]
        yield itertools.repeat(prefix * (CHUNK_BYTES // len(prefix)), chunks // 10)
    yield itertools.chain([dice.choice(frames)[:8]], itertools.repeat(b"A" * CHUNK_BYTES, chunks // 10))


def _seed(default: int) -> int:
    return int(os.environ.get("TIERVIEW_FUZZ_SEED", default))


@contextmanager
def _told(driver: Driver, seed: int, what: str = "") -> Iterator[None]:
    """Write into a failure what it takes to see it again."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"driver {driver.name}, TIERVIEW_FUZZ_SEED={seed} {what}")
        raise


# --- feeding ---------------------------------------------------------------------------------------


def _feed(decoder: Decoder, pieces: Iterable[bytes]) -> list[Output]:
    return [output for piece in pieces for output in decoder.feed(piece, NOW_US)]


def _cut(stream: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cuts), len(stream)]
    return [stream[begin:end] for begin, end in itertools.pairwise(places)]


def _readings_expected(expect: list[dict[str, object]]) -> bool:
    kinds = {output["type"] for output in expect}
    return "rejected" not in kinds and bool(kinds & {"tag_read", "label", "fix", "measurement", "passage"})


def _to_the_end(decoder: Decoder, stream: bytes) -> list[Output]:
    """Feed a stream and the silence after it; return what was meant, without what was rejected."""
    outputs = [*decoder.feed(stream, NOW_US), *decoder.tick(LATER_US)]
    return [output for output in outputs if not isinstance(output, Rejected)]


def _tree(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:  # no JSON: the fuzzed frames say enough
        return ""


def _with_another_value(tree: Any) -> Iterator[Any]:
    """The tree with each of the other values at each of its places, one place at a time."""
    yield from OTHERS
    if isinstance(tree, dict | list):
        places = tree.keys() if isinstance(tree, dict) else range(len(tree))
        for place in places:
            for value in _with_another_value(tree[place]):
                changed = tree.copy()
                changed[place] = value
                yield changed
