"""Finds LLRP messages in a stream and tells garbage from them, though LLRP has no checksum.

A message is believed where its header could come from a reader (version, type, length), its
parameters fit into each other, and its first parameter is one that this type begins with. The
parameters are checked while they arrive, so a false length is found out at the next parameter, at
most 64 KiB on, and not at the end of what it claims.

After a refusal the search goes on one byte further. Bytes made on purpose could let every byte
begin a long message that fails at its end; so what was checked in vain is counted, and when that
outgrows what came (`PATIENCE_BYTES`), a failed candidate is refused whole: the work stays linear.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from device_drivers.framing import Refused
from device_drivers.llrp_wire import (
    HEADER,
    HEADER_BYTES,
    LEAST_TLV_TYPE,
    MAX_MESSAGE_BYTES,
    TLV_HEADER,
    TLV_HEADER_BYTES,
    VERSION_1_0_1,
    VERSION_1_1,
    Malformed,
    MessageType,
    ParameterType,
)
from gateway.model import Output

Accept: TypeAlias = Callable[[int, int, bytearray, int, int], list[Output]]

MAX_CUSTOM_BYTES = 1 << 16  # its inside cannot be checked, and the answer that we ask for is short
PATIENCE_BYTES = 2 * MAX_MESSAGE_BYTES

_STATUS = frozenset({int(ParameterType.LLRPStatus)})
FIRST_PARAMETER: dict[int, frozenset[int]] = {  # what a reader sends -> how its body may begin
    **{int(kind): _STATUS for kind in MessageType if kind.name.endswith("_RESPONSE")},
    int(MessageType.ERROR_MESSAGE): _STATUS,
    int(MessageType.READER_EVENT_NOTIFICATION): frozenset({int(ParameterType.ReaderEventNotificationData)}),
    int(MessageType.RO_ACCESS_REPORT): frozenset(
        {int(ParameterType.TagReportData), int(ParameterType.RFSurveyReportData), int(ParameterType.Custom)}
    ),
    int(MessageType.KEEPALIVE): frozenset(),
}
CUSTOM_MESSAGE = int(MessageType.CUSTOM_MESSAGE)
FIELD_BYTES = {int(MessageType.GET_SUPPORTED_VERSION_RESPONSE): 2}  # fields before the first parameter; others: none
VERSIONS = (VERSION_1_0_1, VERSION_1_1)  # as the six bits above the type, whose upper three are reserved
MOST_BYTES = dict.fromkeys(FIRST_PARAMETER, MAX_MESSAGE_BYTES) | {CUSTOM_MESSAGE: MAX_CUSTOM_BYTES}
MOST_PARAMETER_TYPE = int(ParameterType.Custom)

_SHORT_TYPES = b"".join(re.escape(bytes((kind,))) for kind in sorted(FIRST_PARAMETER))
_HEADER_BEGINS = re.compile(rb"(?:[\x04\x08][" + _SHORT_TYPES + rb"]|[\x07\x0b]\xff)\x00[\x00-\x10]", re.DOTALL)
_HEADER_BEGINS_BYTES = 4


def seek(buffer: bytearray, at: int) -> int:
    """Return the first place from `at` on where a header may begin, or where too few bytes are left to tell."""
    undecided = max(at, len(buffer) - HEADER_BYTES + 1)
    found = _HEADER_BEGINS.search(buffer, at, undecided + _HEADER_BEGINS_BYTES - 1)
    return found.start() if found else undecided


class MessageReader:
    """Reads one message at a time; `accept(type, id, buffer, start, end)` says what its body means.

    `accept` raises Malformed where the inside of the parameters is wrong.
    """

    def __init__(self, accept: Accept) -> None:
        self._accept = accept
        self._checked = HEADER_BYTES  # how far into the present candidate its parameters hold
        self._patience_bytes = PATIENCE_BYTES

    def read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        """Return the end of the message at `at` and what it means, or None for more bytes; raises Refused."""
        if len(buffer) < at + HEADER_BYTES:
            return None
        first, length, message_id = HEADER.unpack_from(buffer, at)
        kind = first & 0x3FF
        if first >> 10 not in VERSIONS or kind not in MOST_BYTES or not HEADER_BYTES <= length <= MOST_BYTES[kind]:
            raise _refuse_header(first, kind, length)
        end = at + length
        try:
            if kind != CUSTOM_MESSAGE:
                self._check_parameters(buffer, at, end, kind)
            if len(buffer) < end:
                return None
            outputs = self._accept(kind, message_id, buffer, at + HEADER_BYTES, end)
        except Malformed as malformed:
            raise Refused("parameter", f"in a message of type {kind}: {malformed}", self._resume()) from None
        self._checked = HEADER_BYTES
        self._patience_bytes = min(PATIENCE_BYTES, self._patience_bytes + length)
        return end, outputs

    def _check_parameters(self, buffer: bytearray, at: int, end: int, message: int) -> None:
        """Walk the parameters that are there, from where the last call stopped; raises Malformed."""
        begin = at + HEADER_BYTES + FIELD_BYTES.get(message, 0)
        position, there = max(begin, at + self._checked), len(buffer)
        while position < end and min(position + TLV_HEADER_BYTES, end) <= there:
            if position + TLV_HEADER_BYTES > end:
                raise Malformed(f"expected a parameter header, got {end - position} bytes")
            kind, length = TLV_HEADER.unpack_from(buffer, position)
            if not LEAST_TLV_TYPE <= kind <= MOST_PARAMETER_TYPE or length < TLV_HEADER_BYTES:
                raise Malformed(f"expected a parameter, got type {kind} with length {length}")
            if position == begin and kind not in FIRST_PARAMETER[message]:
                first = sorted(FIRST_PARAMETER[message])
                raise Malformed(f"expected it to begin with one of {first}, got parameter {kind}")
            position += length
            if position > end:
                raise Malformed(f"parameter {kind} runs {position - end} bytes over the message")
            self._checked = position - at

    def _resume(self) -> int:
        """Return where to search on, counting what the refused candidate cost."""
        checked, self._checked = self._checked, HEADER_BYTES
        self._patience_bytes -= checked
        resume = 1 if self._patience_bytes > 0 else checked
        self._patience_bytes = min(PATIENCE_BYTES, self._patience_bytes + resume)
        return resume


def _refuse_header(first: int, kind: int, length: int) -> Refused:
    if first >> 10 not in VERSIONS:
        return Refused("version", f"expected an LLRP header of version 1 or 2, got {first:04X}")
    if kind not in MOST_BYTES:
        return Refused("type", f"expected a message that a reader sends, got type {kind}")
    return Refused("length", f"expected a length of {HEADER_BYTES} to {MOST_BYTES[kind]}, got {length}")
