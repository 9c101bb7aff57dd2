"""Tags by antenna, counted for who looks; bounded."""

from __future__ import annotations

from gateway.devices import Table
from gateway.devices.table import MOST_ANTENNAS, MOST_NAMES, MOST_TAGS, MOST_TOLD
from gateway.model import Fix, Label, Measurement, Notice, Rejected, Send, TagRead

A, B = bytes(12), bytes([1] * 12)


def test_a_tag_is_counted_by_antenna_with_its_last_strength() -> None:
    table = Table()
    table.told([TagRead(epc=A, antenna=1, rssi_dbm=-60.0, count=3), TagRead(epc=A, antenna=2, rssi_dbm=-70.0)], 5)
    table.told([TagRead(epc=A, antenna=1, pc=0x3000)], 9)
    tag = table.tags[A]
    assert (tag.count, tag.first_us, tag.last_us, tag.pc) == (5, 5, 9, 0x3000)
    assert {n: (one.count, one.last_us, one.rssi_dbm) for n, one in tag.antennas.items()} == {
        1: (4, 9, -60.0),
        2: (1, 5, -70.0),
    }


def test_the_tag_read_longest_ago_makes_room() -> None:
    table = Table()
    for number in range(MOST_TAGS):
        table.told([TagRead(epc=number.to_bytes(12, "big"))], number)
    table.told([TagRead(epc=(0).to_bytes(12, "big"))], 1000)
    table.told([TagRead(epc=B)], 1001)
    assert len(table.tags) == MOST_TAGS
    assert (0).to_bytes(12, "big") in table.tags
    assert (1).to_bytes(12, "big") not in table.tags


def test_antennas_values_and_labels_are_bounded() -> None:
    table = Table()
    table.told([TagRead(epc=A, antenna=antenna) for antenna in range(MOST_ANTENNAS + 9)], 1)
    table.told([Measurement(name=f"m{number}", value=1.0) for number in range(MOST_NAMES + 9)], 1)
    table.told([Label(text=str(number)) for number in range(MOST_TOLD + 9)], 1)
    assert (len(table.tags[A].antennas), len(table.measurements)) == (MOST_ANTENNAS, MOST_NAMES)
    assert [said.text for _, said in table.told_of if isinstance(said, Label)][-1] == str(MOST_TOLD + 8)
    assert len(table.told_of) == MOST_TOLD


def test_the_last_value_of_each_name_and_asset_stands_and_what_is_no_reading_is_none() -> None:
    table = Table()
    table.told([Measurement(name="t", value=1.0), Measurement(name="t", value=2.0, asset="X"), Fix(lat=1, lon=2)], 1)
    table.told(
        [Measurement(name="t", value=3.0), Notice(name="n"), Send(data=b""), Rejected(data=b"", reason="r", text="")], 2
    )
    assert {key: said.value for key, (_, said) in table.measurements.items()} == {("", "t"): 3.0, ("X", "t"): 2.0}
    assert table.fix is not None
    assert table.fix[0] == 1
    assert table.tags == {}
