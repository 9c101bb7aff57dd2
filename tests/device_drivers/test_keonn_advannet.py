"""AdvanNet's event stream: frames by their length, XML that can do no harm, and silence."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.keonn_advannet import MAX_PENDING_BYTES, Decoder, Settings
from device_drivers.keonn_advannet_wire import MOST_BODY_BYTES, frame
from gateway.model import Notice, Output, Rejected, TagRead

NOW_US = 1_767_225_600_000_000
SECOND_US = 1_000_000
KEEP_ALIVE = b"ADVANNET/1.1\r\nContent-Length:0\r\n\r\n"
READ = TagRead(epc=b"\x30\x34", antenna=2, rssi_dbm=-64.0, seen_us=1_772_126_017_432_000)
EVENT = frame(
    b"<inventory><item><epc>3034</epc><ts>1772126017432</ts><data><props><prop>RSSI:-64</prop>"
    b"<prop>ANTENNA_PORT:2</prop></props></data></item></inventory>"
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def _feed(data: bytes, **settings: Any) -> list[Output]:
    return Decoder(Settings(**settings)).feed(data, NOW_US)


def _reads(outputs: list[Output]) -> list[TagRead]:
    return [output for output in outputs if isinstance(output, TagRead)]


def test_events_and_keep_alives_in_one_stream() -> None:
    assert _feed(KEEP_ALIVE + EVENT + KEEP_ALIVE + EVENT) == [READ, READ]


@given(st.integers(1, len(EVENT) - 1))
def test_a_frame_cut_anywhere_costs_only_itself(missing: int) -> None:
    outputs = _feed(EVENT[:-missing] + EVENT * 30)
    assert _reads(outputs) == [READ] * 30


@given(st.integers(0, len(EVENT) - 1), st.integers(1, 255))
def test_one_wrong_byte_costs_at_most_its_frame_and_the_next(at: int, change: int) -> None:
    """There is no check sum: a wrong length can take a piece of the next frame along."""
    damaged = EVENT[:at] + bytes((EVENT[at] ^ change,)) + EVENT[at + 1 :]
    filler = KEEP_ALIVE * (MOST_BODY_BYTES // len(KEEP_ALIVE) + 1)
    assert _reads(_feed(damaged + filler + EVENT * 3))[-3:] == [READ] * 3


@pytest.mark.parametrize(
    "body",
    [
        f'<!DOCTYPE l [<!ENTITY l0 "ha">{LAUGHS}]><item><epc>&l9;</epc></item>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><item><epc>&b;</epc></item>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><item><epc>3034</epc></item>',
        "<item>" * 1000 + "</item>" * 1000,
        f"<item><epc>{'30' * 600}</epc></item>",
        "<item><epc>3034</epc>",
        '<?xml version="1.0" encoding="no-such-code"?><item/>',
        "<item><epc>&undefined;</epc></item>",
        "\x00\x01",
    ],
)
def test_xml_that_is_none_or_could_harm_is_rejected_at_once(body: str) -> None:
    begun = time.perf_counter()
    outputs = _feed(frame(body.encode()) + EVENT)
    assert time.perf_counter() - begun < 0.05
    assert _reads(outputs) == [READ]
    assert any(isinstance(output, Rejected) and output.reason in ("xml", "no_frame") for output in outputs)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (b"ADVANNET/1.1\r\nContent-Type:text/xml\r\n\r\n", "header"),
        (b"ADVANNET/1.1\r\nContent-Length:65537\r\n\r\n", "length"),
        (b"ADVANNET/1.1\r\nContent-Length:4294967295\r\n\r\n", "header"),
        (b"ADVANNET/1.1\r\n" + b"X:y\r\n" * 300, "length"),
        (b"ADVANNET/one\r\n\r\n", "no_frame"),
    ],
)
def test_headers_that_cannot_be_are_rejected(header: bytes, reason: str) -> None:
    rejected, read = _feed(header + EVENT)[-2:]
    assert isinstance(rejected, Rejected)
    assert read == READ
    assert reason == (rejected.reason if len(header) < 100 else "length")


@pytest.mark.parametrize(
    "item",
    [
        "<epc>3</epc>",
        "<epc></epc>",
        f"<epc>{'30' * 63}</epc>",
        "<epc>3034</epc><ts>soon</ts>",
        "<epc>3034</epc><props><prop>ANTENNA_PORT:x</prop></props>",
        "<epc>3034</epc><props><prop>RSSI:--</prop></props>",
        "<epc>3034</epc><props><prop>RSSI:900</prop></props>",
    ],
)
def test_a_bad_tag_costs_only_itself(item: str) -> None:
    rejected, read = _feed(frame(f"<a><item>{item}</item><item><epc>3034</epc></item></a>".encode()))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "field"
    assert read == TagRead(epc=b"\x30\x34")


def test_the_largest_event_waits_within_the_bound() -> None:
    whole = frame(b"<a>" + b" " * (MOST_BODY_BYTES - 7) + b"</a>")
    decoder = Decoder(Settings())
    assert decoder.feed(whole[:-1], NOW_US) == []
    assert decoder.pending_bytes == len(whole) - 1 <= MAX_PENDING_BYTES
    assert decoder.feed(whole[-1:] + EVENT, NOW_US) == [READ]


def test_silence_gives_the_connection_up_and_a_keep_alive_keeps_it() -> None:
    decoder = Decoder(Settings(silence_s=60))
    decoder.start(NOW_US)
    decoder.feed(KEEP_ALIVE, NOW_US + 50 * SECOND_US)
    assert decoder.tick(NOW_US + 109 * SECOND_US) == []
    (notice,) = decoder.tick(NOW_US + 110 * SECOND_US)
    assert isinstance(notice, Notice)
    assert (notice.name, notice.fault) == ("give_up", True)


def test_silence_may_be_allowed() -> None:
    decoder = Decoder(Settings(silence_s=0))
    decoder.start(NOW_US)
    assert decoder.tick(NOW_US + 10_000 * SECOND_US) == []
    with pytest.raises(ValueError, match="silence_s"):
        Settings(silence_s=-1)
