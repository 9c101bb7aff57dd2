"""AIS against gpsd's decoding of captured sentences, and the rules of time, joining and bounds."""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any

import pytest

from device_drivers.ais import MOST_NAMES, Decoder, Settings
from device_drivers.ais_messages import meaning
from device_drivers.ais_wire import MAX_PENDING_BYTES, MOST_OPEN, MOST_WAIT_S
from gateway.model import Fix, Measurement, Output, Rejected

NOW_US = 1_767_225_600_000_000  # a full minute
SECOND_US = 1_000_000
POSITIONS = {1, 2, 3, 18, 19, 27}
ALPHABET = b"0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw"

CLASS_A = b"!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A\r\n"  # second 33
NAME_1 = b"!AIVDM,2,1,2,A,542M92h00001@<7;?G0PD4i@R0<tqA8tj37>220o0h:2240Ht500000000000000,0*3C\r\n"
NAME_2 = b"!AIVDM,2,2,2,A,0000002,2*24\r\n"


def decode(*data: bytes, settings: Settings | None = None, now_us: int = NOW_US) -> list[Output]:
    decoder = Decoder(settings or Settings())
    out = [output for chunk in data for output in decoder.feed(chunk, now_us)]
    return out + decoder.tick(now_us + 2 * SECOND_US)


def sentence(body: bytes) -> bytes:
    return b"!%s*%02X\r\n" % (body, reduce(xor, body))


def fixes(out: list[Output]) -> list[Fix]:
    return [output for output in out if isinstance(output, Fix)]


def names(out: list[Output]) -> list[str | float | bool]:
    return [output.value for output in out if isinstance(output, Measurement)]


def rejected(out: list[Output]) -> list[Rejected]:
    return [output for output in out if isinstance(output, Rejected)]


# --- captures -------------------------------------------------------------------------------------


def test_every_vector_that_gpsd_and_pyais_agree_on(shared_fixtures: Path) -> None:
    rows = (shared_fixtures / "devices/gps/ais_vectors.jsonl").read_text().splitlines()
    assert len(rows) == 17
    for row in map(json.loads, rows):
        want: dict[str, Any] = row["expected"]
        lines = [line.replace("\\x0d\\x0a", "") for line in row["sentences"]]
        out = decode("".join(f"{line}\r\n" for line in lines).encode())
        assert rejected(out) == [], row
        assert [fix.asset for fix in fixes(out)] == [f"mmsi:{want['mmsi']:09d}"] * (want["type"] in POSITIONS)
        for fix in fixes(out):
            assert (fix.lat, fix.lon) == pytest.approx((want["lat"], want["lon"]), abs=1e-6), row
            assert fix.speed_mps == pytest.approx(want["speed_knots"] * 1852 / 3600, abs=1e-4), row
        assert names(out) == ([want["shipname"]] if "shipname" in want else []), row


def test_a_port_s_log_gives_the_positions_and_names_of_gpsd(shared_fixtures: Path) -> None:
    log = shared_fixtures / "devices/gps/ais-nmea-type6-fid55.log"
    lines = log.with_name(f"{log.name}.chk").read_text().splitlines()
    reports = [json.loads(line) for line in lines if line.startswith('{"class":"AIS"')]
    out = decode(log.read_bytes())
    assert rejected(out) == []
    assert [(fix.asset, *gpsd_units(fix.lat, fix.lon, fix.speed_mps)) for fix in fixes(out)] == [
        (f"mmsi:{one['mmsi']:09d}", *known_units(one)) for one in reports if has_position(one)
    ]
    told = [one["shipname"].strip() for one in reports if one.get("shipname") and one["type"] in (5, 19)]
    assert set(told) <= set(names(out))


def has_position(report: dict[str, Any]) -> bool:
    unit = 600 if report["type"] == 27 else 600_000
    return report["type"] in POSITIONS and abs(report["lat"]) <= 90 * unit and abs(report["lon"]) <= 180 * unit


def known_units(report: dict[str, Any]) -> tuple[int, int, int | None]:
    """The lat, lon and speed of gpsd, unscaled, in the units of classes A and B."""
    if report["type"] == 27:
        return report["lat"] * 1000, report["lon"] * 1000, None if report["speed"] == 63 else report["speed"] * 10
    return report["lat"], report["lon"], None if report["speed"] >= 1023 else report["speed"]


def gpsd_units(lat: float, lon: float, speed_mps: float | None) -> tuple[int, int, int | None]:
    knots10 = None if speed_mps is None else round(speed_mps * 3600 / 1852 * 10)
    return round(lat * 600_000), round(lon * 600_000), knots10


def test_the_log_cut_into_single_bytes_gives_the_same_outputs(shared_fixtures: Path) -> None:
    data = (shared_fixtures / "devices/gps/ais-nmea-type6-fid55.log").read_bytes()[:20_000]
    assert decode(*(data[i : i + 1] for i in range(len(data)))) == decode(data)


def test_any_payload_with_a_right_checksum_is_a_message_or_a_value_error() -> None:
    seed = random.SystemRandom().getrandbits(32)
    dice, seen = random.Random(seed), Counter[str]()
    for _ in range(20_000):
        payload = bytes(dice.choice(ALPHABET) for _ in range(dice.choice((0, 1, 2, 6, 9, 16, 28, 28, 53, 71))))
        try:
            seen[type(meaning([sentence(b"AIVDM,1,1,,A,%s,%d" % (payload, dice.randrange(6))).strip()])).__name__] += 1
        except ValueError:
            seen["ValueError"] += 1
    assert seen["Told"] > 0, f"seed {seed}"
    assert seen["ValueError"] > 0, f"seed {seed}"


