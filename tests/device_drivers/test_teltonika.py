"""Teltonika's frames against the captures of two independent decoders, the document's examples, and the handshake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.teltonika import MAX_PENDING_BYTES, Decoder, Settings
from device_drivers.teltonika_io import BLE_FAULTS, Element
from device_drivers.teltonika_wire import MOST_DATA_BYTES, crc16, data_at, frame, handshake, records_of
from gateway.model import Fix, Measurement, Notice, Output, Rejected, Send

IMEI = "356307042441013"
OTHER_IMEI = "352093081452251"
ASSET = f"imei:{IMEI}"
LISTED = Settings(imeis={IMEI: ""})
SECOND_US = 1_000_000


def rows(shared_fixtures: Path) -> list[dict[str, Any]]:
    lines = (shared_fixtures / "devices/trackers/teltonika_codec8.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def record(*, at_ms: int = 1_700_000_000_000, lat: float = 0.0, lon: float = 0.0, **io: int) -> bytes:
    """A record of Codec 8 with seven satellites and one-byte or two-byte elements, as n21=5 or n25=65535."""
    small = {int(name[1:]): value for name, value in io.items() if value < 256}
    large = {int(name[1:]): value for name, value in io.items() if value >= 256}
    head = (
        at_ms.to_bytes(8, "big")
        + b"\x00"
        + b"".join(round(d * 1e7).to_bytes(4, "big", signed=True) for d in (lon, lat))
    )
    ones = b"".join(bytes((number, value)) for number, value in small.items())
    twos = b"".join(bytes((number,)) + value.to_bytes(2, "big") for number, value in large.items())
    counts = bytes((0, len(io), len(small))) + ones + bytes((len(large),)) + twos + b"\x00\x00"
    return head + (120).to_bytes(2, "big") + (90).to_bytes(2, "big") + b"\x07" + (36).to_bytes(2, "big") + counts


def codec8(*records: bytes) -> bytes:
    return frame(bytes((8, len(records))) + b"".join(records) + bytes((len(records),)))


def talk(*said: bytes, settings: Settings = LISTED) -> list[Output]:
    """What comes of a whole conversation, but for the handshake's two outputs."""
    decoder = Decoder(settings)
    return decoder.feed(b"".join((handshake(IMEI), *said)), 0)[2:]


def of(kind: type[Any], out: list[Output]) -> list[Any]:
    return [output for output in out if isinstance(output, kind)]


# --- captures -------------------------------------------------------------------------------------


def test_every_captured_record_is_read_as_two_decoders_read_it(shared_fixtures: Path) -> None:
    good = [row for row in rows(shared_fixtures) if "expected" in row]
    assert sum(row["expected"]["count"] for row in good) == 31
    for row in good:
        found = data_at(bytearray.fromhex(row["hex"]), 0)
        assert found is not None
        assert found[0] == len(row["hex"]) // 2
        assert found[1][0] == row["expected"]["codec"]
        for ours, theirs in zip(records_of(found[1]), row["expected"]["records"], strict=True):
            assert (ours.at_ms, ours.priority) == (theirs["timestamp_ms"], theirs["priority"])
            assert (ours.lat, ours.lon, ours.alt_m) == (theirs["lat"], theirs["lon"], theirs["altitude_m"])
            assert (ours.course_deg, ours.satellites) == (theirs["angle_deg"], theirs["satellites"])
            assert (ours.speed_kmh, ours.event_io) == (theirs["speed_kmh"], theirs["event_io"])
            assert {str(number): as_fixture(raw) for number, raw in ours.io} == theirs["io"]


def as_fixture(raw: bytes) -> int | str:
    return int.from_bytes(raw, "big") if len(raw) in (1, 2, 4, 8) else raw.hex()


def test_every_captured_frame_is_acknowledged_with_its_count_and_the_damaged_ones_are_rejected(
    shared_fixtures: Path,
) -> None:
    for row in rows(shared_fixtures):
        decoder = Decoder(Settings(imeis={IMEI: ""}, stale_positions=True))
        decoder.feed(handshake(IMEI), 0)
        out = decoder.feed(bytes.fromhex(row["hex"]), 0)
        if row.get("reject"):
            assert out == []
            assert {one.reason for one in of(Rejected, decoder.tick(2 * SECOND_US))} <= {"checksum", "length"}
            assert of(Send, out) == []
            continue
        records = row["expected"]["records"]
        assert out[-1] == Send(data=len(records).to_bytes(4, "big"), when_safe=True)
        assert [(fix.lat, fix.lon) for fix in of(Fix, out)] == [(one["lat"], one["lon"]) for one in records]
        assert {fix.asset for fix in of(Fix, out)} == {ASSET}


