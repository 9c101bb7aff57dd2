"""The `+` and `++` headings of TDS 2 (TDS 2.3, 14.6): a tag that holds application identifiers, not an EPC URI.

Header, toggle (data follows the EPC), filter, then the values of the key's identifiers by the methods of
`plus_fields`; in a `++` heading, then the hostname of the maker's Digital Links. A scheme is added by adding its row.

The standard's own example of SGCN++ and that of an early encoder differ in how the coupon's serial is written; both
are read, the standard's is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gateway.identity.bits import BitReader, BitWriter, Undecodable
from gateway.identity.gs1 import check_digit
from gateway.identity.hostnames import read_hostname, write_hostname
from gateway.identity.plus_fields import Alphanumeric, CountedDigits, DigitsThenText, FixedDigits, Method
from gateway.model import AssetKind

Elements = tuple[tuple[str, str], ...]  # (AI, value), the key first


@dataclass(frozen=True)
class Value:
    """One application identifier, and how the parts of its value stand in bits."""

    ai: str
    methods: tuple[Method, ...]
    checked: int = 0  # so many digits at the front end with their check digit; 0: none

    def read(self, reader: BitReader) -> tuple[str, str]:
        text = "".join(method.read(reader) for method in self.methods)
        self._check(text)
        return self.ai, text

    def write(self, writer: BitWriter, text: str) -> None:
        self._check(text)
        for method in self.methods:
            text = method.write(writer, text)
        if text:
            raise Undecodable("length", f"({self.ai}) has {text!r} too many")

    def _check(self, text: str) -> None:
        digits = text[: self.checked]
        if digits and (not digits.isdigit() or check_digit(digits[:-1]) != digits[-1]):
            raise Undecodable("check_digit", f"({self.ai}){digits} does not end with its check digit")


@dataclass(frozen=True)
class PlusScheme:
    """One heading."""

    name: str
    header: int
    values: tuple[Value, ...]
    kind: AssetKind = AssetKind.OTHER
    dated: bool = False  # a date stands before the key
    hosted: bool = False  # a hostname stands after it

    def read(self, reader: BitReader) -> Elements:
        """The values of its identifiers."""
        return tuple(value.read(reader) for value in self.values)


@dataclass(frozen=True)
class PlusTag:
    """What such a tag says."""

    scheme: PlusScheme
    filter: int
    elements: Elements  # the key's own
    date: tuple[str, str] | None = None  # (AI, YYMMDD); a property, not part of the key
    hostname: str = ""
    more: bool = False  # the toggle: other data follows the EPC


DATES = ("11", "13", "15", "16", "17", "7006", "7007")  # by their four bits (14.5.3)
DATE_CODES = {ai: code for code, ai in enumerate(DATES)}

GTIN = Value("01", (FixedDigits(14),), checked=14)
SERIAL = Value("21", (Alphanumeric(20),))
GLN = Value("414", (FixedDigits(13),), checked=13)
EXTENSION = Value("254", (Alphanumeric(20),))
PIECE = Value("8006", (FixedDigits(18),), checked=14)  # GTIN, piece, total
COUPON = (Value("255", (FixedDigits(13), CountedDigits(12)), checked=13),)
EARLY_COUPON = 0xEC  # see the module's head

_KEYS: tuple[tuple[str, int, int, tuple[Value, ...], AssetKind], ...] = (
    # name, + header, ++ header
    ("cpi", 0xF0, 0xE6, (Value("8010", (DigitsThenText(30),)), Value("8011", (CountedDigits(12),))), AssetKind.PART),
    ("grai", 0xF1, 0xEB, (Value("8003", (FixedDigits(14), Alphanumeric(16)), checked=14),), AssetKind.RTI),
    ("sgln", 0xF2, 0xE9, (GLN, EXTENSION), AssetKind.PLACE),
    ("itip", 0xF3, 0xED, (PIECE, SERIAL), AssetKind.PART),
    ("gsrn", 0xF4, 0xE7, (Value("8018", (FixedDigits(18),), checked=18),), AssetKind.OTHER),
    ("gsrnp", 0xF5, 0xE8, (Value("8017", (FixedDigits(18),), checked=18),), AssetKind.OTHER),
    ("gdti", 0xF6, 0xEA, (Value("253", (FixedDigits(13), Alphanumeric(17)), checked=13),), AssetKind.OTHER),
    ("sgtin", 0xF7, 0xFD, (GTIN, SERIAL), AssetKind.PART),
    ("sgcn", 0xF8, 0xEC, COUPON, AssetKind.OTHER),
    ("sscc", 0xF9, 0xEF, (Value("00", (FixedDigits(18),), checked=18),), AssetKind.PALLET),
    ("giai", 0xFA, 0xEE, (Value("8004", (DigitsThenText(30),)),), AssetKind.RTI),
    ("dsgtin", 0xFB, 0xFC, (GTIN, SERIAL), AssetKind.PART),
)

SCHEMES = tuple(
    PlusScheme(name + sign, header, values, kind, dated=name == "dsgtin", hosted=sign == "++")
    for name, plus, plus_plus, values, kind in _KEYS
    for sign, header in (("+", plus), ("++", plus_plus))
)
BY_HEADER = {scheme.header: scheme for scheme in SCHEMES}
BY_NAME = {scheme.name: scheme for scheme in SCHEMES}


def decode(epc: bytes) -> PlusTag:
    """The tag that these bytes are; Undecodable with its stable reason when they do not hold what their header says."""
    scheme = BY_HEADER[epc[0]]
    try:
        return _decode(scheme, epc, scheme.read)
    except Undecodable:
        if scheme.header != EARLY_COUPON:
            raise
        return _decode(scheme, epc, _read_early_coupon)


def encode(tag: PlusTag) -> bytes:
    """The tag's bits, padded to whole words; Undecodable when a value does not fit."""
    scheme, writer = tag.scheme, BitWriter()
    if tag.filter.bit_length() > 3:
        raise Undecodable("filter", f"the filter {tag.filter} does not fit in 3 bits")
    if tuple(ai for ai, _ in tag.elements) != tuple(value.ai for value in scheme.values):
        wanted = ", ".join(value.ai for value in scheme.values)
        raise Undecodable("parts", f"{scheme.name} has the identifiers {wanted}")
    writer.put(scheme.header, 8)
    writer.put(tag.more, 1)
    writer.put(tag.filter, 3)
    if scheme.dated:
        _write_date(writer, tag.date)
    for value, (_, text) in zip(scheme.values, tag.elements, strict=True):
        value.write(writer, text)
    if scheme.hosted:
        write_hostname(writer, tag.hostname)
    return writer.words()


