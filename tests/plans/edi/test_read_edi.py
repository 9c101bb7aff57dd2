"""Despatch advices as plans: what each sample means here, and what of it is told instead."""

from __future__ import annotations

import pytest

from gateway.model import Leg, PartLine, Shipment, Window
from gateway.plans import Imported, decode_edi, read_edi
from gateway.plans.held import read_held
from tests.plans.edi.site import NOW_US, P1, P2, P3, P4, SITE, link, sample, site

SECOND = 1_000_000
HOUR = 3600 * SECOND
LEFT_US = 1_795_197_600 * SECOND  # 2026-11-20T19:00 in Berlin, 13:00 in New York
DUE_US = 1_795_239_000 * SECOND  # 2026-11-21T06:30 in Berlin
MONDAY_US = 1_795_410_000 * SECOND  # 2026-11-23T00:00 in Detroit
MONDAY = Window(open_us=MONDAY_US, close_us=MONDAY_US + 24 * HOUR - SECOND)
BOX = "urn:jaif:id:obj:1JUN345678901BOX9"


def read(text: str) -> Imported:
    return read_edi(text, SITE, NOW_US)


def told(imported: Imported) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.reason) for fault in imported.faults]


def test_an_automotive_desadv_becomes_a_shipment() -> None:
    result = read(sample("desadv_automotive.edi"))
    assert result.faults == ()
    (plan,) = result.shipments
    assert (plan.shipment_id, plan.lane) == ("LS-4711", "HANNOVER>WERK-38")
    assert plan.stops[0].departure == Window(open_us=LEFT_US, close_us=LEFT_US)
    assert plan.stops[1].arrival == Window(open_us=DUE_US, close_us=DUE_US)
    assert plan.parties == {"shipper": "T1-A", "consignee": "OEM", "carrier": "HAUL"}
    assert plan.assets == ("TRL-1", P1, P2), "the trailer and the pallets; the boxes on them are not read one by one"
    assert plan.parts == (
        PartLine(number="SE1234X", quantity=48, unit="C62", within=P1),
        PartLine(number="ZZ-9876-Q", quantity=2.5, unit="KGM", within=P2),
    )
    assert plan.legs == (Leg(mode="road", trip="TOUR-9"),)


def test_an_eancom_desadv_of_days_and_parties_alone_becomes_a_shipment() -> None:
    result = read(sample("desadv_eancom.edi"))
    assert result.faults == ()
    (plan,) = result.shipments
    assert plan.lane == "HANNOVER>DETROIT"
    assert plan.stops[0].departure is None
    assert plan.stops[1].arrival == MONDAY
    assert plan.assets == (P3, P4)
    assert [(total.part, total.quantity) for total in plan.expected] == [("04012345123456", 15)]
    assert {line.within for line in plan.parts} == {""}, "two pallets, and nothing says what is on which"
    assert [(note.reason, note.suggestion) for note in result.notes] == [("place_of_party", "HANNOVER")]


def test_an_automotive_856_becomes_a_shipment() -> None:
    result = read(sample("asn_automotive.x12"))
    assert result.faults == ()
    (plan,) = result.shipments
    assert (plan.shipment_id, plan.lane) == ("SID4711", "HANNOVER>WERK-38")
    assert plan.stops[0].departure == Window(open_us=LEFT_US, close_us=LEFT_US)
    assert plan.stops[1].arrival == Window(open_us=DUE_US, close_us=DUE_US)
    assert plan.parties == {"shipper": "T1-A", "consignee": "OEM", "carrier": "HAUL"}
    assert plan.assets == ("TRL-1", P1, BOX)
    assert plan.parts == (
        PartLine(number="SE1234X", quantity=48, unit="EA", within=P1),
        PartLine(number="ZZ-9876-Q", quantity=12, unit="C62", within=BOX),
    )


def test_a_bad_set_holds_up_no_good_one_and_is_told_by_segment() -> None:
    result = read(sample("asn_two_sets.x12"))
    assert [(plan.shipment_id, plan.lane) for plan in result.shipments] == [("A-1", "HANNOVER>DETROIT")]
    assert told(result) == [
        (2, "segment 17 N1", "unknown_place"),
        (2, "segment 18 DTM", "bad_time"),
        (2, "segment 17 N1", "unknown_party"),
    ]
    assert str(result.faults[0]).startswith(
        "message 2, segment 17 N1: expected the code of a place, came 'NOBODY KNOWS'"
    )
    assert result.faults[0].raw.startswith("ST|856|0002\n")


