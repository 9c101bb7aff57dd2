"""LLRP: what a reader says that it is and can: GET_READER_CAPABILITIES_RESPONSE, and the versions it speaks."""

from __future__ import annotations

from struct import Struct

import msgspec

from device_drivers.llrp_answers import Status
from device_drivers.llrp_wire import (
    Malformed,
    Message,
    MessageType,
    Parameter,
    ParameterType,
    find,
    parameters,
    read_text,
    text,
    tlv,
    unpack,
)

_U16 = Struct(">H")
_GENERAL = Struct(">HHII")  # antennas, flags, IANA enterprise number of the maker, model
_PAIR = Struct(">HH")
_LEVEL = Struct(">Hh")  # index, value: 0.01 dBm of a power, dB of a sensitivity
_HOPPING = Struct(">B")  # top bit
_HOP_TABLE = Struct(">BBH")  # id, reserved, count of frequencies
_LLRP_CAPABILITIES = Struct(">BBHIIIII")
_C1G2_CAPABILITIES = Struct(">BH")  # flags, most select filters of a query
_RF_MODE = Struct(">IBBBBIIIII")
HAS_UTC_CLOCK = 0x4000  # GeneralDeviceCapabilities' flags
HOLDS_REPORTS = 0x08  # LLRPCapabilities' flags: SupportsEventAndReportHolding
VERSION_FIELDS_BYTES = 2
_SENSITIVITY = ParameterType.ReceiveSensitivityTableEntry


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """The part of GET_READER_CAPABILITIES_RESPONSE that we use."""

    antennas: int = 0
    maker: int = 0  # IANA private enterprise number: 25882 Impinj, 161 Motorola and Zebra
    model: int = 0
    firmware: str = ""
    utc_clock: bool = True
    inputs: int = 0  # general purpose inputs
    filters: int = 0  # select filters of one query
    powers_dbm: tuple[tuple[int, float], ...] = ()  # TransmitPowerLevelTable: index, dBm
    losses_db: tuple[tuple[int, int], ...] = ()  # ReceiveSensitivityTable: index, dB below the best
    hop_table: int | None = None  # the first one's id; None: fixed frequencies

    @classmethod
    def of(cls, body: bytes) -> Capabilities:
        """Read a response's body; what a reader leaves out keeps its default. Raises Malformed."""
        general = find(body, 0, len(body), ParameterType.GeneralDeviceCapabilities)
        gen2 = find(body, 0, len(body), ParameterType.C1G2LLRPCapabilities)
        regulatory = find(body, 0, len(body), ParameterType.RegulatoryCapabilities)
        powers, hop_table = _uhf_band(body, regulatory) if regulatory else ((), None)
        filters = unpack(_C1G2_CAPABILITIES, body, gen2)[1] if gen2 else 0
        told = _general(body, general) if general else cls()
        return msgspec.structs.replace(told, filters=filters, powers_dbm=powers, hop_table=hop_table)

    def to_bytes(self, message_id: int) -> bytes:
        """Build a whole response with every parameter that the protocol demands, for a simulated reader."""
        body = Status().to_bytes() + self._general() + _llrp_capabilities() + self._regulatory()
        body += tlv(ParameterType.C1G2LLRPCapabilities, _C1G2_CAPABILITIES.pack(0, self.filters))
        kind = MessageType.GET_READER_CAPABILITIES_RESPONSE
        return Message(type=kind, message_id=message_id, body=body).to_bytes()

    def _general(self) -> bytes:
        gen2 = [_PAIR.pack(antenna, 1) + b"\x01" for antenna in range(1, self.antennas + 1)]
        losses = [_LEVEL.pack(index, loss_db) for index, loss_db in self.losses_db]
        return tlv(
            ParameterType.GeneralDeviceCapabilities,
            _GENERAL.pack(self.antennas, HAS_UTC_CLOCK if self.utc_clock else 0, self.maker, self.model),
            text(self.firmware),
            *(tlv(ParameterType.ReceiveSensitivityTableEntry, loss) for loss in losses),
            tlv(ParameterType.GPIOCapabilities, _PAIR.pack(self.inputs, 0)),
            *(tlv(ParameterType.PerAntennaAirProtocol, protocols) for protocols in gen2),
        )

    def _regulatory(self) -> bytes:
        powers = [_LEVEL.pack(index, round(dbm * 100)) for index, dbm in self.powers_dbm]
        if self.hop_table is None:
            frequencies = _HOPPING.pack(0) + tlv(ParameterType.FixedFrequencyTable, _U16.pack(0))
        else:
            hops = tlv(ParameterType.FrequencyHopTable, _HOP_TABLE.pack(self.hop_table, 0, 0))
            frequencies = _HOPPING.pack(0x80) + hops
        mode = tlv(ParameterType.C1G2UHFRFModeTableEntry, _RF_MODE.pack(0, 0, 0, 0, 0, 40_000, 1500, 6250, 25_000, 0))
        band = tlv(
            ParameterType.UHFBandCapabilities,
            *(tlv(ParameterType.TransmitPowerLevelTableEntry, power) for power in powers),
            tlv(ParameterType.FrequencyInformation, frequencies),
            tlv(ParameterType.C1G2UHFRFModeTable, mode),
        )
        return tlv(ParameterType.RegulatoryCapabilities, _PAIR.pack(0, 0), band)


