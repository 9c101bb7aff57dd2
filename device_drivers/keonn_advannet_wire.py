"""AdvanNet's event frames and the XML in them: tag records without expanding anything.

Sources: two public clients of AdvanNet's event port (a Dart client's tests; a Python client of a Vulcan Titanium).

    ADVANNET/1.1 CRLF  Content-Length:n CRLF  Content-Type:text/xml CRLF  CRLF  n bytes of XML; n = 0 keeps alive

    <...><item><epc>hex</epc> or <hexepc>hex</hexepc><ts>ms since 1970</ts>
         <data><props><prop>RSSI:-64</prop><prop>ANTENNA_PORT:1</prop>...</props></data></item>...</...>

XML is read by expat alone, which refuses a document type: then there are no entities to expand and nothing outside to
fetch. Pure: used by the driver and by simulated readers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from device_drivers.framing import Refused
from gateway.model import TagRead

BEGIN = b"ADVANNET/"
MOST_HEADER_BYTES = 1024
MOST_BODY_BYTES = 65_536
MOST_FRAME_BYTES = MOST_HEADER_BYTES + MOST_BODY_BYTES
MOST_DEPTH = 32
MOST_TEXT = 1024  # characters of one element that is read
MOST_EPC_BYTES = 62  # 31 words: the most the PC word's length can say

_STATUS_LINE = re.compile(rb"ADVANNET/1\.[0-9]\r?\n")
_STATUS_LINE_BYTES = len(b"ADVANNET/1.1\r\n")
_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*([0-9]{1,9})[ \t]*\r?$")
_WHOLE = re.compile(r"[0-9]{1,16}")
_READ = frozenset({"epc", "hexepc", "ts", "prop"})


def frame_at(buffer: bytearray, at: int) -> tuple[bytes, int] | None:
    """The body of the frame that begins at `at` and where it ends; None while it is not all there; raises Refused."""
    status = _STATUS_LINE.match(buffer, at)
    if status is None:
        if len(buffer) - at >= _STATUS_LINE_BYTES or not BEGIN.startswith(bytes(buffer[at : at + len(BEGIN)])):
            raise Refused("no_frame", "expected a line ADVANNET/1.1")
        return None
    end = _HEADERS_END.search(buffer, status.end() - 2, at + MOST_HEADER_BYTES)
    if end is None:
        if len(buffer) - at >= MOST_HEADER_BYTES:
            raise Refused("length", f"expected headers of at most {MOST_HEADER_BYTES} bytes")
        return None
    length = _LENGTH.search(buffer, status.end(), end.end())
    if length is None:
        raise Refused("header", "expected a header Content-Length")
    count = int(length[1])
    if count > MOST_BODY_BYTES:
        raise Refused("length", f"expected at most {MOST_BODY_BYTES} bytes of XML, the header says {count}")
    if len(buffer) < end.end() + count:
        return None
    return bytes(buffer[end.end() : end.end() + count]), end.end() + count


def frame(body: bytes) -> bytes:
    """Build a frame."""
    return b"ADVANNET/1.1\r\nContent-Length:%d\r\nContent-Type:text/xml\r\n\r\n%s" % (len(body), body)


def tags_of(body: bytes) -> list[TagRead | Refused]:
    """The tags of an event's XML, each read or refused by itself; raises Refused for what is no XML."""
    items = Items()
    items.read(body)
    return [_tag_or_refused(item) for item in items.found]


@dataclass
class Item:
    """The texts of one <item> while it is read."""

    texts: dict[str, str] = field(default_factory=dict)
    props: dict[str, str] = field(default_factory=dict)


class Items:
    """The <item>s of one document."""

    def __init__(self) -> None:
        self.found: list[Item] = []
        self._item: Item | None = None
        self._text: list[str] | None = None  # of the element that is read; None: of none
        self._length = 0
        self._depth = 0

    def read(self, body: bytes) -> None:
        """Take a document; raises Refused for what is no XML, or XML with a document type or beyond the bounds."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _no_document_type
        try:
            parser.Parse(body, True)  # noqa: FBT003 - expat takes it by position only
        except Refused:
            raise
        except (expat.ExpatError, UnicodeError, ValueError, LookupError) as error:
            raise Refused("xml", f"expected XML: {error}") from None

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise Refused("xml", f"expected at most {MOST_DEPTH} levels of XML")
        if name == "item":
            self._item = Item()
            self.found.append(self._item)
        self._text = [] if self._item is not None and name in _READ else None
        self._length = 0

    def _characters(self, text: str) -> None:
        if self._text is None:
            return
        self._length += len(text)
        if self._length > MOST_TEXT:
            raise Refused("xml", f"expected at most {MOST_TEXT} characters in an element")
        self._text.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == "item":
            self._item = None
        elif self._item is not None and self._text is not None:
            self._keep(self._item, name, "".join(self._text).strip())
        self._text = None

    def _keep(self, item: Item, name: str, text: str) -> None:
        if name != "prop":
            item.texts.setdefault(name, text)
            return
        key, _, value = text.partition(":")
        item.props[key.strip()] = value.strip()


def _no_document_type(name: str, *rest: object) -> None:
    raise Refused("xml", "expected XML without a document type")


def _tag_or_refused(item: Item) -> TagRead | Refused:
    try:
        return _tag(item)
    except Refused as refused:
        return refused


def _tag(item: Item) -> TagRead:
    written = item.texts.get("hexepc") or item.texts.get("epc", "")
    try:
        epc = bytes.fromhex(written)
    except ValueError:
        epc = b""
    if not 0 < len(epc) <= MOST_EPC_BYTES:
        raise Refused("field", f"expected an EPC of 1 to {MOST_EPC_BYTES} bytes in hex, came {written[:140]!r}")
    at_ms = item.texts.get("ts") or item.props.get("TIME_STAMP", "")
    antenna = item.props.get("ANTENNA_PORT", "0")
    if (at_ms and _WHOLE.fullmatch(at_ms) is None) or _WHOLE.fullmatch(antenna) is None or int(antenna) > 255:
        raise Refused("field", f"expected whole numbers as time and antenna, came {at_ms[:20]!r}, {antenna[:20]!r}")
    return TagRead(
        epc=epc,
        antenna=int(antenna),
        rssi_dbm=_rssi(item.props["RSSI"]) if item.props.get("RSSI") else None,
        seen_us=int(at_ms) * 1000 if at_ms else None,
    )


def _rssi(written: str) -> float:
    try:
        value = float(written) if len(written) <= 10 else float("nan")
    except ValueError:
        value = float("nan")
    if not -200 <= value <= 100:
        raise Refused("field", f"expected an RSSI of -200 to 100 dBm, came {written[:20]!r}")
    return value
