"""What the simulated LLRP reader says it is and can; unless told otherwise, European, four ports, a UTC clock.

Layouts: LLRP 1.0.1, sections 9.2, 10.3 and 15.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from simulators.llrp_frames import tlv

ZEBRA = 161  # IANA enterprise numbers
IMPINJ = 25882
FIRMWARE = b"3.10.30"
HAS_UTC_CLOCK = 0x4000
COUNTRY_DE, ETSI_302_208 = 276, 2
CHANNELS_KHZ = (865_700, 866_300, 866_900, 867_500)
POWERS_CDBM = range(1000, 3100, 100)
LOSSES_DB = range(0, 60, 10)


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """One reader's make."""

    antennas: int = 4
    maker: int = ZEBRA
    model: int = 96008
    newest: int = 1  # the newest version it speaks: 1 is LLRP 1.0.1, 2 is 1.1
    utc_clock: bool = True  # False: it stamps with the time since it started
    inputs: int = 4
    filters: int = 2  # select filters of one query
    buffer: int = 4096  # tag reports it holds; the oldest is dropped


def capabilities(abilities: Abilities) -> tuple[bytes, ...]:
    """GeneralDeviceCapabilities, LLRPCapabilities, RegulatoryCapabilities, C1G2LLRPCapabilities."""
    gen2 = tlv(327, struct.pack(">BH", 0, abilities.filters))
    return _general(abilities), LLRP, REGULATORY, gen2


def antenna_properties(antenna: int, *, connected: bool) -> bytes:
    """AntennaProperties: no gain."""
    return tlv(221, struct.pack(">BHh", connected << 7, antenna, 0))


def _general(abilities: Abilities) -> bytes:
    flags = HAS_UTC_CLOCK if abilities.utc_clock else 0
    head = struct.pack(">HHIIH", abilities.antennas, flags, abilities.maker, abilities.model, len(FIRMWARE)) + FIRMWARE
    sensitivity = b"".join(tlv(139, struct.pack(">Hh", n, loss)) for n, loss in enumerate(LOSSES_DB, start=1))
    gpio = tlv(141, struct.pack(">HH", abilities.inputs, 4))
    protocols = b"".join(tlv(140, struct.pack(">HHB", n, 1, 1)) for n in range(1, abilities.antennas + 1))
    return tlv(137, head + sensitivity + gpio + protocols)


def _regulatory() -> bytes:
    power = b"".join(tlv(145, struct.pack(">Hh", n, cdbm)) for n, cdbm in enumerate(POWERS_CDBM, start=1))
    channels = tlv(148, struct.pack(f">H{len(CHANNELS_KHZ)}I", len(CHANNELS_KHZ), *CHANNELS_KHZ))
    frequencies = tlv(146, b"\0" + channels)  # no hopping
    mode = tlv(329, struct.pack(">IBBBBIIIII", 1, 0, 2, 0, 2, 256_000, 2000, 25_000, 25_000, 0))
    band = tlv(144, power + frequencies + tlv(328, mode))
    return tlv(143, struct.pack(">HH", COUNTRY_DE, ETSI_302_208) + band)


LLRP = tlv(142, struct.pack(">BBHIIIII", 0x08, 1, 0, 8, 8, 4, 0, 0))  # holds reports; 8 ROSpecs, no AccessSpecs
REGULATORY = _regulatory()
IDENTIFICATION = tlv(218, struct.pack(">BH6s", 0, 6, bytes.fromhex("001625000001")))  # by MAC address
