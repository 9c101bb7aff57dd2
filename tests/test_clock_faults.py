"""Clocks of the field and of the machine (FAULTS F11): leap seconds, summer time, 2038, and a day's jump fires nothing.

What becomes of device clocks that are wrong (1970, weeks of GPS that began anew, days ahead) is the table in
`tests/test_resolve.py`; the machine's clock as such is `tests/test_clock.py`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device_drivers import json_mqtt, nmea0183
from gateway.assembly import make_engine
from gateway.clock import SystemClock
from gateway.engine.follow import EngineFollower
from gateway.hearing import Hearing
from gateway.journal import alerts, open_journal, shipments
from gateway.model import Fix, Micros, Passage
from gateway.places import PlaceIndex
from tests.test_replay import CONFIG, PLAN, T0

DAY_S = 86_400
SECOND_US = 1_000_000
FIELDS = {"asset": "unit", "place": "at", "direction": "move", "time": "t | iso"}


def us(text: str) -> Micros:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND_US


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("2016-12-31T23:59:59Z", "2016-12-31T23:59:59"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00"),  # a leap second has no name in Unix time
        ("2017-01-01T01:59:60+02:00", "2017-01-01T00:00:00"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00"),  # twice half past two ...
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00"),  # ... when summer time ends
        ("2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00"),
        ("2038-01-19T03:14:08Z", "2038-01-19T03:14:08"),  # more than 31 bits of seconds
        ("2106-02-07T06:28:16Z", "2106-02-07T06:28:16"),  # more than 32
    ],
)
def test_times_with_a_zone_are_instants(said: str, seen: str) -> None:
    decoder = json_mqtt.Decoder(json_mqtt.Settings(yields="passage", fields=FIELDS))
    body = json.dumps({"unit": "T", "at": "P", "move": "in", "t": said}).encode()
    (passage,) = decoder.feed(body, us(seen))
    assert isinstance(passage, Passage)
    assert passage.seen_us == us(seen)


def test_a_receiver_counts_through_a_leap_second() -> None:
    decoder = nmea0183.Decoder(nmea0183.Settings())
    told = [("235959", "311216"), ("235960", "311216"), ("000001", "010117"), ("000002", "010117")]
    fixes = [one for clock, date in told for one in decoder.feed(rmc(clock, date), us("2017-01-01T00:00:05"))]
    seen = [one.seen_us for one in fixes if isinstance(one, Fix)]
    assert seen[:3] == [us("2016-12-31T23:59:59"), us("2017-01-01T00:00:00"), us("2017-01-01T00:00:01")]


def rmc(clock: str, date: str) -> bytes:
    body = f"GPRMC,{clock}.00,A,4807.038,N,01131.000,E,022.4,084.4,{date},,,A"
    checksum = 0
    for byte in body.encode():
        checksum ^= byte
    return f"${body}*{checksum:02X}\r\n".encode()


@pytest.mark.parametrize("jump_s", [DAY_S, 3600, -3600, -DAY_S])
async def test_a_clock_that_is_set_fires_no_deadline_of_the_time_it_skipped(jump_s: int, tmp_path: Path) -> None:
    """The plan is late two hours from now; the machine's clock is set, and then ten minutes pass."""
    machine = {"ran_s": 1000, "of_day_s": T0 // SECOND_US}
    clock = SystemClock(of_day_ns=lambda: machine["of_day_s"] * 10**9, running_ns=lambda: machine["ran_s"] * 10**9)
    engine = make_engine(CONFIG, PlaceIndex(CONFIG.places), Hearing((), {}), subscriptions=())
    async with open_journal(tmp_path) as journal:
        follower = EngineFollower(engine, journal, clock, clock.now_us)
        await follower.restore()
        await journal.write(lambda c: shipments.save(c, PLAN.shipment, clock.now_us()))
        await follower.step()
        machine["of_day_s"] += jump_s
        for _ in range(600):
            machine["ran_s"] += 1
            machine["of_day_s"] += 1
            clock.now_us()
        await follower.step()
        assert await journal.read(alerts.standing) == []
        machine["ran_s"] += 3 * 3600  # and it does fire in its own time
        machine["of_day_s"] += 3 * 3600
        await follower.step()
        assert [alert.shipment for alert in await journal.read(alerts.standing)] == [PLAN.shipment.shipment_id]