def test_a_day_in_detroit_is_detroits() -> None:
    (plan,) = read(sample("asn_two_sets.x12")).shipments
    assert plan.stops[1].arrival == MONDAY


def test_what_waited_is_read_again_alone_once_its_name_is_known() -> None:
    text = sample("asn_two_sets.x12").replace("|2500", "|1500")
    held = next(fault for fault in read(text).faults if fault.line == 2)
    known = site(link("place", "nobody knows", "WERK-38"))
    again = read_held(held.head, held.raw, known, NOW_US)
    assert again.faults == ()
    assert [(plan.shipment_id, plan.lane) for plan in again.shipments] == [("A-2", "HANNOVER>WERK-38")]


def test_what_waited_of_edifact_is_read_again_with_its_own_marks() -> None:
    text = sample("desadv_automotive.edi").translate(str.maketrans("+:'", "|^~"))
    held = read(
        text.replace("W38", "W39")
        .replace("DOCK 7", "DOCK 8")
        .replace("9521141000014^^9", "x^^9")
        .replace("Werk 38", "Werk")
    )
    assert {fault.reason for fault in held.faults} == {"unknown_place", "unknown_party"}
    again = read_held(held.faults[0].head, held.faults[0].raw, site(link("place", "W39", "WERK-38")), NOW_US)
    assert again.faults == ()
    assert again.shipments[0].parts == read(sample("desadv_automotive.edi")).shipments[0].parts


def test_a_dock_names_the_place_where_its_party_does_not() -> None:
    text = sample("desadv_automotive.edi").replace("NAD+ST+W38", "NAD+ST+UNKNOWN").replace("DOCK 7", "W38")
    (plan,) = read(text).shipments
    assert plan.stops[1].place == "WERK-38"


def test_a_later_message_of_the_same_shipment_is_its_next_version() -> None:
    text = sample("asn_two_sets.x12").replace("A-2", "A-1").replace("N1|ST|NOBODY KNOWS", "N1|ST||92|W38")
    first, second = read(text.replace("|2500", "|1500")).shipments
    assert (first.lane, second.lane) == ("HANNOVER>DETROIT", "HANNOVER>WERK-38")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("BGM+351:::ASN+LS-4711+9", "BGM+351:::ASN+LS-4711+1", (1, "segment 3 BGM", "cancellation")),
        ("BGM+351:::ASN+LS-4711+9", "BGM+351:::ASN++9", (1, "segment 3 BGM", "missing_value")),
        ("DESADV:D:07A", "INVOIC:D:07A", (1, "segment 2 UNH", "unsupported_message")),
        ("+261120:1805+0815'", "+261120:1805+0815++++++1'", (1, "segment 2 UNH", "test_interchange")),
        ("UNT+34+1", "UNT+33+1", (1, "segment 35 UNT", "segment_count")),
        ("UNT+34+1", "UNT+34+2", (1, "segment 35 UNT", "reference_mismatch")),
        ("UNT+34+1'\n", "", (1, "segment 34 QTY", "cut_off")),
        ("UNZ+1+0815", "UNZ+2+0815", (0, "segment 36 UNZ", "message_count")),
        ("UNZ+1+0815", "UNZ+1+0816", (0, "segment 36 UNZ", "reference_mismatch")),
        ("UNZ+1+0815'\n", "", (0, "segment 1 UNB", "cut_off")),
        ("DTM+132:202611210630:203'\n", "DTM+132:202611210630:102'\n", (1, "segment 6 DTM", "bad_time")),
        ("DTM+132:202611210630:203'\n", "RFF+DQ:1'\n", (1, "planned arrival", "missing_value")),
        ("DTM+132:202611210630", "DTM+132:202611190630", (1, "segment 6 DTM", "arrives_before_it_departs")),
        ("QTY+12:48:PCE", "QTY+12:4 8:PCE", (1, "segment 29 QTY", "bad_quantity")),
        ("QTY+12:48:PCE", "QTY+12:48:STUECK", (1, "segment 29 QTY", "unknown_unit")),
        ("PIA+1+SE1234X", "PIA+1+1234", (1, "segment 27 PIA", "bad_part_number")),
        ("GIN+BJ+095211410000000014", "GIN+BJ+095211410000000015", (1, "segment 21 GIN", "bad_asset")),
    ],
)
def test_what_is_wrong_is_told_by_message_and_segment(old: str, new: str, expected: tuple[int, str, str]) -> None:
    text = sample("desadv_automotive.edi")
    assert old in text
    assert told(read(text.replace(old, new))) == [expected]


