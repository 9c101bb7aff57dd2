"""What to write on a tag: the bits of a tag URI (the older headings) or of a Digital Link (those of TDS 2)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from gateway.identity import elements, gs1, plus
from gateway.identity.bits import Undecodable

GS1_HOST = urlsplit(gs1.DIGITAL_LINK).netloc


def encode(name: str, filter: int = 0) -> bytes:
    """The EPC, in whole words, of a tag URI or a Digital Link; BadInput says why it has none.

    A Digital Link on GS1's host becomes a `+` tag, one on any other host a `++` tag that keeps the host. A date in
    its query (`?17=261231`) makes an SGTIN one with a prioritised date. `filter` is for links: a tag URI has its own.
    """
    if not name.startswith("http"):
        return gs1.encode(name)
    parts = urlsplit(name)
    key, values = elements.key_of(elements.from_link(name))
    dates = [(ai, value) for ai, value in parse_qsl(parts.query) if ai in plus.DATE_CODES]
    if len(dates) > 1 or (dates and key.name != "sgtin"):
        raise Undecodable("date", f"{name!r}: one date may stand on the tag of an SGTIN, none on others")
    if key.name == "sgln" and len(values) == 1:
        values = (*values, gs1.NO_EXTENSION)
    hostname = "" if parts.netloc == GS1_HOST else parts.netloc
    scheme = plus.BY_NAME["d" * bool(dates) + key.name + ("++" if hostname else "+")]
    date = dates[0] if dates else None
    return plus.encode(plus.PlusTag(scheme, filter, values, date, hostname))
