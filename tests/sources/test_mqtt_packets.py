"""MQTT packets: read in any cutting, refused where they are none, and bounded."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.sources import mqtt_packets
from gateway.sources.mqtt_packets import (
    MOST_PAYLOAD_BYTES,
    Connack,
    Message,
    NoMqtt,
    Packet,
    PacketReader,
    Suback,
    connect,
    pubacks,
    subscribe,
)

TAKEN = bytes.fromhex("20020000")
KEPT = bytes.fromhex("20020100")
NOT_AUTHORISED = bytes.fromhex("20020005")
SUBSCRIBED = bytes.fromhex("9004 0001 01 80")
PONG = bytes.fromhex("d000")


def publish(topic: bytes, payload: bytes, *, qos: int = 1, number: int = 7, flags: int = 0) -> bytes:
    """A PUBLISH, written apart from the code that reads it."""
    body = len(topic).to_bytes(2, "big") + topic + (number.to_bytes(2, "big") if qos else b"") + payload
    length = b""
    left = len(body)
    while True:
        left, low = divmod(left, 128)
        length += bytes((low | (128 if left else 0),))
        if not left:
            return bytes((0x30 | qos << 1 | flags,)) + length + body


STREAM: list[tuple[bytes, Packet | None]] = [
    (TAKEN, Connack(session_present=False, code=0)),
    (KEPT, Connack(session_present=True, code=0)),
    (NOT_AUTHORISED, Connack(session_present=False, code=5)),
    (SUBSCRIBED, Suback(b"\x01\x80")),
    (PONG, None),
    (publish(b"dock/1", b"x"), Message("dock/1", b"x", 7)),
    (publish(b"dock/1", b"", qos=0), Message("dock/1", b"", 0)),
    (publish(b"dock/1", b"again", flags=8), Message("dock/1", b"again", 7)),
    (publish(b"a" * 200, b"y" * 127, number=65_535), Message("a" * 200, b"y" * 127, 65_535)),
    (publish("a\N{EM DASH}b".encode(), b"z" * 20_000), Message("a\N{EM DASH}b", b"z" * 20_000, 7)),
    (publish(b"\xff", b"no UTF-8"), Message("", b"no UTF-8", 7)),
]
WHOLE = b"".join(data for data, _ in STREAM)
MEANT = [packet for _, packet in STREAM if packet is not None]


def test_a_stream_is_read_whole_and_byte_by_byte() -> None:
    assert PacketReader().feed(WHOLE) == MEANT
    reader = PacketReader()
    assert [packet for at in range(len(WHOLE)) for packet in reader.feed(WHOLE[at : at + 1])] == MEANT


@given(st.lists(st.integers(0, len(WHOLE)), max_size=30))
def test_any_cutting_of_a_stream_gives_the_same(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(WHOLE)]
    reader = PacketReader()
    found = [packet for start, end in pairwise(edges) for packet in reader.feed(WHOLE[start:end])]
    assert found == MEANT


@given(st.binary(max_size=400))
def test_noise_is_refused_and_raises_nothing_else(noise: bytes) -> None:
    with suppress(NoMqtt):
        PacketReader().feed(noise)


@pytest.mark.parametrize(
    "noise",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\x20\xff\xff\xff\xff\x01",  # a length of five bytes
        b"\x34\x06\x00\x01a\x00\x07x",  # QoS 2, which we did not ask for
        publish(b"a", b"x", number=0),
        b"\x32\x03\x00\x09a",  # a topic that runs over its packet
        b"\x32\x01\x00",
        b"\x20\x01\x00",
    ],
)
def test_what_no_broker_sends_is_refused(noise: bytes) -> None:
    with pytest.raises(NoMqtt):
        PacketReader().feed(noise + bytes(64))


@pytest.mark.parametrize("cut", [1_000, 65_536, MOST_PAYLOAD_BYTES * 2])
def test_a_message_beyond_the_bound_is_cut_and_what_follows_is_read(cut: int) -> None:
    stream = publish(b"a", b"x" * (MOST_PAYLOAD_BYTES + 300_000)) + publish(b"a", b"next")
    reader = PacketReader()
    found = [packet for at in range(0, len(stream), cut) for packet in reader.feed(stream[at : at + cut])]
    first, second = found
    assert isinstance(first, Message)
    assert MOST_PAYLOAD_BYTES - 8 <= len(first.payload) <= max(MOST_PAYLOAD_BYTES + cut, len(stream))
    assert first.number == 7
    assert second == Message("a", b"next", 7)


def test_what_we_send_is_as_the_standard_writes_it() -> None:
    assert connect("me", 15, None, None) == bytes.fromhex("100e 0004 4d515454 04 00 000f 0002 6d65")
    with_user = connect("me", 15, "ab", "c")
    assert with_user == bytes.fromhex("1015 0004 4d515454 04 c0 000f 0002 6d65 0002 6162 0001 63")
    assert subscribe(1, ["a/#", "b"]) == bytes.fromhex("820c 0001 0003 612f23 01 0001 62 01")
    assert pubacks([1, 0x1234]) == bytes.fromhex("4002 0001 4002 1234")
    assert subscribe(1, ["t" * 200])[:3] == bytes.fromhex("82cd01")
    assert (mqtt_packets.PINGREQ, mqtt_packets.DISCONNECT) == (b"\xc0\x00", b"\xe0\x00")
