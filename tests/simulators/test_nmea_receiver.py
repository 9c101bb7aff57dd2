"""The simulated GPS receiver: what an independent parser and our driver read is the fix that was written."""

from __future__ import annotations

import os

import pynmea2
import pytest

from device_drivers import nmea0183
from gateway.model import Fix
from simulators.lines import Pty
from simulators.nmea_receiver import NmeaReceiver, no_fix, sentences
from simulators.world import Position
from tests.simulators.waiting import until

AT_US = 1_803_556_799_990_000  # 2027-02-25, 23:59:59.99
FIXES = [
    Position(at_us=AT_US, asset="TRL-5", lat=53.505123, lon=9.934567, speed_mps=21.5, course_deg=142.0),
    Position(at_us=AT_US, asset="TRL-5", lat=-33.9999999, lon=-0.5, speed_mps=0.0, course_deg=0.0),
    Position(at_us=AT_US, asset="TRL-5", lat=0.0, lon=-179.99999999, speed_mps=0.0, course_deg=0.0),
]


@pytest.mark.parametrize("fix", FIXES)
def test_an_independent_parser_reads_the_fix(fix: Position) -> None:
    rmc, gga = (pynmea2.parse(line, check=True) for line in sentences(fix).decode().splitlines())
    for sentence in (rmc, gga):
        assert sentence.latitude == pytest.approx(fix.lat, abs=2e-8)
        assert sentence.longitude == pytest.approx(fix.lon, abs=2e-8)
    assert rmc.datetime.timestamp() == pytest.approx(fix.at_us / 1e6, abs=0.006)
    assert rmc.spd_over_grnd * 0.514444 == pytest.approx(fix.speed_mps, abs=0.001)
    assert int(gga.num_sats) == 10


def test_without_sky_nothing_is_valid() -> None:
    rmc, gga = (pynmea2.parse(line, check=True) for line in no_fix(AT_US).decode().splitlines())
    assert rmc.status == "V"
    assert gga.gps_qual == 0


async def test_the_real_driver_reads_it_from_a_terminal() -> None:
    async with Pty(baud=9600) as line:
        port = os.open(line.path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        decoder = nmea0183.Decoder(nmea0183.Settings())
        heard: list[Fix] = []

        def step() -> bool:
            try:
                data = os.read(port, 4096)
            except BlockingIOError:
                data = b""
            heard.extend(out for out in decoder.feed(data, AT_US) if isinstance(out, Fix))
            return bool(heard)

        NmeaReceiver(line).see(FIXES[0])
        await until(step)
        os.close(port)
        assert (heard[0].lat, heard[0].lon) == pytest.approx((FIXES[0].lat, FIXES[0].lon), abs=2e-8)
        assert heard[0].seen_us == FIXES[0].at_us
        assert line.url == f"serial://{line.path}?baud=9600"


async def test_a_line_that_nobody_reads_loses_bytes_and_an_unplugged_one_goes_away() -> None:
    async with Pty() as line:
        for _ in range(1000):
            line.write(b"x" * 100)
        assert line.lost_bytes > 0
        assert os.path.exists(line.path)
        path = line.path
        line.unplug()
        await until(lambda: not os.path.exists(path))
