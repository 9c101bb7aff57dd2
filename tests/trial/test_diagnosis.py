"""What a trial says of a device: each common fault in words that name the fix."""

from __future__ import annotations

from gateway.clock import ManualClock
from gateway.config.address import Address, parse_address
from gateway.config.model import Device
from gateway.devices.asked import Saying
from gateway.model import Fix, Measurement, Notice, Output, Rejected, Send, TagRead
from gateway.trial.diagnosis import diagnose
from gateway.trial.listen import Trial
from gateway.trial.tally import Antenna, Tally

NOW_US = 1_767_225_600_000_000
SERIAL = parse_address("serial:///dev/ttyUSB0?baud=9600")
TCP = parse_address("tcp://192.0.2.17:5084")
READ = TagRead(epc=b"\x30" + bytes(11), antenna=1, rssi_dbm=-55.0)


def said(address: Address, outputs: list[Output], size: int, away: tuple[str, str] | None = None) -> list[Saying]:
    tally = Tally()
    tally.feed(outputs, NOW_US, size)
    return diagnose(tally, address, away)


def test_a_device_that_reads_works() -> None:
    assert said(TCP, [READ], 40) == [Saying(grade="ok", kind="read", reason="works", text="it works")]


def test_garbage_on_a_serial_line_is_the_wrong_speed() -> None:
    bad = Rejected(data=bytes(980), reason="checksum", text="expected a frame, came noise")
    (saying,) = said(SERIAL, [bad], 1000)
    assert saying.grade == "fault"
    assert saying.text.startswith("framing errors 98% at 9600 baud: wrong speed (try 115200, 57600, 38400")
    assert saying.text.endswith("the last: expected a frame, came noise")


def test_garbage_from_the_network_is_another_kind_of_device() -> None:
    (saying,) = said(TCP, [Rejected(data=bytes(90), reason="version", text="came HTTP")], 100)
    assert (saying.grade, saying.text) == (
        "fault",
        "90% of what came is not of this driver's kind; the last: came HTTP",
    )


def test_a_few_bad_frames_are_a_hint() -> None:
    sayings = said(SERIAL, [READ, Rejected(data=bytes(5), reason="checksum", text="was 1, should be 2")], 100)
    assert [saying.grade for saying in sayings] == ["hint"]
    assert "5.0% of what came was no use (1 checksum)" in sayings[0].text


def test_silence_is_said_for_each_kind_of_address() -> None:
    for connect, words in {
        "serial:///dev/ttyUSB0?baud=9600": "nothing came from /dev/ttyUSB0 at 9600 baud",
        "tcp://192.0.2.17:5084": "takes the connection and says nothing",
        "mqtt:readers/+": "no message came on readers/+",
        "listen:tcp://127.0.0.1:5027": "nobody dialled in to 127.0.0.1:5027",
        "https://192.0.2.17/api": "https://192.0.2.17/api answers and sends no message",
    }.items():
        (saying,) = said(parse_address(connect), [], 0)
        assert saying.grade == "fault"
        assert words in saying.text
        assert saying.where in saying.text
    (asked,) = said(SERIAL, [Send(data=b"\xbb")], 0)
    assert "did not answer what we asked" in asked.text


def test_why_a_device_is_away_is_said_as_the_source_says_it() -> None:
    (saying,) = said(SERIAL, [], 0, ("no_permission", "the gateway may not open /dev/ttyUSB0: add its user to dialout"))
    assert saying.text == "the gateway may not open /dev/ttyUSB0: add its user to dialout"
    assert (saying.grade, saying.kind, saying.reason) == ("fault", "link", "no_permission")


def test_what_the_device_says_of_itself_is_passed_on() -> None:
    notices: list[Output] = [
        Notice(name="reader_in_use", text="another client owns the reader", fault=True),
        Notice(name="antenna_disconnected", fault=True, antenna=3),
        Notice(name="connected", text="hello"),
    ]
    assert [saying.text for saying in said(TCP, notices, 100)] == [
        "another client owns the reader",
        "antenna 3: antenna disconnected",
    ]


def test_a_device_that_answers_but_sees_nothing_is_told_apart_from_one_that_is_silent() -> None:
    (saying,) = said(TCP, [], 100)
    assert (saying.grade, saying.text) == (
        "hint",
        "the device answers, but read nothing: hold a tag before it, or wait",
    )


def test_how_the_inputs_stand_is_no_reading_of_goods() -> None:
    (saying,) = said(TCP, [Measurement(name="gpi_1", value=False)], 100)
    assert saying.grade == "hint"
    (saying,) = said(TCP, [Measurement(name="temperature", value=20.0)], 100)
    assert saying.grade == "ok"


def test_an_antenna_that_hears_too_weakly_is_named() -> None:
    sayings = said(TCP, [TagRead(epc=b"\x30" * 12, antenna=2, rssi_dbm=-80.0)], 40)
    assert [saying.grade for saying in sayings] == ["hint", "ok"]
    assert (sayings[0].reason, sayings[0].antenna, sayings[0].rssi_dbm) == ("weak_antenna", 2, -80.0)
    assert sayings[0].text == "antenna 2 hears tags at -80 dBm in the mean: reads below -75 dBm are not believed"


def test_an_antenna_counts_reads_tags_and_strength() -> None:
    antenna = Antenna()
    for number in range(10):
        read = TagRead(epc=bytes([number % 2]) * 12, antenna=1, rssi_dbm=-50.0 - number, count=2)
        antenna.add(read, NOW_US + number * 1_000_000)
    assert (antenna.reads, len(antenna.tags)) == (20, 2)
    assert antenna.rssi_dbm == (-59.0, -54.5, -50.0)
    assert antenna.rate(NOW_US + 10_000_000) == 2.0


def test_other_readings_are_kept_by_name() -> None:
    tally = Tally()
    tally.feed([Fix(lat=1.0, lon=2.0), Measurement(name="t", value=1.0), Measurement(name="t", value=2.0)], NOW_US, 9)
    assert tally.readings == {"fix": 1, "measurement": 2}
    assert tally.measurements["t"].value == 2.0
    assert tally.fix == Fix(lat=1.0, lon=2.0)


def test_who_has_not_answered_yet_is_not_said_to_take_the_connection() -> None:
    for address in ("tcp://192.0.2.17:5084", "https://192.0.2.17/stream?key=s3cret"):
        device = Device(name="dock", driver="impinj_iot", connect=address, place="P")
        (saying,) = Trial(device, ManualClock(NOW_US)).says()
        assert (saying.grade, saying.reason) == ("fault", "timeout")
        assert saying.text.startswith("192.0.2.17:5084 has not answered yet") or "/stream has not" in saying.text
        assert "s3cret" not in saying.text
