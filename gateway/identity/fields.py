"""The kinds of field that EPC binary headings are made of (TDS 14.3 and 14.4): each reads and writes itself.

A field turns bits into zero, one or two parts of the URI and back. Parts are plain text; the
percent-escapes of URIs belong to `gs1`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from gateway.identity.bits import BitReader, BitWriter, Undecodable

# AI encodable character set 82 (GS1 General Specifications 7.11): what serials may hold.
CHARACTERS_82 = frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
# Character set 39: component and part references (CPI), and ADI.
CHARACTERS_39 = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
CAGE_CHARACTERS = frozenset("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")  # no I, no O


class Field(Protocol):
    """A stretch of bits with a meaning."""

    @property
    def parts(self) -> int:
        """How many parts of the URI it stands for."""

    def read(self, reader: BitReader, parts: list[str]) -> None:
        """Take its bits and append its parts; Undecodable when the bits break its rules."""

    def write(self, writer: BitWriter, parts: Iterator[str]) -> None:
        """Consume its parts and append its bits; Undecodable when they do not fit."""


@dataclass(frozen=True)
class Number:
    """A decimal without leading zeros; `digits` bounds it where the bits could hold more."""

    bits: int
    digits: int | None = None
    parts = 1

    def read(self, reader: BitReader, parts: list[str]) -> None:
        value = reader.take(self.bits)
        if self.digits is not None and value >= 10**self.digits:
            raise Undecodable("digits", f"{value} has more than {self.digits} digits")
        parts.append(str(value))

    def write(self, writer: BitWriter, parts: Iterator[str]) -> None:
        text = next(parts)
        value = decimal(text)
        if text != str(value):
            raise Undecodable("digits", f"{text} begins with a zero, which a number on a tag cannot keep")
        if value.bit_length() > self.bits or (self.digits is not None and len(text) > self.digits):
            raise Undecodable("digits", f"{text} does not fit in {self.bits} bits")
        writer.put(value, self.bits)


@dataclass(frozen=True)
class Digits:
    """A decimal zero-padded to exactly `count` digits; none at all where `count` is 0."""

    bits: int
    count: int
    parts = 1

    def read(self, reader: BitReader, parts: list[str]) -> None:
        value = reader.take(self.bits)
        text = f"{value:0{self.count}d}" if self.count else ""
        if len(text) > self.count or (value and not self.count):
            raise Undecodable("digits", f"{value} has more than {self.count} digits")
        parts.append(text)

    def write(self, writer: BitWriter, parts: Iterator[str]) -> None:
        text = next(parts)
        if len(text) != self.count:
            raise Undecodable("digits", f"{text!r} should have {self.count} digits")
        writer.put(decimal(text) if text else 0, self.bits)


@dataclass(frozen=True)
class Numeric:
    """Digits that keep their leading zeros, because a 1 stands before them (TDS 14.3.7)."""

    bits: int
    most: int
    parts = 1

    def read(self, reader: BitReader, parts: list[str]) -> None:
        text = str(reader.take(self.bits))
        if text[0] != "1" or not 1 < len(text) <= self.most + 1:
            raise Undecodable("numeric", f"a numeric string is a 1 and up to {self.most} digits, not {text}")
        parts.append(text[1:])

    def write(self, writer: BitWriter, parts: Iterator[str]) -> None:
        text = next(parts)
        decimal(text)
        if len(text) > self.most:
            raise Undecodable("digits", f"{text} has more than {self.most} digits")
        writer.put(int("1" + text), self.bits)


@dataclass(frozen=True)
class Text:
    """Seven-bit characters, ended by NUL or by the field's end; what follows the NUL is zero."""

    bits: int
    most: int
    parts = 1

    def read(self, reader: BitReader, parts: list[str]) -> None:
        left, value, found = self.bits, reader.take(self.bits), ""
        while left >= 7 and (code := (value >> (left - 7)) & 0x7F):
            left -= 7
            found += chr(code)
        if value & ((1 << left) - 1):
            raise Undecodable("padding", f"there are bits after the end of {found!r}")
        parts.append(self.checked(found))

    def write(self, writer: BitWriter, parts: Iterator[str]) -> None:
        text = self.checked(next(parts))
        value = 0
        for character in text:
            value = (value << 7) | ord(character)
        writer.put(value << (self.bits - 7 * len(text)), self.bits)

    def checked(self, text: str) -> str:
        if not 1 <= len(text) <= self.most:
            raise Undecodable("length", f"{text!r} should have 1 to {self.most} characters")
        return within(text, CHARACTERS_82)


