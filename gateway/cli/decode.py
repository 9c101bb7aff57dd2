"""`tierview decode`: a stable interface for machines, and a small table for people."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.identity.describe import Described


def decode(*hex: str, pc: str = "", label: bool = False, json: bool = False) -> int:
    """Say who a tag is, from its EPC in hex, or a bar code, from its text.

    For example:

        tierview decode 3034257BF7194E4000001A85
        tierview decode --json --pc 35A2 CF74D53B1CB3D35DB7E39E79DF5D75C72CF0C06186053AF1CB3D35DA1820
        tierview decode --label "(00)395211410000012347" 37SUN123456789P100+77
        mosquitto_sub -t epcs | tierview decode --json -

    With --json each tag is one line with an object of these fields, null where one does not apply:

        hex             the EPC in upper case; what was typed where it is no hex, or a label
        pc              the PC word in upper case, where it was given
        scheme          sgtin-96, ..., iso17364; raw: it decodes as nothing; invalid: it is no hex
        kind            part, pallet, rti, container, place, other
        key             the name under which tierview knows the asset
        epc_uri         urn:epc:id:...
        tag_uri         urn:epc:tag:...
        digital_link    https://id.gs1.org/...
        element_string  (01)...(21)...
        filter          the EPC's filter value
        afi             the application family in hex, where the PC word says ISO
        text            what an ISO tag or a label says
        agency, company, item, serial   of a number behind a data identifier (25S, 37S, 25B, 1J to 6J)
        xpc, says       the XPC word where the reader left it before the EPC, and what it says
        reason          why it did not decode: a stable word, a colon, and the fault

    Fields may be added; these keep their names and meanings. The exit code is 0 where all are tags, decoded or
    raw, and 1 where any is invalid; the others are printed all the same.

    Parameters
    ----------
    hex
        EPCs; spaces, colons, hyphens and a leading 0x are allowed. A single - reads them from the standard input,
        one a line.
    pc
        The PC word of these tags, four hex digits: only with it an ISO tag is told from an EPC.
    label
        Take what is given for bar codes: element strings, Digital Links, data identifiers.
    json
        One JSON object a line, for machines.
    """
    from gateway.cli.printed import write_json
    from gateway.errors import BadInput
    from gateway.identity.describe import describe, describe_label

    if not hex:
        raise BadInput("expected at least one EPC in hex, or - to read them from the standard input")
    invalid = False
    for text in _texts(hex):
        tag = describe_label(text) if label else describe(text, pc)
        invalid |= tag.scheme == "invalid"
        if json:
            write_json(tag)
            sys.stdout.flush()
        else:
            _show(tag)
    return int(invalid)


def _texts(words: tuple[str, ...]) -> Iterator[str]:
    from gateway.cli.given import STDIN

    if words != (STDIN,):
        yield from words
        return
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


def _show(tag: Described) -> None:
    from gateway.cli.printed import say

    say(tag.hex, "red" if tag.scheme == "invalid" else "bold")
    for field in tag.__struct_fields__[1:]:
        value = getattr(tag, field)
        if value not in (None, ()):
            say(f"  {field.replace('_', ' '):<15}{', '.join(value) if isinstance(value, tuple) else value}")
