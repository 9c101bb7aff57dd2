"""`tierview partner` beside a gateway that runs: added, listed, known at once and after a restart, removed."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx

from gateway.access import TOKEN
from tests.cli.command import Called, tierview
from tests.e2e.running import Running, running
from tests.e2e.site import site

ADD = (
    "partner",
    "add",
    "T2-W",
    "--name",
    "Werra Screws",
    "--tier",
    "tier2",
    "--gln",
    "9521141000090",
    "--label",
    "ERP",
)
PLAN = {
    "shipment_id": "S-W",
    "stops": [
        {"place": "SUPPLIER", "departure": {"open": "2026-01-02T08:00:00Z", "close": "2026-01-02T09:00:00Z"}},
        {"place": "PLANT", "arrival": {"open": "2026-01-02T12:00:00Z", "close": "2026-01-02T13:00:00Z"}},
    ],
    "assets": ["TRL-W"],
    "parties": {"shipper": "T2-W", "consignee": "OEM"},
}


async def call(run: Running, *words: str) -> Called:
    token = run.http.headers["authorization"].removeprefix("Bearer ")
    reach = ("--url", run.gateway.web.url)
    return await asyncio.to_thread(tierview, *words, *reach, environment={"TIERVIEW_TOKEN": token})


async def shipments_of(run: Running, token: str) -> tuple[int, list[str]]:
    async with httpx.AsyncClient(base_url=run.gateway.web.url) as partner:
        answer = await partner.get("/api/v1/shipments", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, [one["shipment_id"] for one in answer.json().get("items", [])]


async def test_a_partner_comes_stays_over_a_restart_and_goes(tmp_path: Path) -> None:
    async with running(site(), tmp_path) as run:
        made = await call(run, *ADD, "--json")
        assert made.code == 0, made.err
        token = made.rows[0]["token"]
        assert (await run.http.post("/api/v1/shipments", json=PLAN)).status_code == 201
        assert await shipments_of(run, token) == (200, ["S-W"])
    async with running(site(), tmp_path) as run:
        assert await shipments_of(run, token) == (200, ["S-W"])
        assert [row["code"] for row in (await call(run, "partner", "list", "--json")).rows] == ["T2-W"]
        twice = await call(run, *ADD)
        assert (twice.code, twice.out) == (2, "")
        assert "expected one of its own, came T2-W" in twice.err
        assert (await call(run, "partner", "remove", "T2-W")).code == 0
        assert (await shipments_of(run, token))[0] == 401
        assert "No partner was added" in (await call(run, "partner", "list")).out


async def test_what_is_printed_is_plain_where_no_terminal_is(tmp_path: Path) -> None:
    async with running(site(), tmp_path) as run:
        shown = (await call(run, *ADD)).out
    assert "\x1b" not in shown
    assert len(TOKEN.findall(shown)) == 1
    for part in ("topic read tierview/v1/T2-W/alert/+", "curl -X POST http", "- {party: T2-W", "partner check"):
        assert part in shown


async def test_the_acl_holds_those_of_the_file_and_those_that_came(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("parties:\n  - {code: OEM, name: Elbe Motors, tier: oem}\nmqtt: {username: box, embedded: false}\n")
    before = tierview("partner", "acl", file).out
    async with running(site(), tmp_path) as run:
        assert (await call(run, *ADD)).code == 0
        folder = run.gateway.journal.folder
        file.write_text(file.read_text() + f"journal: {{folder: {folder}}}\n")
        after = await asyncio.to_thread(tierview, "partner", "acl", file)
    assert re.findall("^user (.*)$", before, re.MULTILINE) == ["box", "OEM"]
    assert re.findall("^user (.*)$", after.out, re.MULTILINE) == ["box", "OEM", "T2-W"], after.err
