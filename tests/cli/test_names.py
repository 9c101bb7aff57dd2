"""`tierview names` and `tierview quality` beside a gateway that runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec import json

from gateway.cli.csv_parts import csv_parts
from gateway.journal import quarantine
from gateway.model import Passage, Quarantined
from tests.cli.command import Called, tierview
from tests.e2e.running import Running, location_events, running
from tests.e2e.site import site

AT = 1_763_800_000_000_000


def held(place: str, asset: str) -> Quarantined:
    return Quarantined(
        received_us=AT,
        source="gate",
        stage="resolve",
        reason="unknown_place",
        text=f"no place is called {place}",
        data=json.encode(Passage(asset=asset, place=place, direction="in")),
        owner="OEM",
        subject=place,
    )


async def call(run: Running, *words: str, given: bytes = b"") -> Called:
    token = run.http.headers["authorization"].removeprefix("Bearer ")
    url = ("--url", run.gateway.web.url)
    return await asyncio.to_thread(tierview, *words, *url, given=given, environment={"TIERVIEW_TOKEN": token})


async def test_names_are_entered_listed_and_imported_and_what_waited_is_read_again(tmp_path: Path) -> None:
    rows = [held("W7", "TRL-1"), held("W8", "TRL-2"), held("W9", "TRL-3")]
    async with running(site(), tmp_path) as run:
        await run.gateway.journal.write(lambda c: quarantine.insert(c, rows))
        found = await call(run, "quality", "findings", "--json")
        linked = await call(run, "names", "link", "place", "w7", "PLANT")
        names = tmp_path / "names.csv"
        names.write_text("kind,name,target,party\nplace,W8,SUPPLIER,\nplace,W0,NOWHERE,\n")
        imported = await call(run, "names", "import", str(names))
        listed = await call(run, "names", "list", "--json")
        third = {row["subject"]: row["finding"] for row in found.rows}["W9"]
        again = await call(run, "quality", "replay", third)
        exported = await call(run, "quality", "findings", "--state", "all", "--csv")
        told = await run.gateway.journal.read(location_events)
    assert {row["subject"] for row in found.rows} == {"W7", "W8", "W9"}
    assert linked.out == "linked w7 to PLANT; read again: 1, still waiting: 0\n"
    assert imported.code == 1
    assert imported.out == "accepted 1, unchanged 0, rejected 1; read again: 1, still waiting: 0\n"
    assert imported.err.startswith("line 3, target: expected the code of a place, came 'NOWHERE'")
    assert [(row["name"], row["target"], row["source"]) for row in listed.rows] == [
        ("w7", "PLANT", "api"),
        ("W8", "SUPPLIER", "csv"),
    ]
    assert again.out == "tried 1; read again: 0, still waiting: 1\n"
    assert exported.out.splitlines()[0].startswith("finding,reason,owner,source,subject,state,count,waiting")
    assert {(event.asset, event.place) for event in told} == {("TRL-1", "PLANT"), ("TRL-2", "SUPPLIER")}


async def test_a_long_file_of_names_goes_in_parts_and_bad_rows_keep_the_files_line(tmp_path: Path) -> None:
    rows = [f"place,W{number},PLANT," for number in range(1200)]
    rows[1100] = "place,X,NOWHERE,"
    names = tmp_path / "names.csv"
    names.write_text("\n".join(["kind,name,target,party", *rows, ""]), encoding="utf-8")
    async with running(site(), tmp_path) as run:
        imported = await call(run, "names", "import", str(names))
    assert imported.err == "line 1102, target: expected the code of a place, came 'NOWHERE'\n"
    assert imported.out == "accepted 1199, unchanged 0, rejected 1; read again: 0, still waiting: 0\n"


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (b"", [(b"", 0, 0)]),
        (b"h\n", [(b"h\n", 0, 0)]),
        (b"h\n1\n2\n3", [(b"h\n1\n2\n", 0, 2), (b"h\n3", 2, 1)]),
        (b"h\r\n1\r\n2\r\n", [(b"h\r\n1\r\n2\r\n", 0, 2)]),
        (b"h\n\0\n\n\n", [(b"h\n\0\n\n\n", 0, 3)]),
    ],
)
def test_a_file_is_parted_between_its_rows_and_each_part_has_its_head(
    data: bytes, parts: list[tuple[bytes, int, int]]
) -> None:
    assert [(part.data, part.before, part.lines) for part in csv_parts(data, 2)] == parts


async def test_what_cannot_be_linked_is_told_in_a_line(tmp_path: Path) -> None:
    async with running(site(), tmp_path) as run:
        wrong = await call(run, "names", "link", "place", "W7", "NOWHERE")
        nobody = await asyncio.to_thread(
            tierview, "names", "list", "--url", run.gateway.web.url, environment={"TIERVIEW_TOKEN": "tv_" + "x" * 43}
        )
    assert (wrong.code, wrong.err) == (2, "tierview: target: expected the code of a place, came 'NOWHERE'\n")
    assert nobody.code == 1
    assert "expected a valid token" in nobody.err
