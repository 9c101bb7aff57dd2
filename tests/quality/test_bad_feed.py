"""A feed with every fault planted: each is found once, with its owner, count and example; and then mended."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from gateway.journal import imports, quality_days, shipments
from gateway.model import Micros, PartLine
from gateway.plans import read_csv
from gateway.plans.kept import kept
from gateway.quality.scores import DayCount, score
from tests.quality.box import DAY, HOUR, NOW, SECOND, Box, open_box

EPC = "3114257BF4499602D2000000"
SSCC = "urn:epc:id:sscc:0614141.1234567890"
HEAD = "shipment,origin,destination,planned_arrival,assets,shipper,part,quantity,unit"


def passage(unit: str, at: str, move: str, at_us: Micros) -> dict[str, object]:
    return {"unit": unit, "at": at, "move": move, "ts": at_us}


async def say_all(box: Box) -> None:
    """The bad feed: what comes from four devices and in one file."""
    await box.say(
        "gate",
        passage("TRL-1", "OLD GATE", "in", NOW - 5 * HOUR),
        passage("TRL-1", "old  gate", "out", NOW - 4 * HOUR),
        passage("TRL-2", "OLD GATE", "in", NOW - 3 * HOUR),
        passage("TRL-2", "9521141000022", "out", NOW - 2 * HOUR),  # check digit: 1
        passage("TRL-1", "SUPLIER", "in", NOW - 1 * HOUR),
        passage("TRL-1", "SUPPLIER", "out", NOW + DAY),
    )
    await box.say("cold", {"temp": 4.0, "ts": NOW - SECOND}, {"temp": 5.0, "ts": NOW})
    await box.say("portal-1", {"epc": EPC, "ts": NOW - 60 * SECOND})
    await box.say("portal-2", {"epc": EPC, "ts": NOW})
    rows = (
        "S-1,SUPPLIER,PLANT,2026-01-03T06:00Z,TRL-1,T1,ab 1234 x,3,C62",
        "S-2,DE KAS,PLANT,2026-01-03T06:00Z,TRL-1,T1,AB-1234-X,3,boxes",
        "S-3,SUPPLIER,PLANT,2026-01-03T06:00Z,TRL-1,T1,12-AB,3,C62",
        "S-4,SUPPLIER,PLANT,2026-01-03T06:00Z,TRL-1,T-1,AB-1234-X,3,C62",
    )
    imported = read_csv("\n".join((HEAD, *rows)), box.site.of("T1"), NOW)
    left = kept(imported, imported.faults, "api:T1", "T1", NOW)
    await box.journal.write(lambda c: [shipments.save(c, plan, NOW) for plan in imported.shipments])
    await box.journal.write(lambda c: imports.save(c, left))


async def test_each_planted_fault_is_found_once_with_its_owner_count_and_example(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await say_all(box)
        found = await box.findings()
    told = {key: (one.owner, one.source, one.count, one.waiting, one.suggestion) for key, one in found.items()}
    assert told == {
        ("unknown_place", "OLD GATE"): ("T1", "gate", 2, 2, ""),
        ("unknown_place", "old  gate"): ("T1", "gate", 1, 1, ""),
        ("bad_place_gln", "9521141000022"): ("T1", "gate", 1, 1, "SUPPLIER"),
        ("unknown_place", "SUPLIER"): ("T1", "gate", 1, 1, "SUPPLIER"),
        ("clock_ahead", "gate"): ("T1", "gate", 1, 0, ""),
        ("unknown_unit", "degC"): ("OEM", "cold", 2, 2, "CEL"),
        ("two_places", SSCC): ("T1", "portal-2", 1, 0, ""),
        ("part_number_form", "ab 1234 x"): ("T1", "api:T1", 1, 0, "AB-1234-X"),
        ("unknown_unit", "boxes"): ("T1", "api:T1", 1, 1, "XBX"),
        ("bad_part_number", "12-AB"): ("T1", "api:T1", 1, 1, ""),
        ("unknown_party", "T-1"): ("T1", "api:T1", 1, 1, "T1"),
    }
    assert {one.state for one in found.values()} == {"open"}
    assert '"place":"SUPLIER"' in found["unknown_place", "SUPLIER"].example
    assert "86400 s ahead" in found["clock_ahead", "gate"].text
    assert "check digit 1, came" in found["bad_place_gln", "9521141000022"].text
    assert found["bad_part_number", "12-AB"].example == "S-3,SUPPLIER,PLANT,2026-01-03T06:00Z,TRL-1,T1,12-AB,3,C62"


async def test_a_name_entered_once_mends_all_that_waited_for_it(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await say_all(box)
        place = await box.link("place", "Old Gate", "SUPPLIER")
        assert (place.tried.tried, place.tried.replayed) == (3, 3)
        for kind, name, target, rows in (
            ("place", "9521141000022", "SUPPLIER", 1),
            ("place", "SUPLIER", "SUPPLIER", 1),
            ("unit", "degC", "CEL", 2),
            ("unit", "boxes", "XBX", 1),
            ("part", "12-AB", "AB-0012-A", 1),
            ("party", "T-1", "T1", 1),
        ):
            entered = await box.link(kind, name, target)  # type: ignore[arg-type]
            assert (entered.tried.tried, entered.tried.replayed) == (rows, rows), name
        assert await box.waiting() == []
        found = await box.findings()
        plans = {one: await box.ask(partial(shipments.get, shipment_id=one)) for one in ("S-1", "S-2", "S-3", "S-4")}
        sensed = [event for event in await box.happened() if event[2] == "temperature"]
    assert {one.reason for one in found.values() if one.state == "open"} == {
        "clock_ahead",
        "two_places",
        "part_number_form",
    }
    parts = [plan.parts[0] for plan in plans.values() if plan is not None]
    assert parts == [
        PartLine(number="AB-1234-X", quantity=3.0, unit="C62"),
        PartLine(number="AB-1234-X", quantity=3.0, unit="XBX"),
        PartLine(number="AB-0012-A", quantity=3.0, unit="C62"),
        PartLine(number="AB-1234-X", quantity=3.0, unit="C62"),
    ]
    assert plans["S-4"] is not None
    assert plans["S-4"].parties == {"shipper": "T1"}
    assert {(value, unit) for _, _, _, value, unit, *_ in sensed} == {(4.0, "CEL"), (5.0, "CEL")}


async def test_a_name_counts_in_the_data_of_its_party_alone(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await box.say("gate", passage("TRL-1", "D1", "in", NOW))
        assert (await box.link("place", "D1", "PLANT", "T2")).tried.tried == 0
        assert len(await box.waiting()) == 1
        assert (await box.link("place", "D1", "SUPPLIER", "T1")).tried.replayed == 1
        await box.say("gate", passage("TRL-2", "d1", "in", NOW))
        assert {(event[1], event[2]) for event in await box.happened()} == {
            ("TRL-1", "SUPPLIER"),
            ("TRL-2", "SUPPLIER"),
        }


async def test_a_fixed_finding_opens_again_and_what_fails_again_says_why(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await box.say("loose", {"kg": 7.5})
        first = await box.link("unit", "kilos", "KGM")
        assert (first.tried.tried, first.tried.waiting) == (1, 1)  # the unit is known now; of what it is, is not
        ((number, row),) = await box.waiting()
        assert row.reason == "unknown_asset"
        found = await box.findings()
        assert found["unknown_unit", "kilos"].state == "fixed"
        assert found["unknown_asset", "loose"].waiting == 1
        again = await box.desk.retry_numbers([number])
        assert (again.tried, again.replayed) == (1, 0)
        assert (await box.findings())["unknown_asset", "loose"].count == 1
        await box.desk.remove(first.links[0].number, "OEM")
        await box.say("loose", {"kg": 8.0})
        assert (await box.findings())["unknown_unit", "kilos"].state == "open"
        await box.link("unit", "kilos", "KGM")
        last = await box.link("asset", "loose", "SCALE-1")
        assert (last.tried.tried, last.tried.replayed) == (2, 2)
        assert {event[1:5] for event in await box.happened()} == {
            ("SCALE-1", "weight", 7.5, "KGM"),
            ("SCALE-1", "weight", 8.0, "KGM"),
        }


async def test_a_plan_that_came_meanwhile_is_not_overwritten_by_an_older_row(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await say_all(box)
        box.clock.advance_to(NOW + HOUR)
        row = "S-4,SUPPLIER,PLANT,2026-01-09T06:00Z,TRL-1,T1,AB-1234-X,9,C62"
        newer = read_csv(f"{HEAD}\n{row}", box.site, NOW + HOUR)
        await box.journal.write(lambda c: shipments.save(c, newer.shipments[0], NOW + HOUR))
        entered = await box.link("party", "T-1", "T1")
        assert entered.tried.tried == 1
        held = await box.ask(lambda c: shipments.get(c, "S-4"))
        assert held == newer.shipments[0]
        assert "T-1" not in {row.subject for _, row in await box.waiting()}


async def test_the_score_of_a_day_counts_what_was_usable_at_first_try(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await say_all(box)
        await box.link("place", "OLD GATE", "SUPPLIER")
        counts = await box.ask(lambda c: quality_days.since(c, "2026-01-01"))
    assert [(c.party, c.kind, c.total, c.flawed) for c in counts] == [
        ("OEM", "reading", 3, 2),  # cold in an unknown unit, portal-1
        ("T1", "plan", 4, 4),
        ("T1", "reading", 7, 6),  # five of unknown places, one by a clock of tomorrow; portal-2 is fine
    ]
    assert score(c for c in counts if c.party == "T1") == pytest.approx(100 * (0 + 1 / 7) / 2, abs=0.05)
    assert score([DayCount(day="2026-01-01", party="T1", kind="plan", total=0, flawed=0)]) is None


async def test_a_tag_read_before_it_was_linked_is_the_same_asset_from_then_on(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await box.say("portal-1", {"epc": EPC, "ts": NOW - HOUR})
        await box.link("asset", SSCC, "PALLET-7")
        await box.say("portal-2", {"epc": EPC, "ts": NOW + 2 * HOUR}, received_us=NOW + 2 * HOUR)
        seen = {(event[1], event[2]) for event in await box.happened()}
        assert seen == {(SSCC, "PLANT"), ("PALLET-7", "SUPPLIER")}
        assert box.site.book.keys("PALLET-7") == ("PALLET-7", SSCC)
        assert box.site.asset(EPC) == "PALLET-7"


async def test_a_plan_that_named_a_number_holds_the_asset_once_it_is_linked(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        plan = read_csv(
            "shipment,origin,destination,planned_arrival,assets\nS-1,SUPPLIER,PLANT,2026-01-03T06:00Z,ERP 4711",
            box.site,
            NOW,
        )
        await box.journal.write(lambda c: shipments.save(c, plan.shipments[0], NOW))
        await box.link("asset", "ERP 4711", SSCC)
        held = await box.ask(lambda c: shipments.get(c, "S-1"))
        assert held is not None
        assert held.assets == ("ERP 4711", SSCC)


async def test_cold_events_are_of_one_unit_whatever_was_sent(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await box.link("unit", "degC", "FAH")  # a device whose label lies
        await box.say("cold", {"temp": 50.0, "ts": NOW})
        (sensed,) = await box.happened()
        assert sensed[3:5] == (10.0, "CEL")
