"""MQTT 3.1.1 packets of a client that subscribes at QoS 1: bytes from the broker in, bytes for it out.

Document: OASIS MQTT 3.1.1, sections 2 and 3. Pure: no socket, clock or task. `gateway.sources.mqtt_session` says
when which packet goes out.

A packet is a first byte (type and flags), a length in one to four bytes of seven bits each, and so many bytes.
Packets come in any cutting. A message longer than MOST_PAYLOAD_BYTES is cut there: the driver will refuse it by
its length, and it is stored and acknowledged like any other, where refusing it would have the broker send it
for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

MOST_PAYLOAD_BYTES = 2 * 1024 * 1024  # twice what a driver takes
MOST_LENGTH_BYTES = 4

_CONNACK, _PUBLISH, _PUBACK, _SUBACK, _PINGRESP = 2, 3, 4, 9, 13
_SUBSCRIBE = 0x82
_PROTOCOL = b"\x00\x04MQTT\x04"  # name, and level 4: version 3.1.1
_PASSWORD, _USERNAME = 0x40, 0x80  # CONNECT's flags; that of a clean session stays unset

PINGREQ = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"
REFUSED = 0x80  # a SUBACK's code


class NoMqtt(ValueError):
    """What came is not what a broker sends to a subscriber."""


class Connack(msgspec.Struct, frozen=True, gc=False):
    """The broker takes us, or says why not."""

    session_present: bool  # it kept our subscriptions
    code: int  # 0: taken; else section 3.2.2.3


class Suback(msgspec.Struct, frozen=True, gc=False):
    """The answer to a SUBSCRIBE, one code for each filter."""

    codes: bytes


class Message(msgspec.Struct, frozen=True, gc=False):
    """A PUBLISH."""

    topic: str  # empty where it is not UTF-8, which the standard forbids
    payload: bytes
    number: int  # by which it is acknowledged; 0 at QoS 0: not at all


Packet: TypeAlias = Connack | Suback | Message


class PacketReader:
    """The packets of one connection; answers to pings are passed over."""

    def __init__(self) -> None:
        self._tail = b""
        self._skip = 0  # bytes of a message that was cut, still to come

    def feed(self, data: bytes) -> list[Packet]:
        """Take bytes as they came; return the packets that are whole. Raises NoMqtt; then the connection is no use."""
        data, at = self._tail + data, 0
        packets: list[Packet] = []
        if self._skip:
            at = min(self._skip, len(data))
            self._skip -= at
        while (found := _body(data, at)) is not None:
            start, end = found
            if end > len(data):
                if len(data) - start <= MOST_PAYLOAD_BYTES:
                    break
                self._skip = end - len(data)
                end = len(data)
            packet = _packet(data[at], data, start, end)
            if packet is not None:
                packets.append(packet)
            at = end
        self._tail = data[at:]
        return packets


def connect(client_id: str, keep_alive_s: int, username: str | None, password: str | None) -> bytes:
    """Ask for our session, which the broker keeps while we are away."""
    words = [client_id, *(word for word in (username, password) if word is not None)]
    flags = (_USERNAME if username is not None else 0) | (_PASSWORD if password is not None else 0)
    body = _PROTOCOL + bytes((flags,)) + keep_alive_s.to_bytes(2, "big") + b"".join(map(_text, words))
    return _frame(0x10, body)


def subscribe(number: int, filters: Iterable[str]) -> bytes:
    """Ask for the messages of some filters at QoS 1 at most."""
    return _frame(_SUBSCRIBE, number.to_bytes(2, "big") + b"".join(_text(one) + b"\x01" for one in filters))


def pubacks(numbers: Iterable[int]) -> bytes:
    """Tell that messages are safe."""
    return b"".join([b"\x40\x02" + number.to_bytes(2, "big") for number in numbers])


def _body(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the body of the packet at `at` begins and ends; None while its length is not all there."""
    length, shift = 0, 0
    for index in range(at + 1, min(at + 1 + MOST_LENGTH_BYTES, len(data))):
        length |= (data[index] & 0x7F) << shift
        if data[index] < 0x80:
            return index + 1, index + 1 + length
        shift += 7
    if len(data) - at > MOST_LENGTH_BYTES:
        raise NoMqtt(f"expected a length of at most {MOST_LENGTH_BYTES} bytes, came {data[at + 1 : at + 5].hex()}")
    return None


def _packet(first: int, data: bytes, start: int, end: int) -> Packet | None:
    kind = first >> 4
    if kind == _PUBLISH:
        return _message(first, data, start, end)
    if kind == _CONNACK and end - start == 2:
        return Connack(session_present=bool(data[start] & 1), code=data[start + 1])
    if kind == _SUBACK and end - start > 2:
        return Suback(codes=data[start + 2 : end])
    if kind == _PINGRESP:
        return None
    raise NoMqtt(f"expected a packet for a subscriber, came type {kind} with {end - start} bytes")


def _message(first: int, data: bytes, start: int, end: int) -> Message:
    topic_at = start + 2
    payload_at = topic_at + (data[start] << 8 | data[start + 1]) if topic_at <= end else end
    qos, number = first >> 1 & 3, 0
    topic = data[topic_at:payload_at]
    if qos == 1:
        number = int.from_bytes(data[payload_at : payload_at + 2], "big")
        payload_at += 2
    if payload_at > end or qos > 1 or (qos and not number):
        raise NoMqtt(
            f"expected a message with a topic at QoS 0 or 1, came {data[start : start + 8].hex()} at QoS {qos}"
        )
    return Message(_decoded(topic), data[payload_at:end], number)


def _decoded(topic: bytes) -> str:
    try:
        return topic.decode()
    except UnicodeDecodeError:
        return ""


def _text(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def _frame(first: int, body: bytes) -> bytes:
    length, left = bytearray(), len(body)
    while left > 0x7F:
        length.append(left & 0x7F | 0x80)
        left >>= 7
    length.append(left)
    return bytes((first,)) + length + body