def test_a_role_that_nobody_is_known_for_is_told_by_its_surest_name() -> None:
    text = sample("desadv_automotive.edi").replace("345678901::16", "34567890::16").replace("T1-A-OUT", "ELSEWHERE")
    assert told(read(text)) == [(1, "segment 10 NAD", "unknown_place"), (1, "segment 9 NAD", "bad_duns")]


def test_an_unknown_carrier_is_left_out_and_told() -> None:
    result = read(sample("asn_automotive.x12").replace("HEID*M*HEIDE HAULAGE", "FDEG*M*"))
    assert result.shipments[0].parties == {"shipper": "T1-A", "consignee": "OEM"}
    assert [(note.line, note.column, note.reason, note.subject) for note in result.notes] == [
        (1, "segment 9 TD5", "unknown_partner", "FDEG")
    ]


def test_the_next_tier_and_another_buyer_are_parties_too() -> None:
    text = sample("asn_automotive.x12").replace(
        "N1*SU*LEINE", "N1*UC*ELBE*1*123456789~\nN1*BY*HEIDE*92*HAUL~\nN1*SU*LEINE"
    )
    (plan,) = read(text.replace("SE*29", "SE*31")).shipments
    assert plan.parties == {
        "shipper": "T1-A",
        "consignee": "OEM",
        "carrier": "HAUL",
        "buyer": "HAUL",
        "next_tier": "OEM",
    }


def test_a_container_goes_by_its_whole_number() -> None:
    text = sample("asn_automotive.x12").replace("TD3*TL*HEID*TRL-1", "TD3*CN*TVWU*3010018")
    assert read(text).shipments[0].assets[0] == "TVWU3010018"


def test_a_window_said_in_two_times_is_one() -> None:
    two = "DTM*064*20261121*0600~\nDTM*063*20261121*0800~"
    text = sample("asn_automotive.x12").replace("DTM*017*20261121*0630*LT~", two).replace("SE*29", "SE*30")
    assert read(text).shipments[0].stops[1].arrival == Window(
        open_us=DUE_US - HOUR // 2, close_us=DUE_US + 3 * HOUR // 2
    )


def test_a_latest_time_alone_is_a_deadline_and_an_earliest_alone_is_told() -> None:
    text = sample("asn_automotive.x12")
    deadline = read(text.replace("DTM*017*", "DTM*063*")).shipments[0].stops[1].arrival
    assert deadline == Window(open_us=DUE_US, close_us=DUE_US)
    assert told(read(text.replace("DTM*017*", "DTM*064*"))) == [(1, "segment 12 DTM", "missing_value")]


def test_bytes_are_text_in_the_character_set_that_they_name() -> None:
    text = sample("desadv_automotive.edi").replace("Leine", "Löhne")
    assert decode_edi(text.encode("latin-1")) == text
    assert decode_edi(text.replace("UNOC", "UNOW").encode()) == text.replace("UNOC", "UNOW")
    assert decode_edi(b"\xef\xbb\xbf" + sample("asn_automotive.x12").encode()).startswith("ISA")


def test_rows_stand_beside_their_shipments() -> None:
    result = read(sample("desadv_automotive.edi"))
    (row,) = result.rows
    assert (row.number, row.what, row.raw[:6], row.head[:9]) == (1, "message", "UNH+1+", "UNA:+.? '")
    again = read_held(row.head, row.raw, SITE, NOW_US)
    assert (again.shipments, again.faults) == (result.shipments, ())
    assert isinstance(again.shipments[0], Shipment)
