"""The LLRP driver and a simulated reader, byte for byte without a network: what happens while we are away, at a
restart, at the inputs, in each version and make. The simulator is written apart from the driver's codec."""

from __future__ import annotations

import pytest

from device_drivers.llrp import Decoder, Settings
from device_drivers.llrp_wire import MAX_MESSAGE_BYTES
from gateway.model import Measurement, Micros, Notice, Output, Rejected, Send, TagRead
from simulators.llrp_abilities import IMPINJ, Abilities
from simulators.llrp_frames import TagSeen
from simulators.llrp_session import Mind
from tests.device_drivers.llrp_talk import faults, names

NOW_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
SECOND_US = 1_000_000
EPC = bytes.fromhex("3034257bf7194e4000001a85")
OTHER = bytes.fromhex("35e0000000000000000000aa")
TID = bytes.fromhex("e28011052000789a4bcd0a12")
NO_CLOCK = Abilities(utc_clock=False)


class Line:
    """A network without delay between a reader and, one after the other, the connections to it."""

    def __init__(self, settings: Settings | None = None, abilities: Abilities | None = None) -> None:
        self.settings = settings or Settings()
        self.reader = Mind(abilities, started_us=NOW_US - 3600 * SECOND_US)
        self.now_us: Micros = NOW_US
        self.decoder: Decoder | None = None

    def connect(self) -> list[Output]:
        """Connect; returns what the driver makes of it until nobody has anything to say."""
        self.decoder = Decoder(self.settings)
        self.decoder.start(self.now_us)
        return self.carry(self.reader.connected(self.now_us))

    def cut(self) -> None:
        """Lose the connection."""
        self.decoder = None
        self.reader.disconnected()

    def carry(self, said: bytes) -> list[Output]:
        """Carry what the reader says to the driver, and what it answers back, until both are still."""
        if self.decoder is None:
            assert said == b"", "a reader without a client says nothing"
            return []
        outputs: list[Output] = []
        while said:
            heard = self.decoder.feed(said, self.now_us)
            outputs += heard
            said = b"".join(self.reader.feed(one.data, self.now_us) for one in heard if isinstance(one, Send))
        assert not [output for output in outputs if isinstance(output, Rejected)]
        return outputs

    def see(self, epc: bytes = EPC, antenna: int = 1, rssi_dbm: float = -55.0, tid: bytes = b"") -> list[Output]:
        """Bring a tag into the field."""
        pc = len(epc) // 2 << 11
        seen = TagSeen(epc=epc, antenna=antenna, rssi_dbm=rssi_dbm, seen_us=self.now_us, pc=pc, tid=tid)
        return self.carry(self.reader.see(seen))

    def input(self, port: int, *, high: bool) -> list[Output]:
        """Change an input."""
        return self.carry(self.reader.input(port, self.now_us, high=high))


def reads(outputs: list[Output]) -> list[tuple[bytes, Micros | None]]:
    return [(output.epc, output.seen_us) for output in outputs if isinstance(output, TagRead)]


def levels(outputs: list[Output]) -> dict[str, object]:
    return {output.name: output.value for output in outputs if isinstance(output, Measurement)}


@pytest.mark.parametrize("newest", [1, 2])
@pytest.mark.parametrize("maker", [161, IMPINJ])
@pytest.mark.parametrize("utc_clock", [True, False])
def test_each_make_is_set_up_without_a_fault_and_read(newest: int, maker: int, utc_clock: bool) -> None:
    line = Line(abilities=Abilities(newest=newest, maker=maker, utc_clock=utc_clock))
    outputs = line.connect()
    assert names(outputs)[:2] == ["connection_accepted", "capabilities"]
    assert "reading" in names(outputs)
    assert not faults(outputs)
    line.now_us += SECOND_US
    assert reads(line.see()) == [(EPC, NOW_US + SECOND_US)]
    assert line.carry(line.reader.keepalive()) != []


