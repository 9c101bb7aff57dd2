"""`tierview kpis` beside a gateway that runs: the same figures as the API's, as a table, JSON and CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from gateway.clock import SystemClock
from gateway.journal import shipments
from tests.cli.test_beside_a_gateway import call, plan, signed_in
from tests.e2e.running import running
from tests.e2e.site import site


async def test_figures_are_told_with_their_definitions(tmp_path: Path) -> None:
    async with running(site(), tmp_path) as run:
        now_us = SystemClock().now_us()
        await run.gateway.journal.write(lambda c: shipments.save(c, plan(now_us), now_us))
        token = await signed_in(run, "T1")
        told = await call(run, "kpis", token=token)
        rows = await call(run, "kpis", "--definition", "all", "--json", token=token)
        saved = await call(run, "kpis", "--lane", "SUPPLIER>PLANT", "--csv", token=token)
        wrong = await call(run, "kpis", "--definition", "mine", token=token)
        mistimed = await call(run, "kpis", "--from", "yesterday", token=token)
    assert "1 shipments were due" in told.out
    assert "otif_slot" in told.out
    assert "arrived within their booked window" in told.out
    whole = {row["kpi"]: row for row in rows.rows if not (row["lane"] or row["place"] or row["tier"])}
    assert {name: (whole[f"otif_{name}"]["good"], whole[f"otif_{name}"]["counted"]) for name in ("slot", "unit")} == {
        "slot": (0, 1),
        "unit": (0, 1),
    }
    assert {row["lane"] for row in csv.DictReader(io.StringIO(saved.out))} == {"", "SUPPLIER>PLANT"}
    assert (wrong.code, mistimed.code) == (2, 2)
    assert "ISO 8601" in mistimed.err
