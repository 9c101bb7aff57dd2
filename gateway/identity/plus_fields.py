"""The encoding methods of TDS 2 (14.5): how the values of application identifiers stand in bits.

Unlike in the older headings, values keep their GS1 form: digits with their check digit, no company prefix split
off, and texts in whichever of six alphabets is the shortest. Each method reads and writes itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gateway.identity.bits import BitReader, BitWriter, Undecodable
from gateway.identity.fields import CHARACTERS_82, decimal, within

DELIMITER, TERMINATOR = 0b1110, 0b1111  # 14.5.5: a text follows the digits; the digits are all

UPPER_HEX = "0123456789ABCDEF"
LOWER_HEX = "0123456789abcdef"
BASE_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
URN_CODE_40 = "\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"  # its 0 is padding

# Table E: the three bits that say which alphabet a text is in.
NUMERIC, UPPER, LOWER, SAFE, ASCII, CODE_40 = range(6)


class Method(Protocol):
    """How one part of a value stands in bits."""

    def read(self, reader: BitReader) -> str:
        """Take its bits; Undecodable when they break its rules."""

    def write(self, writer: BitWriter, text: str) -> str:
        """Append the bits of the part that it covers; return what of `text` is left for the next method."""


@dataclass(frozen=True)
class FixedDigits:
    """Fixed-length numeric (14.5.4): four bits a digit."""

    count: int

    def read(self, reader: BitReader) -> str:
        digits = "".join(UPPER_HEX[reader.take(4)] for _ in range(self.count))
        decimal(digits)
        return digits

    def write(self, writer: BitWriter, text: str) -> str:
        digits, left = text[: self.count], text[self.count :]
        if len(digits) != self.count:
            raise Undecodable("digits", f"{text!r} should begin with {self.count} digits")
        decimal(digits)
        writer.put(int(digits, 16), 4 * self.count)
        return left


@dataclass(frozen=True)
class CountedDigits:
    """Variable-length numeric string without encoding indicator (14.5.13): how many digits, and their number."""

    most: int
    length_bits: int = 4

    def read(self, reader: BitReader) -> str:
        return _number(reader, _length(reader, self.length_bits, self.most))

    def write(self, writer: BitWriter, text: str) -> str:
        if not 1 <= len(text) <= self.most:
            raise Undecodable("length", f"{text!r} should have 1 to {self.most} digits")
        writer.put(len(text), self.length_bits)
        writer.put(decimal(text), number_bits(len(text)))
        return ""


@dataclass(frozen=True)
class Alphanumeric:
    """Variable-length alphanumeric (14.5.6): the alphabet, the length, the characters."""

    most: int
    length_bits: int = 5

    def read(self, reader: BitReader) -> str:
        alphabet = reader.take(3)
        count = _length(reader, self.length_bits, self.most)
        if alphabet == NUMERIC:
            return _number(reader, count)
        if alphabet == ASCII:
            return within("".join(chr(reader.take(7)) for _ in range(count)), CHARACTERS_82)
        if alphabet == CODE_40:
            return read_code_40(reader, count)
        letters = {UPPER: UPPER_HEX, LOWER: LOWER_HEX, SAFE: BASE_64}.get(alphabet)
        if letters is None:
            raise Undecodable("alphabet", f"the encoding indicator {alphabet} is reserved")
        return "".join(letters[reader.take(len(letters).bit_length() - 1)] for _ in range(count))

    def write(self, writer: BitWriter, text: str) -> str:
        if not 1 <= len(text) <= self.most:
            raise Undecodable("length", f"{text!r} should have 1 to {self.most} characters")
        within(text, CHARACTERS_82)
        alphabet, value, bits = min(_spellings(text), key=lambda spelling: spelling[2])
        writer.put(alphabet, 3)
        writer.put(len(text), self.length_bits)
        writer.put(value, bits)
        return ""


@dataclass(frozen=True)
class DigitsThenText:
    """Delimited or terminated numeric (14.5.5): digits of four bits each; from the first other character on, a text."""

    most: int

    def read(self, reader: BitReader) -> str:
        digits = ""
        while (nibble := reader.take(4)) < 10:
            digits += str(nibble)
            if len(digits) > self.most:
                raise Undecodable("length", f"{digits} has more than {self.most} characters")
        if nibble == TERMINATOR:
            return digits
        if nibble != DELIMITER:
            raise Undecodable("digits", f"{nibble:X} stands among the digits after {digits!r}")
        text = digits + Alphanumeric(self.most).read(reader)
        if len(text) > self.most:
            raise Undecodable("length", f"{text!r} has more than {self.most} characters")
        return text

    def write(self, writer: BitWriter, text: str) -> str:
        if not 1 <= len(text) <= self.most:
            raise Undecodable("length", f"{text!r} should have 1 to {self.most} characters")
        rest = text.lstrip("0123456789")
        digits = text[: len(text) - len(rest)]
        if not digits:
            raise Undecodable("digits", f"{text!r} should begin with a digit: the company prefix")
        writer.put(int(digits, 16), 4 * len(digits))
        writer.put(DELIMITER if rest else TERMINATOR, 4)
        return Alphanumeric(self.most).write(writer, rest) if rest else ""


def number_bits(digits: int) -> int:
    """The bits that hold any number of so many digits (Table B)."""
    return int(10**digits - 1).bit_length()


def read_code_40(reader: BitReader, count: int) -> str:
    """So many characters of URN Code 40 (14.5.6.5): three in sixteen bits."""
    text = ""
    for _ in range(-(-count // 3)):
        value = reader.take(16) - 1
        if not 0 <= value < 64_000:
            raise Undecodable("characters", f"{value + 1} stands for no three characters of URN Code 40")
        text += "".join(URN_CODE_40[index] for index in (value // 1600, value // 40 % 40, value % 40))
    if text[count:].strip("\0") or "\0" in text[:count]:
        raise Undecodable("length", f"{text!r} should have {count} characters")
    return text[:count]


def code_40_value(text: str) -> tuple[int, int]:
    """The number and the bits of a text in URN Code 40, whose letters are capitals."""
    value = bits = 0
    for start in range(0, len(text), 3):
        one, two, three = (URN_CODE_40.index(character) for character in text[start : start + 3].ljust(3, "\0"))
        value = value << 16 | (1600 * one + 40 * two + three + 1)
        bits += 16
    return value, bits


def _number(reader: BitReader, digits: int) -> str:
    text = str(reader.take(number_bits(digits))).zfill(digits)
    if len(text) > digits:
        raise Undecodable("digits", f"{text} has more than {digits} digits")
    return text


def _length(reader: BitReader, bits: int, most: int) -> int:
    count = reader.take(bits)
    if not 1 <= count <= most:
        raise Undecodable("length", f"a value of 1 to {most} characters says that it has {count}")
    return count


def _spellings(text: str) -> list[tuple[int, int, int]]:
    """Every alphabet that holds the text: (indicator, the characters as one number, how many bits)."""
    found = []
    if set(text) <= set("0123456789"):
        found.append((NUMERIC, int(text), number_bits(len(text))))
    for alphabet, letters in ((UPPER, UPPER_HEX), (LOWER, LOWER_HEX), (SAFE, BASE_64)):
        if set(text) <= set(letters):
            found.append((alphabet, *_packed([letters.index(c) for c in text], len(letters).bit_length() - 1)))
    if set(text) <= set(URN_CODE_40):
        found.append((CODE_40, *code_40_value(text)))
    found.append((ASCII, *_packed([ord(c) for c in text], 7)))
    return found


def _packed(codes: list[int], width: int) -> tuple[int, int]:
    value = 0
    for code in codes:
        value = value << width | code
    return value, width * len(codes)