@dataclass(frozen=True)
class Packed:
    """Six-bit characters ended by six zero bits; its length is known only after reading."""

    least: int
    most: int
    parts = 1

    def read(self, reader: BitReader, parts: list[str]) -> None:
        found = ""
        while code := reader.take(6):
            found += six_bit_character(code)
            if len(found) > self.most:
                break
        parts.append(self.checked(found))

    def write(self, writer: BitWriter, parts: Iterator[str]) -> None:
        for character in self.checked(next(parts)):
            writer.put(ord(character) & 0x3F, 6)
        writer.put(0, 6)

    def checked(self, text: str) -> str:
        if not self.least <= len(text) <= self.most:
            raise Undecodable("length", f"{text!r} should have {self.least} to {self.most} characters")
        return within(text, CHARACTERS_39)


@dataclass(frozen=True)
class Cage:
    """A CAGE code (5 characters after a space) or DoDAAC (6), in characters of six or eight bits."""

    character_bits: int
    parts = 1

    def read(self, reader: BitReader, parts: list[str]) -> None:
        codes = [reader.take(self.character_bits) for _ in range(6)]
        text = "".join(six_bit_character(code) if self.character_bits == 6 else chr(code) for code in codes)
        parts.append(within(text[1:] if text[0] == " " else text, CAGE_CHARACTERS))

    def write(self, writer: BitWriter, parts: Iterator[str]) -> None:
        text = within(next(parts), CAGE_CHARACTERS)
        if not 5 <= len(text) <= 6:
            raise Undecodable("length", f"a CAGE code has 5 characters and a DoDAAC 6, not {text!r}")
        for character in text.rjust(6):
            writer.put(ord(character) & ((1 << self.character_bits) - 1), self.character_bits)


@dataclass(frozen=True)
class Reserved:
    """Bits that the standard keeps at zero."""

    bits: int
    parts = 0

    def read(self, reader: BitReader, parts: list[str]) -> None:
        if value := reader.take(self.bits):
            raise Undecodable("reserved", f"{self.bits} bits that must be zero are {value:#x}")

    def write(self, writer: BitWriter, parts: Iterator[str]) -> None:
        writer.put(0, self.bits)


@dataclass(frozen=True)
class Partitioned:
    """Company prefix and reference: three bits say how the digits are shared between them.

    `rows` holds, for partition 0 to 6, the prefix (12 to 6 digits) and its reference.
    """

    rows: tuple[tuple[Digits, Field], ...]
    parts = 2

    def read(self, reader: BitReader, parts: list[str]) -> None:
        partition = reader.take(3)
        if partition == 7:
            raise Undecodable("partition", "partition 7 is reserved: 0 to 6 share out the digits")
        prefix, reference = self.rows[partition]
        prefix.read(reader, parts)
        reference.read(reader, parts)

    def write(self, writer: BitWriter, parts: Iterator[str]) -> None:
        company = next(parts)
        if not 6 <= len(company) <= 12:
            raise Undecodable("digits", f"a GS1 company prefix has 6 to 12 digits, not {company!r}")
        partition = 12 - len(company)
        prefix, reference = self.rows[partition]
        writer.put(partition, 3)
        prefix.write(writer, iter((company,)))
        reference.write(writer, parts)


def six_bit_character(code: int) -> str:
    """The character whose low six ASCII bits are `code`: digits and signs from 0x20, letters from 0x40."""
    return chr(code if code & 0x20 else code | 0x40)


def decimal(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Undecodable("digits", f"{text!r} should be digits")
    return int(text)


def within(text: str, alphabet: frozenset[str]) -> str:
    if not alphabet.issuperset(text):
        strange = "".join(sorted(set(text) - alphabet))
        raise Undecodable("characters", f"{text!r} holds {strange!r}, which the scheme has no place for")
    return text