# --- away ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("abilities", [Abilities(), NO_CLOCK, Abilities(newest=2)])
def test_what_was_read_while_we_were_away_comes_with_its_own_time(abilities: Abilities) -> None:
    line = Line(abilities=abilities)
    line.connect()
    line.cut()
    for minute in range(1, 4):
        line.now_us = NOW_US + minute * 60 * SECOND_US
        line.see()
    line.now_us = NOW_US + 600 * SECOND_US
    assert reads(line.connect()) == [(EPC, NOW_US + minute * 60 * SECOND_US) for minute in range(1, 4)]
    assert reads(line.see()) == [(EPC, NOW_US + 600 * SECOND_US)]


def test_a_buffer_that_ran_over_is_told_with_what_is_left() -> None:
    line = Line(abilities=Abilities(buffer=3))
    line.connect()
    line.cut()
    for second in range(1, 6):
        line.now_us = NOW_US + second * SECOND_US
        line.see()
    outputs = line.connect()
    assert faults(outputs) == ["buffer_overflow"]
    assert reads(outputs) == [(EPC, NOW_US + second * SECOND_US) for second in (3, 4, 5)]
    line.cut()
    assert not faults(line.connect())


def test_a_reader_told_not_to_hold_gives_what_it_has_at_once() -> None:
    line = Line(Settings(hold_reports=False))
    line.connect()
    line.cut()
    line.see()
    line.now_us += 60 * SECOND_US
    assert reads(line.connect()) == [(EPC, NOW_US)]


@pytest.mark.parametrize("abilities", [Abilities(), NO_CLOCK])
def test_a_reader_that_restarted_is_set_up_anew_and_its_times_are_right(abilities: Abilities) -> None:
    line = Line(abilities=abilities)
    line.connect()
    line.cut()
    line.see()
    line.now_us += 300 * SECOND_US
    line.reader.restart(line.now_us)
    line.now_us += 60 * SECOND_US
    assert reads(line.connect()) == []  # it forgot
    assert reads(line.see()) == [(EPC, NOW_US + 360 * SECOND_US)]


def test_a_second_client_is_told_that_the_reader_is_in_use() -> None:
    line = Line()
    line.connect()
    second = Decoder(Settings())
    outputs = second.feed(line.reader.turn_away(NOW_US), NOW_US)
    assert faults(outputs) == ["reader_in_use", "give_up"]
    assert isinstance(outputs[0], Notice)
    assert outputs[0].text == "another program is connected to the reader; it serves one at a time"


def test_a_report_just_below_the_bound_of_a_message_is_read_whole() -> None:
    held = MAX_MESSAGE_BYTES // 37 - 1  # so long is each tag's part with the content that we ask for
    line = Line(abilities=Abilities(buffer=held))
    line.connect()
    line.cut()
    epcs = [number.to_bytes(12, "big") for number in range(held)]
    for epc in epcs:
        line.see(epc)
    assert [epc for epc, _ in reads(line.connect())] == epcs


# --- inputs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "abilities", [Abilities(inputs=2), Abilities(inputs=2, newest=2), Abilities(inputs=2, maker=IMPINJ)]
)
def test_inputs_are_told_at_the_connection_and_at_each_change(abilities: Abilities) -> None:
    line = Line(abilities=abilities)
    line.reader.input(2, NOW_US, high=True)
    assert levels(line.connect()) == {"gpi_1": False, "gpi_2": True}
    line.now_us += SECOND_US
    assert line.input(1, high=True) == [Measurement(name="gpi_1", value=True, seen_us=NOW_US + SECOND_US)]
    assert line.input(2, high=False) == [Measurement(name="gpi_2", value=False, seen_us=NOW_US + SECOND_US)]


def test_an_input_of_a_reader_without_clock_is_told_with_the_time() -> None:
    line = Line(abilities=NO_CLOCK)
    line.connect()
    line.now_us += SECOND_US
    assert line.input(1, high=True) == [Measurement(name="gpi_1", value=True, seen_us=NOW_US + SECOND_US)]


def test_inputs_that_nobody_wants_are_not_told() -> None:
    line = Line(Settings(gpi=False))
    assert levels(line.connect()) == {}
    assert line.input(1, high=True) == []


