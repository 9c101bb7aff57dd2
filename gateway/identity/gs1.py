"""A tag in the spellings of GS1: EPC URI, tag URI, element string, Digital Link; and back from URIs.

The element string and the Digital Link say the same application identifiers (AIs), so each key has
one function that yields them. GID, USDOD and ADI are no GS1 keys and have neither.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, unquote

from gateway.errors import BadInput
from gateway.identity import binary
from gateway.identity.binary import Tag
from gateway.identity.bits import Undecodable
from gateway.identity.tables import BY_NAME, SCHEMES, Scheme

ID = "urn:epc:id:"
TAG = "urn:epc:tag:"
DIGITAL_LINK = "https://id.gs1.org/"

_ESCAPES = str.maketrans({character: f"%{ord(character):02X}" for character in '"#%&/<>?'})  # TDS 6.3.1 and 7.1

# Extension 0 means a place without one (TDS 6.3.3). The Digital Link leaves it out, as GS1's event hashes
# do; the element string keeps it, as the libraries do that partners use.
NO_EXTENSION = ("254", "0")

Elements = tuple[tuple[str, str], ...]  # (AI, value), in the order they are written


def check_digit(body: str) -> str:
    """GS1's modulo-10 check digit: weights 3 and 1 in turn, from the right."""
    codes = body.encode()
    odd, even = codes[::-2], codes[-2::-2]
    return str(-(3 * sum(odd) + sum(even) - 48 * (3 * len(odd) + len(even))) % 10)  # 48 is the code of "0"


def checked(body: str) -> str:
    return body + check_digit(body)


def epc_uri(tag: Tag) -> str:
    """The pure identity, which is the key of a decoded asset."""
    return f"{ID}{tag.scheme.key}:{_joined(tag.parts)}"


def tag_uri(tag: Tag) -> str:
    """The identity with its scheme and filter: what encodes to the same bits again."""
    parts = tag.parts if tag.scheme.filter_bits == 0 else (str(tag.filter), *tag.parts)
    return f"{TAG}{tag.scheme.name}:{_joined(parts)}"


def elements(tag: Tag) -> Elements:
    """The application identifiers of the tag's GS1 key; none for GID, USDOD and ADI."""
    spelling = _ELEMENTS.get(tag.scheme.key)
    return spelling(*tag.parts) if spelling else ()


def element_string(found: Elements) -> str | None:
    """`(01)09506000134352(21)123`, or None where there is no GS1 key."""
    return "".join([f"({ai}){value}" for ai, value in found]) or None


def digital_link(found: Elements, hostname: str = "", attribute: tuple[str, str] | None = None) -> str | None:
    """`https://id.gs1.org/01/09506000134352/21/123`, or None where there is no GS1 key.

    `hostname` stands in GS1's place; `attribute`, an identifier that is no part of the key, follows as a query.
    """
    path = "/".join([f"{ai}/{_path_safe(value)}" for ai, value in found if (ai, value) != NO_EXTENSION])
    query = "" if attribute is None else f"?{attribute[0]}={_path_safe(attribute[1])}"
    return (f"https://{hostname}/" if hostname else DIGITAL_LINK) + path + query if path else None


def parse_tag_uri(uri: str) -> Tag:
    """The tag a `urn:epc:tag:` URI means, not yet checked against its fields; Undecodable if malformed."""
    name, colon, rest = uri.removeprefix(TAG).partition(":")
    scheme = BY_NAME.get(name)
    if not uri.startswith(TAG) or not colon or scheme is None:
        raise Undecodable("uri", f"expected {TAG}SCHEME:... with a known scheme, got {uri!r}")
    if scheme.filter_bits == 0:
        return Tag(scheme, 0, _split(scheme, rest))
    filter_text, _, rest = rest.partition(".")
    if not (filter_text.isascii() and filter_text.isdigit()):
        raise Undecodable("filter", f"the filter of {uri!r} should be a number")
    return Tag(scheme, int(filter_text), _split(scheme, rest))


def parse_epc_uri(uri: str) -> Tag:
    """The tag, with filter 0, of the shortest scheme that can carry this `urn:epc:id:` URI.

    Raises Undecodable with the last scheme's complaint when none can.
    """
    key, colon, rest = uri.removeprefix(ID).partition(":")
    schemes = [scheme for scheme in SCHEMES if scheme.key == key]
    if not uri.startswith(ID) or not colon or not schemes:
        raise Undecodable("uri", f"expected {ID}KEY:... with a known key, got {uri!r}")
    for scheme in sorted(schemes, key=lambda scheme: scheme.bits or 10_000):
        try:
            tag = Tag(scheme, 0, _split(scheme, rest))
            binary.encode(tag)
        except Undecodable as complaint:
            last = complaint
        else:
            return tag
    raise last


def encode(uri: str) -> bytes:
    """The EPC, in whole words, of a tag URI of any scheme in the table; BadInput says why it has none."""
    if not uri.startswith(TAG):
        raise BadInput(f"expected a tag URI ({TAG}...), which names the scheme and the filter, got {uri!r}")
    return binary.encode(parse_tag_uri(uri))


def _joined(parts: tuple[str, ...]) -> str:
    return ".".join(parts).translate(_ESCAPES)


def _split(scheme: Scheme, text: str) -> tuple[str, ...]:
    """The parts of a URI's end; only the last may hold dots of its own."""
    return tuple(unquote(part) for part in text.split(".", scheme.parts - 1))


def _path_safe(value: str) -> str:
    return value if value.isalnum() else quote(value, safe="")


def _sgtin(company: str, item: str, serial: str) -> Elements:
    return (("01", checked(item[0] + company + item[1:])), ("21", serial))


def _sscc(company: str, reference: str) -> Elements:
    return (("00", checked(reference[0] + company + reference[1:])),)


def _sgln(company: str, location: str, extension: str) -> Elements:
    return (("414", checked(company + location)), ("254", extension))


def _grai(company: str, asset_type: str, serial: str) -> Elements:
    return (("8003", "0" + checked(company + asset_type) + serial),)


def _giai(company: str, reference: str) -> Elements:
    return (("8004", company + reference),)


def _gdti(company: str, document: str, serial: str) -> Elements:
    return (("253", checked(company + document) + serial),)


def _sgcn(company: str, coupon: str, serial: str) -> Elements:
    return (("255", checked(company + coupon) + serial),)


def _gsrn(company: str, service: str) -> Elements:
    return (("8018", checked(company + service)),)


def _gsrnp(company: str, service: str) -> Elements:
    return (("8017", checked(company + service)),)


def _cpi(company: str, component: str, serial: str) -> Elements:
    return (("8010", company + component), ("8011", serial))


def _itip(company: str, item: str, piece: str, total: str, serial: str) -> Elements:
    return (("8006", checked(item[0] + company + item[1:]) + piece + total), ("21", serial))


_ELEMENTS: dict[str, Callable[..., Elements]] = {
    "sgtin": _sgtin,
    "sscc": _sscc,
    "sgln": _sgln,
    "grai": _grai,
    "giai": _giai,
    "gdti": _gdti,
    "sgcn": _sgcn,
    "gsrn": _gsrn,
    "gsrnp": _gsrnp,
    "cpi": _cpi,
    "itip": _itip,
}
