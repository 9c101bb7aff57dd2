"""NMEA 0183 against gpsd's verdict on real receivers' logs, pynmea2, and the traps of old receivers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import reduce
from operator import xor
from pathlib import Path
from typing import NamedTuple

import pynmea2
import pytest

from device_drivers.nmea0183 import MOST_LINE, MOST_NOISE, Decoder, Settings
from gateway.model import Fix, Notice, Output, Rejected

SAME_DEGREES = 1e-6
SILENCE_US = 2_000_000


class At(NamedTuple):
    """A position with its time; no time where the receiver or gpsd did not know the date yet."""

    time: str | None
    lat: float
    lon: float

    def equals(self, other: At) -> bool:
        same_time = self.time == other.time or None in (self.time, other.time)
        return same_time and abs(self.lat - other.lat) < SAME_DEGREES and abs(self.lon - other.lon) < SAME_DEGREES


class Differences(NamedTuple):
    """What only one side reports of a log, and why that is right."""

    ours: set[str]
    gpsd: set[str | None]
    cause: str


NONE = Differences(set(), set(), "")
LAST_CYCLE = "gpsd tells a position at the last sentence of the receiver's cycle; the log ends or is cut before it"
UBX = "the log is UBX alone: no NMEA positions in it"
DIFFERENCES = {
    "bt451.log": Differences({"2009-12-09T15:25:08.500Z", "2009-12-09T14:33:08.500Z"}, set(), LAST_CYCLE),
    "gps-360.log": Differences({"2006-07-28T02:16:25.949Z"}, set(), LAST_CYCLE),
    "ublox-lea-4h.log": Differences({"2006-08-10T03:15:18.000Z"}, set(), LAST_CYCLE),
    "garmin48.log": Differences(
        {f"2001-06-06T22:53:{second}.000Z" for second in (10, 12, 14, 16, 18, 34)},
        set(),
        "RMC and GGA of even seconds, GLL of the odd ones after: gpsd tells only the cycle's last, the odd one",
    ),
    "mtk-3301.log": Differences(
        set(), {None}, "quality 0 and status V: gpsd shows the position all the same, we believe the receiver"
    ),
    "tcp-torture.log": Differences(
        set(),
        {"2027-08-08T19:32:21.000Z"},
        "gpsd takes the receiver's 2007 for a week rollover and adds 1024 weeks; we leave that to the clock repair",
    ),
    "ublox-neo-f9v.log": Differences(set(), {f"2025-09-14T02:40:{second}.000Z" for second in (14, 15, 16)}, UBX),
    "ublox-neo-m8n.log": Differences(
        set(), {f"2017-07-19T08:50:{tenth / 10:06.3f}Z" for tenth in range(10, 54, 2)}, UBX
    ),
}
WITHOUT_POSITIONS = {
    "ais-nmea-type6-fid55.log": "AIS of ships alone",
    "holux-gm-210.log": "the receiver never had a fix",
}


def sentence(body: str) -> bytes:
    return f"${body}*{reduce(xor, body.encode()):02X}\r\n".encode()


def decode(*data: bytes, settings: Settings | None = None) -> list[Output]:
    decoder = Decoder(settings or Settings())
    out = [output for chunk in data for output in decoder.feed(chunk, 0)]
    return out + decoder.tick(SILENCE_US)


def fixes(out: list[Output]) -> list[Fix]:
    return [output for output in out if isinstance(output, Fix)]


def rejected(out: list[Output]) -> list[Rejected]:
    return [output for output in out if isinstance(output, Rejected)]


def iso(seen_us: int | None) -> str | None:
    if seen_us is None:
        return None
    return datetime.fromtimestamp(seen_us / 1e6, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def log_bytes(file: Path) -> bytes:
    """A log as the receiver sent it: gpsd's test marks (`# Delay-Cookie: | 0.01`) taken out."""
    data = file.read_bytes()
    head, cookie, rest = data.partition(b"# Delay-Cookie: |")
    return rest.partition(b"\n")[2].replace(b"|", b"") if cookie else head


def gpsd_positions(file: Path) -> list[At]:
    lines = file.with_name(file.name + ".chk").read_bytes().splitlines()
    reports = [json.loads(line) for line in lines if line.startswith(b'{"class":"TPV"')]
    return [At(report.get("time"), report["lat"], report["lon"]) for report in reports if "lat" in report]


def only_in(here: list[At], there: list[At]) -> list[At]:
    return [one for one in here if not any(one.equals(other) for other in there)]


# --- real logs ------------------------------------------------------------------------------------


def test_every_log_gives_the_positions_of_gpsd_but_for_the_named_differences(shared_fixtures: Path) -> None:
    logs = [
        file for file in sorted((shared_fixtures / "devices/gps").glob("*.log")) if not file.name.startswith("ubx_")
    ]
    assert len(logs) == 18
    for file in logs:
        ours = [At(iso(fix.seen_us), fix.lat, fix.lon) for fix in fixes(decode(log_bytes(file)))]
        gpsd = gpsd_positions(file)
        expected = DIFFERENCES.get(file.name, NONE)
        differ_ours, differ_gpsd = only_in(ours, gpsd), only_in(gpsd, ours)
        assert {at.time for at in differ_ours} == expected.ours, file.name
        assert {at.time for at in differ_gpsd} == expected.gpsd, file.name
        assert bool(ours or gpsd) != (file.name in WITHOUT_POSITIONS), file.name


