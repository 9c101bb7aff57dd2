"""The schemes of the EPC Tag Data Standard with a one-byte heading (TDS 14.5 and 14.6), as one table.

Facts of the bit widths: GS1 TDT 2.2 scheme files. What a row says is all that decoding and encoding
know of a scheme; a scheme is added by adding its row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.identity.fields import Cage, Digits, Field, Number, Numeric, Packed, Partitioned, Reserved, Text
from gateway.model import AssetKind

PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)  # of the company prefix of 12 to 6 digits: partitions 0 to 6


@dataclass(frozen=True)
class Scheme:
    """One binary coding scheme: header byte, filter, then `fields` in order."""

    name: str  # as in tag URIs: sgtin-96
    header: int
    bits: int | None  # of the whole tag with its header; None: the fields say
    fields: tuple[Field, ...]
    kind: AssetKind = AssetKind.OTHER
    filter_bits: int = 3

    @property
    def key(self) -> str:
        """The name in pure identity URIs: sgtin."""
        return self.name.partition("-")[0]

    @property
    def parts(self) -> int:
        """How many parts its pure identity URI has."""
        return sum(field.parts for field in self.fields)


def _partitioned(widths: tuple[int, ...], reference: Callable[[int, int], Field]) -> Partitioned:
    """Rows from the reference's bit widths; `reference` is called with the width and the partition."""
    rows = zip(PREFIX_BITS, widths, range(7), strict=True)
    return Partitioned(tuple((Digits(prefix, 12 - p), reference(width, p)) for prefix, width, p in rows))


ITEM = _partitioned((4, 7, 10, 14, 17, 20, 24), lambda bits, p: Digits(bits, 1 + p))  # with the indicator digit
LOGISTIC = _partitioned((18, 21, 24, 28, 31, 34, 38), lambda bits, p: Digits(bits, 5 + p))  # SSCC and GSRN
LOCATION = _partitioned((1, 4, 7, 11, 14, 17, 21), lambda bits, p: Digits(bits, p))  # SGLN, GDTI and SGCN
ASSET_TYPE = _partitioned((4, 7, 10, 14, 17, 20, 24), lambda bits, p: Digits(bits, p))  # GRAI
ASSET_NUMBER = _partitioned((42, 45, 48, 52, 55, 58, 62), lambda bits, p: Number(bits))
ASSET_TEXT = _partitioned((148, 151, 154, 158, 161, 164, 168), lambda bits, p: Text(bits, 18 + p))
COMPONENT_NUMBER = _partitioned((11, 14, 17, 21, 24, 27, 31), lambda bits, p: Number(bits, 3 + p))
COMPONENT_TEXT = _partitioned((0,) * 7, lambda _, p: Packed(1, 18 + p))

PART, RTI = AssetKind.PART, AssetKind.RTI
SERIAL_TEXT = Text(140, 20)
PIECE, TOTAL = Digits(7, 2), Digits(7, 2)  # piece 1 of 2

SCHEMES = (
    Scheme("gdti-96", 0x2C, 96, (LOCATION, Number(41))),
    Scheme("gsrn-96", 0x2D, 96, (LOGISTIC, Reserved(24))),
    Scheme("gsrnp-96", 0x2E, 96, (LOGISTIC, Reserved(24))),
    Scheme("usdod-96", 0x2F, 96, (Cage(8), Number(36)), filter_bits=4),
    Scheme("sgtin-96", 0x30, 96, (ITEM, Number(38)), PART),
    Scheme("sscc-96", 0x31, 96, (LOGISTIC, Reserved(24)), AssetKind.PALLET),
    Scheme("sgln-96", 0x32, 96, (LOCATION, Number(41)), AssetKind.PLACE),
    Scheme("grai-96", 0x33, 96, (ASSET_TYPE, Number(38)), RTI),
    Scheme("giai-96", 0x34, 96, (ASSET_NUMBER,), RTI),  # may be a trailer: then the config names it
    Scheme("gid-96", 0x35, 96, (Number(28), Number(24), Number(36)), filter_bits=0),
    Scheme("sgtin-198", 0x36, 198, (ITEM, SERIAL_TEXT), PART),
    Scheme("grai-170", 0x37, 170, (ASSET_TYPE, Text(112, 16)), RTI),
    Scheme("giai-202", 0x38, 202, (ASSET_TEXT,), RTI),
    Scheme("sgln-195", 0x39, 195, (LOCATION, SERIAL_TEXT), AssetKind.PLACE),
    Scheme("gdti-113", 0x3A, 113, (LOCATION, Numeric(58, 17))),  # withdrawn in TDS 1.9; still on old tags
    Scheme("adi-var", 0x3B, None, (Cage(6), Packed(0, 32), Packed(1, 30)), PART, filter_bits=6),
    Scheme("cpi-96", 0x3C, 96, (COMPONENT_NUMBER, Number(31)), PART),
    Scheme("cpi-var", 0x3D, None, (COMPONENT_TEXT, Number(40, 12)), PART),
    Scheme("gdti-174", 0x3E, 174, (LOCATION, Text(119, 17))),
    Scheme("sgcn-96", 0x3F, 96, (LOCATION, Numeric(41, 12))),
    Scheme("itip-110", 0x40, 110, (ITEM, PIECE, TOTAL, Number(38)), PART),
    Scheme("itip-212", 0x41, 212, (ITEM, PIECE, TOTAL, SERIAL_TEXT), PART),
)

BY_HEADER = {scheme.header: scheme for scheme in SCHEMES}
BY_NAME = {scheme.name: scheme for scheme in SCHEMES}

# Why a first byte that is in no row may still be known to a reader of the log.
OTHER_HEADERS = {0x00: "an unprogrammed tag", 0xE2: "a TID where the EPC should be"}
