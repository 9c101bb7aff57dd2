"""`tierview rules`: what changed rules would have raised, and why an alert was."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.cli.given import read_config
from gateway.journal import alerts, events, open_journal
from gateway.model import Alert, DeviceEvent, LocationEvent
from gateway.replay import replay
from tests.cli.command import Called, tierview
from tests.cli.site import CONFIG, record, write_config
from tests.test_replay import PLAN, T0, TRIP, UNTIL

HEAD = CONFIG[: CONFIG.index("rules:")]


async def _site(folder: Path) -> str:
    """A site whose one shipment came an hour late, and whose gateway said so; returns the alert's id."""
    config = write_config(folder)
    outcomes = list(replay(TRIP, read_config(config), from_us=T0, until_us=UNTIL, plans=[PLAN]))
    happened = [one for one in outcomes if isinstance(one, LocationEvent | DeviceEvent)]
    raised = [one for one in outcomes if isinstance(one, Alert)]
    async with open_journal(folder / "journal") as journal:
        await record(journal)
        await journal.write(lambda c: events.insert(c, happened))
        for alert in raised:
            await journal.write(lambda c, one=alert: alerts.save(c, [one], one.recorded_us))  # type: ignore[misc]
    return raised[-1].alert_id


def tried(folder: Path, rules: str, *words: object) -> Called:
    asyncio.run(_site(folder))
    changed = folder / "changed.yaml"
    changed.write_text(HEAD + rules)
    return tierview("rules", "test", changed, *words, "--json")


def test_the_rules_that_ran_raise_what_was_raised(tmp_path: Path) -> None:
    called = tried(tmp_path, CONFIG[len(HEAD) :])
    assert (called.code, called.out, called.err) == (0, "", "")


def test_a_longer_grace_moves_the_alert_and_one_beyond_its_arrival_takes_it_away(tmp_path: Path) -> None:
    moved = tried(tmp_path, "rules: [{name: late, rule: late_arrival, settings: {grace_s: 1800}}]\n")
    (row,) = moved.rows
    assert (row["kind"], row["rule"], row["subject"]) == ("moved", "late", "shipment:S1")
    assert (row["before"]["raised"][:16], row["after"]["raised"][:16]) == ("2025-10-09T10:53", "2025-10-09T11:23")
    gone = tierview("rules", "test", _with(tmp_path, "settings: {grace_s: 7200}"))
    assert gone.out.startswith("gone   late  shipment:S1  critical 2025-10-09T10:53:20Z, resolved 2025-10-09T11:53:20Z")
    assert gone.err == "1 alerts before, 0 after: 0 come, 1 gone, 0 moved\n"


def test_two_configurations_are_compared_by_the_same_tape(tmp_path: Path) -> None:
    rules = (
        "rules:\n"
        "  - {name: late, rule: late_arrival, settings: {grace_s: 0}}\n"
        "  - {name: idle, rule: idle_container, settings: {limit_s: 600}}\n"
    )
    called = tried(tmp_path, rules, "--against", tmp_path / "config.yaml")
    assert [(row["kind"], row["rule"], row["after"]["reason"]) for row in called.rows] == [("come", "idle", "idle")]
    assert called.rows[0]["before"] is None


def test_an_alert_is_explained_by_its_rule_its_plan_and_what_happened(tmp_path: Path) -> None:
    alert_id = asyncio.run(_site(tmp_path))
    called = tierview("rules", "explain", alert_id, tmp_path / "config.yaml", "--json")
    assert called.code == 0, called.err
    assert [(row["at"], row["what"], row["text"]) for row in called.rows][:2] == [
        (
            None,
            "rule",
            "late (late_arrival): Is a shipment late at its next stop, or has nobody seen it there by the end of its"
            " window?",
        ),
        (None, "settings", "grace_s: 0.0, severity: critical"),
    ]
    assert [(row["at"][11:16], row["what"]) for row in called.rows[2:]] == [
        ("09:23", "event"),
        ("09:38", "event"),
        ("09:53", "plan"),
        ("10:53", "plan"),
        ("10:53", "alert"),
        ("10:53", "known"),
        ("11:53", "event"),
        ("11:53", "alert"),
    ]
    assert called.rows[6]["text"].startswith("critical not_seen: Shipment S1 was due at PLANT by")
    assert called.rows[-2]["text"] == "arrived TRL-1 at PLANT (oem)"


def test_an_alert_that_is_not_there_is_said_to_be_not_there(tmp_path: Path) -> None:
    asyncio.run(_site(tmp_path))
    called = tierview("rules", "explain", "al_nothing", tmp_path / "config.yaml")
    assert called.code == 2
    assert "there is no alert 'al_nothing' in the journal" in called.err


def _with(folder: Path, settings: str) -> Path:
    file = folder / "changed.yaml"
    file.write_text(f"{HEAD}rules: [{{name: late, rule: late_arrival, {settings}}}]\n")
    return file
