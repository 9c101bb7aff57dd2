"""Tag bits to fields and back, by the table of schemes and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.identity.bits import BitReader, BitWriter, Undecodable
from gateway.identity.tables import BY_HEADER, OTHER_HEADERS, Scheme


@dataclass(frozen=True, slots=True)
class Tag:
    """What an EPC says: its scheme, the filter value, and the parts of its URI in plain text."""

    scheme: Scheme
    filter: int
    parts: tuple[str, ...]


def decode(epc: bytes) -> Tag:
    """The tag that these bytes are; Undecodable with its stable reason when they are none.

    Readers deliver whole words, and some more than the tag's own length: bits beyond the scheme's
    are accepted when they are zero.
    """
    if not epc:
        raise Undecodable("empty", "the tag has no EPC")
    scheme = BY_HEADER.get(epc[0])
    if scheme is None:
        known = OTHER_HEADERS.get(epc[0], "of no EPC scheme")
        raise Undecodable("header", f"the first byte {epc[0]:02X} is {known}")
    reader = BitReader(epc)
    if scheme.bits is not None and reader.left < scheme.bits:
        raise Undecodable("length", f"{scheme.name} needs {scheme.bits} bits and {reader.left} came")
    reader.take(8)
    filter_value = reader.take(scheme.filter_bits)
    parts: list[str] = []
    for field in scheme.fields:
        field.read(reader, parts)
    if reader.rest():
        raise Undecodable("padding", f"there are bits after the end of the {scheme.name}")
    return Tag(scheme, filter_value, tuple(parts))


def encode(tag: Tag) -> bytes:
    """The tag's bits, padded to whole words; Undecodable when a part does not fit its field."""
    scheme = tag.scheme
    if len(tag.parts) != scheme.parts:
        raise Undecodable("parts", f"{scheme.name} has {scheme.parts} parts and {len(tag.parts)} came")
    if tag.filter.bit_length() > scheme.filter_bits:
        raise Undecodable("filter", f"the filter {tag.filter} does not fit in {scheme.filter_bits} bits")
    writer = BitWriter()
    writer.put(scheme.header, 8)
    writer.put(tag.filter, scheme.filter_bits)
    parts = iter(tag.parts)
    for field in scheme.fields:
        field.write(writer, parts)
    return writer.words()
