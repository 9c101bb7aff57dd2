"""Bits of a tag, most significant first: the one place that shifts and masks."""

from __future__ import annotations

from gateway.errors import BadInput


class Undecodable(BadInput):
    """These bits, or this URI, are not of the scheme they claim; `reason` is the stable word for it."""

    def __init__(self, reason: str, text: str) -> None:
        self.reason = reason
        super().__init__(f"{reason}: {text}")


class BitReader:
    """Takes fields off the front of a tag's bits."""

    __slots__ = ("left", "value")

    def __init__(self, data: bytes) -> None:
        self.value = int.from_bytes(data, "big")
        self.left = len(data) * 8

    def take(self, bits: int) -> int:
        """The next `bits` bits as an unsigned number; Undecodable (`length`) when so many are not left."""
        self.left -= bits
        if self.left < 0:
            raise Undecodable("length", f"{-self.left} bits are missing at the end of the tag")
        return (self.value >> self.left) & ((1 << bits) - 1)

    def rest(self) -> int:
        """All bits not yet taken, as one number."""
        return self.value & ((1 << self.left) - 1)


class BitWriter:
    """Appends fields and pads to the 16-bit words that a tag's memory is made of."""

    __slots__ = ("bits", "value")

    def __init__(self) -> None:
        self.value = 0
        self.bits = 0

    def put(self, value: int, bits: int) -> None:
        """Append `value`, which the caller has checked to fit in `bits` bits."""
        self.value = (self.value << bits) | value
        self.bits += bits

    def words(self) -> bytes:
        """The bits so far, zero-padded on the right to whole words."""
        padding = -self.bits % 16
        return (self.value << padding).to_bytes((self.bits + padding) // 8, "big")
