"""LLRP: the vendors' own messages and parameters that the driver asks for or reads; all others are passed over.

Impinj's numbers and layouts: its published Octane LLRP definitions, as llrpkit's generated `impinj.py` has them;
IMPINJ_ENABLE_EXTENSIONS also as EdgeX's LLRP-Impinj-Profile has it. Not tried on a reader here.

Zebra's (Zebra RFID Reader Software Interface Control Guide, 72E-131718-13EN, Table 4: MotoC1G2ExtendedPC 450,
MotoTagPhase 709, BrandIDCheckStatus 712, MotoTagGPS 1000 in a tag's report) hold nothing that a TagRead keeps.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct

from device_drivers.llrp_answers import Status
from device_drivers.llrp_wire import Malformed, Message, MessageType, Parameter, ParameterType, tlv

ZEBRA = 161  # IANA private enterprise numbers
IMPINJ = 25882
MAKERS = {ZEBRA: "Zebra", IMPINJ: "Impinj"}

CUSTOM_FIELDS_BYTES = 8  # vendor, subtype
_CUSTOM = Struct(">II")
_CUSTOM_MESSAGE = Struct(">IB")  # vendor, subtype
_RESERVED = Struct(">I")
_U16 = Struct(">H")
_ENABLED = _U16.pack(1)  # the Enabled of all Impinj modes
_CUSTOM_KINDS = 1 << 64  # beyond every parameter type


class ImpinjMessage(IntEnum):
    """Subtypes of CUSTOM_MESSAGE."""

    ENABLE_EXTENSIONS = 21
    ENABLE_EXTENSIONS_RESPONSE = 22


class ImpinjParameter(IntEnum):
    """Subtypes of Custom."""

    TagReportContentSelector = 50
    EnableSerializedTID = 51
    EnablePeakRSSI = 53
    SerializedTID = 55  # u16 count of words, words
    PeakRSSI = 57  # s16, 0.01 dBm


def custom_kind(vendor: int, subtype: int) -> int:
    """Return a number for a vendor's parameter that is no parameter type's and no other vendor's."""
    return _CUSTOM_KINDS | vendor << 32 | subtype


IMPINJ_TID = custom_kind(IMPINJ, ImpinjParameter.SerializedTID)
IMPINJ_PEAK_RSSI = custom_kind(IMPINJ, ImpinjParameter.PeakRSSI)


def kind_and_value(data: bytes | bytearray, parameter: Parameter) -> tuple[int, int]:
    """Return a Custom parameter's kind and where its value begins; one that is not as its maker's document says is
    of the kind of plain Customs."""
    value_from = parameter.fields + CUSTOM_FIELDS_BYTES
    if value_from > parameter.end:
        return ParameterType.Custom, parameter.fields
    kind = custom_kind(*_CUSTOM.unpack_from(data, parameter.fields))
    size = parameter.end - value_from
    if kind == IMPINJ_PEAK_RSSI and size != _U16.size:
        return ParameterType.Custom, value_from
    if kind != IMPINJ_TID:
        return kind, value_from
    words_from = value_from + _U16.size
    if words_from > parameter.end or _U16.unpack_from(data, value_from)[0] * 2 != parameter.end - words_from:
        return ParameterType.Custom, value_from
    return kind, words_from


def impinj_enable_extensions() -> Message:
    """Ask an Impinj reader to take and send its own parameters."""
    body = _CUSTOM_MESSAGE.pack(IMPINJ, ImpinjMessage.ENABLE_EXTENSIONS) + _RESERVED.pack(0)
    return Message(type=MessageType.CUSTOM_MESSAGE, body=body)


def impinj_extensions_status(body: bytes) -> Status | None:
    """Return how IMPINJ_ENABLE_EXTENSIONS went, None where a custom message is no answer to it; raises Malformed."""
    if len(body) < _CUSTOM_MESSAGE.size:
        raise Malformed(f"expected a custom message's vendor and subtype, got {len(body)} bytes")
    if _CUSTOM_MESSAGE.unpack_from(body) != (IMPINJ, ImpinjMessage.ENABLE_EXTENSIONS_RESPONSE):
        return None
    return Status.of(body[_CUSTOM_MESSAGE.size :])


def impinj_content(*, tid: bool) -> bytes:
    """Build the part of a ROReportSpec that asks for RSSI to 0.01 dBm and, where wanted, for TIDs (FastID)."""
    wanted = [ImpinjParameter.EnableSerializedTID] if tid else []
    modes = [_impinj(subtype, _ENABLED) for subtype in (*wanted, ImpinjParameter.EnablePeakRSSI)]
    return _impinj(ImpinjParameter.TagReportContentSelector, *modes)


def impinj_peak_rssi(cdbm: int) -> bytes:
    """Build the RSSI in a tag's report, in 0.01 dBm, as a simulated reader sends it."""
    return _impinj(ImpinjParameter.PeakRSSI, Struct(">h").pack(cdbm))


def impinj_tid(tid: bytes) -> bytes:
    """Build the TID in a tag's report, whole words, as a simulated reader sends it."""
    return _impinj(ImpinjParameter.SerializedTID, _U16.pack(len(tid) // 2), tid)


def _impinj(subtype: ImpinjParameter, *parts: bytes) -> bytes:
    return tlv(ParameterType.Custom, _CUSTOM.pack(IMPINJ, subtype), *parts)