def supported_version(body: bytes) -> tuple[int, int, Status]:
    """Return the version in use, the newest that the reader speaks, and how the request went; raises Malformed.

    LLRP 1.1, GET_SUPPORTED_VERSION_RESPONSE: the only answer in which two u8 stand before the status; so read by
    EdgeX device-rfid-llrp-go and by sllurp's message tables too. Not tried on a reader here.
    """
    if len(body) < VERSION_FIELDS_BYTES:
        raise Malformed(f"expected two versions, got {len(body)} bytes")
    return body[0], body[1], Status.of(body[VERSION_FIELDS_BYTES:])


def _general(body: bytes, general: Parameter) -> Capabilities:
    antennas, flags, maker, model = unpack(_GENERAL, body, general)
    firmware, behind = read_text(body, general.fields + _GENERAL.size, general.end)
    entries = list(parameters(body, behind, general.end))
    losses = [unpack(_LEVEL, body, entry) for entry in entries if entry.type == _SENSITIVITY]
    inputs = [unpack(_PAIR, body, entry)[0] for entry in entries if entry.type == ParameterType.GPIOCapabilities]
    return Capabilities(
        antennas=antennas,
        maker=maker,
        model=model,
        firmware=firmware.rstrip("\0"),
        utc_clock=bool(flags & HAS_UTC_CLOCK),
        inputs=next(iter(inputs), 0),
        losses_db=tuple((index, loss_db) for index, loss_db in losses),
    )


def _llrp_capabilities() -> bytes:
    return tlv(ParameterType.LLRPCapabilities, _LLRP_CAPABILITIES.pack(HOLDS_REPORTS, 1, 0, 1, 32, 1, 0, 0))


def _uhf_band(body: bytes, regulatory: Parameter) -> tuple[tuple[tuple[int, float], ...], int | None]:
    unpack(_PAIR, body, regulatory)
    band = find(body, regulatory.fields + _PAIR.size, regulatory.end, ParameterType.UHFBandCapabilities)
    if band is None:
        return (), None
    entries = list(parameters(body, band.fields, band.end))
    levels = [entry for entry in entries if entry.type == ParameterType.TransmitPowerLevelTableEntry]
    powers = [unpack(_LEVEL, body, level) for level in levels]
    hops = [_hop_table(body, entry) for entry in entries if entry.type == ParameterType.FrequencyInformation]
    return tuple((index, value / 100) for index, value in powers), next(iter(hops), None)


def _hop_table(body: bytes, frequencies: Parameter) -> int | None:
    (flags,) = unpack(_HOPPING, body, frequencies)
    table = find(body, frequencies.fields + _HOPPING.size, frequencies.end, ParameterType.FrequencyHopTable)
    return unpack(_HOP_TABLE, body, table)[0] if flags & 0x80 and table else None