def _decode(scheme: PlusScheme, epc: bytes, read: Callable[[BitReader], Elements]) -> PlusTag:
    reader = BitReader(epc)
    reader.take(8)
    more, filter_value = bool(reader.take(1)), reader.take(3)
    dated = _read_date(reader) if scheme.dated else None
    elements = read(reader)
    hostname = read_hostname(reader) if scheme.hosted else ""
    if not more and reader.rest():
        raise Undecodable("padding", f"there are bits after the end of the {scheme.name}, and its toggle says none")
    return PlusTag(scheme, filter_value, elements, dated, hostname, more)


def _read_early_coupon(reader: BitReader) -> Elements:
    """The serial as a count and four bits a digit."""
    number = FixedDigits(13).read(reader)
    return (("255", number + FixedDigits(reader.take(4)).read(reader)),)


def _read_date(reader: BitReader) -> tuple[str, str]:
    code, year, month, day = reader.take(4), reader.take(7), reader.take(4), reader.take(5)
    if code >= len(DATES):
        raise Undecodable("date", f"the date type {code} is reserved")
    written = f"{year:02}{month:02}{day:02}"
    _check_date(written)
    return DATES[code], written


def _write_date(writer: BitWriter, dated: tuple[str, str] | None) -> None:
    if dated is None or dated[0] not in DATE_CODES:
        raise Undecodable("date", f"expected a date under one of {', '.join(DATES)}, came {dated}")
    ai, written = dated
    _check_date(written)
    writer.put(DATE_CODES[ai], 4)
    for part, bits in ((written[:2], 7), (written[2:4], 4), (written[4:], 5)):
        writer.put(int(part), bits)


def _check_date(written: str) -> None:
    """YYMMDD; day 00 stands for a month without a day (General Specifications 7.12)."""
    try:
        date(2000 + int(written[:2]), int(written[2:4]), int(written[4:]) or 1)
    except ValueError:
        raise Undecodable("date", f"expected a day as YYMMDD, came {written!r}") from None
