"""The checks one by one: what each takes, what it refuses, and what it takes for meant."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.model import Party, Place, Quality
from gateway.journal import findings, open_journal, shipments
from gateway.model import AssetKind, EventKind, LocationEvent, Micros, Observation, Passage, Tier
from gateway.places import PlaceIndex
from gateway.plans import read_csv
from gateway.quality import party_ids, place_codes, units
from gateway.quality.clocks import ClockWatch
from gateway.quality.flaw import MANY, Flaw, Tally, shown, tallied
from gateway.quality.names import Link, NameBook, NameKind
from gateway.quality.owners import Owners
from gateway.quality.part_numbers import written
from gateway.quality.party_ids import PartyIndex
from gateway.quality.two_places import TwoPlaces
from gateway.quality.unit_table import SPOKEN, UNITS
from gateway.web.http.csv_out import csv_text
from tests.quality.box import CONFIG, NOW, SECOND, open_box

MINUTE, HOUR = 60 * SECOND, 3600 * SECOND


# --- part numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "pattern", "expected"),
    [
        ("AB-1234-X", "@@-####-@", "AB-1234-X"),
        ("ab 1234/x", "@@-####-@", "AB-1234-X"),
        ("ab1234x", "@@-####-@", "AB-1234-X"),
        ("AB-123-X", "@@-####-@", ""),
        ("A1-1234-X", "@@-####-@", ""),
        ("AB-1234-XY", "@@-####-@", ""),
        ("8d0601025", "8D0*", "8D0601025"),
        ("8D0 601 025", "8D0 *", "8D0 601025"),
        ("9D0", "8D0*", ""),
        ("1k9.5", "#@#-?", "1K9-5"),
        ("77", "###|##", "77"),
        ("ÄB-1234-X", "@@-####-@", ""),
        ("", "*", ""),
    ],
)
def test_a_part_number_is_compared_without_case_and_separators(number: str, pattern: str, expected: str) -> None:
    assert written(number, pattern) == expected


@given(st.text(max_size=300), st.text(alphabet="#@?-AB1 |", min_size=1, max_size=60))
def test_any_text_against_any_form_gives_a_form_that_fits_it(number: str, pattern: str) -> None:
    found = written(number, pattern)
    assert found == "" or written(found, pattern) == found


def test_a_hostile_number_costs_nothing() -> None:
    began_s = time.perf_counter()
    assert written("a" * 10_000 + "!", "@" * 60 + "*" + "|" + "?" * 60 + "*") == ""
    assert time.perf_counter() - began_s < 0.05


# --- units -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (212.0, "FAH", (100.0, "CEL")),
        (273.15, "KEL", (0.0, "CEL")),
        (1.5, "KMT", (1500.0, "MTR")),
        (2.0, "TNE", (2000.0, "KGM")),
        (10.0, "LBR", (4.5359237, "KGM")),
        (1013.25, "A97", (101325.0, "PAL")),
        (3.0, "DZN", (36.0, "C62")),
        (7.0, "H87", (7.0, "C62")),
        (90.0, "MIN", (5400.0, "SEC")),
        (72.0, "KMH", (20.0, "MTS")),
        (4.0, "CEL", (4.0, "CEL")),
    ],
)
def test_values_are_converted_to_their_quantitys_own_unit(value: float, code: str, expected: tuple[float, str]) -> None:
    number, own = units.converted(value, code)
    assert number == pytest.approx(expected[0])
    assert own == expected[1]


def test_the_table_of_units_is_sound() -> None:
    assert all(len(code) in (2, 3) and code == code.upper() for code in UNITS)
    assert set(SPOKEN.values()) <= set(UNITS)
    for unit in UNITS.values():
        own = UNITS[units.own_unit(unit.quantity)]
        assert (own.factor, own.offset) == (1.0, 0.0), unit


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("°C", "CEL"),
        ("degC", "CEL"),
        ("cel", "CEL"),
        ("Kilogramm", "KGM"),
        ("PCS.", "C62"),
        ("[psi]", "PS"),
        ("KGN", "KGM"),
        ("frobs", ""),
    ],
)
def test_what_people_write_for_a_unit_is_understood(word: str, meant: str) -> None:
    assert not units.is_unit(word)
    assert units.suggested(word) == meant


# --- places and parties ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("9521141000015", "bad_place_gln"),  # the check digit is 4
        ("9521141000014", "unknown_place"),
        ("DEHA1", "bad_locode"),
        ("DE HA0", "bad_locode"),
        ("DEHAM", "unknown_place"),
        ("PLNT", "unknown_place"),
    ],
)
def test_a_code_that_no_place_has_is_told_by_what_is_wrong_with_it(name: str, reason: str) -> None:
    assert place_codes.judged(name).reason == reason


def test_a_place_is_suggested_by_separators_by_one_slip_in_its_gln_then_by_likeness() -> None:
    places = PlaceIndex(
        [
            Place(code=code, name=code, party="OEM", tier=Tier.OEM, codes=codes)
            for code, codes in (("OEM-DOOR-1", ("9521141000014",)), ("OEM-DOOR-11", ()), ("OEM-DOOR-2", ("DEHAM",)))
        ]
    )
    assert places.nearest_code("oem door 1") == "OEM-DOOR-1"
    assert places.nearest_code("OEMDOOR11") == "OEM-DOOR-11"
    assert places.nearest_code("9521141000041") == "OEM-DOOR-1"  # two digits swapped
    assert places.nearest_code("9521141009914") == "OEM-DOOR-1"  # likeness alone
    assert places.nearest_code("DEHAN") == "OEM-DOOR-2"
    assert place_codes.compact("DE HAM") == place_codes.compact("de-ham") == "DEHAM"


def test_a_party_is_known_by_code_gln_and_duns_and_suggested_by_likeness() -> None:
    parties = PartyIndex(
        [
            Party(code="T1-A", name="A", tier=Tier.TIER1, gln="9521141000021", duns="123456789"),
            Party(code="OEM", name="O", tier=Tier.OEM),
        ]
    )
    assert [parties.find(name) for name in ("T1-A", "9521141000021", "123456789", "12-345-6789")] == ["T1-A"] * 4
    assert [parties.find(name) for name in ("T1A", "t1-a", "1234567", "")] == [""] * 4
    assert [parties.nearest(name) for name in ("T1A", "t1_a", "OEN", "zzzzz")] == ["T1-A", "T1-A", "OEM", ""]
    assert party_ids.judged("9521141000022").reason == "bad_party_gln"
    assert party_ids.judged("12345678").reason == "bad_duns"
    assert party_ids.judged("T1A").reason == "unknown_party"


# --- clocks ----------------------------------------------------------------------------------------


def reading(received_us: Micros, lag_us: Micros, time_fixed: str = "") -> Observation:
    device_us = received_us - lag_us
    return Observation(
        asset="A",
        kind=AssetKind.TRAILER,
        device="d",
        reading=Passage(asset="A", place="P", direction="in", seen_us=device_us),
        at_us=received_us if time_fixed else device_us,
        received_us=received_us,
        device_us=device_us,
        time_fixed=time_fixed,
    )


def watched(*readings: Observation) -> list[tuple[str, int]]:
    watch = ClockWatch(Quality())
    owners = {"d": "OEM"}
    return [(tally.flaw.reason, tally.count) for one in readings for tally in watch.watch([one], owners)]


def test_a_clock_that_is_behind_by_ever_the_same_is_told_and_a_backlog_is_not() -> None:
    day = 24 * HOUR
    behind = [reading(NOW + n * MINUTE, day + n % 3 * SECOND) for n in range(15)]
    assert watched(*behind) == [("clock_behind", 1)] * 5  # from the tenth minute on
    backlog = [reading(NOW + n * MINUTE, day - n * 50 * MINUTE) for n in range(15)]
    assert watched(*backlog) == []
    burst = [reading(NOW + n * SECOND, day) for n in range(500)]
    assert watched(*burst) == []
    assert watched(*behind[:9], reading(NOW + 9 * MINUTE, 0), *behind[10:]) == []


@pytest.mark.parametrize(
    ("repair", "reason"),
    [
        ("future", "clock_ahead"),
        ("ancient", "clock_behind"),
        ("gps_week", "clock_gps_week"),
        ("no_clock", "clock_not_set"),
    ],
)
def test_repaired_times_are_counted_by_device_and_reason(repair: str, reason: str) -> None:
    watch = ClockWatch(Quality())
    batch = [reading(NOW, -HOUR, repair), reading(NOW + 1, -HOUR, repair), reading(NOW + 2, 0)]
    (tally,) = watch.watch(batch, {"d": "T1"})
    assert (tally.flaw.reason, tally.flaw.owner, tally.flaw.subject, tally.count) == (reason, "T1", "d", 2)


# --- goods without a shipment ----------------------------------------------------------------------

SSCC = "3114257BF4499602D2000000"
OTHER = "3114257BF4499602D3000000"
HEAD = "shipment,origin,destination,planned_arrival,assets"


async def test_goods_that_no_plan_names_are_told_once_plans_name_goods_of_their_kind(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await box.say("portal-1", {"epc": OTHER, "ts": NOW - HOUR})
        assert await box.findings() == {}  # here plans name trailers, if anything
        plan = read_csv(f"{HEAD}\nS-1,SUPPLIER,PLANT,2026-01-03T06:00Z,{SSCC}", box.site, NOW)
        await box.journal.write(lambda c: shipments.save(c, plan.shipments[0], NOW))
        await box.say("portal-1", {"epc": SSCC, "ts": NOW})
        assert await box.findings() == {}
        await box.say("portal-2", {"epc": OTHER, "ts": NOW + 5 * HOUR}, received_us=NOW + 5 * HOUR)
        (finding,) = (await box.findings()).values()
    told = (finding.reason, finding.owner, finding.subject, finding.count, finding.waiting)
    assert told == ("no_shipment", "T1", "SUPPLIER", 1, 0)
    assert finding.example == "urn:epc:id:sscc:0614141.1234567891"


# --- names -----------------------------------------------------------------------------------------


def link(name: str, target: str, kind: NameKind = "asset", party: str = "") -> Link:
    return Link(
        number=0,
        kind=kind,
        name=name,
        target=target,
        party=party,
        entered_us=NOW,
        entered_by="OEM",
        source="api",
    )


def test_names_lead_over_other_names_and_are_all_found_from_the_last() -> None:
    book = NameBook(
        [link("A", "B"), link("B", "C"), link("D", "C"), link("ORT", "P", "place"), link("ORT", "Q", "place", "T1")]
    )
    assert (book.asset("A"), book.asset("C"), book.asset("X")) == ("C", "C", "X")
    assert set(book.keys("C")) == {"C", "B", "D", "A"}
    assert (book.find("place", " ort "), book.find("place", "Ort", "T1"), book.find("place", "ORT", "T2")) == (
        "P",
        "Q",
        "P",
    )
    assert book.find("asset", "a") == ""  # keys of assets are exact
    book.remove(link("B", "C"))
    assert (book.asset("A"), book.keys("C")) == ("B", ("C", "D"))


def test_a_partys_own_name_for_an_asset_adds_nothing_to_what_others_find() -> None:
    book = NameBook([link("MINE", "TRL-1", party="T1"), link("TAG", "TRL-1")])
    assert book.keys("TRL-1") == book.keys("TRL-1", "T2") == ("TRL-1", "TAG")
    assert set(book.keys("TRL-1", "T1")) == {"TRL-1", "TAG", "MINE"}
    assert (book.asset("MINE"), book.asset("MINE", "T1"), book.asset("MINE", "T2")) == ("MINE", "TRL-1", "MINE")


def test_a_circle_of_names_ends() -> None:
    book = NameBook([link("A", "B"), link("B", "A")])
    assert book.asset("A") in ("A", "B")
    assert set(book.keys("A")) == {"A", "B"}


# --- findings --------------------------------------------------------------------------------------


def flaw(subject: str, at_us: Micros = NOW) -> Flaw:
    return Flaw(reason="unknown_place", owner="T1", source="gate", subject=subject, text="t", at_us=at_us)


def test_flaws_of_one_finding_are_counted_with_their_first_and_last_time() -> None:
    (one, other) = tallied([flaw("A", 5), flaw("B", 1), flaw("A", 3), flaw("A", 9)])
    assert (one.flaw.subject, one.count, one.first_us, one.last_us) == ("A", 3, 3, 9)
    assert (other.flaw.subject, other.count) == ("B", 1)


async def test_findings_are_bounded_however_many_names_somebody_invents(tmp_path: Path) -> None:
    most = findings.MOST_SUBJECTS
    async with open_journal(tmp_path) as journal:
        tallies = [Tally(flaw=flaw(f"X{n}"), count=1, first_us=NOW, last_us=NOW + n) for n in range(most + 200)]
        await journal.write(lambda c: findings.note(c, tallies))
        await journal.write(lambda c: findings.note(c, tallies[:1]))
        held = await journal.read(lambda c: findings.page(c, limit=10_000))
        await journal.write(lambda c: findings.trim(c, keep=10))
        kept = await journal.read(lambda c: findings.page(c, limit=10_000))
    assert len(held) == most + 1
    counts = {one.subject: one.count for one in held}
    assert (counts[MANY], counts["X0"], counts["X1"]) == (200, 2, 1)
    assert len(kept) == 10


def test_an_example_is_text_or_hexadecimal() -> None:
    assert shown(b'{"a":1}') == '{"a":1}'
    assert shown(b"\x00\xff") == "00ff"
    assert shown(b"a\x1bb") == "611b62"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", " =1", "\r=1"])
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    cell = csv_text(["a"], [[text]]).split("\r\n")[1].strip('"')
    assert cell.startswith("'")


@pytest.mark.parametrize("text", ["x;=1+1", "x; +1", 'x"; =1', "x;y\t@A1", "x, y;-1"])
def test_no_cell_is_a_formula_where_cells_are_parted_at_semicolons(text: str) -> None:
    """As spreadsheets in German do, with a file whose cells are parted at commas."""
    row = csv_text(["a", "b"], [["1", text]]).split("\r\n")[1]
    assert [cell for cell in re.split(r"[;\t]", row) if cell.lstrip(' "').startswith(("=", "+", "-", "@"))] == []


def sighting(place: str, at_us: Micros, time_fixed: str = "") -> LocationEvent:
    return LocationEvent(
        event_id=f"{place}{at_us}",
        kind=EventKind.ARRIVED,
        asset="A",
        asset_kind=AssetKind.PALLET,
        place=place,
        tier=Tier.OEM,
        device="portal-1",
        at_us=at_us,
        received_us=NOW,
        recorded_us=NOW,
        time_fixed=time_fixed,
    )


def test_two_places_are_told_where_the_way_takes_longer_than_the_time_between() -> None:
    places = PlaceIndex(CONFIG.places)  # 120 km apart: 55 minutes at 130 km/h
    watch = TwoPlaces(CONFIG.quality, places, Owners(CONFIG))
    told = [
        [flaw.source for flaw in watch.watch([event])]
        for event in (
            sighting("PLANT", NOW),
            sighting("GATE-1", NOW + SECOND),  # inside the plant
            sighting("SUPPLIER", NOW + 2 * HOUR),
            sighting("PLANT", NOW + 2 * HOUR + 20 * MINUTE, "future"),  # by a clock that is not believed
            sighting("PLANT", NOW + 2 * HOUR + 40 * MINUTE),
            sighting("SUPPLIER", NOW + HOUR + 50 * MINUTE),  # late data, as near in time
            sighting("SUPPLIER", NOW + 4 * HOUR),
        )
    ]
    assert told == [[], [], [], [], ["portal-1"], ["portal-1"], []]
