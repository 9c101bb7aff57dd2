"""A label was scanned: the thing is there, at once, whatever readers overhear."""

from __future__ import annotations

from gateway.model import Label, Observation
from tests.locate.story import Story, network, passage, read, reads


def scan(asset: str, point: str, at_s: float) -> Observation:
    """A scan of an asset's label at a read point."""
    at_point = read(asset, point, at_s)
    return Observation(
        asset=at_point.asset,
        kind=at_point.kind,
        device="scanner",
        reading=Label(text="(00)095211414900007548"),
        at_us=at_point.at_us,
        received_us=at_point.received_us,
        device_us=None,
        read_point=at_point.read_point,
        place=at_point.place,
        direction=at_point.direction,
    )


def test_one_scan_arrives() -> None:
    story = Story()
    assert story.tell(scan("PAL-1", "line", 0)) == ["arrived PAL-1 LINE @0"]
    assert story.locations()[0].device == "scanner"


def test_further_scans_at_the_same_place_say_nothing_new() -> None:
    story = Story()
    assert story.tell(*(scan("PAL-1", "line", at_s) for at_s in (0, 0, 1, 600))) == ["arrived PAL-1 LINE @0"]


def test_a_scan_moves_though_a_reader_still_hears_the_tag_elsewhere() -> None:
    story = Story(network(presence={"gap_db": 6.0}))
    story.tell(reads("PAL-1", "door-1", [0, 1, 2], rssi_dbm=-40))
    assert story.tell(scan("PAL-1", "line", 2.5)) == ["moved PAL-1 DOOR-1>LINE @2.5"]
    assert story.tell(read("PAL-1", "line", 3, rssi_dbm=-60)) == []


def test_a_stronger_reader_elsewhere_takes_it_back_by_the_rule_for_tags() -> None:
    story = Story()
    story.tell(scan("PAL-1", "line", 0))
    assert story.tell(read("PAL-1", "door-1", 100)) == []
    assert story.tell(read("PAL-1", "door-1", 101)) == ["moved PAL-1 LINE>DOOR-1 @100"]


def test_a_scan_at_a_door_loads_and_unloads_as_reads_do() -> None:
    story = Story()
    story.tell(reads("TRL-1", "cast-door", [0, 1]))
    assert story.tell(scan("PAL-1", "cast-hall", 2)) == ["arrived PAL-1 CAST @2"]
    assert story.tell(scan("PAL-1", "cast-door", 10)) == ["loaded PAL-1 CAST-DOOR in TRL-1 @10"]
    story.tell(passage("TRL-1", "out", "CAST", 100))
    story.tell(reads("TRL-1", "xd-in", [900, 901]))
    assert story.tell(scan("PAL-1", "xd-in", 950)) == [
        "unloaded PAL-1 XD-IN in TRL-1 @950",
        "arrived PAL-1 XD-IN @950",
    ]


def test_a_scan_at_a_one_way_gate_passes_it_once() -> None:
    story = Story()
    assert story.tell(scan("TRL-1", "gate-in", 0), scan("TRL-1", "gate-in", 1)) == ["arrived TRL-1 PLANT @0"]
    assert story.tell(scan("TRL-1", "gate-out", 50)) == ["left TRL-1 PLANT @50"]


def test_a_scan_that_comes_late_completes_history() -> None:
    story = Story()
    story.tell(scan("PAL-1", "line", 1000))
    assert story.tell(scan("PAL-1", "door-1", 10)) == ["arrived PAL-1 DOOR-1 @10 late"]
    assert story.place("PAL-1") == "LINE"
