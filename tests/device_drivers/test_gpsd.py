"""gpsd: its own reports of real receivers' logs, and the rules of what is taken from them."""

from __future__ import annotations

import json
from math import hypot
from pathlib import Path
from typing import Any

import pytest

from device_drivers.gpsd import MAX_PENDING_BYTES, WATCH, Decoder, Settings
from gateway.model import Fix, Notice, Output, Rejected, Send
from tests.device_drivers.test_nmea0183 import gpsd_positions, iso

QUIET_US = 2_000_000


def decode(*data: bytes, settings: Settings | None = None) -> list[Output]:
    decoder = Decoder(settings or Settings())
    out = [output for chunk in data for output in decoder.feed(chunk, 0)]
    return out + decoder.tick(QUIET_US)


def line(**report: Any) -> bytes:
    return json.dumps(report, separators=(",", ":")).encode() + b"\r\n"


def tpv(**report: Any) -> bytes:
    return line(**{"class": "TPV", "mode": 3, "lat": 48.1, "lon": 11.5, **report})


def fixes(out: list[Output]) -> list[Fix]:
    return [output for output in out if isinstance(output, Fix)]


def told(out: list[Output]) -> list[tuple[str, str, bool]]:
    return [(output.name, output.text, output.fault) for output in out if isinstance(output, Notice)]


def test_every_report_that_gpsd_gave_of_real_logs(shared_fixtures: Path) -> None:
    files = sorted((shared_fixtures / "devices/gps").glob("*.chk"))
    assert len(files) == 18
    for file in files:
        out = decode(file.read_bytes())
        expected = gpsd_positions(file.with_suffix(""))
        assert [(iso(fix.seen_us), fix.lat, fix.lon) for fix in fixes(out)] == [tuple(at) for at in expected], file.name
        assert [one.reason for one in out if isinstance(one, Rejected)] == [], file.name


def test_the_fields_of_real_reports(shared_fixtures: Path) -> None:
    file = shared_fixtures / "devices/gps/ublox-neo-m8n.log.chk"
    reports = [json.loads(one) for one in file.read_bytes().splitlines() if one.startswith(b'{"class":"TPV"')]
    for fix, report in zip(fixes(decode(file.read_bytes())), reports, strict=True):
        assert (fix.speed_mps, fix.course_deg) == (report["speed"], report["track"])
        assert (fix.alt_m, fix.accuracy_m) == (report["altMSL"], report["eph"])


def test_it_asks_for_reports() -> None:
    assert Decoder(Settings()).start(0) == [Send(data=WATCH)]


@pytest.mark.parametrize(("mode", "has_fix", "alt_m"), [(0, 0, None), (1, 0, None), (2, 1, None), (3, 1, 500.0)])
def test_mode_says_whether_there_is_a_position_and_an_altitude(mode: int, has_fix: int, alt_m: float | None) -> None:
    found = fixes(decode(tpv(mode=mode, alt=500.0)))
    assert [fix.alt_m for fix in found] == [alt_m] * has_fix


def test_accuracy_is_eph_or_what_epx_and_epy_come_to() -> None:
    found = fixes(decode(tpv(eph=4.5, epx=1.0, epy=1.0), tpv(epx=3.0, epy=4.5), tpv(epx=3.0)))
    assert [fix.accuracy_m for fix in found] == [4.5, round(hypot(3.0, 4.5), 3), None]


def test_satellites_used_are_those_of_the_last_sky_report() -> None:
    found = fixes(decode(tpv(), line(**{"class": "SKY", "uSat": 9}), tpv(), line(**{"class": "SKY"}), tpv()))
    assert [fix.satellites for fix in found] == [None, 9, 9]


def test_one_receiver_of_several_may_be_chosen() -> None:
    data = tpv(device="/dev/a", lat=1.0) + tpv(device="/dev/b", lat=2.0)
    assert [fix.lat for fix in fixes(decode(data))] == [1.0, 2.0]
    assert [fix.lat for fix in fixes(decode(data, settings=Settings(device="/dev/b")))] == [2.0]


def test_a_lost_position_is_told_once_and_one_found_again_too() -> None:
    out = decode(tpv(), tpv(mode=1), tpv(mode=1), tpv())
    assert [name for name, _, _ in told(out)] == ["no_fix", "fix"]
    assert len(fixes(out)) == 2


def test_what_gpsd_tells_of_itself() -> None:
    out = decode(
        line(**{"class": "VERSION", "release": "3.25"}),
        line(**{"class": "DEVICES", "devices": [{"path": "/dev/ttyUSB0"}, {"path": "/dev/ttyUSB1"}]}),
        line(**{"class": "DEVICES", "devices": []}),
        line(**{"class": "DEVICE", "path": "/dev/ttyUSB0", "activated": 0}),
        line(**{"class": "ERROR", "message": "Unrecognized request"}),
        line(**{"class": "WATCH", "enable": True}),
    )
    assert told(out) == [
        ("identified", "gpsd 3.25", False),
        ("receivers", "gpsd reads /dev/ttyUSB0, /dev/ttyUSB1", False),
        ("receivers", "gpsd has no receiver", True),
        ("receiver_gone", "gpsd lost /dev/ttyUSB0", True),
        ("gpsd_error", "gpsd says: Unrecognized request", True),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (tpv(lat=91.0), "field"),
        (tpv(time="yesterday"), "field"),
        (tpv(mode="3"), "field"),
        (b'{"class":"TPV","mode":3\r\n', "json"),
        (b'{"class":7}\r\n', "json"),
        (b"\x00\x01\x02", "noise"),
        (b"$A", "noise"),
        (b'{"class":"TPV","x":"' + b"A" * 20_000, "length"),
    ],
)
def test_bad_lines_are_rejected_with_their_reason_and_the_next_is_found(data: bytes, reason: str) -> None:
    out = decode(data + tpv())
    assert {one.reason for one in out if isinstance(one, Rejected)} == {reason}
    assert len(fixes(out)) == 1


def test_what_waits_is_bounded() -> None:
    decoder = Decoder(Settings())
    decoder.feed(b'{"class":"TPV","x":"', 0)
    for _ in range(100):
        decoder.feed(b"A" * 999, 0)
        assert decoder.pending_bytes <= MAX_PENDING_BYTES
