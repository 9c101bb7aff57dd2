"""Shipments from CSV: what is good comes in, what is bad is told by line, column and reason."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.model import Party, Place
from gateway.errors import BadInput
from gateway.identity.names import alias_table, canonical
from gateway.model import Tier, Window
from gateway.places import PlaceIndex
from gateway.plans import Imported, SiteNames, decode_csv, read_csv
from gateway.plans.csv_in import HEADER
from gateway.quality.party_ids import PartyIndex

PLACES = PlaceIndex(
    (
        Place(code="KASSEL", name="Castings", party="T2", tier=Tier.TIER2, time_zone="Europe/Berlin"),
        Place(
            code="PLANT", name="Plant", party="OEM", tier=Tier.OEM, time_zone="Europe/Berlin", codes=("9521141000014",)
        ),
    )
)
NAMES = alias_table([("TRL-1", ["urn:epc:id:giai:9521141.1001"])], ["9521141"])
SITE = SiteNames(
    places=PLACES,
    parties=PartyIndex([Party(code=code, name=code, tier=Tier.OEM) for code in ("OEM", "T1-A", "T2", "HAUL")]),
    asset_key=partial(canonical, names=NAMES, prefixes=["9521141"]),
)
NOW_US = 1_800_000_000_000_000
SHORT = "shipment,origin,destination,planned_arrival\n"
HOUR_US = 3_600_000_000
NOON_US = 1_795_345_200_000_000  # 2026-11-22T12:00 in Berlin


def read(text: str) -> Imported:
    return read_csv(text, SITE, NOW_US)


def reasons(text: str) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.reason) for fault in read(text).faults]


def test_assets_get_the_keys_by_which_events_know_them() -> None:
    header = "shipment,origin,destination,planned_arrival,assets\n"
    spellings = "urn:epc:id:giai:9521141.1001; (00)095211410000000014 | TRL-1;CRATE 7"
    (shipment,) = read(f"{header}S-1,KASSEL,PLANT,2026-11-22T12:00,{spellings}").shipments
    assert shipment.assets == ("TRL-1", "urn:epc:id:sscc:9521141.0000000001", "CRATE 7")


def test_an_asset_that_names_nothing_spoils_its_row_alone() -> None:
    header = "shipment,origin,destination,planned_arrival,assets\n"
    rows = "S-1,KASSEL,PLANT,2026-11-22T12:00,TRL-1;(00)1\nS-2,KASSEL,PLANT,2026-11-22T12:00,TRL-1"
    assert reasons(header + rows) == [(2, "assets", "bad_asset")]
    assert [shipment.shipment_id for shipment in read(header + rows).shipments] == ["S-2"]


def test_a_full_row_becomes_a_shipment() -> None:
    row = (
        "S-1,KASSEL,9521141000014,2026-11-22T12:00,2026-11-22T16:00+01:00,"
        '"TRL-1; TRL-2|TVWU3010018",T2,OEM,HAUL,T1-A,"Castings, 12 racks"'
    )
    result = read(f"{HEADER}\n{row}\n")
    assert result.faults == ()
    (shipment,) = result.shipments
    assert shipment.lane == "KASSEL>PLANT"
    assert shipment.stops[0].arrival is None
    assert shipment.stops[0].departure == Window(open_us=NOON_US, close_us=NOON_US)
    assert shipment.stops[1].arrival == Window(open_us=NOON_US + 4 * HOUR_US, close_us=NOON_US + 4 * HOUR_US)
    assert shipment.stops[1].departure is None
    assert shipment.assets == ("TRL-1", "TRL-2", "TVWU3010018")
    assert shipment.parties == {"shipper": "T2", "consignee": "OEM", "carrier": "HAUL", "next_tier": "T1-A"}
    assert shipment.contents == "Castings, 12 racks"
    assert shipment.created_us == NOW_US


def test_windows_have_columns_of_their_own() -> None:
    header = "shipment,origin,destination,planned_departure_open,planned_departure_close,planned_arrival_close\n"
    result = read(header + "S-1,KASSEL,PLANT,2026-11-22T12:00,2026-11-22T13:00,2026-11-22T16:00\n")
    assert result.faults == ()
    first, last = result.shipments[0].stops
    assert first.departure == Window(open_us=NOON_US, close_us=NOON_US + HOUR_US)
    assert last.arrival == Window(open_us=NOON_US + 4 * HOUR_US, close_us=NOON_US + 4 * HOUR_US)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_line_ends_and_byte_order_marks_are_all_the_same(separator: str, end: str) -> None:
    lines = ["", " Shipment,Origin,Destination,Planned Arrival", "S-1,kassel,plant,2026-11-22T16:00", ",,,", ""]
    result = read("\ufeff" + end.join(lines).replace(",", separator))
    assert result.faults == ()
    assert [shipment.lane for shipment in result.shipments] == ["KASSEL>PLANT"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("S-1,KASSLE,PLANT,2026-11-22T16:00", ("origin", "unknown_place")),
        (",KASSEL,PLANT,2026-11-22T16:00", ("shipment", "missing_value")),
        ("S-1,KASSEL,,2026-11-22T16:00", ("destination", "missing_value")),
        ("S-1,KASSEL,PLANT,", ("planned_arrival", "missing_value")),
        ("S-1,KASSEL,PLANT", ("planned_arrival", "missing_value")),
        ("S-1,KASSEL,PLANT,soon", ("planned_arrival", "bad_time")),
        ("S-1,KASSEL,PLANT,1899-12-30T00:00", ("planned_arrival", "impossible_date")),
        ("S-1,KASSEL,PLANT,2026-03-29T02:30", ("planned_arrival", "skipped_local_time")),
        ("S-1,KASSEL,PLANT,2026-10-25T02:30", ("planned_arrival", "repeated_local_time")),
        ("S-1,KASSEL,PLANT,2026-11-22T16:00,more", ("", "too_many_cells")),
        ('S-1,KASSEL,PLANT,"2026-11-22T16:00', ("", "bad_quotes")),
        (f"{'S' * 65},KASSEL,PLANT,2026-11-22T16:00", ("shipment", "too_long")),
        ("S\x07,KASSEL,PLANT,2026-11-22T16:00", ("shipment", "unprintable")),
    ],
)
def test_a_bad_row_is_told_and_holds_up_no_other(row: str, expected: tuple[str, str]) -> None:
    good = "S-0,KASSEL,PLANT,2026-11-22T16:00"
    result = read(f"{SHORT}{good}\n{row}\n{good.replace('S-0', 'S-9')}\n")
    assert [(fault.line, fault.column, fault.reason) for fault in result.faults] == [(3, *expected)]
    assert result.faults[0].raw == row
    assert [shipment.shipment_id for shipment in result.shipments] == ["S-0", "S-9"]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (
            "planned_arrival_open,planned_arrival_close",
            "2026-11-22T16:00,2026-11-22T15:00",
            ("planned_arrival_close", "window_ends_before_it_begins"),
        ),
        ("planned_arrival_open,planned_arrival", "2026-11-22T16:00,", ("planned_arrival", "missing_value")),
        (
            "planned_departure,planned_arrival",
            "2026-11-22T16:00,2026-11-22T15:00",
            ("planned_arrival", "arrives_before_it_departs"),
        ),
        ("planned_arrival,shipper", "2026-11-22T16:00,T2-A", ("shipper", "unknown_party")),
    ],
)
def test_what_contradicts_itself_is_refused(header: str, row: str, expected: tuple[str, str]) -> None:
    text = f"shipment,origin,destination,{header}\nS-1,KASSEL,PLANT,{row}\n"
    assert reasons(text) == [(2, *expected)]


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    text = f"{HEADER}\n,KASSLE,PLNT,soon,1899-12-30T00:00,,OEN,,,,\n"
    assert [reason for _, _, reason in reasons(text)] == [
        "missing_value",
        "unknown_place",
        "bad_time",
        "unknown_place",
        "impossible_date",
        "unknown_party",
    ]


def test_an_unknown_place_is_told_with_the_nearest() -> None:
    (fault,) = read(SHORT + "S-1,KASSLE,PLANT,2026-11-22T16:00").faults
    assert str(fault) == "line 2, origin: expected the code of a place, came 'KASSLE' — write KASSEL"


def test_of_two_rows_with_one_id_the_first_counts() -> None:
    row = "S-1,KASSEL,PLANT,2026-11-22T1{}:00\n"
    result = read(SHORT + row.format(6) + row.format(7))
    assert reasons(SHORT + row.format(6) + row.format(7)) == [(3, "shipment", "repeated_shipment")]
    assert [shipment.stops[1].arrival for shipment in result.shipments] == [
        Window(open_us=NOON_US + 4 * HOUR_US, close_us=NOON_US + 4 * HOUR_US)
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("shipment,origin,planned_arrival", ("destination", "missing_column")),
        ("shipment,origin,destination,planned_arrival,origin", ("origin", "repeated_column")),
        ("shipment,origin,destination,planned_arrival,planed_departure", ("planed_departure", "unknown_column")),
    ],
)
def test_a_header_that_does_not_fit_refuses_the_file(header: str, expected: tuple[str, str]) -> None:
    result = read(header + "\nS-1,KASSEL,PLANT,2026-11-22T16:00,\n")
    assert [(fault.column, fault.reason) for fault in result.faults] == [expected]
    assert result.shipments == ()


def test_a_missing_header_says_what_it_should_be() -> None:
    for text in ("", "\n\n", "x" * 200_000, '"' + "x" * 200_000):
        faults = read(text).faults
        assert [fault.column for fault in faults] == ["shipment", "origin", "destination", "planned_arrival"]
        assert HEADER in faults[0].text


def test_columns_that_mean_nothing_here_are_named() -> None:
    result = read("shipment,origin,destination,planned_arrival,Truck colour\nS-1,KASSEL,PLANT,2026-11-22T16:00,red\n")
    assert result.ignored_columns == ("truck_colour",)
    assert len(result.shipments) == 1


def test_what_is_not_utf8_is_refused_with_its_line() -> None:
    assert decode_csv("\ufeffa,ö\n".encode()) == "a,ö\n"
    with pytest.raises(BadInput, match="line 2: expected UTF-8, came the byte 0xf6"):
        decode_csv(b"a,b\nB\xf6rde,1\n")


@given(st.text(alphabet=st.sampled_from(list('S-1,;"\n\r\t0X|KASSEL2026:T\0\u2028=')), max_size=80))
def test_any_text_gives_shipments_or_faults_and_every_row_is_one_of_them(text: str) -> None:
    result = read(SHORT + text)
    rows = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip(" \t,")]
    assert len(rows) == len(result.shipments) + len({fault.line for fault in result.faults})


def test_real_trips_with_impossible_dates_are_refused_by_their_reason(shared_fixtures: Path) -> None:
    packed = (shared_fixtures / "delays" / "trucks_india.csv.gz").read_bytes()
    trips = list(csv.DictReader(io.StringIO(gzip.decompress(packed).decode())))
    rows = "".join(f"{trip['trip_id']},KASSEL,PLANT,{trip['started_at']},{trip['planned_eta']}\n" for trip in trips)
    result = read("shipment,origin,destination,planned_departure,planned_arrival\n" + rows)
    counted = Counter(fault.reason for fault in result.faults)
    backwards = sum(trip["planned_eta"] < trip["started_at"] for trip in trips)
    assert counted == {"arrives_before_it_departs": backwards, "repeated_shipment": counted["repeated_shipment"]}
    assert backwards == 36
    assert len(result.shipments) + len(result.faults) == len(trips) == 3607


def test_a_window_may_say_its_hard_ends_tolerance_and_grace_in_columns_of_their_own() -> None:
    header = "shipment,origin,destination,planned_arrival,planned_arrival_hard_close,planned_arrival_tolerance_s"
    row = "S-1,KASSEL,PLANT,2026-11-22T12:00,2026-11-22T13:00,300,60"
    result = read(f"{header},planned_arrival_grace_s\n{row}\n")
    assert (result.faults, result.ignored_columns) == ((), ())
    assert result.shipments[0].stops[1].arrival == Window(
        open_us=NOON_US, close_us=NOON_US, hard_close_us=NOON_US + HOUR_US, tolerance_s=300, grace_s=60
    )
    assert reasons(f"{header}\n{row.replace('13:00', '11:00').removesuffix(',60')}\n") == [
        (2, "planned_arrival_hard_close", "hard_end_within_window")
    ]