def test_a_captured_position_without_satellites_is_none_unless_asked_for(shared_fixtures: Path) -> None:
    for row in rows(shared_fixtures):
        if "expected" in row:
            sure = [one for one in row["expected"]["records"] if one["satellites"]]
            assert len(of(Fix, talk(bytes.fromhex(row["hex"])))) == len(sure)


# --- records --------------------------------------------------------------------------------------


def test_south_and_west_are_negative_and_units_are_converted() -> None:
    (fix, *_) = talk(codec8(record(lat=-33.9656016, lon=-18.8357883)))
    assert fix == Fix(
        lat=-33.9656016,
        lon=-18.8357883,
        seen_us=1_700_000_000_000_000,
        speed_mps=10.0,
        course_deg=90.0,
        alt_m=120.0,
        satellites=7,
        asset=ASSET,
    )


def test_elements_are_measured_in_their_units_and_unknown_ones_left_out() -> None:
    out = talk(codec8(record(n239=1, n240=0, n21=4, n67=3900, n200=2)))
    assert [(one.name, one.value, one.unit) for one in of(Measurement, out)] == [
        ("ignition", True, ""),
        ("movement", False, ""),
        ("gsm_signal", 4.0, ""),
        ("battery_voltage", 3.9, "VLT"),
    ]
    assert {(one.asset, one.seen_us) for one in of(Measurement, out)} == {(ASSET, 1_700_000_000_000_000)}


def test_settings_add_elements_and_change_known_ones() -> None:
    settings = Settings(
        imeis={IMEI: "TRL-7"},
        io={"200": Element(name="sleep_mode"), "67": Element(name="battery_mv", unit="2Z")},
    )
    out = talk(codec8(record(n200=2, n67=3900)), settings=settings)
    assert [(one.name, one.value, one.asset) for one in of(Measurement, out)] == [
        ("sleep_mode", 2.0, "TRL-7"),
        ("battery_mv", 3900.0, "TRL-7"),
    ]


@pytest.mark.parametrize(
    ("raw", "degrees"), [(2150, [21.5]), (65_536 - 1820, [-18.2]), (32_767, []), *((code, []) for code in BLE_FAULTS)]
)
def test_a_bluetooth_sensor_is_signed_and_its_fault_values_are_no_temperatures(raw: int, degrees: list[float]) -> None:
    assert [one.value for one in of(Measurement, talk(codec8(record(n25=raw))))] == degrees


def test_a_record_sent_again_gives_the_same_outputs() -> None:
    sent = codec8(record(n239=1), record(at_ms=1_700_000_001_000))
    assert talk(sent, sent) == talk(sent) * 2


def test_a_lost_position_is_told_once_and_one_found_again_too() -> None:
    lost = record().replace(b"\x00\x78\x00\x5a\x07", b"\x00\x78\x00\x5a\x00")
    out = talk(codec8(lost, lost), codec8(record()))
    assert [(one.name, one.text) for one in of(Notice, out)] == [
        ("no_fix", f"{ASSET} has no position"),
        ("fix", f"{ASSET} has a position again"),
    ]
    assert len(of(Fix, out)) == 1


def test_zeros_are_no_position_even_where_stale_ones_are_taken() -> None:
    lost = record().replace(b"\x00\x78\x00\x5a\x07", b"\x00\x78\x00\x5a\x00")
    assert of(Fix, talk(codec8(lost), settings=Settings(imeis={IMEI: ""}, stale_positions=True))) == []


def test_a_time_that_no_clock_can_have_said_is_none() -> None:
    assert [fix.seen_us for fix in of(Fix, talk(codec8(record(at_ms=2**64 - 1))))] == [None]


# --- acknowledging --------------------------------------------------------------------------------


