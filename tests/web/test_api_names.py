"""Names: who may say what a name means, what it then leads to, and that nothing of others is learnt on the way."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from gateway.journal import names
from gateway.walk import names_desk
from tests.web import world
from tests.web.box import Box
from tests.web.doubtful import doubt

CSV = {"content-type": "text/csv"}


def place(name: str, target: str, party: str = "") -> dict[str, str]:
    return {"kind": "place", "name": name, "target": target, "party": party}


async def test_a_name_counts_at_once_and_what_waited_for_it_is_read(full: Box) -> None:
    await doubt(full)
    async with full.client("OPER") as client:
        entered = await client.post("/api/v1/names", json=place("old-dock", "DEALPHA"))
        again = await client.post("/api/v1/names", json=place("OLD-DOCK", "ALPHA-PLANT"))
        events = (await client.get("/api/v1/events", params={"asset": "PALLET-9"})).json()["items"]
        findings = (await client.get("/api/v1/quality/findings")).json()["items"]
    assert entered.status_code == 201
    assert entered.json()["tried"] == {"tried": 2, "replayed": 2, "waiting": 0}
    assert entered.json()["name"]["target"] == "ALPHA-PLANT"
    assert (again.status_code, again.json()["name"]) == (200, None)
    assert [(event["place"], event["at"]) for event in events] == [("ALPHA-PLANT", "2026-01-01T10:00:00.000000Z")]
    assert {one["subject"]: one["state"] for one in findings}["OLD-DOCK"] == "fixed"


async def test_a_party_names_in_its_own_data_and_its_own_assets_alone(full: Box) -> None:
    bodies: list[tuple[dict[str, str], int]] = [
        (place("OLD-DOCK", "ALPHA-PLANT", "ALPHA"), 201),
        (place("OLD-DOCK", "ALPHA-PLANT"), 404),  # in everyone's data
        (place("OLD-DOCK", "ALPHA-PLANT", "ZZB"), 404),
        ({"kind": "asset", "name": "NUMBER-1", "target": "OWNED-ALPHA"}, 201),
        ({"kind": "asset", "name": "NUMBER-2", "target": "OWNED-ZZB"}, 404),
        ({"kind": "asset", "name": "NUMBER-2", "target": "never-heard-of"}, 404),
        ({"kind": "asset", "name": "PASSING-1", "target": "OWNED-ALPHA"}, 404),  # stands in a plan of others
        ({"kind": "asset", "name": world.SSCC, "target": "OWNED-ALPHA"}, 201),  # seen at its own place, its own plan
    ]
    async with full.client("ALPHA") as client:
        for body, status in bodies:
            answer = await client.post("/api/v1/names", json=body)
            assert answer.status_code == status, (body, answer.text)
            assert world.BETA not in answer.content.lower()
        seen = (await client.get("/api/v1/names")).json()["items"]
    async with full.client("ZZB") as client:
        assert (await client.get("/api/v1/names")).json()["items"] == []
        number = seen[0]["number"]
        assert (await client.delete(f"/api/v1/names/{number}")).status_code == 404
        taken = {"kind": "asset", "name": "NUMBER-1", "target": "OWNED-ZZB"}
        assert (await client.post("/api/v1/names", json=taken)).status_code == 404
    assert [(one["name"], one["entered_by"]) for one in seen] == [
        ("OLD-DOCK", "ALPHA"),
        ("NUMBER-1", "ALPHA"),
        (world.SSCC, "ALPHA"),
    ]


async def test_what_a_number_means_to_others_is_not_learnt_by_naming_it(full: Box) -> None:
    async with full.client("ALPHA") as client:
        known = {"kind": "asset", "name": "MINE-1", "target": "zzb-number-7", "party": "ALPHA"}
        answer = await client.post("/api/v1/names", json=known)
        unknown_place = await client.post("/api/v1/names", json=place("X", "NO-PLACE", "ALPHA"))
        foreign_place = await client.post("/api/v1/names", json=place("X", "ZZB-PLANT", "ALPHA"))
    assert answer.json()["name"]["target"] == "zzb-number-7"
    assert b"TRL-ZZB" not in answer.content
    assert (unknown_place.status_code, foreign_place.status_code) == (422, 422)
    assert unknown_place.text.replace("NO-PLACE", "ZZB-PLANT") == foreign_place.text


async def test_a_name_opens_no_asset_of_others(full: Box) -> None:
    """A plan opens what it names to its parties: naming a thing of one's own plan after another's asset must not."""
    async with full.client("ALPHA") as client:
        mine = {"kind": "asset", "name": world.SSCC, "target": "TRL-ZZB", "party": "ALPHA"}
        assert (await client.post("/api/v1/names", json=mine)).status_code == 201
        plan = (await client.get("/api/v1/shipments/SHIP-A")).json()
        hidden = await client.get("/api/v1/assets/TRL-ZZB")
        events = (await client.get("/api/v1/events", params={"asset": world.SSCC})).json()["items"]
    async with full.client("ZZB") as client:
        theirs = (await client.get("/api/v1/assets/TRL-ZZB")).json()
    assert plan["assets"] == ["TRL-A", world.SSCC]
    assert b"ZZB-DOOR" not in hidden.content
    assert {event["event_id"] for event in events} == {"e-p1"}
    assert {event["event_id"] for event in theirs["history"]} == {"e-b1"}


async def test_an_asset_is_found_by_all_its_names_with_the_history_of_each(full: Box) -> None:
    raw = "urn:tierview:raw:E280116060000000"
    await full.happen(world.arrival("e-raw", raw, "ALPHA-DOOR", at_us=world.NOW - 3 * world.HOUR))
    async with full.client("OPER") as client:
        await client.post("/api/v1/names", json={"kind": "asset", "name": "0xE280116060000000", "target": "TRL-A"})
        await client.post("/api/v1/names", json={"kind": "asset", "name": "ERP 4711", "target": raw})
        by_each = [
            (await client.get(f"/api/v1/assets/{name}")).json()
            for name in ("TRL-A", raw, "ERP 4711", "E280116060000000")
        ]
        found = (await client.get("/api/v1/assets", params={"name": "ERP 4711"})).json()["items"]
        events = (await client.get("/api/v1/events", params={"asset": "ERP 4711", "type": "location"})).json()["items"]
        nobody = (await client.get("/api/v1/assets", params={"name": "ERP 0815"})).json()["items"]
    assert {one["asset"] for one in by_each} == {"TRL-A"}
    assert {tuple(event["event_id"] for event in one["history"]) for one in by_each} == {("e-raw", "e-a1", "e-a0")}
    assert found == [{"asset": "TRL-A", "label": "TRL-A", "names": sorted([raw, "ERP 4711"])}]
    assert {event["event_id"] for event in events} == {"e-raw", "e-a1", "e-a0"}
    assert nobody == []


async def test_a_name_that_is_removed_stays_in_the_history(full: Box) -> None:
    async with full.client("OPER") as client:
        number = (await client.post("/api/v1/names", json=place("W7", "ALPHA-PLANT"))).json()["name"]["number"]
        newer = (await client.post("/api/v1/names", json=place("w7", "OPER-PLANT"))).json()["name"]["number"]
        gone = await client.delete(f"/api/v1/names/{newer}")
        twice = await client.delete(f"/api/v1/names/{newer}")
        standing = (await client.get("/api/v1/names")).json()["items"]
        history = (await client.get("/api/v1/names", params={"removed": True})).json()["items"]
    assert (gone.status_code, gone.json()["removed_by"], twice.status_code) == (200, "OPER", 404)
    assert standing == []
    assert [(one["number"], one["target"], one["removed"] is not None) for one in history] == [
        (number, "ALPHA-PLANT", True),
        (newer, "OPER-PLANT", True),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (place("", "ALPHA-PLANT"), "name"),
        (place("A\nB", "ALPHA-PLANT"), "name"),
        (place("W7", "NOWHERE"), "target"),
        (place("W7", "ALPHA-PLANT", "NOBODY"), "party"),
        (place("DEALPHA", "OPER-PLANT"), "name"),
        ({"kind": "unit", "name": "grad", "target": "GRAD"}, "target"),
        ({"kind": "unit", "name": "CEL", "target": "FAH"}, "name"),
        ({"kind": "party", "name": "A", "target": "B"}, "target"),
        ({"kind": "asset", "name": "TRL-A", "target": "TRL-ZZB"}, "name"),
        ({"kind": "asset", "name": "X-1", "target": "X-1"}, "target"),
    ],
)
async def test_what_cannot_be_a_name_is_told_where(full: Box, body: dict[str, Any], field: str) -> None:
    async with full.client("OPER") as client:
        answer = await client.post("/api/v1/names", json=body)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


async def test_names_do_not_go_round_in_circles(full: Box) -> None:
    async with full.client("OPER") as client:
        await client.post("/api/v1/names", json={"kind": "asset", "name": "A", "target": "B"})
        await client.post("/api/v1/names", json={"kind": "asset", "name": "B", "target": "C"})
        round_about = await client.post("/api/v1/names", json={"kind": "asset", "name": "C", "target": "A"})
    assert round_about.status_code == 422


async def test_a_csv_file_enters_good_rows_and_tells_the_bad_ones(full: Box) -> None:
    await doubt(full)
    rows = "kind,name,target,party\nplace,OLD-DOCK,ALPHA-DOOR,\nunit,degC,CEL,\nplace,X,NOWHERE,\ncolour,red,blue,\n"
    async with full.client("OPER") as client:
        told = (await client.post("/api/v1/names/import", content=rows, headers=CSV)).json()
        again = (await client.post("/api/v1/names/import", content=rows, headers=CSV)).json()
        wrong = await client.post("/api/v1/names/import", content="a,b\n1,2\n", headers=CSV)
    assert (told["accepted"], told["unchanged"], told["tried"]["replayed"]) == (2, 0, 2)
    assert [(fault["line"], fault["column"]) for fault in told["rejected"]] == [(4, "target"), (5, "kind")]
    assert (again["accepted"], again["unchanged"]) == (0, 2)
    assert wrong.status_code == 422
    assert len(await full.journal.read(names.standing)) == 2


async def test_findings_are_each_partys_own_and_their_csv_runs_no_formula(full: Box) -> None:
    await doubt(full)
    async with full.client("ALPHA") as client:
        own = await client.get("/api/v1/quality/findings")
        exported = await client.get("/api/v1/quality/findings.csv")
        scores = await client.get("/api/v1/quality/scores")
    async with full.client("OPER") as client:
        everyones = (await client.get("/api/v1/quality/findings")).json()["items"]
    for answer in (own, exported, scores):
        assert answer.status_code == 200
        assert world.BETA not in answer.content.lower()
    assert {(one["owner"], one["subject"], one["count"], one["waiting"]) for one in own.json()["items"]} == {
        ("ALPHA", "OLD-DOCK", 2, 2),
        ("ALPHA", "=HYPERLINK(1)", 1, 1),
    }
    assert {one["suggestion"] for one in own.json()["items"]} == {""}  # it would name another's place
    assert len(everyones) == 3
    cells = [cell for row in csv.reader(io.StringIO(exported.text)) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


async def test_a_partys_findings_are_changed_tried_and_dropped_by_it_and_the_operator_alone(full: Box) -> None:
    await doubt(full)
    async with full.client("OPER") as client:
        found = {
            one["subject"]: one["finding"] for one in (await client.get("/api/v1/quality/findings")).json()["items"]
        }
    async with full.client("ALPHA") as client:
        foreign, own = found["ZZB-HALL"], found["OLD-DOCK"]
        for path, body in (
            (f"/api/v1/quality/findings/{foreign}", {"state": "ignored"}),
            ("/api/v1/quality/replay", {"finding": foreign}),
            ("/api/v1/quality/drop", {"finding": foreign}),
            ("/api/v1/quality/replay", {"numbers": [3]}),
            ("/api/v1/quality/drop", {"numbers": [3]}),
        ):
            assert (await client.post(path, json=body)).status_code == 404, path
        ignored = (await client.post(f"/api/v1/quality/findings/{own}", json={"state": "ignored"})).json()
        tried = (await client.post("/api/v1/quality/replay", json={"finding": own})).json()
        dropped = (await client.post("/api/v1/quality/drop", json={"finding": own})).json()
    assert ignored["state"] == "ignored"
    assert tried == {"tried": 2, "replayed": 0, "waiting": 2}
    assert dropped == {"dropped": 2}
    async with full.client("OPER") as client:
        waiting = (await client.get("/api/v1/quarantine")).json()["items"]
        both = await client.post("/api/v1/quality/replay", json={"finding": own, "numbers": [1]})
    assert {row["source"] for row in waiting} == {"zzb-dock", "alpha-dock"}
    assert len(waiting) == 2
    assert both.status_code == 422


async def test_a_plan_sent_as_json_is_checked_and_counted_like_a_row(full: Box) -> None:
    plan: dict[str, Any] = {
        "shipment_id": "S-77",
        "stops": [{"place": "ALPHA-PLANT"}, {"place": "OPER-PLANT", "arrival": {"close": "2026-01-02T14:00Z"}}],
        "assets": [],
        "parties": {"shipper": "ALPHA"},
    }
    parts = [{"number": "X-1", "quantity": 4, "unit": "pcs"}]
    async with full.client("ALPHA") as client:
        refused = await client.post("/api/v1/shipments", json=plan | {"parts": parts})
        linked = await client.post(
            "/api/v1/names", json={"kind": "unit", "name": "PCS", "target": "H87", "party": "ALPHA"}
        )
        taken = await client.post("/api/v1/shipments", json=plan | {"parts": parts})
        (finding,) = (await client.get("/api/v1/quality/findings")).json()["items"]
        (score,) = (await client.get("/api/v1/quality/scores")).json()["items"]
    assert refused.status_code == 422
    assert [(fault["field"], fault["reason"]) for fault in refused.json()["errors"]] == [
        ("parts[0].unit", "unknown_unit")
    ]
    assert (linked.status_code, linked.json()["tried"]["tried"]) == (201, 0)  # its sender was told: nothing waits
    assert taken.json()["parts"] == [{"number": "X-1", "quantity": 4.0, "unit": "H87", "within": ""}]
    assert (finding["reason"], finding["subject"], finding["suggestion"], finding["waiting"]) == (
        "unknown_unit",
        "pcs",
        "C62",
        0,
    )
    assert score == {"party": "ALPHA", "days": [{"day": "2026-01-01", "score": 50.0, "records": 2, "flawed": 1}]}


@pytest.mark.parametrize("path", ["/api/v1/quality/drop", "/api/v1/quality/replay"])
@pytest.mark.parametrize("number", [2**63, 2**64, 10**30, 0, -1])
async def test_a_number_that_no_row_can_have_is_refused(box: Box, path: str, number: int) -> None:
    async with box.client("OPER") as client:
        answer = await client.post(path, json={"numbers": [number]})
    assert answer.status_code == 422, answer.text


async def test_a_party_enters_so_many_names_and_no_more(full: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_desk, "MOST_OF_A_PARTY", 2)
    async with full.client("ALPHA") as client:
        said = [await client.post("/api/v1/names", json=place(f"N-{n}", "ALPHA-PLANT", "ALPHA")) for n in range(3)]
        changed = await client.post("/api/v1/names", json=place("N-0", "ALPHA-DOOR", "ALPHA"))
        held = (await client.get("/api/v1/names")).json()["items"]
    assert [answer.status_code for answer in said] == [201, 201, 422]
    assert "at most 2 names" in said[2].text
    assert changed.status_code == 201
    assert {link["name"] for link in held} == {"N-0", "N-1"}
    async with full.client("ZZB") as client:
        assert (await client.post("/api/v1/names", json=place("N-0", "ZZB-PLANT", "ZZB"))).status_code == 201