def test_a_log_of_ubx_and_nmea_mixed_gives_its_nmea_position(shared_fixtures: Path) -> None:
    out = fixes(decode((shared_fixtures / "devices/gps/ubx_pygpsdata-MIXED2.log").read_bytes()))
    assert [(fix.lat, fix.lon, iso(fix.seen_us)) for fix in out] == [
        (53.450662667, -2.240167667, "2021-02-22T09:08:02.000Z")
    ]


@pytest.mark.parametrize("name", ["ubx_pygpsdata-BADCK2.log", "ubx_pygpsdata-NAV.log"])
def test_a_receiver_set_to_ubx_is_told_as_noise_with_what_to_check(shared_fixtures: Path, name: str) -> None:
    out = decode((shared_fixtures / "devices/gps" / name).read_bytes())
    assert not fixes(out)
    assert {one.reason for one in rejected(out)} == {"noise"}
    assert "baud rate" in rejected(out)[0].text


def test_every_log_cut_into_single_bytes_gives_the_same_outputs(shared_fixtures: Path) -> None:
    for file in (shared_fixtures / "devices/gps").glob("*.log"):
        data = file.read_bytes()
        assert decode(*(data[i : i + 1] for i in range(len(data)))) == decode(data), file.name


def test_every_sentence_that_two_libraries_agree_on(shared_fixtures: Path) -> None:
    rows = (shared_fixtures / "devices/gps/nmea_vectors.jsonl").read_text().splitlines()
    assert len(rows) == 149
    for row in map(json.loads, rows):
        out = decode(row["sentence"].encode() + b"\r\n")
        has_fix = row["status"] == "A" if row["type"] == "RMC" else row["fix_quality"] > 0
        assert len(fixes(out)) == has_fix, row
        for fix in fixes(out):
            assert abs(fix.lat - row["lat"]) < SAME_DEGREES, row
            assert abs(fix.lon - row["lon"]) < SAME_DEGREES, row
            if row["type"] == "GGA":
                assert (fix.satellites, fix.alt_m) == (row["num_sats"], row["alt_m"]), row
            else:
                assert fix.speed_mps == pytest.approx((row["speed_knots"] or 0) * 0.514444, abs=1e-4), row
                said = datetime.fromisoformat(f"{row['date']}T{row['time']}")
                assert fix.seen_us == round(said.timestamp() * 1_000_000), row


def test_pynmea2_reads_the_same_from_what_we_read() -> None:
    body = "GNRMC,132820.60,A,4134.49821229,N,09345.03351845,W,3.252,92.308,180320,11.5985,E,D"
    oracle = pynmea2.parse(sentence(body).decode().strip(), check=True)
    (fix,) = fixes(decode(sentence(body)))
    assert fix.lat == pytest.approx(oracle.latitude, abs=1e-9)
    assert fix.lon == pytest.approx(oracle.longitude, abs=1e-9)
    assert fix.seen_us == int(oracle.datetime.timestamp() * 1_000_000)


# --- joining --------------------------------------------------------------------------------------

RMC = "GPRMC,120000.00,A,4807.0380,N,01131.0000,E,10.0,084.4,230394,,"
GGA = "GPGGA,120000.00,4807.0380,N,01131.0000,E,1,08,0.9,545.4,M,46.9,M,,"


def test_rmc_and_gga_of_equal_time_are_one_fix_given_out_at_once() -> None:
    decoder = Decoder(Settings())
    assert decoder.feed(sentence(RMC), 0) == []
    assert decoder.feed(sentence(GGA), 0) == [
        Fix(
            lat=48.1173,
            lon=11.516666667,
            seen_us=764_424_000_000_000,
            speed_mps=5.1444,
            course_deg=84.4,
            alt_m=545.4,
            accuracy_m=4.5,
            satellites=8,
        )
    ]
    assert decoder.tick(SILENCE_US) == []


def test_a_receiver_of_rmc_alone_is_late_once_and_then_prompt() -> None:
    decoder = Decoder(Settings())
    first, second, third = (sentence(RMC.replace("120000", f"12000{second}")) for second in range(3))
    assert decoder.feed(first, 0) == []
    assert len(decoder.feed(second, 0)) == 2
    assert len(decoder.feed(third, 0)) == 1


def test_silence_gives_out_what_waits_and_not_before() -> None:
    decoder = Decoder(Settings())
    decoder.feed(sentence(RMC), 1_000_000)
    assert decoder.tick(1_000_000 + SILENCE_US - 1) == []
    assert len(decoder.tick(1_000_000 + SILENCE_US)) == 1
    assert decoder.tick(9_000_000) == []


