"""Modbus frames: a question on a serial line (RTU) or over TCP, and the one answer that fits it.

Documents: MODBUS Application Protocol V1.1b3; MODBUS over Serial Line V1.02; MODBUS Messaging on TCP/IP V1.0b.

A slave speaks only when asked, so a frame is known by the question before it: unit, function and number of bytes are
those of the question, and on TCP the transaction number too. Nothing else is taken for an answer, be its checksum
right or not: that is what keeps a late answer from being read as that of the next question.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from device_drivers.framing import Refused

EXCEPTION = 0x80  # added to the function
EXCEPTIONS = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "acknowledge, the answer takes time",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target device failed to respond",
}
BIT_FUNCTIONS = (1, 2)
RTU_OVERHEAD = 5  # unit, function, number of bytes, CRC
RTU_EXCEPTION = 5
RTU_REQUEST = 8
TCP_UNIT_AT = 6
MOST_FRAME_BYTES = 260


def _crc_of(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ 0xA001 if byte & 1 else byte >> 1
    return byte


CRC_OF = tuple(_crc_of(byte) for byte in range(256))


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A request to read: functions 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers."""

    unit_id: int
    function: int
    address: int  # from 0
    count: int

    @property
    def byte_count(self) -> int:
        """How many bytes of data the answer has."""
        return (self.count + 7) // 8 if self.function in BIT_FUNCTIONS else self.count * 2

    @property
    def pdu(self) -> bytes:
        """Function and parameters."""
        return bytes([self.function]) + self.address.to_bytes(2, "big") + self.count.to_bytes(2, "big")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back."""

    data: bytes = b""
    exception: int = 0  # 0: none

    @property
    def refusal(self) -> str:
        """An exception in words."""
        return f"{EXCEPTIONS.get(self.exception, 'unknown exception')} ({self.exception})"


class Wire(Protocol):
    """One way to put a question; `read` and `seek` are those of a Framer."""

    def ask(self, question: Question) -> bytes:
        """The frame to send; from now on its answer is expected."""

    def forget(self) -> None:
        """No answer is expected."""

    def read(self, buffer: bytearray, at: int) -> tuple[int, Answer | None] | None:
        """An answer and its end; None in its place for an echo; None while it is not all there. Raises Refused."""

    def seek(self, buffer: bytearray, at: int) -> int:
        """The next place where an answer may begin."""


def crc16(data: bytes | bytearray) -> bytes:
    """CRC-16/MODBUS, low byte first as on the line."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_OF[(crc ^ byte) & 0xFF]
    return crc.to_bytes(2, "little")


class Rtu:
    """Serial line. Our own request may come back before the answer: half-duplex adapters hear themselves."""

    def __init__(self) -> None:
        self._asked: Question | None = None
        self._request = b""

    def ask(self, question: Question) -> bytes:
        """See Wire."""
        body = bytes([question.unit_id]) + question.pdu
        self._asked, self._request = question, body + crc16(body)
        return self._request

    def forget(self) -> None:
        """See Wire."""
        self._asked = None

    def read(self, buffer: bytearray, at: int) -> tuple[int, Answer | None] | None:
        """See Wire."""
        asked = self._asked
        if asked is None:
            raise _unasked(buffer, at)
        if buffer[at] != asked.unit_id:
            raise Refused("unit", f"expected unit {asked.unit_id}, came {buffer[at]}")
        if len(buffer) < at + 3:
            return None
        lengths = self._lengths(asked, buffer[at + 1], buffer[at + 2])
        if not lengths:
            text = f"expected an answer to {self._request.hex()}, came {bytes(buffer[at : at + 3]).hex()}..."
            raise Refused("no_answer", text)
        for length in lengths:
            if len(buffer) < at + length:
                return None
            frame = buffer[at : at + length]
            if crc16(frame[:-2]) == frame[-2:]:
                return at + length, _rtu_answer(frame, asked)
        raise Refused("checksum", f"expected CRC {crc16(frame[:-2]).hex()}, came {frame[-2:].hex()}")

    def seek(self, buffer: bytearray, at: int) -> int:
        """See Wire."""
        found = -1 if self._asked is None else buffer.find(self._asked.unit_id, at)
        return len(buffer) if found < 0 else found

    def _lengths(self, asked: Question, function: int, third: int) -> list[int]:
        """Of what may begin so, the shortest first: only the bytes decide, never how many have come yet."""
        if function == asked.function | EXCEPTION:
            return [RTU_EXCEPTION]
        if function != asked.function:
            return []
        lengths = [RTU_OVERHEAD + third] if third == asked.byte_count else []
        return sorted(lengths + ([RTU_REQUEST] if third == self._request[2] else []))


def _rtu_answer(frame: bytearray, asked: Question) -> Answer | None:
    if frame[1] == asked.function | EXCEPTION:
        return Answer(exception=frame[2])
    if len(frame) == RTU_OVERHEAD + asked.byte_count and frame[2] == asked.byte_count:
        return Answer(data=bytes(frame[3:-2]))
    return None  # our own request


class Tcp:
    """Modbus TCP. The unit of an answer is not compared: many devices answer 0, 1 or 255 whatever was asked."""

    def __init__(self) -> None:
        self._transaction = 0
        self._heads: tuple[bytes, bytes] | None = None  # of an answer, of an exception

    def ask(self, question: Question) -> bytes:
        """See Wire."""
        self._transaction = self._transaction % 0xFFFF + 1
        number = self._transaction.to_bytes(2, "big") + b"\x00\x00"
        answer = bytes([question.unit_id, question.function, question.byte_count])
        refusal = bytes([question.unit_id, question.function | EXCEPTION])
        self._heads = (
            number + (len(answer) + question.byte_count).to_bytes(2, "big") + answer,
            number + b"\x00\x03" + refusal,
        )
        return number + b"\x00\x06" + bytes([question.unit_id]) + question.pdu

    def forget(self) -> None:
        """See Wire."""
        self._heads = None

    def read(self, buffer: bytearray, at: int) -> tuple[int, Answer | None] | None:
        """See Wire."""
        if self._heads is None:
            raise _unasked(buffer, at)
        answer, refusal = self._heads
        for head, length in ((answer, len(answer) + answer[-1]), (refusal, len(refusal) + 1)):
            if not _begins(buffer, at, head):
                continue
            if len(buffer) < at + length:
                return None
            body = bytes(buffer[at + len(head) : at + length])
            return at + length, Answer(data=body) if head is answer else Answer(exception=body[0])
        came = bytes(buffer[at : at + len(answer)]).hex()
        raise Refused("no_answer", f"expected a frame that begins {answer.hex()} or {refusal.hex()}, came {came}")

    def seek(self, buffer: bytearray, at: int) -> int:
        """See Wire."""
        found = -1 if self._heads is None else buffer.find(self._heads[0][0], at)
        return len(buffer) if found < 0 else found


def _begins(buffer: bytearray, at: int, head: bytes) -> bool:
    """Does `head` stand here, as far as bytes have come, whatever the unit?"""
    came = buffer[at : at + len(head)]
    if len(came) > TCP_UNIT_AT:
        came[TCP_UNIT_AT] = head[TCP_UNIT_AT]
    return head.startswith(bytes(came))


def _unasked(buffer: bytearray, at: int) -> Refused:
    came = bytes(buffer[at : at + 8]).hex()
    return Refused("unasked", f"expected silence: nothing was asked, or it was given up; came {came}...")
