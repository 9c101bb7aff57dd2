"""What people ask a gateway that runs in a terminal: where, shipments, alerts, top; each as its token's party."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from gateway.access import hash_token, new_token
from gateway.cli.shell import run as shell
from gateway.journal import events, shipments, tokens
from gateway.model import AssetKind, EventKind, LocationEvent, Shipment, Stop, Tier, Window
from tests.cli.command import Called, tierview
from tests.e2e.running import Running, running
from tests.e2e.site import site

HOUR_US = 3_600_000_000


def plan(now_us: int) -> Shipment:
    """A shipment that should have arrived an hour ago."""
    return Shipment(
        shipment_id="S-1",
        stops=(
            Stop(place="SUPPLIER", departure=Window(open_us=now_us - 4 * HOUR_US, close_us=now_us - 3 * HOUR_US)),
            Stop(place="PLANT", arrival=Window(open_us=now_us - 2 * HOUR_US, close_us=now_us - HOUR_US)),
        ),
        assets=("TRL-1",),
        parties={"consignee": "OEM", "shipper": "T1"},
        created_us=now_us - 5 * HOUR_US,
    )


def left(now_us: int) -> LocationEvent:
    return LocationEvent(
        event_id="e1",
        kind=EventKind.LEFT,
        asset="TRL-1",
        asset_kind=AssetKind.TRAILER,
        place="SUPPLIER",
        tier=Tier.TRANSIT,
        previous_tier=Tier.TIER1,
        at_us=now_us - 3 * HOUR_US,
        received_us=now_us,
        recorded_us=now_us,
    )


async def call(run: Running, *words: str, token: str) -> Called:
    return await asyncio.to_thread(
        tierview, *words, "--url", run.gateway.web.url, environment={"TIERVIEW_TOKEN": token}
    )


async def signed_in(run: Running, party: str) -> str:
    token = new_token()
    await run.gateway.journal.write(
        lambda c: tokens.save(c, hash=hash_token(token), party=party, label="", created_us=0)
    )
    return token


async def test_each_party_asks_for_what_it_may_see(tmp_path: Path) -> None:
    async with running(site(), tmp_path) as run:
        now_us = run.gateway.floor.clock.now_us()
        oem, t1 = await signed_in(run, "OEM"), await signed_in(run, "T1")
        await run.gateway.journal.write(lambda c: shipments.save(c, plan(now_us), now_us))
        await run.gateway.journal.write(lambda c: events.insert(c, [left(now_us)]))
        late = await call(run, "shipments", "--late", "--json", token=oem)
        table = await call(run, "shipments", token=t1)
        found = await call(run, "where", "TRL-1", token=t1)
        nobody = await call(run, "where", "TRL-9", token=t1)
        none = await call(run, "alerts", "list", token=t1)
        unknown = await call(run, "alerts", "ack", "al_0", "--code", "traffic", token=t1)
        operator = await call(run, "top", "--once", "--every", "0.2", "--json", token=oem)
        partner = await call(run, "top", "--once", "--every", "0.2", token=t1)
    assert [row["shipment_id"] for row in late.rows] == ["S-1"]
    assert "S-1" in table.out
    assert "1 h 00 min" in table.out
    assert "on shipments S-1" in found.out
    assert "left" in found.out
    assert (nobody.code, nobody.out) == (1, "")
    assert none.out == "There are no open alerts.\n"
    assert unknown.code == 1
    assert (operator.rows[0]["status"], operator.rows[0]["late_shipments"]) == ("ok", ["S-1"])
    assert set(operator.rows[0]["rates"]) >= {"chunks", "events", "commits"}
    assert "as T1" in partner.out
    assert "S-1" in partner.out
    assert "quarantine" not in partner.out


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_shells_are_told_what_there_is(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell(["completion", name]) == 0
    script = capsys.readouterr().out
    assert "shipments" in script
    if name == "bash":
        done = subprocess.run(["bash", "-n"], input=script.encode(), capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