def test_records_that_cannot_be_read_are_kept_and_acknowledged_so_that_they_do_not_come_for_ever() -> None:
    bad, answer = talk(frame(b"\x08\x02\x00\x00\x02"))
    assert isinstance(bad, Rejected)
    assert (bad.data, bad.reason) == (b"\x08\x02\x00\x00\x02", "records")
    assert f"IMEI {IMEI}: expected 8 more bytes" in bad.text
    assert answer == Send(data=b"\x00\x00\x00\x02", when_safe=True)


@pytest.mark.parametrize("data", [codec8(record())[8:-4] + b"\x00", codec8(record())[8:-5] + b"\x02"])
def test_counts_that_do_not_agree_are_rejected(data: bytes) -> None:
    assert [type(output) for output in talk(frame(data))] == [Rejected, Send]


def test_a_wrong_checksum_is_not_acknowledged_and_the_next_frame_is_found() -> None:
    good = codec8(record())
    out = talk(good[:-1] + bytes((good[-1] ^ 1,)), good)
    assert [type(output) for output in out] == [Rejected, Fix, Send]
    assert [one.reason for one in of(Rejected, out)] == ["checksum"]


def test_keep_alive_bytes_between_frames_mean_nothing() -> None:
    good = codec8(record())
    assert talk(b"\xff\xff", good, b"\xff", good) == talk(good, good)


def test_a_length_beyond_the_bound_is_refused_at_once() -> None:
    decoder = Decoder(LISTED)
    decoder.feed(handshake(IMEI), 0)
    decoder.feed(bytes(4) + (MOST_DATA_BYTES + 1).to_bytes(4, "big") + b"\x08", 0)
    assert decoder.pending_bytes <= 9
    for _ in range(100):
        decoder.feed(bytes(4) + MOST_DATA_BYTES.to_bytes(4, "big") + b"\x08" + bytes(500), 0)
        assert decoder.pending_bytes <= MAX_PENDING_BYTES


def test_the_checksum_is_that_of_the_published_check_value() -> None:
    assert crc16(b"123456789") == 0xBB3D  # CRC-16/ARC


# --- who may --------------------------------------------------------------------------------------


def test_a_listed_tracker_is_answered_at_once() -> None:
    assert Decoder(LISTED).feed(handshake(IMEI), 0) == [
        Send(data=b"\x01"),
        Notice(name="identified", text=f"the tracker with IMEI {IMEI} is {ASSET}"),
    ]


def test_an_unlisted_one_is_told_to_go_and_named_and_what_it_says_then_is_not_heard() -> None:
    decoder = Decoder(LISTED)
    out = decoder.feed(handshake(OTHER_IMEI) + codec8(record()), 0)
    assert out[0] == Send(data=b"\x00")
    assert [one.name for one in of(Notice, out)] == ["unknown_imei", "give_up"]
    assert all(OTHER_IMEI in one.text and one.fault for one in of(Notice, out))
    assert decoder.feed(codec8(record()), 0) == []
    assert decoder.pending_bytes == 0


def test_who_does_not_say_an_imei_is_cut_off_once() -> None:
    decoder = Decoder(LISTED)
    decoder.start(0)
    decoder.feed(b"GET / HTTP/1.1\r\n\r\n", 0)
    assert [one.reason for one in of(Rejected, decoder.tick(29 * SECOND_US))] == ["handshake"]
    assert [one.name for one in of(Notice, decoder.tick(30 * SECOND_US))] == ["no_handshake", "give_up"]
    assert decoder.tick(90 * SECOND_US) == []


def test_who_said_its_imei_is_not_cut_off() -> None:
    decoder = Decoder(LISTED)
    decoder.start(0)
    decoder.feed(handshake(IMEI), SECOND_US)
    assert decoder.tick(90 * SECOND_US) == []


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"imeis": {"12345": ""}}, "imeis: expected IMEIs of 15 digits, came '12345'"),
        ({"io": {"ignition": Element(name="x")}}, "io: expected the number of an I/O element"),
        ({"io": {"70000": Element(name="x")}}, "0 to 65535, came '70000'"),
        ({"handshake_s": 0.0}, "handshake_s: expected seconds above 0"),
    ],
)
def test_settings_out_of_range_are_refused_in_words(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Settings(**settings)