# --- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_s", "taken_s"),
    [
        (34, 33),
        (33, 33),
        (32, 33),  # the sender's clock is a second ahead
        (60, 33),
        (63, 33),
        (64, None),  # more than half a minute ago: not believed
        (30, None),
    ],
)
def test_a_position_is_of_the_latest_moment_with_its_second(received_s: int, taken_s: int | None) -> None:
    (fix,) = fixes(decode(CLASS_A, now_us=NOW_US + received_s * SECOND_US))
    assert fix.seen_us == (None if taken_s is None else NOW_US + taken_s * SECOND_US)


def test_one_message_heard_by_two_receivers_is_of_one_moment() -> None:
    apart = [decode(CLASS_A, now_us=NOW_US + ms * 1000) for ms in (33_100, 35_900, 52_000)]
    assert apart[0] == apart[1] == apart[2]


@pytest.mark.parametrize(
    ("line", "taken_us"),
    [
        (b"\\s:rx1,c:1736942431*5A\\" + CLASS_A, 1_736_942_433_000_000),
        (b"\\c:1736942441250,s:rx1*5A\\" + CLASS_A, 1_736_942_433_000_000),
        (CLASS_A.replace(b"\r\n", b",rrx1,1736942441\r\n"), 1_736_942_433_000_000),
        (b"\\s:rx1*5A\\" + CLASS_A, NOW_US - 27 * SECOND_US),
    ],
)
def test_a_time_stamp_of_the_line_is_when_it_was_received(line: bytes, taken_us: int) -> None:
    assert [fix.seen_us for fix in fixes(decode(line))] == [taken_us]


# --- sentences and messages -----------------------------------------------------------------------


def test_a_message_of_two_sentences_is_joined_through_others_between() -> None:
    assert names(decode(NAME_1 + CLASS_A + NAME_2)) == ["HEALTH CONTROL 13"]


@pytest.mark.parametrize("lines", [NAME_1, NAME_2, NAME_2 + NAME_1])
def test_parts_without_their_message_are_forgotten_without_a_word(lines: bytes) -> None:
    assert names(decode(lines)) == []


def test_a_part_does_not_wait_for_ever() -> None:
    decoder = Decoder(Settings())
    decoder.feed(NAME_1, NOW_US)
    assert names(decoder.feed(NAME_2, NOW_US + (MOST_WAIT_S + 1) * SECOND_US)) == []


def test_messages_that_wait_for_parts_are_bounded_and_the_newest_kept() -> None:
    decoder = Decoder(Settings())
    for _ in range(3):
        for sequence in range(10):
            for channel in (b"A", b"B", b"1", b"2", b"C", b"D"):
                decoder.feed(sentence(b"AIVDM,3,1,%d,%s,%s,0" % (sequence, channel, b"5" * 250)), NOW_US)
                assert decoder.pending_bytes <= MOST_OPEN * 300 < MAX_PENDING_BYTES
    decoder.feed(NAME_1, NOW_US)
    assert names(decoder.feed(NAME_2, NOW_US)) == ["HEALTH CONTROL 13"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (CLASS_A.replace(b"*4A", b"*4B"), "checksum"),
        (sentence(b"AIVDM,9,1,1,A,15RTgt,0"), "parts"),
        (sentence(b"AIVDM,1,2,1,A,15RTgt,0"), "parts"),
        (sentence(b"AIVDM,1,1,,A,,0"), "message"),
        (sentence(b"AIVDM,1,1,,A,xyz,0"), "noise"),
        (b"\xff\xfe\xfd", "noise"),
    ],
)
def test_bad_lines_are_rejected_with_their_reason_and_the_next_is_found(line: bytes, reason: str) -> None:
    out = decode(line + CLASS_A)
    assert [one.reason for one in rejected(out)] == [reason]
    assert len(fixes(out)) == 1


def test_other_sentences_and_comments_are_passed_over() -> None:
    assert decode(b"# a log\r\n$GPZDA,085001.00,19,07,2017,00,00*61\r\n!ABVSI,r3,1,1,1,1,1*00\r\n\r\n") == []


# --- who ------------------------------------------------------------------------------------------


def test_only_the_ships_asked_for_are_told() -> None:
    out = decode(CLASS_A + NAME_1 + NAME_2, settings=Settings(only=[271_010_059]))
    assert fixes(out) == []
    assert names(out) == ["HEALTH CONTROL 13"]


def test_a_name_is_told_when_it_is_new_and_may_be_left_out() -> None:
    assert len(names(decode((NAME_1 + NAME_2) * 3))) == 1
    assert names(decode(NAME_1 + NAME_2, settings=Settings(names=False))) == []


def test_names_known_as_told_are_bounded() -> None:
    decoder = Decoder(Settings())
    for mmsi in range(200_000_000, 200_000_000 + MOST_NAMES + 1):
        decoder.feed(named(mmsi), NOW_US)
    assert names(decoder.feed(named(200_000_000 + MOST_NAMES), NOW_US)) == []
    assert names(decoder.feed(named(200_000_000), NOW_US)) == ["A"]


def named(mmsi: int) -> bytes:
    """Message 24 A of a ship called A."""
    bits = f"{24:06b}00{mmsi:030b}00{1:06b}".ljust(168, "0")
    armour = bytes(ALPHABET[int(bits[at : at + 6], 2)] for at in range(0, 168, 6))
    return sentence(b"AIVDM,1,1,,A," + armour + b",0")


def test_a_ship_that_does_not_know_where_it_is_has_no_position() -> None:
    assert meaning([b"!AIVDM,1,1,,A,15RTgt0P00<tSF0l4Q@0000p0000,0*00"]) is None


def test_settings_out_of_range_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="only: expected MMSI numbers of nine digits, came 0"):
        Settings(only=[0])
