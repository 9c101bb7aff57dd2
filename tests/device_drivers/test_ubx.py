"""UBX against gpsd's verdict on real receivers' logs, pyubx2, and the rules of validity and time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from struct import pack

import pytest
from pyubx2 import UBXReader  # type: ignore[import-untyped]

from device_drivers.ubx import MOST_WITHOUT, NAV_PVT, Decoder, Settings
from device_drivers.ubx_wire import MOST_FRAME_BYTES, MOST_PAYLOAD_BYTES, crc24q, ubx
from gateway.model import Fix, Notice, Output, Rejected
from tests.device_drivers.test_nmea0183 import At, gpsd_positions, iso, log_bytes, only_in, sentence

QUIET_US = 2_000_000
LOGS = ("ublox-neo-m8n.log", "ublox-neo-f9v.log", "ubx_pygpsdata-NAV.log", "ubx_pygpsdata-MIXED2.log")

# gpsd tells a position at the end of the receiver's cycle: not of the cycle it begins in, nor of one the log ends in.
OURS_ALONE = {
    "ublox-neo-m8n.log": {"2017-07-19T08:50:00.800Z", "2017-07-19T08:50:05.400Z"},
    "ublox-neo-f9v.log": {"2025-09-14T02:40:13.000Z"},
}


def decode(*data: bytes, settings: Settings | None = None) -> list[Output]:
    decoder = Decoder(settings or Settings())
    out = [output for chunk in data for output in decoder.feed(chunk, 0)]
    return out + decoder.tick(QUIET_US)


def fixes(out: list[Output]) -> list[Fix]:
    return [output for output in out if isinstance(output, Fix)]


def pvt(*, at: tuple[int, ...] = (2026, 1, 2, 3, 4, 5), valid: int = 3, nano: int = 0, **other: int) -> bytes:
    """NAV-PVT with a 3D fix; fix_type, flags, flags3 may be set."""
    year, *rest = at
    head = pack("<IH6BIi", 0, year, *rest, valid, 0, nano)
    flags = pack("<4B", other.get("fix_type", 3), other.get("flags", 1), 0, 9)
    place = pack("<4i2I3i2i2I", 115_166_667, 481_173_000, 0, 545_400, 1500, 0, 0, 0, 0, 5144, 8_440_000, 0, 0)
    return ubx(NAV_PVT, head + flags + place + pack("<2H12x", 0, other.get("flags3", 0)))


# --- captures -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS_ALONE)
def test_logs_give_the_positions_of_gpsd(shared_fixtures: Path, name: str) -> None:
    log = shared_fixtures / "devices/gps" / name
    ours = [At(iso_ms(fix), fix.lat, fix.lon) for fix in fixes(decode(log_bytes(log)))]
    theirs = gpsd_positions(log)
    assert len(ours) >= 4
    assert {at.time for at in only_in(ours, theirs)} == OURS_ALONE[name]
    assert only_in(theirs, ours) == []


def iso_ms(fix: Fix) -> str | None:
    return None if fix.seen_us is None else iso(round(fix.seen_us / 1000) * 1000)


@pytest.mark.parametrize("name", LOGS)
def test_logs_give_the_positions_of_pyubx2(shared_fixtures: Path, name: str) -> None:
    data = log_bytes(shared_fixtures / "devices/gps" / name)
    said = [parsed for _, parsed in UBXReader(BytesIO(data), quitonerror=0) if parsed is not None]
    oracle = [one for one in said if one.identity == "NAV-PVT" and one.gnssFixOk and one.fixType in (1, 2, 3, 4)]
    ours = fixes(decode(data))
    assert len(ours) == len(oracle) > 0
    for fix, one in zip(ours, oracle, strict=True):
        assert (fix.lat, fix.lon) == pytest.approx((one.lat, one.lon), abs=1e-9)
        assert (fix.satellites, fix.accuracy_m, fix.alt_m) == (one.numSV, one.hAcc / 1000, one.hMSL / 1000)
        assert (fix.speed_mps, fix.course_deg) == pytest.approx((one.gSpeed / 1000, one.headMot))
        whole = datetime(one.year, one.month, one.day, one.hour, one.min, one.second, tzinfo=UTC)
        assert fix.seen_us == int(whole.timestamp()) * 1_000_000 + round(one.nano / 1000)


def test_rows_that_pyubx2_and_the_layout_agree_on(shared_fixtures: Path) -> None:
    rows = (shared_fixtures / "devices/gps/ubx_nav_pvt.jsonl").read_text().splitlines()
    assert len(rows) == 2
    for row in map(json.loads, rows):
        (fix,) = fixes(decode(bytes.fromhex(row["hex"])))
        want = row["expected"]
        assert (fix.lat, fix.lon, fix.alt_m) == (want["lat"], want["lon"], want["hmsl_m"])
        assert (fix.satellites, fix.speed_mps, fix.course_deg) == (want["num_sv"], 0.008, want["heading_deg"])
        assert iso(round((fix.seen_us or 0) / 1e6) * 1_000_000) == f"{want['utc']}.000Z"


def test_a_damaged_frame_in_a_log_is_rejected_and_those_around_it_are_not(shared_fixtures: Path) -> None:
    out = decode((shared_fixtures / "devices/gps/ubx_pygpsdata-BADCK2.log").read_bytes())
    assert len(fixes(out)) == 1
    assert [one.reason for one in out if isinstance(one, Rejected)] == ["checksum"]


def test_every_log_cut_into_single_bytes_gives_the_same_outputs(shared_fixtures: Path) -> None:
    for file in (shared_fixtures / "devices/gps").glob("ub*.log"):
        data = file.read_bytes()
        assert decode(*(data[i : i + 1] for i in range(len(data)))) == decode(data), file.name


# --- validity and time ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fix_type", "flags", "flags3", "has_fix"),
    [
        (3, 1, 0, True),
        (1, 1, 0, True),
        (4, 1, 0, True),
        (3, 0, 0, False),
        (0, 1, 0, False),
        (5, 1, 0, False),
        (3, 1, 1, False),
    ],
)
def test_a_position_counts_if_the_receiver_is_sure(fix_type: int, flags: int, flags3: int, has_fix: bool) -> None:
    assert len(fixes(decode(pvt(fix_type=fix_type, flags=flags, flags3=flags3)))) == has_fix


def test_two_dimensions_have_no_altitude() -> None:
    assert [fix.alt_m for fix in fixes(decode(pvt(fix_type=2), pvt(fix_type=3)))] == [None, 545.4]


@pytest.mark.parametrize(
    ("at", "valid", "nano", "time"),
    [
        ((2026, 1, 2, 3, 4, 5), 3, 0, "2026-01-02T03:04:05.000Z"),
        ((2026, 1, 2, 3, 4, 5), 3, -400_000_000, "2026-01-02T03:04:04.600Z"),
        ((2016, 12, 31, 23, 59, 60), 3, 0, "2017-01-01T00:00:00.000Z"),
        ((2026, 1, 2, 3, 4, 5), 1, 0, None),
        ((2026, 1, 2, 3, 4, 5), 2, 0, None),
        ((2026, 2, 30, 3, 4, 5), 3, 0, None),
        ((0, 0, 0, 0, 0, 0), 3, 0, None),
        ((2026, 1, 2, 24, 4, 5), 3, 0, None),
    ],
)
def test_times(at: tuple[int, ...], valid: int, nano: int, time: str | None) -> None:
    assert [iso(fix.seen_us) for fix in fixes(decode(pvt(at=at, valid=valid, nano=nano)))] == [time]


def test_a_lost_position_is_told_once_and_one_found_again_too() -> None:
    out = decode(pvt(), pvt(flags=0), pvt(flags=0), pvt())
    assert [one.name if isinstance(one, Notice) else "a fix" for one in out] == ["a fix", "no_fix", "fix", "a fix"]


# --- what stands between --------------------------------------------------------------------------


def test_nmea_and_rtcm_between_are_passed_over() -> None:
    rtcm = b"\xd3\x00\x04\x3e\xd0\x00\x03"
    between = sentence("GNRMC,120000.00,A,4807.0380,N,01131.0000,E,10.0,084.4,230394,,") + b"$POLYN,TIME\r\n"
    out = decode(between + rtcm + crc24q(rtcm).to_bytes(3, "big") + pvt())
    assert [type(output) for output in out] == [Fix]


def test_the_checksum_of_rtcm_is_that_of_the_published_check_value() -> None:
    assert crc24q(b"123456789") == 0xCDE703  # CRC-24Q


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd3\x00\x04\x3e\xd0\x00\x03\x00\x00\x00", "checksum"),
        (b"$GPRMC,1*00\r\n", "checksum"),
        (b"\xb5\x62\x01\x07" + (MOST_PAYLOAD_BYTES + 1).to_bytes(2, "little"), "length"),
        (b"\xb5\x63", "noise"),
        (ubx(NAV_PVT, bytes(80)), "length"),
    ],
)
def test_bad_bytes_before_a_good_frame_are_rejected_with_their_reason(data: bytes, reason: str) -> None:
    out = decode(data + pvt())
    assert [one.reason for one in out if isinstance(one, Rejected)] == [reason]
    assert len(fixes(out)) == 1


def test_a_receiver_that_never_says_nav_pvt_is_told_of_once() -> None:
    other = ubx(b"\x01\x03", bytes(16)) * (MOST_WITHOUT + 50)
    assert [one.name for one in decode(other) if isinstance(one, Notice)] == ["no_nav_pvt"]
    assert decode((ubx(b"\x01\x03", bytes(16)) * (MOST_WITHOUT - 1) + pvt()) * 3) == fixes(decode(pvt())) * 3


def test_what_waits_is_bounded() -> None:
    decoder = Decoder(Settings())
    for _ in range(100):
        decoder.feed(b"\xb5\x62\x01\x07" + MOST_PAYLOAD_BYTES.to_bytes(2, "little") + bytes(999), 0)
        assert decoder.pending_bytes <= MOST_FRAME_BYTES + 1024


def test_settings_out_of_range_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="least_satellites: expected 0 to 50"):
        Settings(least_satellites=-1)