def test_an_input_lets_the_reader_read_for_a_time() -> None:
    line = Line(Settings(start="gpi", gpi_port=2, gpi_read_s=5.0))
    line.connect()
    assert reads(line.see()) == []
    assert names(line.input(2, high=True)) == ["rospec_started"]
    line.input(2, high=False)
    assert len(reads(line.see())) == 1
    line.now_us += 5 * SECOND_US
    assert names(line.see()) == ["rospec_ended"]  # and no give_up: it waits for the next change
    line.input(2, high=True)
    assert len(reads(line.see())) == 1


def test_an_input_lets_the_reader_read_while_it_stays() -> None:
    line = Line(Settings(start="gpi", gpi_edge="falling", gpi_read_s=0))
    line.reader.input(1, NOW_US, high=True)
    line.connect()
    assert reads(line.see()) == []
    line.input(1, high=False)
    line.now_us += 3600 * SECOND_US
    assert len(reads(line.see())) == 1
    line.input(1, high=True)
    assert reads(line.see()) == []


# --- antennas --------------------------------------------------------------------------------------


def test_a_reader_without_any_antenna_is_told_at_the_connection() -> None:
    line = Line(abilities=Abilities(antennas=2))
    for antenna in (1, 2):
        line.reader.antenna(antenna, NOW_US, connected=False)
    assert faults(line.connect()) == ["no_antenna_connected"]


def test_an_antenna_that_shall_read_and_is_missing_is_told_a_port_that_shall_not_is_none() -> None:
    line = Line(Settings(antennas=(1, 2)))
    for antenna in (2, 3, 4):
        line.reader.antenna(antenna, NOW_US, connected=False)
    lost = [output for output in line.connect() if isinstance(output, Notice) and output.fault]
    assert [(one.name, one.antenna) for one in lost] == [("antenna_disconnected", 2)]


def test_the_last_antenna_that_comes_off_is_the_end_of_reading() -> None:
    line = Line(Settings(antennas=(1, 2)))
    line.connect()
    off = [line.carry(line.reader.antenna(antenna, NOW_US, connected=False)) for antenna in (1, 3, 2)]
    assert [faults(outputs) for outputs in off] == [
        ["antenna_disconnected"],
        ["antenna_disconnected"],
        ["antenna_disconnected", "no_antenna_connected"],
    ]
    assert names(line.carry(line.reader.antenna(1, NOW_US, connected=True))) == ["antenna_connected"]
    assert len(reads(line.see(antenna=1))) == 1


# --- vendors, filters ------------------------------------------------------------------------------


def test_an_impinj_reader_tells_rssi_finely_and_tids_where_wanted() -> None:
    line = Line(Settings(tid=True), Abilities(maker=IMPINJ))
    line.connect()
    for rssi_dbm in (-54.37, -60.12):  # walked, then by its layout
        (read,) = line.see(rssi_dbm=rssi_dbm, tid=TID)
        assert isinstance(read, TagRead)
        assert (read.rssi_dbm, read.tid, read.pc) == (rssi_dbm, TID, 0x3000)


@pytest.mark.parametrize("settings", [Settings(vendor_data=False), Settings()])
def test_without_its_makers_words_rssi_is_whole_dbm(settings: Settings) -> None:
    maker = 161 if settings.vendor_data else IMPINJ
    line = Line(settings, Abilities(maker=maker))
    line.connect()
    (read,) = line.see(rssi_dbm=-54.37, tid=TID)
    assert isinstance(read, TagRead)
    assert (read.rssi_dbm, read.tid) == (-54.0, b"")


@pytest.mark.parametrize("filters", [0, 2])
def test_a_filter_works_whether_the_reader_can_or_not(filters: int) -> None:
    line = Line(Settings(filter=("30", "e2")), Abilities(filters=filters))
    assert ("filter_in_gateway" in names(line.connect())) == (filters == 0)
    assert reads(line.see(OTHER)) == []
    assert reads(line.see(EPC)) == [(EPC, NOW_US)]
    assert reads(line.see(TID)) == [(TID, NOW_US)]
