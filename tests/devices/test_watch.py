"""What is kept of each device, and how it stands."""

from __future__ import annotations

import pytest

from gateway.devices import DeviceWatch, Table
from gateway.devices.address_shown import address_shown
from gateway.devices.standing import FAULTY_S, SILENT_US, since_us, standing
from gateway.devices.watch import MOST_RECENT
from gateway.model import DeviceState, Notice, Rejected, Send, TagRead
from gateway.sources import Connected, Disconnected

READ = TagRead(epc=bytes(12), antenna=1, rssi_dbm=-60.0)
NO_FRAME = Rejected(data=b"x", reason="checksum", text="expected 1, came 2")
HEARD = DeviceState(device="dock", place="", asset="", heard_us=100, known_us=0)


class Clock:
    """Seconds that the test sets."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> DeviceWatch:
    return DeviceWatch(clock)


def up(peer: str = "", at_us: int = 50) -> Connected:
    return Connected(device="dock", at_us=at_us, write=None, drop=lambda why: None, peer=peer)


def down(reason: str = "refused", peer: str = "", at_us: int = 60) -> Disconnected:
    return Disconnected(device="dock", at_us=at_us, reason=reason, text="it refuses: is it on?", peer=peer)


def stands(watch: DeviceWatch, heard: DeviceState | None = HEARD, now_us: int = 200) -> tuple[str, int | None]:
    doing = watch.doing("dock")
    return standing(doing, heard, now_us, watch.now_s()), since_us(doing, heard, now_us, watch.now_s())


def test_a_device_that_was_never_heard_is_silent_for_ever(watch: DeviceWatch) -> None:
    assert stands(watch, None) == ("silent", None)
    watch.connected(up())
    assert stands(watch, DeviceState(device="dock", place="", asset="", known_us=0)) == ("silent", None)


def test_a_link_makes_it_connected_and_its_end_failing_since_it_began(watch: DeviceWatch) -> None:
    watch.connected(up(at_us=50))
    assert stands(watch) == ("connected", 50)
    watch.disconnected(down(at_us=60))
    watch.disconnected(down("timeout", at_us=70))
    assert stands(watch) == ("failing", 60), "a new reason is no new absence"
    trouble = watch.doing("dock").trouble
    assert trouble is not None
    assert (trouble.kind, trouble.reason, trouble.at_us) == ("link", "timeout", 70)
    watch.connected(up(at_us=80))
    assert stands(watch) == ("connected", 80)
    assert watch.doing("dock").trouble is trouble, "what was wrong can still be read"


@pytest.mark.parametrize("end", [down("changed"), down("removed"), down("closed", peer="1.2.3.4:5")])
def test_an_end_that_someone_wished_is_no_trouble(watch: DeviceWatch, end: Disconnected) -> None:
    watch.connected(up(end.peer))
    watch.disconnected(end)
    assert (watch.doing("dock").trouble, watch.doing("dock").peers) == (None, set())
    assert stands(watch)[0] == "silent"


def test_of_many_that_dial_in_one_is_enough(watch: DeviceWatch) -> None:
    watch.connected(up("a"))
    watch.connected(up("b", at_us=55))
    watch.disconnected(down("closed", "a"))
    assert stands(watch) == ("connected", 50)


def test_a_port_that_can_be_had_after_all_waits_for_who_dials_in(watch: DeviceWatch) -> None:
    watch.disconnected(down("port_busy"))
    assert stands(watch)[0] == "failing"
    watch.disconnected(down("waiting", at_us=70))
    assert stands(watch) == ("silent", 100)


def test_nothing_but_garbage_for_a_minute_is_failing(watch: DeviceWatch, clock: Clock) -> None:
    watch.connected(up())
    watch.took("dock", [READ], 1, 100, 12)
    clock.now_s += 1
    watch.took("dock", [NO_FRAME], 0, 110, 12)
    watch.took("dock", [NO_FRAME], 0, 115, 12)
    assert stands(watch) == ("failing", 110)
    watch.took("dock", [READ], 1, 120, 12)
    clock.now_s += 1
    assert stands(watch)[0] == "connected"
    watch.took("dock", [NO_FRAME], 0, 130, 12)
    clock.now_s += FAULTY_S + 1
    assert stands(watch)[0] == "connected", "it was one, long ago"
    assert watch.doing("dock").rejected == 3


def test_silence_for_hours_is_told_with_when_it_was_heard(watch: DeviceWatch) -> None:
    watch.connected(up())
    assert stands(watch, now_us=101 + SILENT_US) == ("silent", 100)


def test_a_fault_that_a_device_tells_of_is_its_last_error(watch: DeviceWatch) -> None:
    watch.took("dock", [Notice(name="antenna_lost", text="no antenna", fault=True, antenna=3)], 0, 5, 9)
    trouble = watch.doing("dock").trouble
    assert trouble is not None
    assert (trouble.kind, trouble.text) == ("device", "antenna 3: no antenna")
    watch.took("dock", [Notice(name="fine"), Send(data=b"?")], 0, 6, 9)
    assert watch.doing("dock").trouble is trouble


def test_the_last_readings_are_kept_and_no_more(watch: DeviceWatch) -> None:
    for number in range(MOST_RECENT):
        watch.took("dock", [READ, READ, READ], 3, number, 30)
    doing = watch.doing("dock")
    assert sum(len(outputs) for _, outputs in doing.recent) <= MOST_RECENT
    assert doing.recent[-1][0] == MOST_RECENT - 1
    assert (doing.meter.total, doing.chunks, doing.bytes) == (3 * MOST_RECENT, MOST_RECENT, 30 * MOST_RECENT)


def test_an_onlooker_is_told_while_it_looks_and_only_then(watch: DeviceWatch) -> None:
    table, other = Table(), Table()
    watch.took("dock", [READ], 1, 1, 12)
    with watch.look("dock", table), watch.look("gate", other):
        watch.took("dock", [READ], 1, 2, 12)
    watch.took("dock", [READ], 1, 3, 12)
    assert [tag.count for tag in table.tags.values()] == [1]
    assert other.tags == {}


def test_a_device_that_is_taken_out_is_forgotten(watch: DeviceWatch) -> None:
    watch.took("dock", [READ], 1, 1, 12)
    watch.expect(["gate"])
    assert watch.doing("dock").chunks == 0


@pytest.mark.parametrize(
    ("connect", "shown"),
    [
        ("serial:///dev/ttyUSB0?baud=115200", "/dev/ttyUSB0, 115200 baud"),
        ("tcp://192.0.2.1:5084", "tcp://192.0.2.1:5084"),
        ("tls://[2001:db8::1]:5085?verify=no", "tls://[2001:db8::1]:5085"),
        ("listen:tcp://0.0.0.0:5027", "listen:tcp://0.0.0.0:5027"),
        ("mqtt:readers/+/events", "mqtt:readers/+/events"),
        ("https://reader.example/api/v1/SECRET?key=SECRET", "https://reader.example/…"),
        ("https://reader.example", "https://reader.example/"),
        ("webhook", "webhook"),
        ("tcp://SECRET@192.0.2.1:1", ""),
        ("https://user:SECRET@reader.example/", ""),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_secret(connect: str, shown: str) -> None:
    assert address_shown(connect) == shown
    assert "SECRET" not in address_shown(connect)
