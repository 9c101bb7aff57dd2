"""What the simulated LLRP reader says it is and can: a four-port European reader with a UTC clock.

Layouts: LLRP 1.0.1, sections 9.2, 10.3 and 15.
"""

from __future__ import annotations

import struct

from simulators.llrp_frames import tlv

MAKER = 161  # IANA enterprise number of Zebra (Motorola)
FIRMWARE = b"3.10.30"
HAS_UTC_CLOCK = 0x4000
COUNTRY_DE, ETSI_302_208 = 276, 2
CHANNELS_KHZ = (865_700, 866_300, 866_900, 867_500)
POWERS_CDBM = range(1000, 3100, 100)


def general(antennas: int, model: int) -> bytes:
    """GeneralDeviceCapabilities."""
    head = struct.pack(">HHIIH", antennas, HAS_UTC_CLOCK, MAKER, model, len(FIRMWARE)) + FIRMWARE
    sensitivity = tlv(139, struct.pack(">HH", 1, 0))
    gpio = tlv(141, struct.pack(">HH", 4, 4))
    protocols = b"".join(tlv(140, struct.pack(">HHB", n, 1, 1)) for n in range(1, antennas + 1))
    return tlv(137, head + sensitivity + gpio + protocols)


def antenna_properties(antenna: int) -> bytes:
    """AntennaProperties: connected, no gain."""
    return tlv(221, struct.pack(">BHh", 0x80, antenna, 0))


def _regulatory() -> bytes:
    power = b"".join(tlv(145, struct.pack(">Hh", n, cdbm)) for n, cdbm in enumerate(POWERS_CDBM, start=1))
    channels = tlv(148, struct.pack(f">H{len(CHANNELS_KHZ)}I", len(CHANNELS_KHZ), *CHANNELS_KHZ))
    frequencies = tlv(146, b"\0" + channels)  # no hopping
    mode = tlv(329, struct.pack(">IBBBBIIIII", 1, 0, 2, 0, 2, 256_000, 2000, 25_000, 25_000, 0))
    band = tlv(144, power + frequencies + tlv(328, mode))
    return tlv(143, struct.pack(">HH", COUNTRY_DE, ETSI_302_208) + band)


LLRP = tlv(142, struct.pack(">BBHIIIII", 0, 1, 0, 8, 8, 4, 0, 0))  # 8 ROSpecs, no AccessSpecs
REGULATORY = _regulatory()
C1G2 = tlv(327, struct.pack(">BH", 0, 2))  # two select filters
IDENTIFICATION = tlv(218, struct.pack(">BH6s", 0, 6, bytes.fromhex("001625000001")))  # by MAC address