def test_status_v_beside_a_quality_of_1_is_no_fix_and_is_told_once() -> None:
    lost = sentence(RMC.replace(",A,", ",V,")) + sentence(GGA)
    later = lost.replace(b"120000", b"120001")
    out = decode(lost, b"".join(sentence(line[1:-3].decode()) for line in later.split(b"\r\n") if line))
    assert [output.name for output in out if isinstance(output, Notice)] == ["no_fix"]
    assert not fixes(out)


def test_a_fix_found_again_is_told_and_one_from_the_start_is_no_news() -> None:
    lost = sentence(RMC.replace("120000", "120001").replace(",A,", ",V,"))
    found = sentence(RMC.replace("120000", "120002"))
    out = decode(sentence(RMC), lost, found)
    assert [output.name if isinstance(output, Notice) else "a fix" for output in out] == [
        "a fix",
        "no_fix",
        "fix",
        "a fix",
    ]


def test_the_date_is_carried_over_midnight() -> None:
    before = sentence("GPZDA,235959.00,31,12,2023,00,00") + sentence(GGA.replace("120000", "235959"))
    after = sentence(GGA.replace("120000", "000000"))
    days_on = sentence(GGA.replace("120000", "110000")) + sentence(GGA.replace("120000", "220000"))
    out = fixes(decode(before, after, days_on, sentence(GGA.replace("120000", "010000"))))
    assert [iso(fix.seen_us) for fix in out] == [
        "2023-12-31T23:59:59.000Z",
        "2024-01-01T00:00:00.000Z",
        "2024-01-01T11:00:00.000Z",
        "2024-01-01T22:00:00.000Z",
        "2024-01-02T01:00:00.000Z",
    ]


def test_without_a_date_there_is_no_device_time() -> None:
    assert [fix.seen_us for fix in fixes(decode(sentence(GGA)))] == [None]


def test_a_week_rollover_is_passed_on_as_the_receiver_says_it() -> None:
    (fix,) = fixes(decode(sentence(RMC.replace("230394", "080804"))))
    assert iso(fix.seen_us) == "2004-08-08T12:00:00.000Z"


@pytest.mark.parametrize(("mode", "has_fix"), [("A", True), ("D", True), ("E", True), ("N", False), ("S", False)])
def test_the_mode_of_newer_receivers_counts(mode: str, has_fix: bool) -> None:
    assert len(fixes(decode(sentence(f"{RMC},{mode}")))) == has_fix


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason", "text"),
    [
        (sentence(GGA).replace(b"4807", b"4808"), "checksum", "expected checksum"),
        (sentence(GGA)[:-5] + b"\r\n", "no_checksum", "two hex digits"),
        (sentence(GGA)[:30] + b"\xff" + sentence(GGA)[31:], "no_checksum", "printable"),
        (sentence(GGA.replace("4807.", "9907.")), "field", "at most 90 degrees"),
        (sentence(GGA.replace("4807.", "4877.")), "field", "came '4877.0380' 'N'"),
        (sentence(GGA.replace("120000", "250000")), "field", "expected a time hhmmss.sss, came '250000.00'"),
        (sentence(RMC.replace("230394", "310294")), "field", "expected a date"),
        (sentence(RMC.replace("10.0", "nan")), "field", "expected knots"),
        (sentence("GPZDA,120000,01,01,9999,00,00"), "field", "expected a year"),
    ],
)
def test_a_bad_sentence_is_rejected_with_what_was_expected(data: bytes, reason: str, text: str) -> None:
    out = decode(data)
    assert [one.reason for one in rejected(out)] == [reason]
    assert text in rejected(out)[0].text
    assert not fixes(out)


def test_a_sentence_cut_short_by_the_next_does_not_take_it_along() -> None:
    out = decode(sentence(RMC)[:20] + sentence(GGA))
    assert [one.reason for one in rejected(out)] == ["no_checksum"]
    assert len(fixes(out)) == 1


def test_a_sentence_inside_binary_without_any_line_end_before_it_is_found() -> None:
    out = decode(bytes(range(128, 256)) * 20 + sentence(GGA))
    assert len(fixes(out)) == 1


def test_sentences_without_checksum_may_be_allowed() -> None:
    bare = f"${GGA}\r\n".encode()
    assert not fixes(decode(bare))
    assert len(fixes(decode(bare, settings=Settings(checksum_required=False)))) == 1


def test_makers_own_sentences_without_checksum_and_comments_are_passed_over() -> None:
    assert decode(b"$POLYN,TIME,RESTART_OCCURRED\r\n# Notes: $GPGRS, not a sentence\r\n\r\n") == []


def test_what_waits_is_bounded() -> None:
    decoder = Decoder(Settings())
    for _ in range(100):
        decoder.feed(b"$GPGGA," + b"1" * 999, 0)
        assert decoder.pending_bytes <= MOST_LINE + MOST_NOISE


def test_settings_out_of_range_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="range_error_m: expected metres above 0"):
        Settings(range_error_m=0)
    with pytest.raises(ValueError, match="silence_s: expected seconds above 0"):
        Settings(silence_s=0)
